"""The sequencer: gives pending acts their places, writes tiles, signs the checkpoint - in one transaction, by one process at a time.

1. Take the head row's lock: on SQLite the IMMEDIATE transaction, on PostgreSQL a row lock that others skip.
2. Restore the growing edge from the partial tiles and compare its root with the head: a log that does not agree with its own
   signature is never appended to.
3. Append the pending acts in the order of their identifiers, write the changed tiles and bundles, the indexes, the new head.
4. Commit. Only then is anything public.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection, transaction

from mingtang.engines.tlog import EMPTY_ROOT, WIDTH, Checkpoint, Edge, leaf_hash, pack_bundle, unpack_bundle, widths
from mingtang.kernel import now
from mingtang.platform.ledger.faults import LogBroken
from mingtang.platform.ledger.keys import log_key
from mingtang.platform.ledger.models import Act, Head, Tile

BUNDLE = -1
_HEAD = 1


def run_once(limit: int = 2000) -> int:
    """Append up to ``limit`` pending acts and sign; returns how many. 0 where nothing waits or another process is at it."""
    if not Act.objects.filter(index=None).exists():
        return 0
    with transaction.atomic():
        head = _locked_head()
        if head is None:
            return 0
        pending = list(Act.objects.filter(index=None).order_by("id").values_list("id", "commitment")[:limit])
        if pending:
            _append(head, [(act_id, bytes(entry)) for act_id, entry in pending])
    return len(pending)


def _locked_head() -> Head | None:
    Head.objects.get_or_create(pk=_HEAD, defaults={"root": EMPTY_ROOT, "checkpoint": b""})
    rows = Head.objects.filter(pk=_HEAD)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows.first()


def _append(head: Head, pending: list[tuple[Any, bytes]]) -> None:
    edge = _edge(head)
    entries = [entry for _, entry in pending]
    changed = edge.append(map(leaf_hash, entries))
    changed |= _bundles(head.size, entries)
    Tile.objects.bulk_create(
        [Tile(level=level, index=index, data=data) for (level, index), data in changed.items()],
        update_conflicts=True, unique_fields=["level", "index"], update_fields=["data"])
    _number(head.size, [act_id for act_id, _ in pending])
    root = edge.root()
    head.checkpoint = Checkpoint(settings.LEDGER_ORIGIN, edge.size, root).signed(log_key())
    head.size, head.root, head.signed_at = edge.size, root, now()
    head.save()


def _edge(head: Head) -> Edge:
    """The growing edge of the stored log, checked against the head that was signed."""
    partial = {}
    for level, index, width in widths(head.size):
        if width < WIDTH:
            found = Tile.objects.filter(level=level, index=index).values_list("data", flat=True).first()
            partial[level] = bytes(found or b"")
    try:
        edge = Edge(head.size, partial)
    except ValueError as fault:
        raise LogBroken(what=str(fault)) from None
    if edge.root() != bytes(head.root):
        raise LogBroken(what=f"root at size {head.size}")
    return edge


def _bundles(size: int, entries: list[bytes]) -> dict[tuple[int, int], bytes]:
    index, held = divmod(size, WIDTH)
    waiting: list[bytes] = []
    if held:
        found = Tile.objects.filter(level=BUNDLE, index=index).values_list("data", flat=True).first()
        waiting = unpack_bundle(bytes(found or b""))[:held]
        if len(waiting) != held:
            raise LogBroken(what=f"entry bundle {index}")
    waiting += entries
    return {(BUNDLE, index + at // WIDTH): pack_bundle(waiting[at:at + WIDTH]) for at in range(0, len(waiting), WIDTH)}


def _number(first: int, ids: list) -> None:
    adapt = connection.ops.adapt_unknown_value if connection.vendor == "postgresql" else (lambda act_id: act_id.hex)
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE {Act._meta.db_table} SET "index" = %s WHERE id = %s', [(first + i, adapt(act_id)) for i, act_id in enumerate(ids)])
