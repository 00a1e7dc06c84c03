"""FEEL's date, time, date and time, and the two durations - over years from -999,999,999 to 999,999,999.

Calendar: proleptic Gregorian (ISO 8601), day numbers counted from 1970-01-01. Zones come from the IANA database; far years
use the rules of the year that has the same place in the 400-year cycle.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache, total_ordering
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NANO = 1_000_000_000
DAY = 86_400 * NANO
LAST_YEAR = 999_999_999


def days_from_civil(year: int, month: int, day: int) -> int:
    """Day number of a date; 1970-01-01 is 0."""
    year -= month <= 2
    era, yoe = divmod(year, 400)
    doy = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468


def civil_from_days(number: int) -> tuple[int, int, int]:
    """(year, month, day) of a day number."""
    era, doe = divmod(number + 719468, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = mp + 3 if mp < 10 else mp - 9
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def month_length(year: int, month: int) -> int:
    """Days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


@total_ordering
@dataclass(frozen=True, slots=True)
class Date:
    year: int
    month: int
    day: int

    @property
    def number(self) -> int:
        return days_from_civil(self.year, self.month, self.day)

    @classmethod
    def from_number(cls, number: int) -> Date | None:
        found = civil_from_days(number)
        return cls(*found) if abs(found[0]) <= LAST_YEAR else None

    @property
    def weekday(self) -> int:
        """Monday is 1."""
        return (self.number + 3) % 7 + 1

    def plus_months(self, months: int) -> Date | None:
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        if abs(years) > LAST_YEAR:
            return None
        return Date(years, month + 1, min(self.day, month_length(years, month + 1)))

    def __lt__(self, other: Date) -> bool:
        return (self.year, self.month, self.day) < (other.year, other.month, other.day)

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04}-{self.month:02}-{self.day:02}"


@dataclass(frozen=True, slots=True)
class Time:
    """Time of day in nanoseconds, with an offset in seconds or a zone's name, or neither (local)."""

    nanos: int
    offset: int | None = None
    zone: str | None = None

    @property
    def hour(self) -> int:
        return self.nanos // (3600 * NANO)

    @property
    def minute(self) -> int:
        return self.nanos // (60 * NANO) % 60

    @property
    def second(self) -> int:
        return self.nanos // NANO % 60

    def seconds_east(self, date: Date | None = None) -> int | None:
        """Offset from UTC in seconds; of a zone, on ``date`` (or in January 2000)."""
        if self.zone is not None:
            return zone_offset(self.zone, date or Date(2000, 1, 1), self.nanos)
        return self.offset

    def instant(self) -> int | None:
        """Nanoseconds since midnight UTC, or None for local time."""
        east = self.seconds_east()
        return None if east is None else self.nanos - east * NANO

    def __str__(self) -> str:
        fraction = f".{self.nanos % NANO:09}".rstrip("0") if self.nanos % NANO else ""
        return f"{self.hour:02}:{self.minute:02}:{self.second:02}{fraction}{_written_zone(self)}"


def _written_zone(time: Time) -> str:
    if time.zone is not None:
        return f"@{time.zone}"
    if time.offset is None:
        return ""
    if time.offset == 0:
        return "Z"
    sign, rest = ("-", -time.offset) if time.offset < 0 else ("+", time.offset)
    seconds = f":{rest % 60:02}" if rest % 60 else ""
    return f"{sign}{rest // 3600:02}:{rest // 60 % 60:02}{seconds}"


@dataclass(frozen=True, slots=True)
class DateTime:
    date: Date
    time: Time

    @property
    def local(self) -> int:
        """Nanoseconds since 1970 on the local clock."""
        return self.date.number * DAY + self.time.nanos

    def instant(self) -> int | None:
        """Nanoseconds since 1970 UTC, or None for local time."""
        east = self.time.seconds_east(self.date)
        return None if east is None else self.local - east * NANO

    @classmethod
    def from_local(cls, local: int, like: Time) -> DateTime | None:
        days, nanos = divmod(local, DAY)
        date = Date.from_number(days)
        return None if date is None else cls(date, Time(nanos, like.offset, like.zone))

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


