"""From a start and a limit to the due time, and back to the reasons.

Rules, after the Civil Code of China, articles 200 to 204:

1. Hours run from the start itself; days run from the day after the start (article 201).
2. A limit in days ends with its last day, at 23:59:59 in the place's zone (article 203; the last whole second).
3. Natural reckoning counts every day or hour; working reckoning counts working days, or office hours of working days.
4. With ``rolls`` a natural limit in days whose last day is no working day ends with the next working day (article 203).
   A duty of an office does not roll unless its rule says so: a holiday does not lengthen it.
5. While paused, hours stand still. A day counts if the limit runs at the end of that day, so a pause within one day
   gives nothing and a pause over one midnight gives one day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from mingtang.engines.worktime.calendar import LegalCalendar
from mingtang.kernel.errors import CallerMistake, Sentence

_MOST = {"day": 3660, "hour": 3660 * 24}
_LAST = time(23, 59, 59)
_DAY = timedelta(days=1)


class BadLimit(CallerMistake):
    """The limit is not one."""

    code = "worktime.bad_limit"
    text = Sentence("期限不成立：{reason}。", "This limit cannot be: {reason}.")
    next_step = Sentence("期限应为 1 至 3660 日或相应小时数，自然日或工作日。", "A limit is 1 to 3660 days, or as many hours, natural or working.")


class BadPause(CallerMistake):
    """The pauses do not fit."""

    code = "worktime.bad_pause"
    text = Sentence("暂停时段不成立：{reason}。", "This pause cannot be: {reason}.")
    next_step = Sentence("暂停应有起止时间，止不早于起，各段不重叠。", "A pause has a begin and an end not before it, and pauses do not overlap.")


class Pause(NamedTuple):
    """A stretch in which a limit stands still; both ends aware, ``until`` not before ``begin``."""

    begin: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days or hours, natural or working. ``rolls``: see rule 4."""

    amount: int
    unit: Literal["day", "hour"]
    reckoning: Literal["natural", "working"] = "natural"
    rolls: bool = False

    def __post_init__(self) -> None:
        if self.unit not in _MOST or self.reckoning not in ("natural", "working"):
            raise BadLimit(reason=f"{self.unit!r}, {self.reckoning!r}")
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or not 0 < self.amount <= _MOST[self.unit]:
            raise BadLimit(reason=f"amount {self.amount!r}")


class Step(NamedTuple):
    """One stretch of the reckoning: ``count`` is what is used up after it, in the limit's unit, where the stretch counts."""

    begin: datetime
    until: datetime
    counts: bool
    count: int
    why: Sentence


_COUNTED = Sentence("计入", "counts")
_FIRST_DAY = Sentence("开始当日不计入（民法典第二百零一条）", "the day of the start does not count (Civil Code, article 201)")
_NOT_WORKED = Sentence("非工作日，不计入", "not a working day, does not count")
_PAUSED = Sentence("当日终了时暂停，不计入", "paused at the end of the day, does not count")
_ROLLED = Sentence("最后一日是休息日，顺延（民法典第二百零三条）", "the last day is not a working day: moved on (Civil Code, article 203)")
_STOOD = Sentence("暂停，不计入", "paused, does not count")
_GUESSED = Sentence("计入（该年放假安排尚未公布，按周一至周五推算）", "counts (holidays of that year are not known yet: reckoned Monday to Friday)")


def due(start: datetime, limit: Limit, calendar: LegalCalendar, pauses: Sequence[Pause] = ()) -> datetime:
    """The instant (UTC, whole seconds) at which ``limit`` ends when it starts at ``start`` (aware).

    Raises BadPause for pauses that overlap, BadLimit for a start without zone, YearNotKnown from the calendar.
    """
    if start.tzinfo is None:
        raise BadLimit(reason="the start has no time zone")
    if limit.unit == "day" and limit.reckoning == "natural" and not pauses and not limit.rolls:
        return _end_of((calendar.local(start) + limit.amount * _DAY).date(), calendar)
    ordered = _ordered(pauses)
    if limit.unit == "day":
        return _end_of(_last_day(start, limit, calendar, ordered), calendar)
    left = timedelta(hours=limit.amount)
    for begin, until in _running(start, limit.reckoning == "working", calendar, ordered):
        if until is None or until - begin >= left:
            return begin + left
        left -= until - begin
    raise BadLimit(reason="no working time in reach")


def fraction(start: datetime, end: datetime, share: float, limit: Limit | None = None, calendar: LegalCalendar | None = None,
             pauses: Sequence[Pause] = ()) -> datetime:
    """The instant (UTC, whole seconds) at which ``share`` (0..1) of the time that runs from ``start`` to ``end`` is used up.

    Natural time unless ``limit`` is a working one, then working days from midnight to midnight, or office hours, of
    ``calendar``. Time in ``pauses`` does not count.
    """
    if not 0 <= share <= 1:
        raise BadLimit(reason=f"share {share!r}")
    if end <= start:
        return end.astimezone(UTC).replace(microsecond=0)
    working = limit is not None and limit.reckoning == "working"
    if working and calendar is None:
        raise BadLimit(reason="a working limit needs its calendar")
    if not working and not pauses:
        return (start + (end - start) * share).astimezone(UTC).replace(microsecond=0)
    stretches: list[tuple[datetime, datetime]] = []
    for begin, until in _running(start, working, calendar, _ordered(pauses), whole_days=working and limit.unit == "day"):
        if begin >= end:
            break
        stretches.append((begin, end if until is None else min(until, end)))
        if until is None:
            break
    left = sum((b - a for a, b in stretches), timedelta()) * share
    for begin, until in stretches:
        if until - begin >= left:
            return (begin + left).astimezone(UTC).replace(microsecond=0)
        left -= until - begin
    return end.astimezone(UTC).replace(microsecond=0)


