"""What a decision says: the value, why it is so, and what went wrong - all convertible to JSON values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mingtang.engines.dmn.converting import to_json


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something is null: in words, and where (element and place in its text)."""

    message: str
    place: str = ""


@dataclass(slots=True)
class Step:
    """One decision on the way. For a table ``detail`` makes the rules that matched and those that missed by one cell, when asked."""

    decision: str
    value: Any
    table: str = ""
    hit_policy: str = ""
    detail: Callable[[], tuple[list[dict], list[dict]]] | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON values: decision, value, and for a table its rules and near misses."""
        told: dict[str, Any] = {"decision": self.decision, "value": to_json(self.value)}
        if self.table:
            rules, near = self.detail() if self.detail else ([], [])
            told |= {"table": self.table, "hit_policy": self.hit_policy, "rules": rules, "near": near}
        return told


@dataclass(slots=True)
class Outcome:
    """The value of a decision with its trace and faults."""

    value: Any
    errors: list[Fault] = field(default_factory=list)
    trace: list[Step] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """JSON values, for receipts and pages."""
        return {
            "value": to_json(self.value), "errors": [{"message": f.message, "place": f.place} for f in self.errors],
            "trace": [step.as_json() for step in self.trace],
        }
