"""The greedy family: projects in order of score, each funded while the money lasts.

- ``greedy``: a project that is too dear is passed over and cheaper ones after it may still be funded.
- ``greedy-no-skip``: the first project that is too dear ends the count.
- ``greedy-threshold``: only projects that reach ``min_project_score_threshold`` take part, then as ``greedy``.

Ties: more points, then the lower cost, then the order of the list. The rule is published with the count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from mingtang.engines.budgets.election import Election, Project


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a project is in or out: ``funded``, ``too_dear``, ``below_threshold``, ``after_the_end``, ``lost_comparison``, ``no_support``; what was missing."""

    code: str
    reason: str
    score: Fraction
    money_left: int
    missing: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Count:
    """The outcome: codes selected in the order of selection, the cost, and a reason for every project."""

    selected: tuple[str, ...]
    cost: int
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...] = ()


def greedy(election: Election, *, skip: bool = True, threshold: Fraction = Fraction(0), score: Callable[[Project], Fraction] | None = None) -> Count:
    """Count by the greedy rule; ``threshold`` is the least score that takes part."""
    points = score or (lambda project: election.scores[project.code])
    place = {project.code: i for i, project in enumerate(election.projects)}
    ranked = sorted(election.projects, key=lambda project: (-points(project), project.cost, place[project.code]))
    left, ended = election.budget, False
    selected: list[str] = []
    reasons: list[Reason] = []
    for project in ranked:
        reached = points(project)
        if reached <= 0:
            reasons.append(Reason(project.code, "no_support", reached, left))
        elif reached < threshold:
            reasons.append(Reason(project.code, "below_threshold", reached, left, threshold - reached))
        elif ended:
            reasons.append(Reason(project.code, "after_the_end", reached, left))
        elif project.cost > left:
            reasons.append(Reason(project.code, "too_dear", reached, left, Fraction(project.cost - left)))
            ended = not skip
        else:
            left -= project.cost
            selected.append(project.code)
            reasons.append(Reason(project.code, "funded", reached, left))
    return Count(tuple(selected), election.budget - left, tuple(reasons))
