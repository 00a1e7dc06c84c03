"""The time an official has: three working days (Order 746, article 19), reckoned on the legal calendar."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from mingtang.engines import worktime

DAYS = 3
RULE = "国务院令第746号 第十九条 · Order 746, Article 19"


def examine(start: datetime) -> dict[str, str]:
    """The limit of an application received at ``start``, as the process reads it."""
    calendar = worktime.china(zone=settings.TIME_ZONE)
    due = worktime.due(start, worktime.Limit(DAYS, "day", "working"), calendar, ())
    return {"due": due.isoformat().replace("+00:00", "Z"), "rule": RULE, "calendar": calendar.label("working")}
