"""The limits of a request: what ``limits.dmn`` gives for its class, reckoned on the legal calendar, each with the rule that gave
it.

A limit is kept as JSON values: ``from``, ``amount``, ``unit``, ``reckoning``, ``due``, ``rule`` (``limits.dmn#`` and the hash of
its version),
``calendar``. From these anyone can reckon ``due`` again. The limit for feedback also has ``half`` (50 %), ``most`` (80 %) and
``city`` (24 natural
hours after ``due``), at which an unanswered request escalates.

Example::

    given = limits.given(pack, "ordinary", "feedback", start)      # {"due": "2026-03-09T01:00:00Z", "half": ...}
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings

from mingtang.city.requests.faults import NoExtension
from mingtang.engines import dmn, worktime

CITY_AFTER = timedelta(hours=24)
STEPS = (("half", 0.5), ("most", 0.8))
# The deadlines that the process knows (docs/specs/hotline-process.md).
_TIMERS = {"dispatch": ("full",), "feedback": ("half", "most", "full", "city"), "confirm": ("full",), "parking": ("full",)}

_tables: dict[tuple[str, str], dict] = {}  # (contract hash, class) -> limit by name


def given(pack: Any, urgency: str, name: str, start: datetime, pauses: Iterable = (), extended: dict | None = None) -> dict:
    """The limit ``name`` of class ``urgency`` from ``start``; ``extended`` is a further amount of the same kind of days, granted
    once.

    Raises NoExtension where the class has no such limit.
    """
    rule, table = _table(pack, urgency)
    return reckoned({**_amount(table, name), "rule": rule}, start, pauses, extended)


def reckoned(entry: dict, start: datetime, pauses: Iterable = (), extended: dict | None = None) -> dict:
    """``entry`` (amount, unit, reckoning, rule) with its due time and the steps before and after it, reckoned from ``start``."""
    calendar = _calendar()
    amount = entry["amount"] + (extended["amount"] if extended else 0)
    limit = worktime.Limit(amount=amount, unit=entry["unit"], reckoning=entry["reckoning"])
    due = worktime.due(start, limit, calendar, tuple(pauses))
    found = {
        "from": stamp(start),
        "amount": amount,
        "unit": entry["unit"],
        "reckoning": entry["reckoning"],
        "rule": entry["rule"],
        "calendar": calendar.label(entry["reckoning"]),
        "due": stamp(due),
    }
    if extended:
        found["extended_by"] = extended["amount"]
    return found


def feedback(pack: Any, urgency: str, start: datetime, pauses: Iterable = (), extended: dict | None = None) -> dict:
    """The limit for feedback with the steps at which an unanswered request escalates."""
    pauses = tuple(pauses)
    found = given(pack, urgency, "feedback", start, pauses, extended)
    return with_steps(found, start, pauses)


def with_steps(found: dict, start: datetime, pauses: Iterable = ()) -> dict:
    """``found`` with ``half``, ``most`` and ``city``."""
    calendar = _calendar()
    due = parsed(found["due"])
    limit = worktime.Limit(amount=found["amount"], unit=found["unit"], reckoning=found["reckoning"])
    for name, share in STEPS:
        found[name] = stamp(worktime.fraction(start, due, share, limit, calendar, tuple(pauses)))
    found["city"] = stamp(due + CITY_AFTER)
    return found


def extension(pack: Any, urgency: str) -> dict:
    """How much the class may be extended by, once; raises NoExtension."""
    return _amount(_table(pack, urgency)[1], "extension")


def facts(limits: dict) -> dict:
    """The limits as the process reads them: ``limits.feedback.half`` and so on, each with its due time, rule and calendar,
    or None.
    """
    found: dict[str, dict] = {}
    for name, steps in _TIMERS.items():
        entry = limits.get(name)
        found[name] = {
            step: entry
            and {"due": entry["due" if step == "full" else step], "rule": entry["rule"], "calendar": entry["calendar"]}
            for step in steps
        }
    return found


def stamp(at: datetime) -> str:
    """``at`` in UTC as ISO 8601 to the second (limits) with Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds" if at.microsecond else "seconds") + "Z"


def parsed(text: str) -> datetime:
    """The instant that ``stamp`` wrote."""
    return datetime.fromisoformat(text)


def _amount(table: dict, name: str) -> dict:
    entry = table.get(name)
    if not entry:
        raise NoExtension()
    return entry


def _table(pack: Any, urgency: str) -> tuple[str, dict]:
    model = pack.contract("limits")
    rule = f"limits.dmn#{model.hash}"
    found = _tables.get((model.hash, urgency))
    if found is None:
        outcome = model.decide("Limits", {"urgency": urgency})
        value = dmn.to_json(outcome.value) or {}
        found = _tables[model.hash, urgency] = {name: entry for name, entry in value.items() if entry}
    return rule, found


def _calendar() -> worktime.LegalCalendar:
    return worktime.china(zone=settings.TIME_ZONE)
