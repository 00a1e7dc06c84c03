"""What Open311 asks of the tables: requests and updates in a stretch of time, by page.

Without dates a list reaches 90 days back; with one date 90 days from there; never more than 1,000 entries a page. Pages are bounded: who
needs more narrows the dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from mingtang.city.requests import hotline
from mingtang.city.requests.models import Request, Update
from mingtang.city.requests.open311.faults import Malformed

SPAN = timedelta(days=90)
PAGE_MOST = 1000
REACH_MOST = 100_000
IDS_MOST = 1000


@dataclass(frozen=True, slots=True)
class Window:
    """The page wanted and the time it is taken from."""

    start: datetime
    end: datetime
    page: int = 1
    size: int = PAGE_MOST

    def __post_init__(self) -> None:
        if not 1 <= self.size <= PAGE_MOST:
            raise Malformed(path="page_size", name="page_size", reason=f"1..{PAGE_MOST}")
        if not 1 <= self.page or self.page * self.size > REACH_MOST:
            raise Malformed(path="page", name="page", reason=f"page * page_size <= {REACH_MOST}; narrow the dates")


def requests_in(window: Window, codes: Sequence[str], statuses: Sequence[str]) -> tuple[list[Request], bool]:
    """Requests filed within ``window``, the newest first, and whether there are more."""
    where = Q(filed_at__gte=window.start, filed_at__lte=window.end)
    if codes:
        # The months let the database go along the index of categories.
        where &= Q(category__in=codes, month__gte=hotline.month(window.start), month__lte=hotline.month(window.end))
    if len(set(statuses)) == 1:
        where &= Q(state="closed") if statuses[0] == "closed" else ~Q(state="closed")
    rows = Request.objects.filter(where).order_by("-filed_at", "-pk").defer("text", "limits", "attributes", "reply", "comment", "address")
    return _page(list(rows[(window.page - 1) * window.size:][:window.size + 1]), window.size)


def requests_by_number(numbers: Sequence[str]) -> list[Request]:
    """Requests by their numbers, the newest first; unknown numbers give nothing."""
    return list(Request.objects.filter(number__in=list(numbers)[:IDS_MOST]).order_by("-filed_at", "-pk"))


def updates_in(window: Window, numbers: Sequence[str]) -> tuple[list[Update], bool]:
    """Public steps within ``window``, the oldest first, and whether there are more."""
    rows = Update.objects.filter(at__gte=window.start, at__lte=window.end).select_related("request")
    if numbers:
        rows = rows.filter(request__number__in=list(numbers)[:IDS_MOST])
    return _page(list(rows.order_by("at", "pk")[(window.page - 1) * window.size:][:window.size + 1]), window.size)


def update_of(number: str, external_id: str) -> Update | None:
    """The step that a client posted under its own identifier before, if it did."""
    return Update.objects.filter(request__number=number, external_id=external_id).exclude(external_id="").select_related("request").first()


def _page(rows: list, size: int) -> tuple[list, bool]:
    return rows[:size], len(rows) > size
