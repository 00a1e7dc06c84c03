"""Timer definitions: when a deadline is, from ISO 8601 text or from a FEEL expression over the facts.

    PT72H                                    a duration from the moment the step is entered
    2026-12-31T15:59:59Z                     an instant
    R3/PT24H                                 three times, every 24 hours; the first after 24 hours
    limits.feedback.half                     FEEL; its value is one of
        {"due": "...Z", "rule": "...", "calendar": "..."}   an instant with the rule and calendar that gave it
        "2026-12-31T15:59:59Z", date and time(...)          an instant
        duration("PT72H")                                   a duration
        null                                                no deadline
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mingtang.engines.bpmn.errors import TimerUnclear
from mingtang.engines.bpmn.expressions import Expression, ExpressionFailed

_DURATION = re.compile(
    r"P(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?")
_CYCLE = re.compile(r"R(\d{1,3})?/(P[0-9A-Z]+)")
_MOST = 4000  # characters of a rule's or calendar's name and of a date


class Duration(NamedTuple):
    """Months (calendar) and seconds."""

    months: int
    seconds: int

    def after(self, at: datetime) -> datetime:
        """``at`` plus the duration; the day is clipped to the month's last."""
        if self.months:
            month = at.year * 12 + at.month - 1 + self.months
            year, month = divmod(month, 12)
            for day in range(at.day, 0, -1):
                try:
                    at = at.replace(year=year, month=month + 1, day=day)
                    break
                except ValueError:
                    if not 1 <= year <= 9999:
                        raise OverflowError from None
        return at + timedelta(seconds=self.seconds)


def duration(text: str) -> Duration | None:
    """The duration that ``text`` writes in ISO 8601 (P, T, no fractions, no sign), or None; weeks are seven days."""
    match = _DURATION.fullmatch(text)
    if match is None or text[-1] in "PT":
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    found = Duration(years * 12 + months, ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds)
    return found if found.months or found.seconds else None


def cycle(text: str) -> tuple[int, str] | None:
    """How often and the duration of ``R3/PT24H``; without a number 999 times."""
    match = _CYCLE.fullmatch(text)
    if match is None or duration(match[2]) is None or match[1] == "0" * len(match[1] or "x"):
        return None
    return int(match[1] or 999), match[2]


class Due(NamedTuple):
    """An instant (UTC) with the rule and calendar that gave it; ``left`` further firings every ``every``."""

    at: datetime
    rule: str = ""
    calendar: str = ""
    left: int = 0
    every: str = ""
    relative: bool = False


@dataclass(frozen=True, slots=True)
class TimerRule:
    """A timer definition: ``kind`` is duration, date or cycle; ``text`` as written; ``expression`` if it is FEEL."""

    kind: str
    text: str
    expression: Expression | None = None

    def due(self, node: str, scope: dict, at: datetime) -> Due | None:
        """The due time when the step is entered at ``at``; None where the facts say null. Raises TimerUnclear."""
        try:
            return self._due(node, scope, at)
        except (OverflowError, ValueError) as fault:
            raise TimerUnclear(path=node, node=node, expression=self.text, reason=str(fault)[:80]) from None

    def _due(self, node: str, scope: dict, at: datetime) -> Due | None:
        if self.expression is None:
            value: object = self.text
        else:
            try:
                value = self.expression.evaluate(scope)
            except ExpressionFailed as fault:
                raise TimerUnclear(path=node, node=node, expression=self.text, reason=fault.reason) from None
        if value is None:
            return None
        rule, calendar = self.text, "iso-8601"
        if isinstance(value, dict):
            if "due" not in value:
                raise TimerUnclear(path=node, node=node, expression=self.text, reason="no “due”")
            rule, calendar = str(value.get("rule") or "")[:_MOST], str(value.get("calendar") or "")[:_MOST]
            value = value["due"]
            if value is None:
                return None
        text = value if isinstance(value, str) else str(value)
        if text[:1] == "R" and (every := cycle(text)):
            return Due(duration(every[1]).after(at), rule, calendar, every[0] - 1, every[1], relative=True)
        if text[:1] == "P" and (length := duration(text)):
            return Due(length.after(at), rule, calendar, relative=True)
        return Due(instant(text), rule, calendar)


def instant(text: str) -> datetime:
    """The instant (UTC) that ISO 8601 ``text`` writes; raises ValueError where it is none or has no zone."""
    if len(text) > 60:
        raise ValueError("no date and time")
    text, _, zone = text.partition("@")  # FEEL writes a named zone so: 2026-03-02T09:00:00@Asia/Shanghai
    found = datetime.fromisoformat(text)
    if zone and found.tzinfo is None:
        try:
            found = found.replace(tzinfo=ZoneInfo(zone))
        except ZoneInfoNotFoundError:
            raise ValueError(f"no zone {zone}") from None
    if found.tzinfo is None:
        raise ValueError("a date and time without its zone")
    return found.astimezone(UTC)


def written(at: datetime) -> str:
    """``at`` as it stands in a state: ``2026-11-30T15:59:59Z``."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
