"""``scene.yaml``: what the scene is, whose it is, where it is open, which law it follows, how its result is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingtang.platform.scenes.packs.files import NAME
from mingtang.platform.scenes.packs.located import Cursor, Words

TYPES = ("government-service", "digital-industry", "public-service", "urban-living")
ELEMENTS = ("space", "technology", "people", "platform", "value")
CHANNELS = ("web", "simple", "hall", "counter", "phone", "open311", "messenger", "email", "letter", "import")
OUTCOMES = ("granted", "refused", "told")


@dataclass(frozen=True, slots=True)
class Law:
    """A published rule that the scene follows."""

    id: str
    titles: Words
    issuer: Words
    number: str
    date: date | None
    effective: date | None
    url: str
    note: Words


@dataclass(frozen=True, slots=True)
class Basis:
    """A place in a law."""

    law: str
    article: Words


@dataclass(frozen=True, slots=True)
class Result:
    """One part of the decision's value to show: ``name`` is its component, "" the value itself."""

    name: str
    titles: Words
    unit: Words
    options: tuple[tuple[Any, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The sentence that tells the result when the FEEL condition ``when`` holds over ``result``."""

    kind: str
    when: str
    say: Words


@dataclass(frozen=True, slots=True)
class Heading:
    """All of ``scene.yaml``."""

    name: str
    version: str
    titles: Words
    summary: Words
    type: str
    elements: dict[str, Words]
    agency: str
    channels: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    words: tuple[str, ...]
    law: tuple[Law, ...]
    contract: str
    decision: str
    decisions: dict[str, Words]
    results: tuple[Result, ...]
    outcomes: tuple[Outcome, ...]
    appeal: Words
    next: Words
    page: str

    def law_of(self, ident: str) -> Law | None:
        """The law with this id."""
        return next((law for law in self.law if law.id == ident), None)


def read_heading(at: Cursor) -> Heading:
    """Read ``scene.yaml``; every fault is noted at its place."""
    at.fields(
        "summary",
        "words",
        "law",
        "contract",
        "decision",
        "decisions",
        "results",
        "outcomes",
        "appeal",
        "next",
        "page",
        needed=("name", "version", "titles", "type", "elements", "agency", "channels", "effective"),
    )
    elements = at.at("elements")
    if elements.given:
        elements.fields(needed=ELEMENTS)
    effective = at.at("effective")
    if effective.given:
        effective.fields("until", needed=("from",))
    start, until = effective.at("from").day(date.min) or date.min, effective.at("until").day()
    if until is not None and until < start:
        effective.at("until").fault("早于生效日期", "is before the day it takes effect")
    return Heading(
        name=at.at("name").text(pattern=NAME, longest=60),
        version=at.at("version").text(pattern=r"[0-9A-Za-z][0-9A-Za-z.-]{0,30}"),
        titles=at.at("titles").words(),
        summary=at.at("summary").words(needed=False),
        type=at.at("type").one_of(TYPES),
        elements={key: elements.at(key).words(needed=False) for key in ELEMENTS},
        agency=at.at("agency").text(longest=40),
        channels=tuple(item.one_of(CHANNELS) for item in at.at("channels").items(needed=True)),
        effective_from=start,
        effective_until=until,
        words=tuple(item.text(longest=60) for item in at.at("words").items()),
        law=tuple(_law(item) for item in at.at("law").items()),
        contract=at.at("contract").text("rules", pattern=NAME),
        decision=at.at("decision").text(longest=200),
        decisions={name: words.words() for name, words in at.at("decisions").keys()},
        results=tuple(_result(item) for item in at.at("results").items()),
        outcomes=tuple(_outcome(item) for item in at.at("outcomes").items()),
        appeal=at.at("appeal").words(needed=False),
        next=at.at("next").words(needed=False),
        page=at.at("page").text(pattern=r"/[a-z0-9/-]*"),
    )


def read_basis(at: Cursor, laws: frozenset[str]) -> Basis | None:
    """``{law: id, article: {zh, en}}``; the law must be one that scene.yaml lists."""
    if not at.given:
        return None
    at.fields("article", needed=("law",))
    law = at.at("law").text()
    if law and law not in laws:
        at.at("law").fault(f"scene.yaml 没有列出法规“{law}”", f"scene.yaml lists no law “{law}”", "scenes.unknown_law")
    return Basis(law, at.at("article").words(needed=False))


def _law(at: Cursor) -> Law:
    at.fields("issuer", "number", "date", "effective", "url", "note", needed=("id", "titles"))
    return Law(
        at.at("id").text(pattern=r"[a-z0-9][a-z0-9.-]{0,60}"),
        at.at("titles").words(),
        at.at("issuer").words(needed=False),
        at.at("number").text(),
        at.at("date").day(),
        at.at("effective").day(),
        at.at("url").text(pattern=r"https?://[^\s<>\"]{1,400}"),
        at.at("note").words(needed=False),
    )


def _result(at: Cursor) -> Result:
    at.fields("name", "unit", "options", needed=("titles",))
    options = []
    for item in at.at("options").items():
        item.fields(needed=("value", "zh", "en"))
        options.append((item.at("value").value, Words(item.at("zh").text(), item.at("en").text())))
    return Result(at.at("name").text(), at.at("titles").words(), at.at("unit").words(needed=False), tuple(options))


def _outcome(at: Cursor) -> Outcome:
    at.fields("when", needed=("kind", "say"))
    return Outcome(at.at("kind").one_of(OUTCOMES), at.at("when").text(), at.at("say").words())
