"""Between Python's values, FEEL's and JSON's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from mingtang.engines.dmn.feel.conforming import Type, coerce
from mingtang.engines.dmn.feel.temporal import (
    NANO, Date, DateTime, DayTimeDuration, Time, YearMonthDuration, parse_date, parse_date_time, parse_duration, parse_time,
)
from mingtang.engines.dmn.feel.values import DECIMAL128, Function, Range, Run

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
_NUMERAL = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")


def read_as(value: Any, kind: Type) -> Any:
    """FEEL values of JSON values by their declared type: text as the temporal value or number that is wanted, throughout lists and contexts.

    Text that is none stays text, and is then no value of the type.
    """
    if isinstance(value, str):
        reader = _READERS.get(kind.name)
        if reader is not None:
            return reader(value) or value
        return Decimal(value) if kind.name == "number" and _NUMERAL.fullmatch(value) else value
    if isinstance(value, list):
        part = (kind.parts[0] if kind.parts else None) if kind.name == "list" else kind
        return value if part is None else [read_as(item, part) for item in value]
    if isinstance(value, dict) and kind.name == "context":
        fields = dict(kind.fields)
        return {name: read_as(inner, fields[name]) if name in fields else inner for name, inner in value.items()}
    if kind.name == "list" and kind.parts:
        return read_as(value, kind.parts[0])
    return value


def converter(kind: Type | None, name: str) -> Callable[[Any, Run], Any]:
    """What brings the fact ``name`` to its declared type; a fact that does not fit is null with a fault."""
    if kind is None:
        return lambda value, run: to_feel(value)
    plain = {"number": Decimal, "string": str, "boolean": bool}.get(kind.name) if kind.allows is None else None
    is_number = kind.name == "number" and kind.allows is None
    seen: set[Any] = set()  # texts and truth values already found to conform

    def convert(value: Any, run: Run) -> Any:
        given = type(value)
        if value is None or (given is plain and given is not Decimal):
            return value
        if is_number and given is int and -_SAFE < value < _SAFE:
            return Decimal(value)
        if given is str and value in seen:
            return value
        made = coerce(read_as(to_feel(value), kind), kind)
        if made is None:
            run.fault(0, f"the fact {name} is not {kind.shown}", name)
        elif made is value and given is str and len(seen) < 256:
            seen.add(value)
        return made

    return convert


def to_json(value: Any) -> Any:
    """JSON values of a FEEL value: whole numbers to 2^53 as int, other numbers as text, temporal values as ISO text."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and abs(value) <= _SAFE:
            return int(value)
        return format(DECIMAL128.normalize(value), "f")
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
