"""Equality and order of FEEL values: True, False, or None (null) where two values cannot be compared."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.temporal import NANO, Date, DateTime, DayTimeDuration, Time, YearMonthDuration
from mingtang.engines.dmn.feel.values import Function, Range

_ORDERED = (Decimal, str, Date, DayTimeDuration, YearMonthDuration)


def equal(left: Any, right: Any) -> bool | None:
    """left = right. null equals null alone; values of different kinds give null."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in (Decimal, str, bool, Date, DayTimeDuration, YearMonthDuration):
        return left == right
    if kind is list:
        return _equal_lists(left, right)
    if kind is dict:
        return _equal_contexts(left, right)
    if kind is Time or kind is DateTime:
        return _equal_clocks(left, right)
    if kind is Range:
        return (left.low_closed, left.high_closed, left.op) == (right.low_closed, right.high_closed, right.op) and equal(left.low, right.low) is True \
            and equal(left.high, right.high) is True
    if isinstance(left, Function):
        return None
    return None


def _equal_clocks(left: Time | DateTime, right: Time | DateTime) -> bool | None:
    first, second = left.instant(), right.instant()
    if (first is None) != (second is None):
        return False
    # The standard's value of a time counts whole seconds (10.3.2.3.4).
    if first is None:
        first, second = _local(left), _local(right)
    return first // NANO == second // NANO


def _local(value: Time | DateTime) -> int:
    return value.nanos if isinstance(value, Time) else value.local


def _equal_lists(left: list, right: list) -> bool | None:
    if len(left) != len(right):
        return False
    for a, b in zip(left, right, strict=True):
        same = equal(a, b)
        if same is not True:
            return False
    return True


def _equal_contexts(left: dict, right: dict) -> bool | None:
    return left.keys() == right.keys() and all(equal(value, right[name]) is True for name, value in left.items())


def before(left: Any, right: Any) -> bool | None:
    """left < right, or None where the two have no order."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _ORDERED:
        return left < right
    if kind is Time or kind is DateTime:
        first, second = left.instant(), right.instant()
        if (first is None) != (second is None):
            return None
        if first is None:
            first, second = _local(left), _local(right)
        return first // NANO < second // NANO
    return None


def compare(op: str, left: Any, right: Any) -> bool | None:
    """left op right for = != < <= > >=, three-valued."""
    if op == "=":
        return equal(left, right)
    if op == "!=":
        same = equal(left, right)
        return None if same is None else not same
    if op == "<":
        return before(left, right)
    if op == ">":
        return before(right, left)
    found = before(right, left) if op == "<=" else before(left, right)
    return None if found is None else not found


def contains(span: Range, value: Any) -> bool | None:
    """Whether ``value`` lies in ``span``, or None where it cannot be compared with an end."""
    if value is None or (not span.op and (span.low is None or span.high is None)):
        return None
    if span.low is not None:
        found = compare(">=" if span.low_closed else ">", value, span.low)
        if found is not True:
            return found
    if span.high is not None:
        return compare("<=" if span.high_closed else "<", value, span.high)
    return True if span.low is not None else None


def key(value: Any) -> Any:
    """A hashable stand-in for ``value`` such that equal values have equal keys."""
    if isinstance(value, list):
        return ("list", *map(key, value))
    if isinstance(value, dict):
        return ("context", frozenset((name, key(inner)) for name, inner in value.items()))
    if isinstance(value, (Time, DateTime)):
        instant = value.instant()
        return (type(value).__name__, instant is None, (_local(value) if instant is None else instant) // NANO)
    return (type(value).__name__, value)
