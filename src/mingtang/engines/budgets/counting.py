"""Choose the rule that an election's file names and count by it."""

from __future__ import annotations

from fractions import Fraction

from mingtang.engines.budgets.election import Election
from mingtang.engines.budgets.greedy import Count, greedy
from mingtang.engines.budgets.shares import equal_shares


def count(election: Election, rule: str | None = None) -> Count:
    """Count ``election`` by ``rule``, or by the rule its file names; a rule that is not known is counted as ``greedy`` and the note says so."""
    name = (rule or election.rule or "greedy").lower()
    if name.startswith("equalshares"):
        variants = set(name.split("/")[1].split("-")) if "/" in name else set()
        return equal_shares(election, add1="add1" in variants, completion="completion" in variants, comparison="comparison" in variants)
    threshold = _threshold(election)
    if name == "greedy-no-skip":
        return greedy(election, skip=False, threshold=threshold)
    outcome = greedy(election, threshold=threshold)
    if name in ("greedy", "greedy-threshold"):
        return outcome
    return Count(outcome.selected, outcome.cost, outcome.reasons, (f"rule {name} is not known; counted as greedy",))


def _threshold(election: Election) -> Fraction:
    text = str(election.meta.get("min_project_score_threshold", "")).strip()
    try:
        return Fraction(text) if text else Fraction(0)
    except ValueError:
        return Fraction(0)
