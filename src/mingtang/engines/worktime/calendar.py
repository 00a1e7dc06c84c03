"""The legal calendar: which days are working days, and which hours of them are office hours.

The holidays and the make-up working days of China come from the library ``chinesecalendar``, which carries the yearly notices
of the State Council (放假安排通知) and knows the years to its release only. A year it does not know is either refused or
reckoned Monday to Friday; ``LegalCalendar.name`` says which, so a stored due time can always be recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from mingtang.kernel.errors import CallerMistake, Sentence

OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(17, 30)))


class YearNotKnown(CallerMistake):
    """The calendar has no data for the year and may not guess."""

    code = "worktime.year_not_known"
    text = Sentence("法定日历 {name} 没有 {year} 年的放假安排。", "The legal calendar {name} has no holidays for {year}.")
    next_step = Sentence("请更新节假日数据，或选用允许按周一至周五推算的日历。",
                         "Update the holiday data, or choose a calendar that may fall back to Monday to Friday.")


@dataclass(frozen=True)
class LegalCalendar:
    """Working days and office hours of one place.

    ``exceptions`` maps a day to whether it is worked where that differs from Monday to Friday; ``first_year`` to
    ``last_year`` are the years that the data covers. Outside them Monday to Friday holds if ``may_guess``, else
    YearNotKnown is raised. ``hours`` are office hours, ascending, not overlapping, in ``zone``.
    """

    name: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    exceptions: dict[date, bool] = field(default_factory=dict, repr=False, hash=False)
    first_year: int = 1
    last_year: int = 9999
    may_guess: bool = False
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    names: dict[date, str] = field(default_factory=dict, repr=False, hash=False)

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` (a date in the calendar's zone) is a working day; raises YearNotKnown."""
        if not self.first_year <= day.year <= self.last_year and not self.may_guess:
            raise YearNotKnown(name=self.name, year=day.year)
        worked = self.exceptions.get(day)
        return day.weekday() < 5 if worked is None else worked

    def is_guessed(self, day: date) -> bool:
        """Whether ``day`` lies outside the years that the data covers."""
        return not self.first_year <= day.year <= self.last_year

    def local(self, instant: datetime) -> datetime:
        """``instant`` in the calendar's zone."""
        return instant.astimezone(self.zone)

    def label(self, reckoning: str) -> str:
        """What is stored beside a due time: ``cn-2026+mon-fri/working``."""
        return f"{self.name}/{reckoning}"


@cache
def china(*, may_guess: bool = True, zone: str = "Asia/Shanghai") -> LegalCalendar:
    """The legal calendar of China; its name ends in the last year known, e.g. ``cn-2026``.

    With ``may_guess`` later years are reckoned Monday to Friday and the name says so: ``cn-2026+mon-fri``.
    """
    from chinese_calendar import constants

    exceptions = dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
    last = max(day.year for day in exceptions)
    return LegalCalendar(
        name=f"cn-{last}" + ("+mon-fri" if may_guess else ""),
        zone=ZoneInfo(zone), exceptions=exceptions, first_year=min(day.year for day in exceptions), last_year=last,
        may_guess=may_guess, names={day: str(name) for day, name in {**constants.holidays, **constants.workdays}.items()},
    )
