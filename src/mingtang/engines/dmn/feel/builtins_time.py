"""Functions of the calendar and the clock (DMN 1.5, 10.3.4.8 and 10.3.4.10): ISO weeks, English names of days and months."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.comparing import equal
from mingtang.engines.dmn.feel.defining import define
from mingtang.engines.dmn.feel.temporal import NANO, Date, DateTime, Time, days_from_civil
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Function, Range, Run

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def _day(value: Date | DateTime) -> Date:
    return value.date if isinstance(value, DateTime) else value


@define("day of year", "date: dates")
def day_of_year(value: Any) -> Decimal:
    date = _day(value)
    return Decimal(date.number - days_from_civil(date.year, 1, 1) + 1)


@define("day of week", "date: dates")
def day_of_week(value: Any) -> str:
    return _DAYS[_day(value).weekday - 1]


@define("month of year", "date: dates")
def month_of_year(value: Any) -> str:
    return _MONTHS[_day(value).month - 1]


@define("week of year", "date: dates")
def week_of_year(value: Any) -> Decimal:
    date = _day(value)
    # The ISO week belongs to the year of its Thursday.
    thursday = date.number - date.weekday + 4
    year = Date.from_number(thursday).year  # type: ignore[union-attr]
    return Decimal((thursday - days_from_civil(year, 1, 1)) // 7 + 1)


def _moment(run: Run) -> datetime:
    from mingtang.kernel import now as machine_now

    if run.clock is None:
        run.clock = machine_now()  # one evaluation sees one instant
    return run.clock


def _now(run: Run, arguments: list) -> DateTime:
    at = _moment(run).astimezone(UTC)
    nanos = ((at.hour * 60 + at.minute) * 60 + at.second) * NANO + at.microsecond * 1000
    return DateTime(Date(at.year, at.month, at.day), Time(nanos, 0))


def _today(run: Run, arguments: list) -> Date:
    at = _moment(run)
    return Date(at.year, at.month, at.day)


@define("is", "value1: any?*, value2: any?*")
def identical(left: Any = None, right: Any = None) -> bool:
    """Same kind and same value in the semantic domain: times with other zones are not the same."""
    if type_name(left) != type_name(right):
        return False
    if isinstance(left, (Time, DateTime)):
        return left == right
    if isinstance(left, Range):
        return left == right
    return equal(left, right) is True


TIME_FUNCTIONS = (
    day_of_year, day_of_week, month_of_year, week_of_year, Function("now", ((),), _now), Function("today", ((),), _today), identical,
)
