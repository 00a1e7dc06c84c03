"""What the pages of a decision and of a contract show: reasons, rules, law, examples, files."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mingtang.platform.scenes.checking_tables import tables_of
from mingtang.platform.scenes.explain import law_of, spelt, spoken
from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.packs.files import file_hash
from mingtang.platform.scenes.reads import DecisionView
from mingtang.platform.scenes.shown import agency_name, day, laws, say_value, source_name


def decision(view: DecisionView, language: str) -> dict[str, Any]:
    """The page of a decision."""
    tongue = "zh" if language.startswith("zh") else "en"
    told, pack = view.document, view.pack
    heading = pack.heading
    shown: dict[str, Any] = {
        "view": view,
        "scene": pack.titles.say(language),
        "name": pack.name,
        "agency": agency_name(heading.agency, language),
        "pack_hash": view.pack_hash,
        "contract_hash": view.contract_hash,
        "on": day(view.on),
        "decided_at": view.decided_at,
        "appeal": heading.appeal.say(language),
        "next": heading.next.say(language),
        "law": laws(pack, language),
        "erased": told is None,
    }
    if told is None:
        return shown
    titles = {law["id"]: law for law in shown["law"]}
    shown |= {
        "kind": told["kind"],
        "say": told["say"][tongue],
        "results": [
            {"name": r["titles"][tongue], "value": _result(r["value"], tongue, r), "unit": r["unit"][tongue]}
            for r in told["results"]
        ],
        "facts": [
            {
                "name": f["titles"][tongue],
                "value": say_value(pack, f["name"], f["value"], language),
                "source": source_name(f["source"]),
                "basis": f["basis"][tongue],
            }
            for f in told["facts"]
        ],
        "parameters": [
            {"name": p["titles"][tongue], "value": _result(p["value"], tongue, p), "unit": p["unit"][tongue], "since": p["from"]}
            for p in told["parameters"]
        ],
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
        return {
            "input": _named(pack, one["input"], language),
            "value": say_value(pack, one["input"], one["value"], language),
            "cell": _cell(pack, one["input"], one["cell"], language),
        }

    def rule(one: dict[str, Any]) -> dict[str, Any]:
        law = one["law"]
        return {
            "number": one["rule"],
            "say": one[tongue],
            "law": titles.get(law["id"]),
            "article": law[tongue],
            "conditions": [condition(c) for c in one["conditions"]],
            "failed": condition(one["failed"]) if "failed" in one else None,
        }

    return {
        "decision": _named(pack, told["decision"], language),
        # The words that the scene has for its results serve for the tables on the way too.
        "value": _result(told["value"], tongue, {"options": _options(pack)}),
        "rules": told["rules"],
        "matched": [rule(one) for one in told["matched"]],
        "near": [rule(one) for one in told["near"]],
    }


def _options(pack: Pack) -> list[dict[str, Any]]:
    return [{"value": value, "zh": words.zh, "en": words.en} for result in pack.heading.results for value, words in result.options]


def _cell(pack: Pack, name: str, cell: str, language: str) -> str:
    """A cell in words where it only lists values that the fact has words for; else as it is written."""
    said = []
    for part in cell.split(","):
        plain: Any = part.strip()
        if plain in ("true", "false"):
            plain = plain == "true"
        elif plain.startswith('"') and plain.endswith('"'):
            plain = plain[1:-1]
        elif plain.isdecimal():
            plain = int(plain)
        fact = pack.facts.get(name)
        words = fact.shown(plain, language) if fact else None
        if words is None and not isinstance(plain, bool):
            return cell
        said.append(words or (_("Yes") if plain else _("No")))
    return _(" or ").join(said)


def _named(pack: Pack, name: str, language: str) -> str:
    """A fact, a decision or a number of the law by its title; anything else as it is written."""
    words = pack.heading.decisions.get(name)
    known = pack.facts.get(name) or pack.parameters.get(name)
    return words.say(language) if words else known.titles.say(language) if known else name


def contract(pack: Pack, publications: list, language: str) -> dict[str, Any]:
    """The page of a scene's contract: files with their hashes, earlier versions, worked examples."""
    files = [
        {
            "path": path,
            "size": len(content),
            "hash": file_hash(content),
            "href": reverse("scenes:file", args=[pack.hash, path]),
        }
        for path, content in sorted(pack.files.items())
    ]
    return {
        "name": pack.name,
        "scene": pack.titles.say(language),
        "version": pack.version,
        "hash": pack.hash,
        "files": files,
        "contracts": [{"name": name, "hash": pack.contract(name).hash} for name in pack.contracts],
        "tables": [table for name in pack.contracts for table in _rules(pack, name, language)],
        "publications": publications,
        "law": laws(pack, language),
        "examples": [
            {
                "name": example.name.say(language),
                "on": day(example.on),
                "why": example.why.say(language),
                "facts": [{"name": key, "value": say_value(pack, key, value, language)} for key, value in example.facts.items()],
                "expect": _expected(pack, example.expect, language),
            }
            for example in pack.examples
        ],
    }


def _expected(pack: Pack, expect: Any, language: str) -> list[dict[str, str]]:
    tongue = "zh" if language.startswith("zh") else "en"
    named = {result.name: result for result in pack.heading.results}

    def row(name: str, value: Any) -> dict[str, str]:
        result = named.get(name)
        options = [{"value": known, **words._asdict()} for known, words in result.options] if result else []
        shown_value = _result(value, tongue, {"options": options})
        return {
            "name": result.titles.say(language) if result else name,
            "value": f"{shown_value} {result.unit.say(language)}".strip() if result else shown_value,
        }

    return [row(name, value) for name, value in expect.items()] if isinstance(expect, dict) else [row("", expect)]


def _rules(pack: Pack, name: str, language: str) -> list[dict[str, Any]]:
    """Every table of a contract as a page shows it: the cells as written, the reason in the person's language."""
    tongue, model = "zh" if language.startswith("zh") else "en", pack.contract(name)
    shown_tables = []
    for decision in model.decisions.values():
        for title, table in tables_of(decision.logic, decision.name):
            notes = spoken(table)
            shown_tables.append(
                {
                    "title": _named(pack, title, language),
                    "policy": f"{table.hit_policy} {table.aggregation}".strip(),
                    "inputs": [_named(pack, clause.expression.text.strip(), language) for clause in table.inputs],
                    "outputs": [clause.name or _named(pack, title, language) for clause in table.outputs],
                    "width": len(table.inputs) + len(table.outputs),
                    "rules": [
                        {
                            "cells": [cell.text for cell in rule.inputs],
                            "values": [entry.text for entry in rule.outputs],
                            "say": note[tongue],
                            "article": law_of(note)[tongue],
                        }
                        for rule, note in zip(table.rules, notes, strict=True)
                    ],
                }
            )
    return shown_tables
