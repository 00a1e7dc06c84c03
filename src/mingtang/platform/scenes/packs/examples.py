"""``cases.yaml``: worked examples that a jurist reads and the machine re-checks.

Example::

    cases:
      - name: {zh: 八十岁生日当天, en: On the eightieth birthday}
        on: 2026-03-01
        facts: {birth date: 1946-03-01, household register: true}
        expect: {old-age allowance: 100}
        tolerance: 0.01
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingtang.platform.scenes.packs.located import Cursor, Words


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example. A context in ``expect`` names the components that matter; others are not compared."""

    name: Words
    on: date
    contract: str
    decision: str
    facts: dict[str, Any]
    expect: Any
    tolerance: float
    why: Words
    line: int


def read_examples(at: Cursor, contract: str, decision: str) -> tuple[Example, ...]:
    """Read ``cases.yaml``; ``contract`` and ``decision`` serve where a case names none."""
    at.fields("contract", "decision", "on", needed=("cases",))
    contract = at.at("contract").text(contract)
    decision = at.at("decision").text(decision)
    usual = at.at("on").day()
    return tuple(_example(item, contract, decision, usual) for item in at.at("cases").items(needed=True))


def _example(at: Cursor, contract: str, decision: str, usual: date | None) -> Example:
    needed = ("name", "facts", "expect") if usual else ("name", "on", "facts", "expect")
    if isinstance(at.value, dict) and "expect" in at.value:  # null is a proper expectation
        needed = tuple(key for key in needed if key != "expect")
    at.fields("on", "contract", "decision", "tolerance", "why", "expect", needed=needed)
    facts = at.at("facts")
    list(facts.keys())
    tolerance = at.at("tolerance").number(0) or 0
    if tolerance < 0:
        at.at("tolerance").fault("不能为负", "must not be negative")
    return Example(
        at.at("name").words(),
        at.at("on").day(usual) or date.min,
        at.at("contract").text(contract),
        at.at("decision").text(decision),
        dict(facts.value) if isinstance(facts.value, dict) else {},
        at.value.get("expect") if isinstance(at.value, dict) else None,
        float(tolerance),
        at.at("why").words(needed=False),
        at.source.line(at.path),
    )
