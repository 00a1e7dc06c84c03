"""What the pages of a scene show: plain dictionaries for the templates, words already in the person's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mingtang.kernel import CallerMistake
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.people import reads as people
from mingtang.platform.scenes.answers import BadAnswer, Given, Typed, token
from mingtang.platform.scenes.explain import spelt
from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.packs.form import Question
from mingtang.platform.scenes.packs.heading import ELEMENTS, TYPES
from mingtang.platform.scenes.reads import Entry


def type_name(kind: str) -> str:
    """The name of one of the four types of scenes."""
    return {
        "government-service": _("Government service"),
        "digital-industry": _("Digital industry"),
        "public-service": _("Public service"),
        "urban-living": _("Urban living"),
    }[kind]


def element_name(element: str) -> str:
    """The name of one of the five elements of a scene."""
    return {
        "space": _("Space"),
        "technology": _("Technology"),
        "people": _("People"),
        "platform": _("Platform"),
        "value": _("Public value"),
    }[element]


def channel_name(channel: str) -> str:
    """The name of a door to a scene."""
    return {
        "web": _("Online"),
        "simple": _("Large and simple pages"),
        "hall": _("Digital hall"),
        "counter": _("Counter"),
        "phone": _("Telephone"),
        "open311": _("Open311 apps"),
        "messenger": _("Messenger"),
        "email": _("E-mail"),
        "letter": _("Letter"),
        "import": _("Other hotlines"),
    }.get(channel, channel)


def catalogue(entries: list[Entry], query: str, kind: str, language: str) -> dict[str, Any]:
    """The catalogue, narrowed to what ``query`` finds and to one ``kind``."""
    found = [
        entry for entry in entries if (kind not in TYPES or entry.pack.heading.type == kind) and _speaks_of(entry.pack, query)
    ]
    return {
        "query": query,
        "kind": kind if kind in TYPES else "",
        "kinds": [{"code": code, "name": type_name(code)} for code in TYPES],
        "entries": [_card(entry, language) for entry in found],
        "count": len(found),
    }


def _card(entry: Entry, language: str) -> dict[str, Any]:
    heading = entry.pack.heading
    return {
        "href": heading.page or reverse("scenes:scene", args=[heading.name]),
        "guide": reverse("scenes:scene", args=[heading.name]),
        "title": heading.titles.say(language),
        "summary": heading.summary.say(language),
        "type": type_name(heading.type),
        "agency": agency_name(heading.agency, language),
        "draft": entry.published_at is None,
        "channels": [channel_name(channel) for channel in heading.channels],
    }


def _speaks_of(pack: Pack, query: str) -> bool:
    heading = pack.heading
    text = "\n".join((*heading.titles, *heading.summary, *heading.words)).lower()
    return all(word in text for word in query.lower().split())


def agency_name(code: str, language: str) -> str:
    """The name of the unit that answers for a scene."""
    try:
        return people.unit(code).name(language)
    except CallerMistake:  # a pack may be read before its agency is set up
        return code


def scene(pack: Pack, language: str) -> dict[str, Any]:
    """The page of one scene."""
    heading = pack.heading
    return {
        "name": heading.name,
        "title": heading.titles.say(language),
        "summary": heading.summary.say(language),
        "guide": pack.guide(language) if _guide_file(language) in pack.files else "",
        "type": type_name(heading.type),
        "agency": agency_name(heading.agency, language),
        "start": heading.page or (reverse("scenes:apply", args=[heading.name]) if pack.decides else ""),
        "questions": len(pack.questions),
        "elements": [{"name": element_name(key), "value": heading.elements[key].say(language)} for key in ELEMENTS],
        "channels": [channel_name(channel) for channel in heading.channels],
        "law": laws(pack, language),
        "has_contract": bool(pack.contracts),
        "facts": facts_needed(pack, language),
        "version": pack.version,
        "hash": pack.hash,
    }


def _guide_file(language: str) -> str:
    return "guide.zh.md" if language.startswith("zh") else "guide.en.md"


def laws(pack: Pack, language: str) -> list[dict[str, Any]]:
    """The law of the scene, in full."""
    return [
        {
            "id": law.id,
            "title": law.titles.say(language),
            "issuer": law.issuer.say(language),
            "number": law.number,
            "url": law.url,
            "date": day(law.date) if law.date else "",
            "effective": day(law.effective) if law.effective else "",
            "note": law.note.say(language),
        }
        for law in pack.heading.law
    ]


def facts_needed(pack: Pack, language: str) -> list[dict[str, str]]:
    """What the scene asks for, why, on which ground and from where."""
    return [
        {
            "title": fact.titles.say(language),
            "purpose": fact.purpose.say(language),
            "source": source_name(fact.source),
            "basis": fact.basis.article.say(language) if fact.basis else "",
        }
        for fact in pack.facts.values()
    ]


def source_name(source: str) -> str:
    """Where a fact comes from, in words."""
    kind, _sep, register = source.partition(":")
    return {
        "resident": _("You yourself"),
        "date-of-effect": _("The calendar"),
        "office": _("The office found out"),
        "law": _("The law itself"),
        "register": _("Register: %(name)s") % {"name": register_name(register, get_language() or "zh-hans")},
    }.get(kind, source)


def register_name(code: str, language: str) -> str:
    """A register's name in words, from its declaration."""
    found = next((spec for spec in exchange.declared() if spec.code == code), None)
    return found.titles.fill(language, {}) if found else code


