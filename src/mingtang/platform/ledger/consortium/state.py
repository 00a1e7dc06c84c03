"""A member's state on its disk: tiles, bundles, used numbers, the standing after the last block. One FULL transaction a block.

A crash before the transaction leaves the block before; the engine then gives the block again (``Info`` tells it the height), and the same block gives the
same root. A file whose tree does not give the root it stands for is not gone on from (LogBroken). What is final (cosigned by a quorum) lies
in a row of its own: it is evidence, no part of what the members must agree on.

Example::

    store = StateStore(folder / "log.sqlite3", roster)
    application = Application(store.load())
    store.save(application.finalize(1, [envelope]))
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from mingtang.engines.tlog import WIDTH, Checkpoint, Edge, ProofRefused, unpack_bundle, widths
from mingtang.platform.ledger.consortium.application import BUNDLE, Block, Standing
from mingtang.platform.ledger.consortium.numbers import Window
from mingtang.platform.ledger.consortium.roster import Roster
from mingtang.platform.ledger.faults import LogBroken

_TABLES = """
CREATE TABLE IF NOT EXISTS tile (level INTEGER, n INTEGER, data BLOB NOT NULL, PRIMARY KEY (level, n));
CREATE TABLE IF NOT EXISTS standing (id INTEGER PRIMARY KEY CHECK (id = 1), height INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
                                     before_size INTEGER NOT NULL, before_root BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS used (agency BLOB PRIMARY KEY, numbers BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS batch (agency BLOB, number INTEGER, first INTEGER NOT NULL, count INTEGER NOT NULL, height INTEGER NOT NULL,
                                  PRIMARY KEY (agency, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS final (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, note BLOB NOT NULL, cosigned INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot (height INTEGER PRIMARY KEY, size INTEGER NOT NULL, before_size INTEGER NOT NULL);
"""


class Final(NamedTuple):
    """The newest checkpoint that a quorum has cosigned: a note, and by how many members."""

    size: int
    note: bytes
    cosigned: int


class StateStore:
    """One SQLite file. Not for two threads at once; raises sqlite3.Error where the disk refuses, and then holds what it held."""

    def __init__(self, path: Path, roster: Roster) -> None:
        self._roster = roster
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.executescript(_TABLES)
        # What is final can be fetched from any member again: its row need not wait for the disk, the blocks must.
        self._evidence = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._evidence.execute("PRAGMA synchronous=NORMAL")

    def close(self) -> None:
        """Let the file go."""
        self._evidence.close()
        self.db.close()

    def load(self) -> Standing:
        """The standing after the last block, checked against its root; raises LogBroken."""
        row = self.db.execute("SELECT height, size, root, before_size, before_root FROM standing").fetchone()
        if row is None:
            return Standing.genesis(self._roster)
        height, size, root, before_size, before_root = row
        edge, waiting = self._edge(size)
        if edge.root() != root:
            raise LogBroken(what=f"{self._roster.origin} at size {size}")
        windows = {agency: Window.from_bytes(data) for agency, data in self.db.execute("SELECT agency, numbers FROM used")}
        point, before = Checkpoint(self._roster.origin, size, root), Checkpoint(self._roster.origin, before_size, before_root)
        return Standing(height, self._roster, edge, waiting, windows, point, before)

    def _edge(self, size: int) -> tuple[Edge, list[bytes]]:
        try:
            edge = Edge(size, {level: self.tile(level, n) for level, n, width in widths(size) if width < WIDTH})
            waiting = unpack_bundle(self.tile(BUNDLE, size // WIDTH))[: size % WIDTH]
        except (ValueError, ProofRefused) as fault:
            raise LogBroken(what=str(fault)) from None
        if len(waiting) != size % WIDTH:
            raise LogBroken(what=f"entry bundle {size // WIDTH}")
        return edge, waiting

    def save(self, block: Block, snapshot_every: int = 0) -> None:
        """Store the block as one transaction; remembers a snapshot at each multiple of ``snapshot_every`` blocks."""
        after = block.standing
        self.db.execute("BEGIN IMMEDIATE")
        try:
            self.write(block)
            self.stand(after)
            if snapshot_every and after.height % snapshot_every == 0 and after.point.size:
                self.db.execute(
                    "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", (after.height, after.point.size, after.before.size)
                )
                self.db.execute("DELETE FROM snapshot WHERE height <= ?", (after.height - 3 * snapshot_every,))
            self.db.execute("COMMIT")
        except BaseException:
            self.db.rollback()
            raise

    def keep(self, block: Block, after: Standing | None) -> None:
        """Store a part of a restored state; with ``after`` it is whole and counts."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            self.write(block)
            if after is not None:
                self.stand(after)
            self.db.execute("COMMIT")
        except BaseException:
            self.db.rollback()
            raise

    def clear(self) -> None:
        """Forget a state that was only partly restored."""
        for table in ("tile", "standing", "used", "batch", "snapshot"):
            self.db.execute(f"DELETE FROM {table}")

    def write(self, block: Block) -> None:
        """Tiles, bundles, batches and used numbers of a block, within the caller's transaction."""
        windows, height = block.standing.windows, block.standing.height
        self.db.executemany(
            "INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", [(level, n, data) for (level, n), data in block.tiles.items()]
        )
        self.db.executemany("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", [(*placed, height) for placed in block.placed])
        changed = {placed.agency for placed in block.placed}
        self.db.executemany("INSERT OR REPLACE INTO used VALUES (?, ?)", [(agency, bytes(windows[agency])) for agency in changed])

    def stand(self, after: Standing) -> None:
        """Write the standing, within the caller's transaction."""
        point, before = after.point, after.before
        self.db.execute(
            "INSERT OR REPLACE INTO standing VALUES (1, ?, ?, ?, ?, ?)",
            (after.height, point.size, point.root, before.size, before.root),
        )

    def keep_final(self, final: Final) -> None:
        """Keep what a quorum has cosigned, unless a larger one, or one with more cosignatures, is kept."""
        self._evidence.execute(
            "INSERT INTO final VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET size = excluded.size, note = excluded.note, cosigned = excluded.cosigned "
            "WHERE (excluded.size, excluded.cosigned) > (final.size, final.cosigned)",
            final,
        )

    def final(self) -> Final | None:
        """The newest final checkpoint, or None while there is none."""
        row = self.db.execute("SELECT size, note, cosigned FROM final").fetchone()
        return Final(*row) if row else None

    def tile(self, level: int, n: int) -> bytes:
        """A tile, or a bundle (level -1); empty where there is none."""
        row = self.db.execute("SELECT data FROM tile WHERE level = ? AND n = ?", (level, n)).fetchone()
        return row[0] if row else b""

    def batch(self, agency: bytes, number: int) -> tuple[int, int, int] | None:
        """``(first, count, height)`` of a batch in the log, or None."""
        row = self.db.execute(
            "SELECT first, count, height FROM batch WHERE agency = ? AND number = ?", (agency, number)
        ).fetchone()
        return tuple(row) if row else None
