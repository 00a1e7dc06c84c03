"""What a decision says: the value, why it is so, and what went wrong - all convertible to JSON values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from mingtang.engines.dmn.converting import to_json
from mingtang.engines.dmn.feel.evaluating import Fault


class Captured(Protocol):
    """What a table kept of one use; the rest is reckoned when asked."""

    table: Any

    def matched(self) -> list[dict[str, Any]]: ...

    def near(self) -> list[dict[str, Any]]: ...


@dataclass(slots=True)
class Step:
    """One decision or table on the way to the value, in the order they were decided."""

    decision: str
    value: Any
    captured: Captured | None = None

    @property
    def table(self) -> str:
        """The identifier of the table, "" where the step is none."""
        return self.captured.table.id if self.captured else ""

    @property
    def hit_policy(self) -> str:
        return self.captured.table.hit_policy if self.captured else ""

    def matched(self) -> list[dict[str, Any]]:
        """The rules that matched: ``rule`` (from 1), ``id``, ``annotations``, and ``conditions`` (input, cell, value)."""
        return self.captured.matched() if self.captured else []

    def near(self) -> list[dict[str, Any]]:
        """The rules that missed by one cell alone, as ``matched``, with ``failed``: that cell's input, cell and value."""
        return self.captured.near() if self.captured else []

    def as_json(self) -> dict[str, Any]:
        """JSON values: decision, value; for a table also table, hit_policy, rules (how many), matched, near."""
        told: dict[str, Any] = {"decision": self.decision, "value": to_json(self.value)}
        if self.captured is not None:
            told |= {
                "table": self.table, "hit_policy": self.hit_policy, "rules": len(self.captured.table.rules),
                "matched": self.matched(), "near": self.near(),
            }
        return told


class Outcome:
    """The value of a decision, its faults, and its trace, which is put into words only when someone asks."""

    __slots__ = ("value", "errors", "_told", "_steps")

    def __init__(self, value: Any, errors: list[Fault], told: list[tuple]) -> None:
        self.value = value
        self.errors = errors
        self._told = told
        self._steps: list[Step] | None = None

    @property
    def trace(self) -> list[Step]:
        """The decisions and tables on the way, in order."""
        if self._steps is None:
            self._steps = [_step(*one) for one in self._told]
        return self._steps

    def as_json(self) -> dict[str, Any]:
        """JSON values, for receipts and pages."""
        return {
            "value": to_json(self.value), "errors": [{"message": f.message, "place": f.place} for f in self.errors],
            "trace": [step.as_json() for step in self.trace],
        }


def _step(label: str, value: Any, table: Any = None, *kept: Any) -> Step:
    return Step(label, value, None if table is None else table.captured(*kept))