def posted(question: Question, post: QueryDict) -> Typed:
    """What the form of ``question`` sent, as typed."""
    if question.type == "date":
        return [post.get(f"{question.id}-{part}", "") for part in ("year", "month", "day")]
    return post.getlist(question.id)


def next_after(question: Question, given: Given, back: str) -> Question | None:
    """The question after ``question``: the next shown one, or on the way back from the check page only one still open."""
    if back == "check":
        return given.next
    after = given.shown[given.shown.index(question) + 1 :]
    return after[0] if after else given.next


def question(pack: Pack, asked: Question, given: Given, typed: Typed, fault: BadAnswer | None, language: str) -> dict[str, Any]:
    """One question's page."""
    place = given.shown.index(asked)
    before = given.shown[place - 1] if place else None
    name = pack.name
    return {
        "name": name,
        "scene": pack.titles.say(language),
        "question": asked,
        "title": asked.titles.say(language),
        "hint": asked.hint.say(language),
        "step": place + 1,
        "steps": max(len(given.shown), place + 1),
        "fault": fault.message(language) if fault else "",
        "before": reverse("scenes:question", args=[name, before.id]) if before else reverse("scenes:scene", args=[name]),
        "parts": _date_parts(asked, typed) if asked.type == "date" else [],
        "value": typed[0] if typed else "",
        "options": [
            {
                "token": token(option.value),
                "title": option.titles.say(language),
                "hint": option.hint.say(language),
                "chosen": token(option.value) in typed,
            }
            for option in asked.options
        ],
        "yes": "yes" in typed,
        "no": "no" in typed,
        "first_id": f"{asked.id}-year"
        if asked.type == "date"
        else f"{asked.id}-0"
        if asked.type in ("choice", "choices", "yes-no")
        else asked.id,
    }


def _date_parts(asked: Question, typed: Typed) -> list[dict[str, str]]:
    words = {"year": _("Year"), "month": _("Month"), "day": _("Day")}
    typed = [*typed, "", "", ""]
    return [
        {"id": f"{asked.id}-{part}", "title": title, "value": typed[i], "size": "4" if part == "year" else "2"}
        for i, (part, title) in enumerate(words.items())
    ]


def check(pack: Pack, given: Given, language: str) -> dict[str, Any]:
    """Check your answers."""
    rows = [
        {
            "name": _fact_title(pack, question.fact, language) or question.titles.say(language),
            "value": say_value(pack, question.fact, given.facts.get(question.fact), language),
            "href": reverse("scenes:question", args=[pack.name, question.id]) + "?change",
        }
        for question in given.shown
    ]
    return {
        "name": pack.name,
        "scene": pack.titles.say(language),
        "rows": rows,
        "agency": agency_name(pack.heading.agency, language),
    }


def _fact_title(pack: Pack, fact: str, language: str) -> str:
    return pack.facts[fact].titles.say(language) if fact in pack.facts else ""


def asks(facts: list, language: str) -> list[dict[str, str]]:
    """What the registers will be asked, before the person agrees to send."""
    return [{"title": fact.titles.say(language), "source": register_name(fact.register, language), "purpose": fact.purpose.say(language)} for fact in facts]


def say_value(pack: Pack, fact: str, value: Any, language: str) -> str:
    """A fact's value in words."""
    known = pack.facts.get(fact)
    if isinstance(value, list):
        return _(", ").join(say_value(pack, fact, item, language) for item in value) or _("None")
    words = known.shown(value, language) if known else None
    if words:
        return words
    if value is None or value == "":
        return _("Not stated")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day(value)
    if known and known.type == "date" and isinstance(value, str):
        return day(date.fromisoformat(value))
    return f"{value:,}" if isinstance(value, Decimal) else spelt(value)


def day(value: date) -> str:
    """A day in the language of the page."""
    return date_format(value, "DATE_FORMAT")
