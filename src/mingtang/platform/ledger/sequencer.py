"""The sequencer: gives pending acts their places, signs, publishes. One process at a time; a crash at any point loses nothing.

1. Take the head row: on SQLite the IMMEDIATE transaction, on PostgreSQL a row lock that others skip. The final update compares the
   size again, so that two sequencers cannot both go on from the same head.
2. Restore the growing edge from the partial tiles and compare its root with the head: a log that does not agree with its own
   signature is never appended to.
3. Append the pending acts in the order in which they were sealed; write the changed tiles and bundles, the indexes, the new signed head.
4. Commit. Nothing of it has been shown to anyone yet.
5. Bring the lock store forward by compare-and-swap. A database that stands behind it, or beside it, is an old backup or a second copy:
   nothing is published (ForkRefused). Stops a restored backup from telling another history.
6. Publish: readers see the checkpoint. A crash between 4 and 6 is made good by the next run, which begins with 5.

Example::

    while sequencer.run_once(2000):
        pass
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from mingtang.engines.tlog import (
    EMPTY_ROOT,
    WIDTH,
    Checkpoint,
    Edge,
    TileReader,
    leaf_hash,
    pack_bundle,
    tree_root,
    unpack_bundle,
    widths,
)
from mingtang.engines.tlog.errors import NotInLog, ProofRefused
from mingtang.kernel import now
from mingtang.platform.ledger.faults import ForkRefused, LogBroken
from mingtang.platform.ledger.keys import log_key
from mingtang.platform.ledger.lock import Locked, LockStore
from mingtang.platform.ledger.models import Act, Head, Tile
from mingtang.platform.ledger.vault import destroy_doomed
from mingtang.platform.ledger.witnessing import cosign_once

__all__ = ["cosign_once", "publish", "run_once"]

BUNDLE = -1
_HEAD = 1


@cache
def lock_store() -> LockStore:
    """The lock store of this installation."""
    return LockStore(Path(settings.DATA) / "ledger-lock.sqlite3")


def run_once(limit: int = 2000) -> int:
    """Append up to ``limit`` pending acts, sign and publish; returns how many. 0 where nothing waits or another process is at it.

    Raises LogBroken where the stored log does not agree with itself, ForkRefused where the lock store knows better.
    """
    destroy_doomed()
    publish()
    if not Act.objects.filter(index=None).exists():
        return 0
    with transaction.atomic():
        head = _locked_head()
        if head is None:
            return 0
        pending = list(Act.objects.filter(index=None).order_by("seq").values_list("seq", "commitment")[:limit])
        if pending:
            _append(head, [(seq, bytes(entry)) for seq, entry in pending])
    publish()
    return len(pending)


def _locked_head() -> Head | None:
    Head.objects.get_or_create(pk=_HEAD, defaults={"root": EMPTY_ROOT, "checkpoint": b""})
    rows = Head.objects.filter(pk=_HEAD)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return rows.first()


def _append(head: Head, pending: list[tuple[int, bytes]]) -> None:
    edge = _edge(head)
    entries = [entry for _, entry in pending]
    changed = edge.append(map(leaf_hash, entries))
    changed |= _bundles(head.size, entries)
    Tile.objects.bulk_create(
        [Tile(level=level, index=index, data=data) for (level, index), data in changed.items()],
        update_conflicts=True, unique_fields=["level", "index"], update_fields=["data"])
    _number(head.size, [seq for seq, _ in pending])
    signed = Checkpoint(settings.LEDGER_ORIGIN, edge.size, edge.root()).signed(log_key())
    swapped = Head.objects.filter(pk=_HEAD, size=head.size).update(size=edge.size, root=edge.root(), checkpoint=signed, signed_at=now())
    if not swapped:
        raise LogBroken(what="another sequencer moved the head")


def _edge(head: Head) -> Edge:
    """The growing edge of the stored log, checked against the head that was signed."""
    partial = {}
    for level, index, width in widths(head.size):
        if width < WIDTH:
            partial[level] = _blob(level, index)
    try:
        edge = Edge(head.size, partial)
    except ValueError as fault:
        raise LogBroken(what=str(fault)) from None
    if edge.root() != bytes(head.root):
        raise LogBroken(what=f"root at size {head.size}")
    return edge


def _blob(level: int, index: int) -> bytes:
    found = Tile.objects.filter(level=level, index=index).values_list("data", flat=True).first()
    return bytes(found or b"")


def _bundles(size: int, entries: list[bytes]) -> dict[tuple[int, int], bytes]:
    index, held = divmod(size, WIDTH)
    waiting: list[bytes] = []
    if held:
        try:
            waiting = unpack_bundle(_blob(BUNDLE, index))[:held]
        except ProofRefused:
            waiting = []
        if len(waiting) != held:
            raise LogBroken(what=f"entry bundle {index}")
    waiting += entries
    return {(BUNDLE, index + at // WIDTH): pack_bundle(waiting[at:at + WIDTH]) for at in range(0, len(waiting), WIDTH)}


def _number(first: int, seqs: list[int]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f'UPDATE {Act._meta.db_table} AS a SET "index" = n.place FROM unnest(%s::bigint[], %s::bigint[]) AS n(seq, place) WHERE a.seq = n.seq',
                [seqs, list(range(first, first + len(seqs)))])
        else:
            cursor.executemany(
                f'UPDATE {Act._meta.db_table} SET "index" = %s WHERE seq = %s', [(first + i, seq) for i, seq in enumerate(seqs)])


def publish() -> None:
    """Steps 5 and 6: show the signed head to readers, after the lock store has it. Raises ForkRefused, LogBroken."""
    head = Head.objects.filter(pk=_HEAD).first()
    if head is None or not head.checkpoint:
        return
    origin, root = settings.LEDGER_ORIGIN, bytes(head.root)
    known = lock_store().read(origin)
    if known is not None and (known.size > head.size or _root_at(head, known.size) != known.root):
        raise ForkRefused(known=known.size, size=head.size)
    behind = known is None or known.size < head.size
    if behind and not lock_store().swap(origin, known, Locked(head.size, root, bytes(head.checkpoint))):
        return  # another process brought it forward meanwhile; its own run publishes
    if head.published_size < head.size or not head.published:
        Head.objects.filter(pk=_HEAD, size=head.size).update(published=bytes(head.checkpoint), published_size=head.size)


def _root_at(head: Head, size: int) -> bytes:
    """The root that the stored tiles give for an earlier ``size``."""
    if size == head.size:
        return bytes(head.root)
    try:
        return tree_root(TileReader(_blob), size)
    except NotInLog:
        raise LogBroken(what=f"tiles below size {size}") from None
