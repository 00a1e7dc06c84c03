"""What the check page and the contract page show of a report: tables with the faulty cells marked, findings, verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from mingtang.platform.scenes.checking_names import lines_of
from mingtang.platform.scenes.checking_tables import tables_of
from mingtang.platform.scenes.contract_report import Report
from mingtang.platform.scenes.packs import Finding, Pack

if TYPE_CHECKING:
    from mingtang.engines.dmn.model import DecisionTable

_MOST_RULES = 300  # of one table are drawn; findings are shown in full
_MOST_FINDINGS = 200


def report(told: Report, language: str) -> dict[str, Any]:
    """The report as the check page shows it."""
    tongue = _tongue(language)
    tables = []
    for file, model in told.models.items():
        lines = lines_of(told.contents[file])
        here = [one for one in told.findings if one.file == file]
        for element in (*model.decisions.values(), *model.bkms.values()):
            for title, table in tables_of(element.logic, element.name):
                own = [one for one in here if one.path in (title, element.name)]
                tables.append(_table(file, title, table, lines, own, tongue))
    return {
        "name": told.name,
        "errors": told.errors,
        "findings": [
            {"level": one.level, "place": one.place(), "text": getattr(one.text, tongue), "code": one.code}
            for one in told.findings[:_MOST_FINDINGS]
        ],
        "more_findings": max(0, len(told.findings) - _MOST_FINDINGS),
        "tables": tables,
        "verdicts": verdicts(told.verdicts, told.pack, language),
        "hashes": [{"file": file, "hash": model.hash} for file, model in told.models.items()],
    }


def _tongue(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"


def _table(
    file: str, title: str, table: DecisionTable, lines: dict[str, int], findings: list[Finding], tongue: str
) -> dict[str, Any]:
    """One table; what is said of it as a whole stands beneath it, what is said of a rule with the rule.

    A finding knows its line; where a file has several rules on one line, nothing is marked and all stands beneath.
    """
    at: dict[int, list[Finding]] = {}
    for one in findings:
        at.setdefault(one.line, []).append(one)
    if len({lines.get(rule.id) for rule in table.rules}) < len(table.rules):
        lines = {}
    rules = []
    for number, rule in enumerate(table.rules[:_MOST_RULES], 1):
        cells = []
        said = at.pop(lines.get(rule.id, -1), [])
        for part in (*rule.inputs, *rule.outputs):
            own = at.pop(lines.get(part.id, -1), [])
            cells.append({"text": part.text.strip() or "-", "is_bad": bool(own)})
            said = [*said, *own]
        is_bad = any(one.level == "error" for one in said)
        rules.append({"number": number, "cells": cells, "said": _said(said, tongue), "is_bad": is_bad})
    whole = [one for some in at.values() for one in some]
    return {
        "file": file,
        "title": title,
        "policy": f"{table.hit_policy} {table.aggregation}".strip(),
        "inputs": [clause.label or clause.expression.text.strip() for clause in table.inputs],
        "outputs": [clause.label or clause.name or title for clause in table.outputs],
        "width": len(table.inputs) + len(table.outputs) + 1,
        "rules": rules,
        "hidden": max(0, len(table.rules) - _MOST_RULES),
        "said": _said(whole, tongue),
        "is_sound": not any(one.level == "error" for one in findings),
    }


def _said(findings: list[Finding], tongue: str) -> list[dict[str, str]]:
    return [{"level": one.level, "text": getattr(one.text, tongue)} for one in findings]


def verdicts(told: list[dict[str, Any]], pack: Pack | None, language: str) -> list[dict[str, Any]]:
    """Verdicts in words, each counterexample as a person's case: the facts by their titles."""
    from mingtang.platform.scenes.shown import say_value

    tongue = _tongue(language)
    words = {"proved": _("Proved"), "refuted": _("Does not hold"), "unknown": _("Not proven")}
    return [
        {
            "id": one["property"],
            "title": one["titles"][tongue],
            "status": one["status"],
            "word": words[one["status"]],
            "required": one["required"],
            "reason": one["reason"][tongue],
            "case": [
                {
                    "name": pack.facts[name].titles.say(language) if pack and name in pack.facts else name,
                    "value": say_value(pack, name, value, language) if pack and name in pack.facts else value,
                }
                for name, value in (one["case"] or {}).items()
            ],
        }
        for one in told
    ]