def explain(start: datetime, limit: Limit, calendar: LegalCalendar, pauses: Sequence[Pause] = ()) -> list[Step]:
    """The reckoning of ``due`` step by step: one step a day, or one a stretch of hours; the last step ends at the due time."""
    end = due(start, limit, calendar, pauses)
    if limit.unit == "hour":
        return _explain_hours(start, end, limit, calendar, _ordered(pauses))
    ordered = _ordered(pauses)
    first = calendar.local(start).date()
    steps = [Step(start.astimezone(UTC), _end_of(first, calendar), False, 0, _FIRST_DAY)]
    count = 0
    for day, counts, why in _days(first, limit, calendar, ordered):
        count += counts
        steps.append(Step(_begin_of(day, calendar), _end_of(day, calendar), counts, count, why))
        if _end_of(day, calendar) >= end:
            return steps
    return steps


def _last_day(start: datetime, limit: Limit, calendar: LegalCalendar, pauses: list[Pause]) -> date:
    last = None
    for day, counts, why in _days(calendar.local(start).date(), limit, calendar, pauses):
        if counts or why is _ROLLED:
            last = day
    if last is None:
        raise BadLimit(reason="no working day in reach")
    return last


def _days(first: date, limit: Limit, calendar: LegalCalendar, pauses: list[Pause]) -> Iterator[tuple[date, bool, Sentence]]:
    """Each day after ``first`` with whether it counts and why, to the last day of the limit."""
    left, day = limit.amount, first
    working = limit.reckoning == "working"
    while left:
        day = _next(day)
        if _paused_at(_end_of(day, calendar), pauses):
            yield day, False, _PAUSED
        elif working and not calendar.is_workday(day):
            yield day, False, _NOT_WORKED
        elif left == 1 and limit.rolls and not calendar.is_workday(day):
            yield day, False, _ROLLED
        else:
            left -= 1
            yield day, True, _GUESSED if working and calendar.is_guessed(day) else _COUNTED


def _running(start: datetime, working: bool, calendar: LegalCalendar | None, pauses: list[Pause], *,
             whole_days: bool = False) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches in which time runs, ascending; the last of natural time has no end."""
    for begin, until in _office(start, calendar, whole_days) if working else [(start.astimezone(UTC), None)]:
        at = begin
        for pause in pauses:
            if pause.until <= at or (until is not None and pause.begin >= until):
                continue
            if pause.begin > at:
                yield at, pause.begin
            at = pause.until
        if until is None or at < until:
            yield at, until


def _office(start: datetime, calendar: LegalCalendar, whole_days: bool) -> Iterator[tuple[datetime, datetime]]:
    day = calendar.local(start).date()
    if not calendar.hours:
        raise BadLimit(reason="the calendar has no office hours")
    idle = 0
    while idle < 400:  # a calendar without any working day in a year is no calendar
        if calendar.is_workday(day):
            idle = 0
            for opens, closes in ((time(0), None),) if whole_days else calendar.hours:
                begin = _at(day, opens, calendar)
                until = _at(_next(day), time(0), calendar) if closes is None else _at(day, closes, calendar)
                if until > start:
                    yield max(begin, start.astimezone(UTC)), until
        else:
            idle += 1
        day = _next(day)


def _explain_hours(start: datetime, end: datetime, limit: Limit, calendar: LegalCalendar, pauses: list[Pause]) -> list[Step]:
    steps: list[Step] = []
    used, at = timedelta(), start.astimezone(UTC)
    for begin, until in _running(start, limit.reckoning == "working", calendar, pauses):
        stop = end if until is None else min(until, end)
        if begin > at:
            paused = any(p.begin < begin and p.until > at for p in pauses)
            steps.append(Step(at, begin, False, int(used / timedelta(hours=1)), _STOOD if paused else _NOT_WORKED))
        used += stop - begin
        steps.append(Step(begin, stop, True, int(used / timedelta(hours=1)), _COUNTED))
        at = stop
        if stop >= end:
            return steps
    return steps


def _ordered(pauses: Sequence[Pause]) -> list[Pause]:
    ordered = sorted(Pause(*pause) for pause in pauses)
    for pause in ordered:
        if pause.begin.tzinfo is None or pause.until is None or pause.until.tzinfo is None or pause.until < pause.begin:
            raise BadPause(reason=f"{pause.begin} - {pause.until}")
    for before, after in pairwise(ordered):
        if after.begin < before.until:
            raise BadPause(reason=f"{before.until} > {after.begin}")
    return ordered


def _paused_at(instant: datetime, pauses: list[Pause]) -> bool:
    return any(pause.begin <= instant < pause.until for pause in pauses)


def _next(day: date) -> date:
    try:
        return day + _DAY
    except OverflowError:
        raise BadLimit(reason="beyond the year 9999") from None


def _at(day: date, clock: time, calendar: LegalCalendar) -> datetime:
    return datetime.combine(day, clock, calendar.zone).astimezone(UTC)


def _begin_of(day: date, calendar: LegalCalendar) -> datetime:
    return _at(day, time(0), calendar)


def _end_of(day: date, calendar: LegalCalendar) -> datetime:
    return _at(day, _LAST, calendar)
