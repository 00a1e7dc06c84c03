"""From what a person typed to facts: one question at a time, in the pack's order, hidden questions left out.

What was typed is kept as typed, so that a faulty answer can be shown again; facts are made from it when they are needed.
No Django here: the pages and the API both go through these functions.

Example::

    typed = {"birth-date": ["1946", "3", "1"]}
    given = answered(pack, typed)
    given.facts                    # {"birth date": date(1946, 3, 1), ...}
    given.next                     # the first question still to be answered, or None
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from mingtang.kernel import RefusedInput, Sentence
from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.packs.form import Question

Typed = list[str]
_MOST_PARTS = 40


class BadAnswer(RefusedInput):
    """An answer that cannot be taken; ``path`` is the question's id."""

    code = "scenes.bad_answer"
    text = Sentence("{zh}", "{en}")
    next_step = Sentence("请改正后再继续。", "Correct it and go on.")


@dataclass(frozen=True, slots=True)
class Given:
    """The answers so far: facts by name, the questions shown in order, the first one not yet answered, faults by question."""

    facts: dict[str, Any]
    shown: tuple[Question, ...]
    next: Question | None
    faults: dict[str, BadAnswer] = field(default_factory=dict)


def answered(pack: Pack, typed: Mapping[str, Typed]) -> Given:
    """Walk through the form with what was ``typed`` (question id -> fields)."""
    facts: dict[str, Any] = {}
    unknown = dict.fromkeys(pack.facts)
    shown: list[Question] = []
    first: Question | None = None
    faults: dict[str, BadAnswer] = {}
    for question in pack.questions:
        if not is_shown(question, {**unknown, **facts}):
            facts[question.fact] = _without(pack, question)
            continue
        shown.append(question)
        if question.id not in typed:
            first = first or question
            continue
        try:
            facts[question.fact] = value_of(question, typed[question.id], _without(pack, question))
        except BadAnswer as fault:
            faults[question.id] = fault
            first = first or question
    return Given(facts, tuple(shown), first, faults)


def is_shown(question: Question, facts: Mapping[str, Any]) -> bool:
    """Whether ``question`` is asked, given the facts so far. A condition that is not true hides it."""
    if not question.show_if:
        return True
    from mingtang.engines import dmn

    return dmn.feel.evaluate(question.show_if, facts).value is True


def value_of(question: Question, typed: Typed, otherwise: Any = None) -> Any:
    """The fact that ``typed`` states. Raises BadAnswer."""
    typed = [unicodedata.normalize("NFC", text).strip() for text in typed[:_MOST_PARTS]]
    if not any(typed):
        if question.required:
            raise _bad(question, "请回答这个问题", "Answer this question")
        return otherwise
    if any("\x00" in text or len(text) > question.longest for text in typed):
        raise _bad(question, f"不要超过 {question.longest} 个字", f"Use no more than {question.longest} characters")
    return _READERS.get(question.type, _text)(question, typed)


def _without(pack: Pack, question: Question) -> Any:
    """The fact where nobody states it: the form's ``otherwise``, for a list the empty list, else nothing."""
    if question.otherwise is None and question.type == "choices":
        return []
    return question.otherwise


def _text(question: Question, typed: Typed) -> str:
    return typed[0]


def _day(question: Question, typed: Typed) -> date:
    parts = typed[0].split("-") if len(typed) == 1 else typed
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        raise _bad(
            question, "请填写真实的年、月、日，例如 1946、3、1", "Give a real year, month and day, such as 1946, 3, 1"
        ) from None


def _number(question: Question, typed: Typed) -> Decimal | int:
    plain = unicodedata.normalize("NFKC", typed[0]).replace(",", "").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _bad(question, "请填写数字", "Give a number") from None
    if not number.is_finite() or abs(number) > 10**15 or -number.as_tuple().exponent > 6:
        raise _bad(question, "请填写数字，小数最多六位", "Give a number with at most six decimals")
    if question.type == "integer" and number != number.to_integral_value():
        raise _bad(question, "请填写整数", "Give a whole number")
    if question.least is not None and number < Decimal(str(question.least)):
        raise _bad(question, f"不能小于 {question.least:g}", f"It cannot be less than {question.least:g}")
    if question.most is not None and number > Decimal(str(question.most)):
        raise _bad(question, f"不能大于 {question.most:g}", f"It cannot be more than {question.most:g}")
    return int(number) if number == number.to_integral_value() else number


def _yes_no(question: Question, typed: Typed) -> bool:
    if typed[0] not in ("yes", "no"):
        raise _bad(question, "请选“是”或“否”", "Choose yes or no")
    return typed[0] == "yes"


def _choice(question: Question, typed: Typed) -> Any:
    for option in question.options:
        if token(option.value) == typed[0]:
            return option.value
    raise _bad(question, "请选择其中一项", "Choose one of the answers")


def _choices(question: Question, typed: Typed) -> list:
    known = {token(option.value): option.value for option in question.options}
    wanted = [text for text in dict.fromkeys(typed) if text]
    if any(text not in known for text in wanted):
        raise _bad(question, "请从列出的答案中选择", "Choose from the answers listed")
    return [known[text] for text in wanted]


def token(value: Any) -> str:
    """How an option's value is written in a form field and in what was typed."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def retyped(question: Question, value: Any) -> Typed:
    """What would have been typed to state ``value``: the way of the API, where facts come as JSON values."""
    if value is None:
        return [""]
    if question.type == "yes-no":
        return [{True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)]
    if question.type == "choices":
        return [token(item) for item in value] if isinstance(value, list) else [str(value)]
    return [token(value) if not isinstance(value, (dict, list)) else ""]


def stated(pack: Pack, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that a program states, under the same rules as a person's answers. Raises BadAnswer with the name of the fact."""
    by_fact = {question.fact: question for question in pack.questions}
    for name in facts:
        if name not in by_fact:
            raise BadAnswer(path=str(name)[:120], zh="这个场景不向您询问这项事实", en="The scene does not ask you for this fact")
    given = answered(pack, {by_fact[name].id: retyped(by_fact[name], value) for name, value in facts.items()})
    for question in given.shown:
        fault = given.faults.get(question.id)
        if fault is not None:
            raise BadAnswer(path=question.fact, **fault.details)
        if question.fact not in given.facts:
            if question.required:
                raise BadAnswer(path=question.fact, zh="缺少这项事实", en="This fact is missing")
            given.facts[question.fact] = _without(pack, question)
    return given.facts


_READERS = {
    "date": _day,
    "number": _number,
    "integer": _number,
    "money": _number,
    "yes-no": _yes_no,
    "choice": _choice,
    "choices": _choices,
}


def _bad(question: Question, zh: str, en: str) -> BadAnswer:
    return BadAnswer(path=question.id, zh=zh, en=en)
