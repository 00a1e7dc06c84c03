"""Between Python's values, FEEL's and JSON's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from mingtang.engines.dmn.feel.temporal import (
    NANO, Date, DateTime, DayTimeDuration, Time, YearMonthDuration, parse_date, parse_date_time, parse_duration, parse_time,
)
from mingtang.engines.dmn.feel.values import DECIMAL128, Function, Range

_PLAIN = (str, bool, type(None), Decimal, Date, Time, DateTime, DayTimeDuration, YearMonthDuration, Range, Function)
_SAFE = 2**53


def to_feel(value: Any) -> Any:
    """A FEEL value of a Python value: numbers to Decimal, dates and times to FEEL's, mappings and sequences throughout.

    What has no FEEL value (NaN, foreign types) becomes null.
    """
    kind = type(value)
    if kind is int or kind is float or kind is Decimal:
        return _number(value)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {str(name): to_feel(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_feel(item) for item in value]
    if isinstance(value, datetime):
        return DateTime(Date(value.year, value.month, value.day), _clock(value))
    if isinstance(value, date):
        return Date(value.year, value.month, value.day)
    if isinstance(value, time):
        return _clock(value)
    if isinstance(value, timedelta):
        return DayTimeDuration(((value.days * 86400 + value.seconds) * 1_000_000 + value.microseconds) * 1000)
    if isinstance(value, int):
        return _number(int(value))
    return None


def _number(value: int | float | Decimal) -> Decimal | None:
    try:
        made = DECIMAL128.create_decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, ValueError, ArithmeticError):
        return None
    return made if made.is_finite() else None


def _clock(value: datetime | time) -> Time:
    nanos = ((value.hour * 60 + value.minute) * 60 + value.second) * NANO + value.microsecond * 1000
    offset = value.utcoffset()
    return Time(nanos, None if offset is None else int(offset.total_seconds()))


_READERS = {
    "date": parse_date, "time": parse_time, "date and time": parse_date_time, "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}


def read_as(value: Any, type_name: str) -> Any:
    """Text as a temporal value where the declared type wants one; anything else as it is. Text that is none becomes null."""
    reader = _READERS.get(type_name)
    if reader is not None and isinstance(value, str):
        return reader(value)
    return value


def to_json(value: Any) -> Any:
    """JSON values of a FEEL value: whole numbers to 2^53 as int, other numbers as text, temporal values as ISO text."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and abs(value) <= _SAFE:
            return int(value)
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return {name: to_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, Function):
        return f"function {value.name}".strip()
    if isinstance(value, Range):
        from mingtang.engines.dmn.feel.builtins_convert import written

        return written(value)
    return str(value)
