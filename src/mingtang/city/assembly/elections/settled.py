"""Who is told when a result is final: in the transaction that makes it final, so that the result executes itself or is not final."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an election stands or ended; ``counts`` by question as tallied, the blank votes first where there are any."""

    code: str
    state: str
    passed: bool
    turnout: int
    electorate: int
    counts: list[list[int]]
    fingerprint: str
    binding: str
    verified_by: list[str]
    window_until: datetime | None
    objections: int
    quorate: bool = False
    winners: tuple[int, ...] = ()


_told: list[Callable[[Outcome], None]] = []


def register(fn: Callable[[Outcome], None]) -> None:
    """Have ``fn`` told of every election that ends, final or annulled; once each, in the transaction that ends it."""
    if fn not in _told:
        _told.append(fn)


def tell(outcome: Outcome) -> None:
    """Tell all who registered."""
    for fn in _told:
        fn(outcome)
