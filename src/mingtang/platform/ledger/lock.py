"""The lock store: the newest published checkpoint once more, in a small file of its own beside the database.

A checkpoint is published only after it stands here, and the store only ever moves forward by comparing and swapping. So a database that
was restored from an old backup, or a second copy of it that someone set running, is noticed before it signs another history of
the same log: it would have to go on from a checkpoint that the world has already seen past.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

_TABLE = "CREATE TABLE IF NOT EXISTS head (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL)"


class Locked(NamedTuple):
    """What the store holds of one log."""

    size: int
    root: bytes
    note: bytes


class LockStore:
    """One file; a row for each log by its origin. Raises sqlite3.Error where the disk refuses: then nothing is published."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(_TABLE)
        return connection

    def read(self, origin: str) -> Locked | None:
        """What is known of ``origin``, or None for a log never published from here."""
        with closing(self._open()) as connection:
            row = connection.execute("SELECT size, root, note FROM head WHERE origin = ?", (origin,)).fetchone()
        return Locked(*row) if row else None

    def swap(self, origin: str, old: Locked | None, new: Locked) -> bool:
        """Put ``new`` in the place of ``old``; False where something else stands there by now."""
        with closing(self._open()) as connection:
            if old is None:
                done = connection.execute("INSERT OR IGNORE INTO head VALUES (?, ?, ?, ?)", (origin, *new))
            else:
                done = connection.execute("UPDATE head SET size = ?, root = ?, note = ? WHERE origin = ? AND note = ?", (*new, origin, old.note))
            return done.rowcount == 1
