"""A participatory-budgeting election: projects with costs, ballots, a budget. Votes of equal content are counted as one group.

Money is in whole units of the currency (integers); costs with cents are multiplied up when read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from mingtang.kernel.errors import RefusedInput, Sentence


class NotAnElection(RefusedInput):
    """The file or the figures do not make an election."""

    code = "budgets.not_an_election"
    text = Sentence("这份预算表决数据不能计票：{reason}。", "This budget election cannot be counted: {reason}.")
    next_step = Sentence("请按所示位置改正文件；格式见 docs/specs/budgets.md。", "Correct the file at the place shown; docs/specs/budgets.md has the format.")


@dataclass(frozen=True, slots=True)
class Project:
    """One project: ``cost`` in whole currency units; ``official`` is True or False where the file says what was selected, else None."""

    code: str
    cost: int
    name: str = ""
    official: bool | None = None
    given_score: Fraction | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Election:
    """``ballots`` maps a ballot - a tuple of (project code, points) - to the number of voters who cast it."""

    projects: tuple[Project, ...]
    ballots: Mapping[tuple[tuple[str, Fraction], ...], int]
    budget: int
    vote_type: str = "approval"
    rule: str = ""
    meta: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Project]:
        return {project.code: project for project in self.projects}

    @cached_property
    def voters(self) -> int:
        """How many ballots were cast."""
        return sum(self.ballots.values())

    @cached_property
    def votes(self) -> Counter[str]:
        """For each project, how many voters named it."""
        counted: Counter[str] = Counter()
        for ballot, voters in self.ballots.items():
            for code, _ in ballot:
                counted[code] += voters
        return counted

    @cached_property
    def scores(self) -> dict[str, Fraction]:
        """For each project the sum of points; for approval ballots that is the number of votes."""
        counted = {project.code: Fraction(0) for project in self.projects}
        for ballot, voters in self.ballots.items():
            for code, points in ballot:
                counted[code] += points * voters
        return counted

    @cached_property
    def official(self) -> tuple[str, ...] | None:
        """The codes of the projects that the file says were selected, or None where it does not say."""
        if all(project.official is None for project in self.projects):
            return None
        return tuple(project.code for project in self.projects if project.official)
