"""The dispatch of a request: facts from its words and place, then the contract ``rules.dmn`` names the unit and the class of
limits.

What the contract decides is remembered by its facts, for they are few: a city files thousands of requests of one category in one
street. What is remembered is forgotten with the version of the pack.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mingtang.city.requests import categories, places
from mingtang.city.requests.faults import NoSuchCategory
from mingtang.city.requests.filing import Filing

_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Decision:
    """What the contract decided: ``unit`` is empty where a person must; ``explanation`` holds JSON values for the act."""

    unit: str
    urgency: str
    contract: str
    explanation: dict


@dataclass(frozen=True, slots=True)
class Facts:
    """What a filing says, for the contract: ``suggested`` tells which words chose the category where the resident chose none."""

    category: str
    district: str
    street: str
    danger: tuple[str, ...]
    suggested: dict | None


_remembered: dict[tuple, Decision] = {}


def facts(pack: Any, filing: Filing, suggest: Any = None) -> Facts:
    """Read the facts from ``filing``; ``suggest`` is a trained suggestion (text -> list of (category, score, reasons)).

    Raises NoSuchCategory where the filing names a category that is not in the tree.
    """
    tree = categories.tree(pack)
    suggested = None
    category = filing.category
    if category and category not in tree:
        raise NoSuchCategory(path="category", category=category[:60])
    if not category:
        category, suggested = _suggested(tree, filing.text, suggest)
    district, street = places.of(pack, filing.place)
    return Facts(category, district, street, tree.danger(filing.text), suggested)


def decide(pack: Any, known: Facts) -> Decision:
    """Let the contract decide on ``known``."""
    key = (pack.hash, known.category, known.district, known.street, bool(known.danger))
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) >= _REMEMBERED:
            _remembered.clear()
        found = _remembered[key] = _decided(pack, *key[1:])
    return found


def _rules(outcome: Any) -> list[str]:
    """The identifiers of the rules that matched, in the order of the steps."""
    return [rule["id"] for step in outcome.as_json().get("trace", ()) for rule in step.get("matched", ()) if rule.get("id")]


def explained(pack: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The contract run over ``given`` with every step told: facts, unit, urgency, contract, steps (JSON values)."""
    model = pack.contract("rules")
    outcome = model.decide("Dispatch", given)
    value = outcome.value if isinstance(outcome.value, dict) else {}
    return {
        "facts": given,
        "unit": value.get("unit") or "",
        "urgency": value.get("urgency") or "",
        "contract": model.hash,
        "steps": outcome.as_json(),
    }


def _suggested(tree: categories.Tree, text: str, suggest: Any) -> tuple[str, dict]:
    if suggest is not None:
        for code, score, reasons in suggest(text):
            if code in tree:
                return code, {"by": "model", "score": round(float(score), 4), "reasons": [str(reason) for reason in reasons][:8]}
    by_words = tree.suggest(text)
    if by_words:
        return by_words[0].code, {"by": "words", "score": by_words[0].score, "reasons": list(by_words[0].words)[:8]}
    return tree.other, {"by": "words", "score": 0.0, "reasons": []}


def _decided(pack: Any, category: str, district: str, street: str, danger: bool) -> Decision:
    given = {"category": category, "district": district, "street": street, "danger": danger}
    model = pack.contract("rules")
    outcome = model.decide("Dispatch", given)
    value = outcome.value if isinstance(outcome.value, dict) else {}
    unit, urgency = value.get("unit") or "", value.get("urgency") or "ordinary"
    # The act names facts, contract and rules; the steps can be had again from these (reads.explanation), so they are not
    # sealed each time.
    explanation = {"facts": given, "unit": unit, "urgency": urgency, "rules": _rules(outcome)}
    return Decision(unit, urgency, model.hash, explanation)
