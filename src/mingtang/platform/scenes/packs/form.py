"""``form.yaml``: the questions, one a page, in order. A question asks for one fact.

Example::

    questions:
      - id: birth-date
        fact: birth date
        type: date
        titles: {zh: 您哪天出生？, en: When were you born?}
        hint: {zh: 例如 1946 3 1, en: For example 1946 3 1}
      - id: disability-level
        fact: disability level
        type: choice
        show_if: has disability card = true
        ...
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mingtang.platform.scenes.packs.located import Cursor, Words

TYPES = (
    "text",
    "paragraph",
    "number",
    "integer",
    "money",
    "date",
    "yes-no",
    "choice",
    "choices",
    "place",
    "file",
    "phone",
    "contact",
)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    value: Any
    titles: Words
    hint: Words


@dataclass(frozen=True, slots=True)
class Question:
    """One page of the form. ``show_if`` is FEEL over the facts given so far; empty means always. ``otherwise`` is the fact's
    value where the question is not asked or left empty."""

    id: str
    fact: str
    type: str
    titles: Words
    hint: Words
    required: bool
    options: tuple[Option, ...]
    show_if: str
    least: float | None
    most: float | None
    longest: int
    otherwise: Any

    def option(self, value: Any) -> Option | None:
        """The option with this value."""
        return next((option for option in self.options if option.value == value), None)


def read_form(at: Cursor) -> tuple[Question, ...]:
    """Read ``form.yaml``."""
    at.fields(needed=("questions",))
    found: dict[str, Question] = {}
    for item in at.at("questions").items(needed=True):
        question = _question(item)
        if question.id in found:
            item.at("id").fault(f"问题“{question.id}”重复", f"the question “{question.id}” is given twice")
        found[question.id] = question
    return tuple(found.values())


def _question(at: Cursor) -> Question:
    at.fields(
        "fact", "hint", "required", "options", "show_if", "least", "most", "longest", "otherwise", needed=("id", "type", "titles")
    )
    ident = at.at("id").text(pattern=r"[a-z][a-z0-9_-]{0,60}")
    kind = at.at("type").one_of(TYPES)
    options = tuple(_option(item) for item in at.at("options").items())
    if kind in ("choice", "choices") and not options:
        at.fault("选择题须有 options", "a choice needs options")
    if len({repr(option.value) for option in options}) < len(options):
        at.at("options").fault("选项的值重复", "two options have the same value")
    longest = at.at("longest").number(4000 if kind == "paragraph" else 200) or 200
    return Question(
        ident,
        at.at("fact").text(ident),
        kind,
        at.at("titles").words(),
        at.at("hint").words(needed=False),
        at.at("required").flag(True),
        options,
        at.at("show_if").text(),
        at.at("least").number(),
        at.at("most").number(),
        int(longest),
        at.at("otherwise").value if at.at("otherwise").given else None,
    )


def _option(at: Cursor) -> Option:
    at.fields("hint", needed=("value", "zh", "en"))
    return Option(at.at("value").value, Words(at.at("zh").text(), at.at("en").text()), at.at("hint").words(needed=False))
