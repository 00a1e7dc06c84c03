"""What the pages of a scene show: plain dictionaries for the templates, words already in the person's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mingtang.kernel import CallerMistake
from mingtang.platform.people import reads as people
from mingtang.platform.scenes.answers import BadAnswer, Given, Typed, token
from mingtang.platform.scenes.checking_tables import tables_of
from mingtang.platform.scenes.explain import law_of, spelt, spoken
from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.packs.files import file_hash
from mingtang.platform.scenes.packs.form import Question
from mingtang.platform.scenes.packs.heading import ELEMENTS, TYPES
from mingtang.platform.scenes.reads import DecisionView, Entry


def type_name(kind: str) -> str:
    """The name of one of the four types of scenes."""
    return {
        "government-service": _("Government service"), "digital-industry": _("Digital industry"),
        "public-service": _("Public service"), "urban-living": _("Urban living"),
    }[kind]


def element_name(element: str) -> str:
    """The name of one of the five elements of a scene."""
    return {
        "space": _("Space"), "technology": _("Technology"), "people": _("People"), "platform": _("Platform"), "value": _("Public value"),
    }[element]


def channel_name(channel: str) -> str:
    """The name of a door to a scene."""
    return {
        "web": _("Online"), "simple": _("Large and simple pages"), "hall": _("Digital hall"), "counter": _("Counter"), "phone": _("Telephone"),
        "open311": _("Open311 apps"), "messenger": _("Messenger"), "email": _("E-mail"), "letter": _("Letter"), "import": _("Other hotlines"),
    }.get(channel, channel)


def catalogue(entries: list[Entry], query: str, kind: str, language: str) -> dict[str, Any]:
    """The catalogue, narrowed to what ``query`` finds and to one ``kind``."""
    found = [entry for entry in entries if (kind not in TYPES or entry.pack.heading.type == kind) and _speaks_of(entry.pack, query)]
    return {
        "query": query, "kind": kind if kind in TYPES else "",
        "kinds": [{"code": code, "name": type_name(code)} for code in TYPES],
        "entries": [_card(entry, language) for entry in found],
        "count": len(found),
    }


def _card(entry: Entry, language: str) -> dict[str, Any]:
    heading = entry.pack.heading
    return {
        "href": heading.page or reverse("scenes:scene", args=[heading.name]), "guide": reverse("scenes:scene", args=[heading.name]),
        "title": heading.titles.say(language), "summary": heading.summary.say(language), "type": type_name(heading.type),
        "agency": _agency(heading.agency, language), "draft": entry.published_at is None,
        "channels": [channel_name(channel) for channel in heading.channels],
    }


def _speaks_of(pack: Pack, query: str) -> bool:
    heading = pack.heading
    text = "\n".join((*heading.titles, *heading.summary, *heading.words)).lower()
    return all(word in text for word in query.lower().split())


def _agency(code: str, language: str) -> str:
    try:
        return people.unit(code).name(language)
    except CallerMistake:  # a pack may be read before its agency is set up
        return code


def scene(pack: Pack, language: str) -> dict[str, Any]:
    """The page of one scene."""
    heading = pack.heading
    return {
        "name": heading.name, "title": heading.titles.say(language), "summary": heading.summary.say(language),
        "guide": pack.guide(language) if _guide_file(language) in pack.files else "",
        "type": type_name(heading.type), "agency": _agency(heading.agency, language),
        "start": heading.page or (reverse("scenes:apply", args=[heading.name]) if pack.decides else ""),
        "questions": len(pack.questions),
        "elements": [{"name": element_name(key), "value": heading.elements[key].say(language)} for key in ELEMENTS],
        "channels": [channel_name(channel) for channel in heading.channels],
        "law": laws(pack, language), "has_contract": bool(pack.contracts), "facts": facts_needed(pack, language),
        "version": pack.version, "hash": pack.hash,
    }


def _guide_file(language: str) -> str:
    return "guide.zh.md" if language.startswith("zh") else "guide.en.md"


def laws(pack: Pack, language: str) -> list[dict[str, Any]]:
    """The law of the scene, in full."""
    return [{
        "id": law.id, "title": law.titles.say(language), "issuer": law.issuer.say(language), "number": law.number, "url": law.url,
        "date": day(law.date) if law.date else "", "effective": day(law.effective) if law.effective else "", "note": law.note.say(language),
    } for law in pack.heading.law]


def facts_needed(pack: Pack, language: str) -> list[dict[str, str]]:
    """What the scene asks for, why, on which ground and from where."""
    return [{
        "title": fact.titles.say(language), "purpose": fact.purpose.say(language), "source": source_name(fact.source),
        "basis": fact.basis.article.say(language) if fact.basis else "",
    } for fact in pack.facts.values()]


def source_name(source: str) -> str:
    """Where a fact comes from, in words."""
    kind, _sep, register = source.partition(":")
    return {
        "resident": _("You yourself"), "date-of-effect": _("The calendar"), "office": _("The office found out"),
        "law": _("The law itself"), "register": _("Register: %(name)s") % {"name": register},
    }.get(kind, source)


def posted(question: Question, post: QueryDict) -> Typed:
    """What the form of ``question`` sent, as typed."""
    if question.type == "date":
        return [post.get(f"{question.id}-{part}", "") for part in ("year", "month", "day")]
    return post.getlist(question.id)


def next_after(question: Question, given: Given, back: str) -> Question | None:
    """The question after ``question``: the next shown one, or on the way back from the check page only one still open."""
    if back == "check":
        return given.next
    after = given.shown[given.shown.index(question) + 1:]
    return after[0] if after else given.next


def question(pack: Pack, asked: Question, given: Given, typed: Typed, fault: BadAnswer | None, language: str) -> dict[str, Any]:
    """One question's page."""
    place = given.shown.index(asked)
    before = given.shown[place - 1] if place else None
    name = pack.name
    return {
        "name": name, "scene": pack.titles.say(language), "question": asked, "title": asked.titles.say(language), "hint": asked.hint.say(language),
        "step": place + 1, "steps": max(len(given.shown), place + 1), "fault": fault.message(language) if fault else "",
        "before": reverse("scenes:question", args=[name, before.id]) if before else reverse("scenes:scene", args=[name]),
        "parts": _date_parts(asked, typed) if asked.type == "date" else [],
        "value": typed[0] if typed else "",
        "options": [
            {"token": token(option.value), "title": option.titles.say(language), "hint": option.hint.say(language), "chosen": token(option.value) in typed}
            for option in asked.options
        ],
        "yes": "yes" in typed, "no": "no" in typed,
        "first_id": f"{asked.id}-year" if asked.type == "date" else f"{asked.id}-0" if asked.type in ("choice", "choices", "yes-no") else asked.id,
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
    rows = [{
        "name": _fact_title(pack, question.fact, language) or question.titles.say(language),
        "value": say_value(pack, question.fact, given.facts.get(question.fact), language),
        "href": reverse("scenes:question", args=[pack.name, question.id]) + "?change",
    } for question in given.shown]
    return {"name": pack.name, "scene": pack.titles.say(language), "rows": rows, "agency": _agency(pack.heading.agency, language)}


def _fact_title(pack: Pack, fact: str, language: str) -> str:
    return pack.facts[fact].titles.say(language) if fact in pack.facts else ""


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


def decision(view: DecisionView, language: str) -> dict[str, Any]:
    """The page of a decision."""
    tongue = "zh" if language.startswith("zh") else "en"
    told, pack = view.document, view.pack
    heading = pack.heading
    shown: dict[str, Any] = {
        "view": view, "scene": pack.titles.say(language), "name": pack.name, "agency": _agency(heading.agency, language),
        "pack_hash": view.pack_hash, "contract_hash": view.contract_hash, "on": day(view.on), "decided_at": view.decided_at,
        "appeal": heading.appeal.say(language), "next": heading.next.say(language), "law": laws(pack, language), "erased": told is None,
    }
    if told is None:
        return shown
    titles = {law["id"]: law for law in shown["law"]}
    shown |= {
        "kind": told["kind"], "say": told["say"][tongue],
        "results": [{"name": r["titles"][tongue], "value": _result(r["value"], tongue, r), "unit": r["unit"][tongue]} for r in told["results"]],
        "facts": [{
            "name": f["titles"][tongue], "value": say_value(pack, f["name"], f["value"], language), "source": source_name(f["source"]),
            "basis": f["basis"][tongue],
        } for f in told["facts"]],
        "parameters": [{"name": p["titles"][tongue], "value": _result(p["value"], tongue, p), "unit": p["unit"][tongue], "since": p["from"]} for p in told["parameters"]],
        "tables": [_table(pack, t, language, titles) for t in told["tables"]],
        "faults": told["faults"],
    }
    return shown


def _result(value: Any, tongue: str, part: dict[str, Any]) -> str:
    for option in part.get("options", ()):
        if option["value"] == value:
            return option[tongue]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None:
        return _("Not decided")
    return spelt(value)


def _table(pack: Pack, told: dict[str, Any], language: str, titles: dict[str, dict]) -> dict[str, Any]:
    tongue = "zh" if language.startswith("zh") else "en"

    def condition(one: dict[str, Any]) -> dict[str, Any]:
        return {"input": _named(pack, one["input"], language), "value": say_value(pack, one["input"], one["value"], language), "cell": one["cell"]}

    def rule(one: dict[str, Any]) -> dict[str, Any]:
        law = one["law"]
        return {
            "number": one["rule"], "say": one[tongue], "law": titles.get(law["id"]), "article": law[tongue],
            "conditions": [condition(c) for c in one["conditions"]], "failed": condition(one["failed"]) if "failed" in one else None,
        }

    return {
        "decision": _named(pack, told["decision"], language), "value": _result(told["value"], tongue, {}), "rules": told["rules"],
        "matched": [rule(one) for one in told["matched"]], "near": [rule(one) for one in told["near"]],
    }


def _named(pack: Pack, name: str, language: str) -> str:
    """A fact, a decision or a number of the law by its title; anything else as it is written."""
    words = pack.heading.decisions.get(name)
    known = pack.facts.get(name) or pack.parameters.get(name)
    return words.say(language) if words else known.titles.say(language) if known else name


def contract(pack: Pack, publications: list, language: str) -> dict[str, Any]:
    """The page of a scene's contract: files with their hashes, earlier versions, worked examples."""
    files = [{
        "path": path, "size": len(content), "hash": file_hash(content), "href": reverse("scenes:file", args=[pack.hash, path]),
    } for path, content in sorted(pack.files.items())]
    return {
        "name": pack.name, "scene": pack.titles.say(language), "version": pack.version, "hash": pack.hash, "files": files,
        "contracts": [{"name": name, "hash": pack.contract(name).hash} for name in pack.contracts],
        "tables": [table for name in pack.contracts for table in _rules(pack, name, language)],
        "publications": publications, "law": laws(pack, language),
        "examples": [{"name": example.name.say(language), "on": day(example.on), "why": example.why.say(language),
                      "facts": [{"name": key, "value": say_value(pack, key, value, language)} for key, value in example.facts.items()],
                      "expect": _expected(pack, example.expect, language)} for example in pack.examples],
    }


def _expected(pack: Pack, expect: Any, language: str) -> list[dict[str, str]]:
    tongue = "zh" if language.startswith("zh") else "en"
    named = {result.name: result for result in pack.heading.results}

    def row(name: str, value: Any) -> dict[str, str]:
        result = named.get(name)
        options = [{"value": known, **words._asdict()} for known, words in result.options] if result else []
        shown_value = _result(value, tongue, {"options": options})
        return {"name": result.titles.say(language) if result else name, "value": f"{shown_value} {result.unit.say(language)}".strip() if result else shown_value}

    return [row(name, value) for name, value in expect.items()] if isinstance(expect, dict) else [row("", expect)]


def _rules(pack: Pack, name: str, language: str) -> list[dict[str, Any]]:
    """Every table of a contract as a page shows it: the cells as written, the reason in the person's language."""
    tongue, model = "zh" if language.startswith("zh") else "en", pack.contract(name)
    shown_tables = []
    for decision in model.decisions.values():
        for title, table in tables_of(decision.logic, decision.name):
            notes = spoken(table)
            shown_tables.append({
                "title": _named(pack, title, language), "policy": f"{table.hit_policy} {table.aggregation}".strip(),
                "inputs": [_named(pack, clause.expression.text.strip(), language) for clause in table.inputs],
                "outputs": [clause.name or _named(pack, title, language) for clause in table.outputs],
                "width": len(table.inputs) + len(table.outputs),
                "rules": [{
                    "cells": [cell.text for cell in rule.inputs], "values": [entry.text for entry in rule.outputs],
                    "say": note[tongue], "article": law_of(note)[tongue],
                } for rule, note in zip(table.rules, notes, strict=True)],
            })
    return shown_tables
