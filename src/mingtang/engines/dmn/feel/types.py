"""Types of FEEL: which value is an instance of which type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration
from mingtang.engines.dmn.feel.values import Function, Range

# Longest first, so that the reader never takes "date" for "date and time".
TYPE_NAMES = (
    "years and months duration", "year month duration", "days and time duration", "day time duration", "date and time", "date time", "boolean", "number",
    "string", "date", "time", "list", "context", "function", "Any", "Null",
)
_ALIASES = {
    "yearMonthDuration": "years and months duration", "year month duration": "years and months duration", "dayTimeDuration": "days and time duration",
    "day time duration": "days and time duration", "dateTime": "date and time", "date time": "date and time",
}


def canonical(name: str) -> str:
    """The standard's name of a simple type."""
    return _ALIASES.get(name, name)


def type_name(value: Any) -> str:
    """The simple type of ``value``."""
    kind = type(value)
    found = _NAMES.get(kind)
    if found is not None:
        return found
    if isinstance(value, (Function,)):
        return "function"
    return "unknown"


_NAMES = {
    type(None): "Null", bool: "boolean", Decimal: "number", str: "string", Date: "date", Time: "time", DateTime: "date and time",
    DayTimeDuration: "days and time duration", YearMonthDuration: "years and months duration", list: "list", dict: "context", Range: "range",
    Function: "function",
}
