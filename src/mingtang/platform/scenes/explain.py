"""A decision as a document: what was decided, by which rules, on which facts, under which law. JSON values, in both languages.

It is the body of the act, so the receipt carries the whole explanation; the page only lays it out.

Annotation columns of a table named ``law`` (``id | place in Chinese | place in English``), ``zh`` and ``en`` speak to the person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.packs.heading import Outcome
from mingtang.platform.scenes.packs.located import Words

if TYPE_CHECKING:
    from mingtang.engines import dmn

_MOST_NEAR = 12
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")


def document(pack: Pack, outcome: dmn.Outcome, facts: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The document of ``outcome`` for ``facts`` on ``day``."""
    from mingtang.engines import dmn

    value = dmn.to_json(outcome.value)
    kind, say = told(pack, outcome.value, value)
    return {
        "scene": pack.name,
        "titles": _pair(pack.titles),
        "version": pack.version,
        "pack": pack.hash,
        "contract": pack.contract().hash,
        "decision": pack.heading.decision,
        "on": day.isoformat(),
        "kind": kind,
        "say": _pair(say),
        "value": value,
        "results": _results(pack, value),
        "facts": _facts(pack, facts, day),
        "parameters": _parameters(pack, day),
        "tables": _tables(outcome),
        "faults": [f"{fault.message} ({fault.place})" if fault.place else fault.message for fault in outcome.errors],
    }


def told(pack: Pack, value: Any, plain: Any) -> tuple[str, Words]:
    """The kind of outcome and its sentence: the first of the scene's outcomes whose condition holds."""
    from mingtang.engines import dmn

    for outcome in pack.heading.outcomes:
        if not outcome.when or dmn.feel.evaluate(outcome.when, {"result": value}).value is True:
            return outcome.kind, _filled(outcome, plain)
    return "told", pack.titles


def _filled(outcome: Outcome, plain: Any) -> Words:
    parts = plain if isinstance(plain, dict) else {"result": plain}

    def fill(text: str) -> str:
        for name, value in parts.items():
            if not isinstance(value, (dict, list)):
                text = text.replace("{" + name + "}", spelt(value))
        return text

    return Words(fill(outcome.say.zh), fill(outcome.say.en))


def spelt(value: Any) -> str:
    """A plain value for people: 1,400 and 1,449.99; numbers that JSON carries as text too."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return f"{Decimal(value):,}"
    return str(value)


def _tables(outcome: dmn.Outcome) -> list[dict[str, Any]]:
    """For each table on the way: what it gave, the rules that matched and those that missed by one cell."""
    told = []
    for step in outcome.trace:
        if step.table:
            plain = step.as_json()
            told.append(
                {
                    "decision": plain["decision"],
                    "table": plain["table"],
                    "hit_policy": plain["hit_policy"],
                    "value": plain["value"],
                    "rules": plain["rules"],
                    "matched": [_rule(rule) for rule in plain["matched"]],
                    "near": [_rule(rule) for rule in plain["near"][:_MOST_NEAR]],
                }
            )
    return told


def _rule(told: Mapping[str, Any]) -> dict[str, Any]:
    notes = told["annotations"]
    rule = {
        "rule": told["rule"],
        "law": law_of(notes),
        "zh": notes.get("zh", ""),
        "en": notes.get("en", ""),
        "conditions": told["conditions"],
    }
    return rule | ({"failed": told["failed"]} if "failed" in told else {})


def _pair(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _options(options: tuple[tuple[Any, Words], ...]) -> list[dict[str, Any]]:
    return [{"value": value, **_pair(words)} for value, words in options]


def _results(pack: Pack, value: Any) -> list[dict[str, Any]]:
    shown = []
    for result in pack.heading.results:
        part = value if not result.name else value.get(result.name) if isinstance(value, dict) else None
        shown.append(
            {
                "name": result.name,
                "titles": _pair(result.titles),
                "value": part,
                "unit": _pair(result.unit),
                "options": _options(result.options),
            }
        )
    return shown


def _facts(pack: Pack, facts: Mapping[str, Any], day: date) -> list[dict[str, Any]]:
    from mingtang.engines import dmn

    shown = []
    for fact in pack.facts.values():
        value = day if fact.source == "date-of-effect" else facts.get(fact.name)
        article = fact.basis.article if fact.basis else Words("", "")
        shown.append(
            {
                "name": fact.name,
                "titles": _pair(fact.titles),
                "value": dmn.to_json(dmn.to_feel(value)),
                "source": fact.source,
                "purpose": _pair(fact.purpose),
                "law": fact.basis.law if fact.basis else "",
                "basis": _pair(article),
            }
        )
    return shown


def _parameters(pack: Pack, day: date) -> list[dict[str, Any]]:
    from mingtang.engines import dmn

    shown = []
    for parameter in pack.parameters.values():
        dated = parameter.on(day)
        if dated is not None:
            shown.append(
                {
                    "name": parameter.name,
                    "titles": _pair(parameter.titles),
                    "unit": _pair(parameter.unit),
                    "value": dmn.to_json(dmn.to_feel(dated.value)),
                    "from": dated.since.isoformat(),
                }
            )
    return shown


def spoken(table: Any) -> list[dict[str, Any]]:
    """For each rule of a decision table what its annotations say: rule (from 1), law (as written), zh, en."""
    names = list(table.annotation_names)
    found = []
    for i, rule in enumerate(table.rules, 1):
        notes = dict(zip(names, rule.annotations, strict=False))
        found.append({"rule": i, "law": notes.get("law", ""), "zh": notes.get("zh", ""), "en": notes.get("en", "")})
    return found


def law_of(rule: Mapping[str, Any]) -> dict[str, str]:
    """The law that a rule's annotation names: id, place in Chinese, place in English. One place alone serves for both."""
    ident, _bar, places = str(rule.get("law") or "").partition("|")
    zh, _bar, en = places.partition("|")
    return {"id": ident.strip(), "zh": zh.strip(), "en": en.strip() or zh.strip()}
