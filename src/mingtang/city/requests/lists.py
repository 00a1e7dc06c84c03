"""Lists of requests, paged by key: the desk, the board, the public search. A page costs the same however long the list is.

A cursor is the key of the last row shown. Lists along several keys (the leaves of a category area, the units of a district) are
read
key by key, each by its index, and merged, for a database does not merge ordered index ranges by itself.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from mingtang.city.requests import fulltext
from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.models import OPEN_STATES, STATES, Request

SIZE_MOST = 200
_LOOKED_AT = 6000  # texts a page of a search looks at, at most
_DIMENSIONS = ("unit", "category", "street", "district")
# What each figure counts, as a condition on rows; the same as tally.contribution says for one row.
FELL_DUE = Q(replied_at__isnull=False) | Q(overdue=True)
FIGURES: dict[str, Q] = {
    "filed": Q(),
    "due": FELL_DUE,
    "responded": FELL_DUE & Q(responded=True),
    "answered": Q(confirmation="given"),
    "solved": Q(confirmation="given", solved=True),
    "satisfied": Q(confirmation="given", satisfied=True),
    "unconfirmed": Q(confirmation="expired"),
    "overdue": Q(overdue=True),
    "parked": Q(parked=True),
    "excluded": Q(excluded=True),
    "supervised": Q(supervised=True),
    "reopened": Q(reopened__gt=0),
    "extended": Q(extended=True),
    "unsolved": Q(confirmation="given", solved=False),
    "late": FELL_DUE & Q(responded=False),
}
_COLUMNS = (
    "pk",
    "number",
    "public_text",
    "category",
    "urgency",
    "district",
    "street",
    "unit",
    "lead_unit",
    "state",
    "month",
    "filed_at",
    "due",
    "feedback_due",
    "replied_at",
    "closed_at",
    "level",
    "overdue",
    "supervised",
    "parked",
    "excluded",
    "paused",
    "extended",
    "reopened",
    "confirmation",
    "solved",
    "satisfied",
    "officer",
    "latitude",
    "longitude",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list; ``text`` is masked."""

    number: str
    text: str
    category: str
    urgency: str
    district: str
    street: str
    unit: str
    lead_unit: str
    officer: str
    state: str
    filed_at: datetime
    due: datetime | None
    feedback_due: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    level: int
    overdue: bool
    supervised: bool
    parked: bool
    excluded: bool
    paused: bool
    extended: bool
    reopened: int
    confirmation: str
    solved: bool | None
    satisfied: bool | None
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``next`` is the cursor of the page after it, empty at the end."""

    rows: list[Row]
    next: str


def row(request: Request) -> Row:
    """The line of ``request``."""
    return Row(request.number, request.public_text, *(getattr(request, name) for name in Row.__slots__[2:]))


def by_due(keys: Iterable[str] | None, where: Q, cursor: str, size: int) -> Page:
    """Open requests of the units ``keys`` (None: of every unit), the one due first on top."""
    size = _size(size)
    parts = []
    for key in keys if keys is not None else (None,):
        rows = Request.objects.filter(where, closed_at=None, due__isnull=False).order_by("due", "pk").only(*_COLUMNS)
        if key is not None:
            rows = rows.filter(unit=key)
        if cursor:
            due, pk = _due_key(cursor)
            rows = rows.filter(due__gte=due).exclude(due=due, pk__lte=pk)
        parts.append(list(rows[: size + 1]))
    merged = list(heapq.merge(*parts, key=lambda request: (request.due, request.pk)))
    return _page(merged, size, lambda request: f"{request.due.astimezone(UTC).isoformat()}~{request.pk}")


def by_month(where: Q, along: tuple[str, Iterable[str]] | None, cursor: str, size: int) -> Page:
    """Requests that meet ``where``, newest month and filing first; ``along`` names one dimension and its keys."""
    size = _size(size)
    parts = []
    for key in along[1] if along else (None,):
        rows = Request.objects.filter(where).order_by("-month", "-pk").only(*_COLUMNS)
        if along and key is not None:
            rows = rows.filter(**{along[0]: key})
        if cursor:
            month, pk = _month_key(cursor)
            rows = rows.filter(month__lte=month).exclude(month=month, pk__gte=pk)
        parts.append(list(rows[: size + 1]))
    merged = list(heapq.merge(*parts, key=lambda request: (-request.month, -request.pk)))
    return _page(merged, size, lambda request: f"{request.month}~{request.pk}")


def by_text(query: str, where: Q, cursor: str, size: int) -> Page:
    """Requests whose public text holds ``query``, the newest first. A page may be short of ``size`` with more to come: see
    ``next``.
    """
    size = _size(size)
    before = _number(cursor) if cursor else None
    found: list[Request] = []
    looked = 0
    while len(found) <= size and looked < _LOOKED_AT:
        keys = fulltext.candidates(query, before, 4 * size)
        if not keys:
            return _page(found, size, lambda request: str(request.pk))
        before, looked = keys[-1], looked + len(keys)
        held = Request.objects.filter(where, pk__in=keys).order_by("-pk").only(*_COLUMNS)
        found += [request for request in held if fulltext.holds(request.public_text, query)]
    if len(found) > size:
        return _page(found, size, lambda request: str(request.pk))
    return Page([row(request) for request in found], str(before))


def conditions(given: dict[str, Any]) -> Q:
    """The condition that filters make: state, figure, month, months, district, street, unit, category codes, excluded.
    Raises FieldRefused.
    """
    where = Q()
    state = given.get("state")
    if state == "open":
        where &= Q(state__in=OPEN_STATES)
    elif state:
        if state not in STATES:
            raise FieldRefused(path="state", field="state", reason=", ".join(("open", *STATES)))
        where &= Q(state=state)
    figure = given.get("figure")
    if figure:
        if figure not in FIGURES:
            raise FieldRefused(path="figure", field="figure", reason=", ".join(FIGURES))
        where &= FIGURES[figure]
    for name, lookup in (("month", "month"), ("since", "month__gte"), ("until", "month__lte")):
        if given.get(name):
            where &= Q(**{lookup: _number(str(given[name]), name)})
    if given.get("excluded") is not None:
        where &= Q(excluded=given["excluded"])
    for name in _DIMENSIONS:
        keys = given.get(name)
        if keys:
            where &= Q(**{f"{name}__in": keys}) if len(keys) > 1 else Q(**{name: keys[0]})
    return where


def _page(found: list[Request], size: int, key: Any) -> Page:
    shown = found[:size]
    return Page([row(request) for request in shown], key(shown[-1]) if len(found) > size else "")


def _size(size: int) -> int:
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= SIZE_MOST:
        raise FieldRefused(path="size", field="size", reason=f"1..{SIZE_MOST}")
    return size


def _number(text: str, name: str = "cursor") -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise FieldRefused(path=name, field=name, reason="digits")
    return int(text)


def _month_key(cursor: str) -> tuple[int, int]:
    month, _, pk = cursor.partition("~")
    return _number(month), _number(pk)


def _due_key(cursor: str) -> tuple[datetime, int]:
    due, _, pk = cursor.partition("~")
    try:
        at = datetime.fromisoformat(due)
    except ValueError:
        raise FieldRefused(path="cursor", field="cursor", reason="date") from None
    if at.tzinfo is None:
        raise FieldRefused(path="cursor", field="cursor", reason="date")
    return at, _number(pk)
