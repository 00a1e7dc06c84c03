"""What would have to be different for a decision to be granted: the nearest facts within what the person can change.

The prover of the DMN engine looks for them over the same contract that decided (``prove.nearest``); protected facts and facts that a register holds
are never touched. Each answer was decided again by the engine. One decision is reckoned once a process, in bounded steps.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from mingtang.platform.scenes.explain import spelt
from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.reads import DecisionView
from mingtang.platform.scenes.shown import say_value

_MOST = 3
_EFFORT = 400_000
_RESULT = re.compile(r"\bresult\b")


def is_askable(view: DecisionView) -> bool:
    """Whether the question makes sense: refused or told, with something granted in sight and something that the person can change."""
    return view.document is not None and view.kind != "granted" and bool(_wanted(view.pack)) and bool(_changeable(view.pack))


def ways(view: DecisionView, language: str) -> list[dict[str, Any]]:
    """The nearest ways, each with its facts in words: name, as it is, as it would have to be; and the results that then come out."""
    pack = view.pack
    titles = {fact.name: fact.titles.say(language) for fact in pack.facts.values()}
    return [
        {
            "facts": [{"name": titles.get(name, name), "is": say_value(pack, name, change.before[name], language),
                       "would": say_value(pack, name, value, language)} for name, value in change.after.items()],
            "results": [{"name": part.titles.say(language), "value": spelt(_part(change.value, part.name)), "unit": part.unit.say(language)}
                        for part in pack.heading.results if _is_number(_part(change.value, part.name))],
        }
        for change in _nearest(view)
    ]


_MOST_KEPT = 256
_kept: dict[UUID, tuple[Any, ...]] = {}


def _nearest(view: DecisionView) -> tuple[Any, ...]:
    from mingtang.engines.dmn import prove

    if view.document is None:
        return ()
    if view.id not in _kept:
        pack = view.pack
        stated = {fact["name"]: fact["value"] for fact in view.document["facts"]}
        protected = [fact.name for fact in pack.facts.values() if fact.protected]
        facts = pack.scope(stated, view.on)
        found = prove.nearest(pack.contract(), pack.heading.decision, facts, _wanted(pack), _changeable(pack), protected, _MOST, _EFFORT)
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[view.id] = tuple(found)
    return _kept[view.id]


def _wanted(pack: Pack) -> str:
    """FEEL over the decision: one of the granted outcomes holds."""
    granted = [outcome.when for outcome in pack.heading.outcomes if outcome.kind == "granted" and outcome.when]
    return " or ".join(f"({_RESULT.sub(pack.heading.decision, when)})" for when in granted)


def _changeable(pack: Pack) -> list[str]:
    return [fact.name for fact in pack.facts.values() if fact.changeable and not fact.protected and fact.source == "resident"]


def _part(value: Any, name: str) -> Any:
    return (value.get(name) if isinstance(value, dict) else None) if name else value


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) or isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?", value))
