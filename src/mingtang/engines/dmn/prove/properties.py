"""Properties of a contract over its whole decision graph: proved, refuted by a person's case, or unknown.

1. The property is turned round: is there a case that breaks it? Two cases side by side where it compares (monotone, independent, equivalent).
2. The solver looks for one, first in round numbers. None at all: proved. It gives up, or something has no exact term: unknown.
3. A case that it finds is decided by the engine itself. Only if the engine's own answer breaks the property is it refuted; else other cases are
   looked for, a few times, and then it is unknown.

Facts are taken as given and valid (no null, allowed values only), numbers as exact: decimal128 rounds at the 34th digit, which no proof here covers.

Source of the method: self-composition for properties over two runs (Barthe, D'Argenio, Rezk 2004); solver z3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

from mingtang.engines.dmn import feel
from mingtang.engines.dmn.converting import to_feel, to_json
from mingtang.engines.dmn.model import Model
from mingtang.engines.dmn.prove import geometry
from mingtang.kernel.errors import Sentence

EFFORT = 10_000_000
_TRIES = 6


class Property(Protocol):
    """What a property says: see docs/specs/scene.md, properties.yaml."""

    id: str
    kind: str
    decision: str
    output: str
    input: str
    direction: str
    low: float | None
    high: float | None
    where: str
    holds: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """``status`` proved, refuted or unknown; ``case`` are the facts that refute it (a second set under ``against`` where two are compared)."""

    property: str
    status: str
    reason: Sentence
    case: dict[str, Any] | None = None
    against: dict[str, Any] | None = None
    outcomes: tuple[Any, ...] = field(default=())


EXACT = Sentence("（按精确算术；不计第 34 位上的舍入，事实齐全且在允许范围内）", "(in exact arithmetic, without the rounding of the 34th digit; all facts given and allowed)")


def check(model: Model, properties: Iterable[Property], other: Model | None = None, effort: int = EFFORT) -> list[Verdict]:
    """A verdict for each property; ``other`` is the model that "equivalent" compares with. ``effort`` bounds the solver's steps for each question."""
    from mingtang.engines.dmn.prove.questions import Question
    from mingtang.engines.dmn.prove.symbols import Untranslated

    verdicts = []
    for one in properties:
        quick = _by_pairs(model, one)
        if quick is not None:
            verdicts.append(quick)
            continue
        try:
            question = Question(model, one, other)
            verdict = _answered(question, one, effort)
            if verdict.status == "unknown" and question.texts.roundings:
                verdict = _answered(Question(model, one, other, exact=True), one, effort)
            verdicts.append(verdict)
        except Untranslated as why:
            verdicts.append(Verdict(one.id, "unknown", Sentence(f"求解器还不能表示：{why}", f"the solver has no exact term for this: {why}")))
        except feel.FeelSyntax as why:
            verdicts.append(Verdict(one.id, "unknown", Sentence(f"不是 FEEL：{why.message('zh')}", f"not FEEL: {why.message('en')}")))
    return verdicts


def _by_pairs(model: Model, one: Property) -> Verdict | None:
    """The verdict by pairs of rules, where the decision is one table that they decide; else None."""
    from mingtang.engines.dmn.prove import pairs

    try:
        is_proved, tried = pairs.search(model, one)
    except (pairs.NotByPairs, geometry.TooLarge):
        return None
    if is_proved:
        return Verdict(one.id, "proved", EXACT)
    for case, against in tried:
        outcomes = broken(SimpleNamespace(model=model, other=None, decisions=[]), one, case, against)
        if outcomes is not None:
            return Verdict(one.id, "refuted", _told(one, outcomes), case, against, outcomes)
    return None


def _answered(question: Any, one: Property, effort: int) -> Verdict:
    from mingtang.engines.dmn.prove.cases import readable

    seen: list[Any] = []
    for attempt in range(_TRIES):
        found, case, against, block = question.search(seen, effort)
        if found == "unsat" and not seen:
            return Verdict(one.id, "proved", EXACT)
        if found != "sat":
            break
        if attempt == 0:
            plain = question.search([], effort // 4, ordinary=True)
            if plain[0] == "sat" and broken(question, one, plain[1], plain[2]) is not None:
                found, case, against, block = plain
        if broken(question, one, case, against) is not None:
            readable(case, against, lambda case, against: question.allowed(case, against) and broken(question, one, case, against) is not None)
            outcomes = broken(question, one, case, against) or ()
            return Verdict(one.id, "refuted", _told(one, outcomes), case, against, outcomes)
        seen.append(block)
    if seen:
        told = Sentence("求解器找到的反例在引擎上不成立", "the cases that the solver found do not break it on the engine")
    else:
        told = Sentence("求解器在限定的步数内没有答案", "the solver found no answer within its steps")
    return Verdict(one.id, "unknown", told)


def broken(question: Any, one: Property, case: Mapping[str, Any], against: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    """What the engine itself answers on the case, if that breaks the property; else None."""
    for facts in filter(None, (case, against)):
        if one.where and feel.evaluate(one.where, dict(facts)).value is not True:
            return None
    if one.kind == "free":
        scope = {**case, **{name: question.model.decide(name, case, trace=False).value for name in question.decisions}}
        return None if feel.evaluate(one.holds, scope).value is True else (to_json(scope.get(one.decision)),)
    first = _output(question.model, one, case)
    if one.kind == "bounds":
        low, high = to_feel(one.low), to_feel(one.high)
        outside = first is not None and ((low is not None and first < low) or (high is not None and first > high))
        return (to_json(first),) if outside else None
    second = _output(question.other or question.model, one, case if one.kind == "equivalent" else against or case)
    if one.kind == "monotone":
        if first is None or second is None:
            return None
        wrong = second < first if one.direction == "rising" else second > first
        return (to_json(first), to_json(second)) if wrong else None
    return (to_json(first), to_json(second)) if first != second else None


def _output(model: Model, one: Property, facts: Mapping[str, Any]) -> Any:
    value = model.decide(one.decision, facts, trace=False).value
    if not one.output:
        return value
    return value.get(one.output) if isinstance(value, dict) else None


def _told(one: Property, outcomes: tuple[Any, ...]) -> Sentence:
    shown = [str(value) for value in outcomes]
    if one.kind == "monotone" and len(shown) == 2:
        return Sentence(f"“{one.input}”变大时，结果从 {shown[0]} 变为 {shown[1]}", f"with more “{one.input}” the result goes from {shown[0]} to {shown[1]}")
    if len(shown) == 2:
        return Sentence(f"结果一个是 {shown[0]}，另一个是 {shown[1]}", f"one result is {shown[0]}, the other {shown[1]}")
    return Sentence(f"结果是 {shown[0]}", f"the result is {shown[0]}")
