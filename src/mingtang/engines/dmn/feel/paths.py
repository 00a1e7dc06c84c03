"""The dot: entries of contexts, properties of dates, times, durations and ranges; over a list, of each item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.temporal import DAY, NANO, Date, DateTime, DayTimeDuration, Time, YearMonthDuration
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Null, Range


def step(value: Any, name: str) -> Any:
    """``value.name``; raises Null where there is no such entry or property."""
    if isinstance(value, dict):
        if name not in value:
            raise Null(f"the context has no entry {name}")
        return value[name]
    if isinstance(value, list):
        return [_or_none(item, name) for item in value]
    found = _PROPERTIES.get((type(value), name))
    if found is None:
        raise Null(f"{type_name(value)} has no property {name}")
    return found(value)


def _or_none(item: Any, name: str) -> Any:
    try:
        return step(item, name)
    except Null:
        return None


def _offset(time: Time, date: Date | None = None) -> DayTimeDuration | None:
    east = time.seconds_east(date)
    return None if east is None else DayTimeDuration(east * NANO)


def _part(value: DayTimeDuration, unit: int, within: int | None) -> Decimal:
    size = abs(value.nanos) // unit
    size = size % within if within else size
    return Decimal(-size if value.nanos < 0 else size)


def _months(value: YearMonthDuration, years: bool) -> Decimal:
    size = abs(value.months) // 12 if years else abs(value.months) % 12
    return Decimal(-size if value.months < 0 else size)


_PROPERTIES = {
    (Date, "year"): lambda v: Decimal(v.year), (Date, "month"): lambda v: Decimal(v.month), (Date, "day"): lambda v: Decimal(v.day),
    (Date, "weekday"): lambda v: Decimal(v.weekday),
    (Time, "hour"): lambda v: Decimal(v.hour), (Time, "minute"): lambda v: Decimal(v.minute), (Time, "second"): lambda v: Decimal(v.second),
    (Time, "time offset"): _offset, (Time, "timezone"): lambda v: v.zone,
    (DateTime, "year"): lambda v: Decimal(v.date.year), (DateTime, "month"): lambda v: Decimal(v.date.month),
    (DateTime, "day"): lambda v: Decimal(v.date.day), (DateTime, "weekday"): lambda v: Decimal(v.date.weekday),
    (DateTime, "hour"): lambda v: Decimal(v.time.hour), (DateTime, "minute"): lambda v: Decimal(v.time.minute),
    (DateTime, "second"): lambda v: Decimal(v.time.second), (DateTime, "time offset"): lambda v: _offset(v.time, v.date),
    (DateTime, "timezone"): lambda v: v.time.zone,
    (DayTimeDuration, "days"): lambda v: _part(v, DAY, None), (DayTimeDuration, "hours"): lambda v: _part(v, 3600 * NANO, 24),
    (DayTimeDuration, "minutes"): lambda v: _part(v, 60 * NANO, 60), (DayTimeDuration, "seconds"): lambda v: _part(v, NANO, 60),
    (YearMonthDuration, "years"): lambda v: _months(v, True), (YearMonthDuration, "months"): lambda v: _months(v, False),
    (Range, "start"): lambda v: v.low, (Range, "end"): lambda v: v.high,
    (Range, "start included"): lambda v: v.low_closed, (Range, "end included"): lambda v: v.high_closed,
}
