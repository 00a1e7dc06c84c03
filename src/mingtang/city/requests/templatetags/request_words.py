"""Filters that turn the codes of a request into words of the reader's language.

Example::

    {% load request_words %}{{ row.unit|unit_name }} {{ row.state|state_words }}
"""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import get_language

from mingtang.city.requests import reads, words
from mingtang.kernel import CallerMistake, now
from mingtang.platform.people import reads as people

register = template.Library()


def _language() -> str:
    return get_language() or "zh-hans"


@register.filter
def unit_name(code: str) -> str:
    """The name of a unit, its code where it is unknown, nothing for nothing."""
    if not code:
        return ""
    try:
        return people.unit(code).name(_language())
    except CallerMistake:
        return code


@register.filter
def official_name(code: str) -> str:
    """The name of an official as other officials see it."""
    if not code:
        return ""
    try:
        return people.official(code).name(_language())
    except CallerMistake:
        return code


@register.filter
def category_name(code: str) -> str:
    """The name of a category, group or area."""
    return reads.category_name(code, _language()) if code else ""


@register.filter
def state_words(state: str) -> str:
    """What a state means."""
    return words.STATES.get(state, state)


@register.filter
def state_kind(state: str) -> str:
    """The kind of tag of a state."""
    return words.STATE_KINDS.get(state, "")


@register.filter
def urgency_words(urgency: str) -> str:
    """The name of a class of limits."""
    return words.URGENCIES.get(urgency, urgency)


@register.filter
def figure_words(figure: str) -> str:
    """The name of a count of the rates."""
    return words.FIGURES.get(figure, figure)


@register.filter
def level_words(level: int) -> str:
    """How far an unanswered request has escalated."""
    return words.LEVELS.get(level, "")


@register.filter
def month_words(month: int) -> str:
    """202603 as 2026-03."""
    return f"{int(month) // 100}-{int(month) % 100:02}"


@register.filter
def due_in(due: datetime | None) -> words.DueWords:
    """How near a limit is now: ``.text`` and ``.kind``."""
    return words.due_words(due, now())


@register.filter
def percent(value: float | None) -> str:
    """0.9731 as 97.3 %; a dash where there is no value."""
    return "–" if value is None else f"{100 * value:.1f} %"


@register.filter
def ground_name(ground: dict) -> str:
    """The name of a ground of the pack."""
    return ground["zh"] if _language().startswith("zh") else ground["en"]


@register.filter
def tongue(text: str) -> str:
    """The language in which residents' own words are to be read aloud: Chinese where a Chinese character stands in them."""
    return "zh-Hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"
