"""The time for acceptance: five working days from the claim. A rule of the fictional city, said so on the page."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from mingtang.engines import worktime

DAYS = 5
RULE = "明州市社区工程验收办法（虚构） · Mingzhou's rules for neighbourhood works (fictional)"


def accept(start: datetime) -> dict[str, str]:
    """The limit of a claim made at ``start``, as the process reads it."""
    calendar = worktime.china(zone=settings.TIME_ZONE)
    due = worktime.due(start, worktime.Limit(DAYS, "day", "working"), calendar, ())
    return {"due": due.isoformat().replace("+00:00", "Z"), "rule": RULE, "calendar": calendar.label("working")}