@dataclass(frozen=True, slots=True, order=True)
class DayTimeDuration:
    nanos: int

    def __str__(self) -> str:
        sign, rest = ("-", -self.nanos) if self.nanos < 0 else ("", self.nanos)
        days, rest = divmod(rest, DAY)
        hours, rest = divmod(rest, 3600 * NANO)
        minutes, rest = divmod(rest, 60 * NANO)
        seconds, fraction = divmod(rest, NANO)
        text = f"{sign}P" + (f"{days}D" if days else "")
        clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if seconds or fraction:
            clock += f"{seconds}" + (f".{fraction:09}".rstrip("0") if fraction else "") + "S"
        if clock:
            return text + "T" + clock
        return text if days else "PT0S"


@dataclass(frozen=True, slots=True, order=True)
class YearMonthDuration:
    months: int

    def __str__(self) -> str:
        sign, rest = ("-", -self.months) if self.months < 0 else ("", self.months)
        years, months = divmod(rest, 12)
        if not years and not months:
            return "P0M"
        return f"{sign}P" + (f"{years}Y" if years else "") + (f"{months}M" if months else "")


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,3}", name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_offset(name: str, date: Date, nanos: int) -> int:
    """Seconds east of UTC of zone ``name`` on the local ``date`` at ``nanos``."""
    zone = _zone(name)
    year = date.year if 2 <= date.year <= 9998 else 2000 + date.year % 400
    local = datetime(year, date.month, date.day) + timedelta(seconds=nanos // NANO)
    found = zone.utcoffset(local) if zone else None
    return int(found.total_seconds()) if found is not None else 0


_DATE = re.compile(r"(-?)([0-9]{4,9})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,}))?(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]+)?")
_DAYS = re.compile(r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?")
_MONTHS = re.compile(r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
_MOST = 10**27


def parse_date(text: str) -> Date | None:
    """The date that ``text`` writes in ISO 8601, or None."""
    found = _DATE.fullmatch(text)
    if found is None or (len(found[2]) > 4 and found[2][0] == "0"):
        return None
    return make_date(int(found[1] + found[2]), int(found[3]), int(found[4]))


def make_date(year: int, month: int, day: int) -> Date | None:
    """A date of numbers, or None where there is no such day."""
    if abs(year) > LAST_YEAR or not 1 <= month <= 12 or not 1 <= day <= month_length(year, month):
        return None
    return Date(year, month, day)


def parse_time(text: str) -> Time | None:
    """The time that ``text`` writes, or None."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    if hour > 23 or minute > 59 or second > 59:
        return None
    nanos = ((hour * 60 + minute) * 60 + second) * NANO + int((found[4] or "0")[:9].ljust(9, "0"))
    mark = found[5]
    if mark is None:
        return Time(nanos)
    if mark in "Zz":
        return Time(nanos, 0)
    if mark[0] == "@":
        return Time(nanos, None, mark[1:]) if _zone(mark[1:]) else None
    parts = [int(part) for part in mark[1:].split(":")]
    offset = parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)
    if offset > 18 * 3600 or parts[1] > 59:
        return None
    return Time(nanos, -offset if mark[0] == "-" else offset)


def parse_date_time(text: str) -> DateTime | None:
    """The date and time that ``text`` writes, or None."""
    day, mark, rest = text.partition("T")
    if not mark:
        return None
    date, time = parse_date(day), parse_time(rest)
    if date is not None and time is None and rest.startswith("24:00:00"):
        time = parse_time("00" + rest[2:])
        date = Date.from_number(date.number + 1)
    return DateTime(date, time) if date is not None and time is not None else None


def parse_duration(text: str) -> DayTimeDuration | YearMonthDuration | None:
    """The duration that ``text`` writes, or None; days and times, or years and months, never both."""
    if len(text) > 100 or text.endswith(("P", "T")):
        return None
    found = _MONTHS.fullmatch(text)
    if found is not None:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return YearMonthDuration(-months if found[1] else months) if months < _MOST else None
    found = _DAYS.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, seconds = (int(found[i] or 0) for i in (2, 3, 4, 5))
    nanos = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANO + int((found[6] or "0")[:9].ljust(9, "0"))
    return DayTimeDuration(-nanos if found[1] else nanos) if nanos < _MOST else None


def parse_any(text: str) -> Date | Time | DateTime | DayTimeDuration | YearMonthDuration | None:
    """Whatever temporal value ``text`` writes, or None."""
    return parse_date(text) or parse_date_time(text) or parse_time(text) or parse_duration(text)
