"""The recurring problems of a month, from the tables; reckoned once in a quarter of an hour, by one thread at a time, however many ask."""

from __future__ import annotations

import threading

from django.core.cache import cache

from mingtang.city.requests.models import Request
from mingtang.city.requests.topics import TEXTS_MOST, Problem, Said, problems

BEFORE = 3
_REQUESTS_MOST = 5 * TEXTS_MOST
_KEPT_SECONDS = 900
_lock = threading.Lock()


def of_month(month: int, most: int = 20) -> list[Problem]:
    """The problems of ``month`` (202603), the first to be chosen first. Of more than 20,000 requests a month the newest are read."""
    key = f"requests.recurring.{month}"
    found = cache.get(key)
    if found is None:
        with _lock:
            found = cache.get(key)
            if found is None:
                found = problems(_said(month), _counted(month), BEFORE)
                cache.set(key, found, _KEPT_SECONDS)
    return found[:most]


def _said(month: int) -> list[Said]:
    names = ("number", "public_text", "category", "street", "month", "confirmation", "solved")
    first = _counted(month) - BEFORE
    found: list[Said] = []
    for counted in range(first, first + BEFORE + 1):
        rows = Request.objects.filter(month=counted // 12 * 100 + counted % 12 + 1, excluded=False).order_by("-pk").values_list(*names)
        for number, text, category, street, at, confirmation, solved in rows[:_REQUESTS_MOST].iterator():
            found.append(Said(number, text, category, street, _counted(at), not solved if confirmation == "given" else None))
    return found


def _counted(month: int) -> int:
    """202603 as months since year 0, so that one can be taken from another."""
    return month // 100 * 12 + month % 100 - 1
