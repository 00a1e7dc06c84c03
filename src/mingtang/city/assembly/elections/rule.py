"""When a vote carries: quorum and majority in whole numbers, fixed when it is planned.

    rule = {"quorum": [1, 2], "majority": [2, 3]}       # half of the electorate take part, more than two thirds of the valid votes for the first answer
    decide(rule, question, counts, turnout, electorate)

``majority`` may also be ``"plurality"`` (the answer with most votes) or ``"approval-k"`` with ``seats`` (the k answers with most votes). Equal
counts fall to the answer listed first: the order is part of what was fixed before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mingtang.city.assembly.elections.faults import PlanRefused


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the vote carries, whether enough took part, and which answers won, by place in the list."""

    passed: bool
    quorate: bool
    winners: tuple[int, ...]
    valid: int
    blank: int


def read(rule: Any) -> dict[str, Any]:
    """The rule, checked; raises PlanRefused."""
    if not isinstance(rule, dict) or not set(rule) <= {"quorum", "majority", "seats"}:
        raise PlanRefused(path="rule", reason="rule")
    _share(rule.get("quorum"), "quorum", 0)
    majority = rule.get("majority")
    if majority == "approval-k":
        if type(rule.get("seats")) is not int or not 1 <= rule["seats"] <= 500:
            raise PlanRefused(path="rule.seats", reason="seats")
    elif majority != "plurality":
        _share(majority, "majority", 0)
    return rule


def _share(value: Any, name: str, least: int) -> None:
    if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(type(n) is int for n in value) or not least <= value[0] <= value[1] <= 10_000 or value[1] < 1:
        raise PlanRefused(path=f"rule.{name}", reason=name)


def decide(rule: dict[str, Any], counts: list[int], has_blank: bool, turnout: int, electorate: int) -> Decision:
    """What the rule says of one question: ``counts`` as tallied, the blank votes first where the question has them."""
    blank, votes = (counts[0], counts[1:]) if has_blank else (0, counts)
    valid = turnout - blank
    numerator, denominator = rule["quorum"]
    quorate = turnout * denominator >= numerator * electorate
    order = sorted(range(len(votes)), key=lambda i: (-votes[i], i))
    majority = rule["majority"]
    if majority == "plurality":
        winners = tuple(order[:1]) if votes[order[0]] else ()
    elif majority == "approval-k":
        winners = tuple(i for i in order[:rule["seats"]] if votes[i])
    else:
        winners = (0,) if votes[0] * majority[1] > majority[0] * valid else ()
    return Decision(quorate and bool(winners), quorate, winners, valid, blank)
