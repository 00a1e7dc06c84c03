"""Conversion: date, time, date and time, number, string, duration, years and months duration, range, @ (DMN 1.5, 10.3.4.1)."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from mingtang.engines.dmn.feel.defining import define, whole
from mingtang.engines.dmn.feel.temporal import (
    NANO, Date, DateTime, DayTimeDuration, Time, YearMonthDuration, make_date, parse_any, parse_date, parse_date_time, parse_duration, parse_time,
)
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import DECIMAL128, Function, Null, Range, number


def _need(value: Any, what: str) -> Any:
    if value is None:
        raise Null(f"not a {what}")
    return value


@define("date", "from: any", "year: number, month: number, day: number")
def date(variant: int, *given: Any) -> Date:
    if variant == 1:
        year, month, day = (whole("date", part) for part in given)
        return _need(make_date(year, month, day), "date")
    value = given[0]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return _need(parse_date(value), "date")
    if isinstance(value, DateTime):
        return value.date
    if isinstance(value, Date):
        return value
    raise Null(f"no date of a {type_name(value)}")


@define("time", "from: any", "hour: number, minute: number, second: number, offset: duration?*")
def time(variant: int, *given: Any) -> Time:
    if variant == 1:
        return _time_of_parts(*given)
    value = given[0]
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return _need(parse_time(value.removeprefix("T")) if not value.startswith("T") else None, "time")
    if isinstance(value, DateTime):
        return value.time
    if isinstance(value, Time):
        return value
    if isinstance(value, Date):
        return Time(0, 0)
    raise Null(f"no time of a {type_name(value)}")


def _time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None) -> Time:
    hours, minutes = whole("time", hour), whole("time", minute)
    nanos = int(second * NANO)
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= nanos < 60 * NANO):
        raise Null("not a time")
    if offset is not None and not isinstance(offset, DayTimeDuration):
        raise Null("the offset of a time is a days and time duration")
    east = None if offset is None else offset.nanos // NANO
    if east is not None and abs(east) > 18 * 3600:
        raise Null("offset beyond 18 hours")
    return Time((hours * 60 + minutes) * 60 * NANO + nanos, east)


@define("date and time", "from: any", "date: dates, time: time", "date: dates, timezone: string")
def date_and_time(variant: int, *given: Any) -> DateTime:
    if variant == 0:
        value = given[0]
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str):
            day = parse_date(value)
            return DateTime(day, Time(0)) if day is not None else _need(parse_date_time(value), "date and time")
        if isinstance(value, DateTime):
            return value
        if isinstance(value, Date):
            return DateTime(value, Time(0, 0))
        raise Null(f"no date and time of a {type_name(value)}")
    day = given[0].date if isinstance(given[0], DateTime) else given[0]
    if variant == 1:
        return DateTime(day, given[1])
    clock = given[0].time if isinstance(given[0], DateTime) else Time(0)
    zoned = _need(parse_time("00:00:00" + (given[1] if given[1][:1] in "Z+-" else "@" + given[1])), "time zone")
    return DateTime(day, Time(clock.nanos, zoned.offset, zoned.zone))


_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


@define("number", "from: any?, grouping separator: string?*, decimal separator: string?*")
def to_number(text: Any, grouping: str | None = None, point: str | None = None) -> Decimal:
    if isinstance(text, Decimal) and grouping is None and point is None:
        return text
    if not isinstance(text, str):
        raise Null(f"no number of a {type_name(text)}")
    if grouping not in (None, " ", ",", ".") or point not in (None, ".", ",") or (grouping is not None and grouping == point):
        raise Null("separators of a number are a space, comma or point, and differ")
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or len(text) > 10_000:
        raise Null("not a number")
    try:
        return number(Decimal(text))
    except InvalidOperation:
        raise Null("not a number") from None


def written(value: Any, inner: bool = False, depth: int = 0) -> str:
    """``value`` as ``string()`` writes it; strings within lists and contexts stand in quotes."""
    if depth > 50:
        raise Null("nested too deep")
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return write_number(value)
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if inner else value
    if isinstance(value, list):
        return "[" + ", ".join(written(item, True, depth + 1) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)}: {written(item, True, depth + 1)}" for name, item in value.items()) + "}"
    if isinstance(value, Range):
        low = written(value.low, True, depth + 1) if value.low is not None else ""
        high = written(value.high, True, depth + 1) if value.high is not None else ""
        if value.low is None:
            return f"({'<=' if value.high_closed else '<'} {high})"
        if value.high is None:
            return f"({'>=' if value.low_closed else '>'} {low})"
        return f"{'[' if value.low_closed else '('}{low}..{high}{']' if value.high_closed else ')'}"
    if isinstance(value, Function):
        raise Null("a function has no text")
    return f'@"{value}"' if inner else str(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w ]+", name) else '"' + name.replace('"', '\\"') + '"'


def write_number(value: Decimal) -> str:
    """A number without exponent and without closing zeros."""
    if not value:
        return "0"
    text = format(DECIMAL128.normalize(value), "f")
    return text


@define("string", "from: any?")
def string(value: Any) -> str:
    if value is None:
        raise Null("string: from is null")
    return written(value)


@define("duration", "from: string")
def duration(text: str) -> DayTimeDuration | YearMonthDuration:
    return _need(parse_duration(text), "duration")


@define("years and months duration", "from: dates, to: dates")
def years_and_months_duration(start: Any, end: Any) -> YearMonthDuration:
    first = start.date if isinstance(start, DateTime) else start
    last = end.date if isinstance(end, DateTime) else end
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return YearMonthDuration(months)


@define("@", "from: string")
def at_literal(text: str) -> Any:
    return _need(parse_any(text), "date, time or duration")


CONVERSION_FUNCTIONS = (date, time, date_and_time, to_number, string, duration, years_and_months_duration, at_literal)
