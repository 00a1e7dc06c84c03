"""What the book knows of a project and its milestones."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Milestone:
    """A piece of work with its price in fen; ``needed`` of ``acceptors`` must accept what is claimed."""

    number: int
    amount: int
    needed: int
    acceptors: tuple[str, ...]
    contract: int
    state: str = "open"  # open, claimed, accepted, released, paid, ended
    round: int = 1
    evidence: str = ""
    accepted_by: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contract:
    """Who does the work, what share of each payment waits for the warranty, and until when; ``held`` fen wait now."""

    number: int
    contractor: str
    hold_back: tuple[int, int]
    warranty_until: str
    held: int = 0


@dataclass(slots=True)
class Project:
    """A project: the decision it hangs on, its contract, its milestones."""

    code: str
    line: str
    amount: int
    binding: str
    state: str = "encumbered"  # encumbered, freed, committed, contracted, closed
    fingerprint: str = ""
    contracts: list[Contract] = field(default_factory=list)
    freezes: int = 0
    frozen: bool = False
    milestones: dict[int, Milestone] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """Fen held back in all contracts."""
        return sum(one.held for one in self.contracts)

    def of(self, contract: int) -> list[Milestone]:
        """The milestones of a contract."""
        return [one for one in self.milestones.values() if one.contract == contract]

    def contracted(self) -> int:
        """Fen promised in milestones that are not released yet."""
        return sum(one.amount for one in self.milestones.values() if one.state in ("open", "claimed", "accepted"))

    def ready(self) -> list[int]:
        """The milestones that may be released now."""
        return [] if self.frozen else [one.number for one in self.milestones.values() if one.state == "accepted"]
