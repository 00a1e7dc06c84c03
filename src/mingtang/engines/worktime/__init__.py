"""Legal time: limits in natural or working days and hours, pauses, and the steps that explain a due time.

Pure: nothing here reads a clock or a database. Example::

    calendar = china()
    due(datetime(2026, 9, 30, 1, 0, tzinfo=UTC), Limit(5, "day", "working"), calendar)   # 2026-10-14 23:59:59 in the city
"""

from mingtang.engines.worktime.calendar import LegalCalendar, YearNotKnown, china
from mingtang.engines.worktime.limit import BadLimit, BadPause, Limit, Pause, Step, due, explain, fraction

__all__ = ["BadLimit", "BadPause", "LegalCalendar", "Limit", "Pause", "Step", "YearNotKnown", "china", "due", "explain", "fraction"]
