"""Snapshots: a newcomer gets the whole log from its peers instead of running every block, and believes none of them.

A snapshot of ``size`` entries is its entries, 32,768 a chunk, each after its length as uint16; what follows from them (tiles, root, used numbers) is derived
again on arrival. At the end SHA-256 of the derived checkpoint must be the application's hash that the engine's light client has verified with the
votes of the members; otherwise nothing is kept.

Example::

    restoring = Restoring.offered(store, roster, snapshot, app_hash)
    for chunk in chunks:
        restoring.apply(chunk)                # raises SnapshotRefused
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from mingtang.engines.tlog import WIDTH, ProofRefused, unpack_bundle
from mingtang.platform.ledger.consortium.application import BUNDLE, Block, Placed, Standing, extended
from mingtang.platform.ledger.consortium.envelope import HEAD, MAGIC, read_head
from mingtang.platform.ledger.consortium.faults import SnapshotRefused
from mingtang.platform.ledger.consortium.numbers import Window
from mingtang.platform.ledger.consortium.roster import Roster
from mingtang.platform.ledger.consortium.state import StateStore

FORMAT = 1
CHUNK = 32_768
_BUNDLES = CHUNK // WIDTH
_LARGEST = 1 << 40


def snapshots(store: StateStore) -> list[dict[str, Any]]:
    """What this member can give, as the engine lists it."""
    rows = store.db.execute("SELECT height, size, before_size FROM snapshot ORDER BY height").fetchall()
    return [_described(*row) for row in rows]


def _described(height: int, size: int, before: int) -> dict[str, Any]:
    metadata = size.to_bytes(8) + before.to_bytes(8)
    return {
        "height": height,
        "format": FORMAT,
        "chunks": -(-size // CHUNK),
        "hash": hashlib.sha256(metadata).digest(),
        "metadata": metadata,
    }


def chunk(store: StateStore, height: int, form: int, number: int) -> bytes:
    """One chunk of a listed snapshot; empty where there is none."""
    row = store.db.execute("SELECT size FROM snapshot WHERE height = ?", (height,)).fetchone()
    if row is None or form != FORMAT or not 0 <= number < -(-row[0] // CHUNK):
        return b""
    end = min(row[0], (number + 1) * CHUNK)
    out = bytearray()
    for n in range(number * _BUNDLES, -(-end // WIDTH)):
        bundle = store.tile(BUNDLE, n)
        out += bundle if (n + 1) * WIDTH <= end else _first(bundle, end - n * WIDTH)
    return bytes(out)


def _first(bundle: bytes, count: int) -> bytes:
    at = 0
    for _ in range(count):
        at += 2 + int.from_bytes(bundle[at : at + 2])
    return bundle[:at]


class Restoring:
    """A snapshot on its way in; chunks in order. The store must be empty."""

    def __init__(self, store: StateStore, standing: Standing, snapshot: dict[str, Any], app_hash: bytes) -> None:
        self._store = store
        self._standing = standing
        self._before = standing.point
        self._hash = app_hash
        self._height, self._chunks = snapshot["height"], snapshot["chunks"]
        self._size, self._before_size = int.from_bytes(snapshot["metadata"][:8]), int.from_bytes(snapshot["metadata"][8:])
        self._next = 0
        self._open = 0  # commitments that the last head still announces

    @classmethod
    def offered(cls, store: StateStore, roster: Roster, snapshot: dict[str, Any], app_hash: bytes) -> Restoring:
        """Begin; raises SnapshotRefused for a snapshot that cannot be, or where there is a state already."""
        height, metadata = snapshot["height"], snapshot["metadata"]
        if store.load().height:
            raise SnapshotRefused(reason="there is a state already")
        if snapshot["format"] != FORMAT or len(metadata) != 16 or height < 1:
            raise SnapshotRefused(reason="form")
        size, before = int.from_bytes(metadata[:8]), int.from_bytes(metadata[8:])
        if not before <= size <= _LARGEST or size < 1 or snapshot != _described(height, size, before):
            raise SnapshotRefused(reason="form")
        store.clear()
        return cls(store, Standing.genesis(roster), snapshot, app_hash)

    def apply(self, data: bytes) -> Standing | None:
        """Take the next chunk; gives the standing after the last one. Raises SnapshotRefused, and then nothing is kept."""
        try:
            entries = unpack_bundle(data, CHUNK)
            if len(entries) != min(CHUNK, self._size - self._next * CHUNK):
                raise SnapshotRefused(reason="length of a chunk")
            block = Block(self._standing)
            block.placed = self._placed(entries)
            self._extend(block, entries)
            self._next += 1
            done = self._next == self._chunks
            if done and (self._open or self._standing.app_hash != self._hash):
                raise SnapshotRefused(reason="root")
        except (ProofRefused, SnapshotRefused) as fault:
            self._store.clear()
            raise SnapshotRefused(reason=fault.details.get("reason") or fault.details["check"]) from None
        self._store.keep(block, self._standing if done else None)
        return self._standing if done else None

    def _placed(self, entries: list[bytes]) -> list[Placed]:
        found, first, agencies = [], self._standing.edge.size, self._standing.roster.agencies
        for at, entry in enumerate(entries):
            if self._open:
                self._open -= 1
                if len(entry) != 32:
                    raise SnapshotRefused(reason="commitment")
                continue
            if len(entry) != HEAD or not entry.startswith(MAGIC):
                raise SnapshotRefused(reason="head")
            agency, number, self._open = read_head(entry)
            window = self._standing.windows.setdefault(agency, Window())
            if agency not in agencies or not window.is_fresh(number):
                raise SnapshotRefused(reason="number")
            window.use(number)
            found.append(Placed(agency, number, first + at, self._open))
        return found

    def _extend(self, block: Block, entries: list[bytes]) -> None:
        """Append the entries; where the state before the last block ends among them, its checkpoint is kept."""
        cut = self._before_size - self._standing.edge.size
        for part in (entries[:cut], entries[cut:]) if 0 < cut <= len(entries) else (entries,):
            after, tiles = extended(self._standing, part, self._standing.windows)
            if after.edge.size == self._before_size:
                self._before = after.point
            block.tiles |= tiles
            self._standing = replace(after, height=self._height, before=self._before)
        block.standing = self._standing
