"""The counters behind the rates: what one request adds, and how a change is written.

A request's share in the counters is a pure function of its row (``contribution``). Every act writes the difference between the
share
before and after as a ``TallyChange`` in its own transaction, so the counters are never out of step with the acts and no two
acts wait for the same counter. Changes are folded into ``Tally`` by whoever writes the next round number of them; readers add
what is
not folded yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Sum

from mingtang.city.requests import bulk
from mingtang.city.requests.models import Request, Tally, TallyChange

COUNTS = ("filed", "due", "responded", "answered", "solved", "satisfied", "unconfirmed", "overdue", "parked")
DIMENSIONS = ("city", "district", "street", "unit", "category")
FOLD_AT = 400  # changes that wait at most, beside those in open transactions

Cell = tuple[int, str, str, str, str, bool]  # month, district, street, unit in charge, category, excluded


def cell(request: Request) -> Cell:
    """Where ``request`` is counted. The unit is the one that answers for it: the first that accepted it, else the one it is
    with.
    """
    return (
        request.month,
        request.district,
        request.street,
        request.lead_unit or request.unit,
        request.category,
        request.excluded,
    )


def contribution(request: Request) -> tuple[int, ...]:
    """What ``request`` adds to each of ``COUNTS``."""
    fell_due = request.replied_at is not None or request.overdue
    answered = request.confirmation == "given"
    return (
        1,
        int(fell_due),
        int(fell_due and bool(request.responded)),
        int(answered),
        int(answered and bool(request.solved)),
        int(answered and bool(request.satisfied)),
        int(request.confirmation == "expired"),
        int(request.overdue),
        int(request.parked),
    )


class Changes:
    """Differences gathered over a batch, one row a cell."""

    def __init__(self) -> None:
        self._sums: dict[Cell, list[int]] = {}

    def add(self, request: Request) -> None:
        """Count ``request`` as it is now."""
        self._put(cell(request), contribution(request), 1)

    def take(self, request: Request) -> None:
        """Take ``request`` out as it is now, before it changes."""
        self._put(cell(request), contribution(request), -1)

    def _put(self, where: Cell, share: tuple[int, ...], sign: int) -> None:
        sums = self._sums.setdefault(where, [0] * len(COUNTS))
        for i, value in enumerate(share):
            sums[i] += sign * value

    def write(self) -> None:
        """Write the differences; to be called within the transaction of the act. Folds when enough are waiting."""
        rows = [
            TallyChange(
                month=c[0],
                district=c[1],
                street=c[2],
                unit=c[3],
                category=c[4],
                excluded=c[5],
                **dict(zip(COUNTS, sums, strict=True)),
            )
            for c, sums in self._sums.items()
            if any(sums)
        ]
        self._sums = {}
        if not rows:
            return
        bulk.insert(rows)
        last = rows[-1].pk
        if last // FOLD_AT != (last - len(rows)) // FOLD_AT:
            fold()


def fold(limit: int = 20_000) -> int:
    """Add waiting changes to the counters and delete them; returns how many. Safe to call from many processes at once."""
    with transaction.atomic():
        waiting = TallyChange.objects.order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        changes = list(waiting[:limit])
        if not changes:
            return 0
        _add_to_tally(_by_dimension(changes))
        TallyChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def unfolded(dimension: str, months: Iterable[int]) -> dict[tuple[str, int, bool], Counter]:
    """What waits to be folded, along ``dimension``: (key, month, excluded) -> counts."""
    rows = TallyChange.objects.filter(month__in=list(months))
    found: dict[tuple[str, int, bool], Counter] = {}
    if dimension == "city":
        grouped = rows.values("month", "excluded")
    else:
        grouped = rows.values("month", "excluded", dimension)
    for row in grouped.annotate(**{f"sum_{name}": Sum(name) for name in COUNTS}):
        where = (row.get(dimension, ""), row["month"], row["excluded"])
        found[where] = Counter({name: row[f"sum_{name}"] for name in COUNTS})
    return found


def _by_dimension(changes: list[TallyChange]) -> dict[tuple, list[int]]:
    sums: dict[tuple, list[int]] = {}
    for change in changes:
        counts = [getattr(change, name) for name in COUNTS]
        for dimension in DIMENSIONS:
            key = "" if dimension == "city" else getattr(change, dimension)
            into = sums.setdefault((dimension, change.month, key, change.excluded), [0] * len(COUNTS))
            for i, value in enumerate(counts):
                into[i] += value
    return sums


def _add_to_tally(sums: dict[tuple, list[int]]) -> None:
    # One statement a backend understands alike: insert the cell or add to it. Ordered, so that two folders never wait in a ring.
    table = connection.ops.quote_name(Tally._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(name) for name in ("dimension", "month", "key", "excluded", *COUNTS))
    marks = ", ".join(["%s"] * (4 + len(COUNTS)))
    adds = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in map(connection.ops.quote_name, COUNTS))
    on = ", ".join(connection.ops.quote_name(name) for name in ("dimension", "month", "key", "excluded"))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({on}) DO UPDATE SET {adds}",
            [(*where, *counts) for where, counts in sorted(sums.items()) if any(counts)],
        )
