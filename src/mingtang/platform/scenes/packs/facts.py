"""``facts.yaml``: what the scene needs to know, from where, for what, on which legal ground; and ``parameters.yaml``: the law's
own dated numbers.

Sources of a fact:

    resident           the person states it in the form
    date-of-effect     the day for which the decision is made
    register:NAME      a register gives it, through the exchange
    office             an official or another part of Mingtang finds it out (named in the purpose)

A fact of a register that the exchange is to fetch says what: ``ask: {field: standing, by: applicant}``; the list's ``exchange: {purpose, ground}`` says
under which purpose, and ``ask`` may name another. Registers without ``ask`` are asked by the office itself.

A parameter is no fact about a person: it is a number of the law that changes by date. The contract sees it as an input
of its own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingtang.platform.scenes.packs.heading import Basis, read_basis
from mingtang.platform.scenes.packs.located import Cursor, Words

FACT_TYPES = ("text", "number", "boolean", "date", "time", "date and time", "duration", "list", "context")
_SOURCES = r"resident|date-of-effect|office|register:[a-z][a-z0-9-]*"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the exchange is asked for a fact: a field or a predicate of the register, found by ``by``.

    ``by`` is ``applicant`` (the person who applies), ``agreed`` (who gave the code in the fact ``agreed``) or the name of the fact that holds the key.
    """

    field: str
    predicate: str
    by: str
    agreed: str
    purpose: str
    ground: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the scene needs to know. ``protected`` facts may never decide; ``changeable`` ones a person can change."""

    name: str
    type: str
    titles: Words
    source: str
    purpose: Words
    basis: Basis | None
    protected: bool
    changeable: bool
    values: tuple[tuple[Any, Words], ...]
    optional: bool
    ask: Asked | None = None

    @property
    def register(self) -> str:
        """The register that gives the fact, or ""."""
        return self.source.removeprefix("register:") if self.source.startswith("register:") else ""

    def shown(self, value: Any, language: str) -> str | None:
        """The words for ``value`` where the fact lists its values, else None."""
        return next((words.say(language) for known, words in self.values if known == value), None)


@dataclass(frozen=True, slots=True)
class Dated:
    """A value of the law from a day on."""

    since: date
    value: Any
    basis: Basis | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law with its values by date, oldest first."""

    name: str
    titles: Words
    unit: Words
    values: tuple[Dated, ...]

    def on(self, day: date) -> Dated | None:
        """The value in force on ``day``, or None before the first."""
        found = None
        for value in self.values:
            if value.since <= day:
                found = value
        return found


def read_facts(at: Cursor, laws: frozenset[str]) -> dict[str, Fact]:
    """Read ``facts.yaml``."""
    at.fields("exchange", needed=("facts",))
    usual = at.at("exchange")
    if usual.given:
        usual.fields(needed=("purpose", "ground"))
    found: dict[str, Fact] = {}
    for item in at.at("facts").items(needed=True):
        fact = _fact(item, laws, usual)
        if fact.name in found:
            item.at("name").fault(f"事实“{fact.name}”重复", f"the fact “{fact.name}” is given twice")
        found[fact.name] = fact
    return found


def _asked(at: Cursor, usual: Cursor) -> Asked | None:
    if not at.given:
        return None
    at.fields("field", "predicate", "agreed", "purpose", "ground", needed=("by",))
    asked = Asked(
        at.at("field").text(longest=60),
        at.at("predicate").text(longest=60),
        at.at("by").text(longest=120),
        at.at("agreed").text(longest=120),
        at.at("purpose").text(longest=60) or (usual.at("purpose").text() if usual.given else ""),
        at.at("ground").text(longest=60) or (usual.at("ground").text() if usual.given else ""),
    )
    if bool(asked.field) == bool(asked.predicate):
        at.fault("要写 field 或 predicate，只写一个", "says either field or predicate")
    return asked


def _fact(at: Cursor, laws: frozenset[str], usual: Cursor) -> Fact:
    at.fields("ask", "basis", "protected", "changeable", "values", "optional", needed=("name", "type", "titles", "source", "purpose"))
    values = []
    for item in at.at("values").items():
        item.fields(needed=("value", "zh", "en"))
        values.append((item.at("value").value, Words(item.at("zh").text(), item.at("en").text())))
    return Fact(
        at.at("name").text(longest=120),
        at.at("type").one_of(FACT_TYPES),
        at.at("titles").words(),
        at.at("source").text(pattern=_SOURCES),
        at.at("purpose").words(),
        read_basis(at.at("basis"), laws),
        at.at("protected").flag(),
        at.at("changeable").flag(),
        tuple(values),
        at.at("optional").flag(),
        _asked(at.at("ask"), usual),
    )


def read_parameters(at: Cursor, laws: frozenset[str]) -> dict[str, Parameter]:
    """Read ``parameters.yaml``."""
    at.fields(needed=("parameters",))
    found: dict[str, Parameter] = {}
    for item in at.at("parameters").items(needed=True):
        parameter = _parameter(item, laws)
        if parameter.name in found:
            item.at("name").fault(f"参数“{parameter.name}”重复", f"the parameter “{parameter.name}” is given twice")
        found[parameter.name] = parameter
    return found


def _parameter(at: Cursor, laws: frozenset[str]) -> Parameter:
    at.fields("unit", needed=("name", "titles", "values"))
    values: list[Dated] = []
    for item in at.at("values").items(needed=True):
        item.fields("basis", needed=("from", "value"))
        since = item.at("from").day(date.min) or date.min
        if values and since <= values[-1].since:
            item.at("from").fault("日期须从早到晚", "the days must go from early to late")
        values.append(Dated(since, item.at("value").value, read_basis(item.at("basis"), laws)))
    return Parameter(at.at("name").text(longest=120), at.at("titles").words(), at.at("unit").words(needed=False), tuple(values))
