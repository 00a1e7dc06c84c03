"""Arithmetic of FEEL (DMN 1.5, table 45 and following): numbers, strings, dates, times, durations. What is not listed is null."""

from __future__ import annotations

from decimal import Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from mingtang.engines.dmn.feel.temporal import DAY, Date, DateTime, DayTimeDuration, Time, YearMonthDuration
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import DECIMAL128, Null

_MOST_NANOS = 10**27
_LONGEST_TEXT = 2_000_000


def _wrong(op: str, left: Any, right: Any) -> Null:
    return Null(f"{type_name(left)} {op} {type_name(right)} is not defined")


def _decimal(op: str, left: Decimal, right: Decimal) -> Decimal:
    try:
        match op:
            case "+":
                return DECIMAL128.add(left, right)
            case "-":
                return DECIMAL128.subtract(left, right)
            case "*":
                return DECIMAL128.multiply(left, right)
            case "/":
                return DECIMAL128.divide(left, right)
            case _:
                return DECIMAL128.power(left, right)
    except DivisionByZero:
        raise Null("division by zero") from None
    except (InvalidOperation, Overflow):
        raise Null(f"{left} {op} {right} has no value") from None


def add(left: Any, right: Any) -> Any:
    """left + right; raises Null."""
    if type(left) is Decimal and type(right) is Decimal:
        return _decimal("+", left, right)
    if isinstance(left, str) and isinstance(right, str):
        if len(left) + len(right) > _LONGEST_TEXT:
            raise Null(f"text over {_LONGEST_TEXT} characters")
        return left + right
    if isinstance(left, DayTimeDuration) and isinstance(right, DayTimeDuration):
        return _nanos(left.nanos + right.nanos)
    if isinstance(left, YearMonthDuration) and isinstance(right, YearMonthDuration):
        return YearMonthDuration(left.months + right.months)
    if isinstance(right, (DayTimeDuration, YearMonthDuration)) and isinstance(left, (Date, Time, DateTime)):
        return _moved(left, right, 1)
    if isinstance(left, (DayTimeDuration, YearMonthDuration)) and isinstance(right, (Date, Time, DateTime)):
        return _moved(right, left, 1)
    raise _wrong("+", left, right)


def subtract(left: Any, right: Any) -> Any:
    """left - right; raises Null."""
    if type(left) is Decimal and type(right) is Decimal:
        return _decimal("-", left, right)
    if isinstance(left, DayTimeDuration) and isinstance(right, DayTimeDuration):
        return _nanos(left.nanos - right.nanos)
    if isinstance(left, YearMonthDuration) and isinstance(right, YearMonthDuration):
        return YearMonthDuration(left.months - right.months)
    if isinstance(right, (DayTimeDuration, YearMonthDuration)) and isinstance(left, (Date, Time, DateTime)):
        return _moved(left, right, -1)
    if isinstance(left, (Date, DateTime)) and isinstance(right, (Date, DateTime)):
        return _between(left, right)
    if isinstance(left, Time) and isinstance(right, Time):
        first, second = left.instant(), right.instant()
        if (first is None) != (second is None):
            raise Null("a local time and a time with zone have no difference")
        return _nanos(left.nanos - right.nanos if first is None or second is None else first - second)
    raise _wrong("-", left, right)


def _between(left: Date | DateTime, right: Date | DateTime) -> DayTimeDuration:
    if isinstance(left, Date) and isinstance(right, Date):
        return _nanos((left.number - right.number) * DAY)
    # A date beside a date and time is midnight UTC.
    first = left if isinstance(left, DateTime) else DateTime(left, Time(0, 0))
    second = right if isinstance(right, DateTime) else DateTime(right, Time(0, 0))
    a, b = first.instant(), second.instant()
    if (a is None) != (b is None):
        raise Null("a local date and time and one with zone have no difference")
    return _nanos(first.local - second.local if a is None or b is None else a - b)


def _nanos(value: int) -> DayTimeDuration:
    if abs(value) > _MOST_NANOS:
        raise Null("duration too long")
    return DayTimeDuration(value)


def _moved(value: Date | Time | DateTime, by: DayTimeDuration | YearMonthDuration, sign: int) -> Any:
    moved: Date | Time | DateTime | None
    if isinstance(by, YearMonthDuration):
        if isinstance(value, Time):
            raise _wrong("+", value, by)
        date = (value if isinstance(value, Date) else value.date).plus_months(sign * by.months)
        moved = date if isinstance(value, Date) or date is None else DateTime(date, value.time)
    elif isinstance(value, Time):
        moved = Time((value.nanos + sign * by.nanos) % DAY, value.offset, value.zone)
    elif isinstance(value, Date):
        moved = Date.from_number((value.number * DAY + sign * by.nanos) // DAY)
    else:
        moved = DateTime.from_local(value.local + sign * by.nanos, value.time)
    if moved is None:
        raise Null("date beyond the calendar")
    return moved


def multiply(left: Any, right: Any) -> Any:
    """left * right; raises Null."""
    if type(left) is Decimal and type(right) is Decimal:
        return _decimal("*", left, right)
    if type(left) is Decimal and isinstance(right, (DayTimeDuration, YearMonthDuration)):
        left, right = right, left
    if isinstance(left, DayTimeDuration) and type(right) is Decimal:
        return _nanos(_whole(DECIMAL128.multiply(Decimal(left.nanos), right)))
    if isinstance(left, YearMonthDuration) and type(right) is Decimal:
        return YearMonthDuration(_whole(DECIMAL128.multiply(Decimal(left.months), right)))
    raise _wrong("*", left, right)


def divide(left: Any, right: Any) -> Any:
    """left / right; raises Null."""
    if type(left) is Decimal and type(right) is Decimal:
        return _decimal("/", left, right)
    if isinstance(left, (DayTimeDuration, YearMonthDuration)) and type(right) is Decimal:
        if right == 0:
            raise Null("division by zero")
        if isinstance(left, DayTimeDuration):
            return _nanos(_whole(DECIMAL128.divide(Decimal(left.nanos), right)))
        return YearMonthDuration(_whole(DECIMAL128.divide(Decimal(left.months), right)))
    if isinstance(left, DayTimeDuration) and isinstance(right, DayTimeDuration):
        return _decimal("/", Decimal(left.nanos), Decimal(right.nanos))
    if isinstance(left, YearMonthDuration) and isinstance(right, YearMonthDuration):
        return _decimal("/", Decimal(left.months), Decimal(right.months))
    raise _wrong("/", left, right)


def _whole(value: Decimal) -> int:
    if not value.is_finite() or abs(value) > _MOST_NANOS:
        raise Null("duration too long")
    return int(value)


def power(left: Any, right: Any) -> Any:
    """left ** right; raises Null."""
    if type(left) is Decimal and type(right) is Decimal:
        return _decimal("**", left, right)
    raise _wrong("**", left, right)


def negate(value: Any) -> Any:
    """-value; raises Null."""
    if type(value) is Decimal:
        return value.copy_negate() if value else value
    if isinstance(value, DayTimeDuration):
        return DayTimeDuration(-value.nanos)
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(-value.months)
    raise Null(f"- {type_name(value)} is not defined")


OPERATIONS = {"+": add, "-": subtract, "*": multiply, "/": divide, "**": power}
