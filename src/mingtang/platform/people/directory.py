"""The units of the city in memory: read as one, for every filing asks for a few of them.

Another process may found a unit: what is held is read again after two seconds.
"""

from __future__ import annotations

import time

from mingtang.kernel.errors import CallerMistake, Sentence
from mingtang.platform.people import models
from mingtang.platform.people.unit import Unit

_HELD_SECONDS = 2.0


class NoSuchUnit(CallerMistake):
    """There is no unit with the code."""

    code = "people.no_such_unit"
    status = 404
    text = Sentence("没有代码为“{unit}”的单位。", "There is no unit with the code “{unit}”.")
    next_step = Sentence("请核对单位代码。", "Check the unit's code.")


_held: dict[str, Unit] = {}
_read_at = float("-inf")


def forget() -> None:
    """Read the units again at the next question."""
    global _read_at
    _read_at = float("-inf")


def all_units() -> dict[str, Unit]:
    """Every unit by its code."""
    global _held, _read_at
    moment = time.monotonic()
    if moment - _read_at > _HELD_SECONDS:
        rows = models.Unit.objects.order_by("code").values_list("code", "kind", "name_zh", "name_en", "parent")
        _held = {row[0]: Unit(*row) for row in rows}
        # An empty city is about to be founded: do not hold on to it.
        _read_at = moment if _held else float("-inf")
    return _held


def unit(code: str) -> Unit:
    """The unit ``code``; raises NoSuchUnit."""
    found = all_units().get(code)
    if found is None:
        forget()
        found = all_units().get(code)
    if found is None:
        raise NoSuchUnit(unit=str(code)[:40])
    return found
