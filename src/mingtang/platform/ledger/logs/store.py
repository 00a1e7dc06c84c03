"""One log in one SQLite file: tiles, bundles and the signed head of an append in one FULL transaction.

1. BEGIN IMMEDIATE: of two processes on one file only one is past this line.
2. The head's row is read. Where it moved since, or at first, the growing edge is restored from the partial tiles and must give the head's
   root: a log that does not agree with its own signature is never appended to.
3. Tiles, bundles and the new signed head are written; COMMIT. From here on the entries are durable and integrated.
4. The lock store is brought forward by compare-and-swap. Its checkpoint is the one readers see; a file that stands behind it, or beside it,
   is an old backup or a copy, and nothing more is signed (ForkRefused).

``append`` returns after 4. Where any step fails it raises, the connection is thrown away, and the next append begins from what is on the disk:
entries whose append raised may stand in the log or not; those it returned for always do. No threads of its own: one ``append`` at a
time, and one reader beside it.

Example::

    store = LogStore(folder, "mingzhou.example/logs/water", LockStore(data / "ledger-lock.sqlite3"))
    first = store.append([b"one", b"two"])        # the index of b"one"
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mingtang.engines.tlog import (
    EMPTY_ROOT,
    NOTE_KEY,
    WIDTH,
    Checkpoint,
    Edge,
    NotInLog,
    SignerKey,
    TileReader,
    leaf_hash,
    pack_bundle,
    tree_root,
    unpack_bundle,
    widths,
)
from mingtang.engines.tlog.errors import ProofRefused
from mingtang.platform.ledger.faults import ForkRefused, LogBroken, NothingSigned
from mingtang.platform.ledger.lock import Locked, LockStore

BUNDLE = -1
_FILE = "log.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS tile (level INTEGER, n INTEGER, data BLOB NOT NULL, PRIMARY KEY (level, n));
CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL);
"""


class LogStore:
    """The writer and reader of one log. ``folder`` holds ``log.sqlite3`` and ``key`` (32 bytes, the signing key's seed)."""

    def __init__(self, folder: Path, origin: str, lock: LockStore) -> None:
        self.origin = origin
        self.folder = folder
        self._lock = lock
        self._key = SignerKey.from_seed(origin, NOTE_KEY, (folder / "key").read_bytes())
        self._db: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None  # readers and the writer may be two threads
        self._shown = 0
        self._edge = Edge()
        self._waiting: list[bytes] = []  # entries of the last, partial bundle
        self._known: Locked | None = None

    @property
    def verifier(self) -> str:
        """The log's public key as text."""
        return str(self._key.verifier)

    def append(self, entries: list[bytes]) -> int:
        """Append ``entries`` (each at most 65,535 bytes) and return the index of the first, once all are durable, integrated and published.

        Raises LogBroken, ForkRefused, and sqlite3.Error or OSError where the disk refuses.
        """
        try:
            db = self._open()
            db.execute("BEGIN IMMEDIATE")
            first = self._write(db, entries)
            db.execute("COMMIT")
            self._publish(db)
        except BaseException:
            self._give_up()
            raise
        return first

    def create(self) -> None:
        """Sign and publish the empty log, where nothing is signed yet."""
        if self._lock.read(self.origin) is None:
            self.append([])

    def checkpoint(self) -> bytes:
        """The newest published checkpoint; raises NothingSigned."""
        known = self._lock.read(self.origin)
        if known is None:
            raise NothingSigned()
        return known.note

    def tile(self, level: int | str, index: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile, or entries of a bundle (level "entries"); raises NotInLog beyond what is published."""
        number = BUNDLE if level == "entries" else int(level)
        wanted = (index * WIDTH + width) << 8 * max(number, 0)
        if wanted > self._shown:  # what was published once stays so
            known = self._lock.read(self.origin)
            self._shown = known.size if known else 0
            if wanted > self._shown:
                raise NotInLog(index=f"{level}/{index}", size=self._shown)
        if self._reader is None:
            self._reader = self._connect()
        data = _blob(self._reader, number, index)
        if number != BUNDLE:
            return data[:width * 32]
        return data if width == WIDTH else pack_bundle(unpack_bundle(data)[:width])

    def close(self) -> None:
        """Let the file go, as reader and writer; a transaction that is open is rolled back."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
        self._give_up()

    def _give_up(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / _FILE, timeout=10, isolation_level=None, check_same_thread=False)

    def _open(self) -> sqlite3.Connection:
        if self._db is None:
            self._db = db = self._connect()
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.executescript(_TABLES)
            self._edge, self._waiting, self._known = Edge(), [], None
            self._restore(db)
            self._publish(db)
        return self._db

    def _restore(self, db: sqlite3.Connection) -> None:
        row = db.execute("SELECT size, root FROM head").fetchone()
        size, root = row or (0, EMPTY_ROOT)
        try:
            self._edge = Edge(size, {level: _blob(db, level, n) for level, n, width in widths(size) if width < WIDTH})
            held = unpack_bundle(_blob(db, BUNDLE, size // WIDTH))[:size % WIDTH]
        except (ValueError, ProofRefused) as fault:
            raise LogBroken(what=str(fault)) from None
        if self._edge.root() != root or len(held) != size % WIDTH:
            raise LogBroken(what=f"{self.origin} at size {size}")
        self._waiting = held

    def _write(self, db: sqlite3.Connection, entries: list[bytes]) -> int:
        row = db.execute("SELECT size FROM head").fetchone()
        if row is not None and row[0] != self._edge.size:
            self._restore(db)  # another process appended
        first = self._edge.size
        index = first // WIDTH
        changed = self._edge.append(map(leaf_hash, entries))
        self._waiting += entries
        for at in range(0, len(self._waiting), WIDTH):
            changed[BUNDLE, index + at // WIDTH] = pack_bundle(self._waiting[at:at + WIDTH])
        self._waiting = self._waiting[len(self._waiting) // WIDTH * WIDTH:]
        db.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", [(level, n, data) for (level, n), data in changed.items()])
        size, root = self._edge.size, self._edge.root()
        note = Checkpoint(self.origin, size, root).signed(self._key)
        db.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?)", (size, root, note))
        return first

    def _publish(self, db: sqlite3.Connection) -> None:
        row = db.execute("SELECT size, root, note FROM head").fetchone()
        head = Locked(*row) if row else None
        for _ in range(3):
            if self._known is None:
                self._known = self._lock.read(self.origin)
                self._fits(db, head)
            if head is None or (self._known is not None and self._known.size >= head.size):
                return
            if self._lock.swap(self.origin, self._known, head):
                self._known = head
                return
            self._known = None  # another process was first; what it wrote must be of this history too
            row = db.execute("SELECT size, root, note FROM head").fetchone()
            head = Locked(*row)
        raise sqlite3.OperationalError("the lock store kept moving")

    def _fits(self, db: sqlite3.Connection, head: Locked | None) -> None:
        """Refuse where the lock store knows more than this file, or something else."""
        known, size = self._known, head.size if head else 0
        if known is None or known.size == 0:
            return
        if known.size > size:
            row = db.execute("SELECT size, root, note FROM head").fetchone()
            if row is None or row[0] < known.size:
                raise ForkRefused(known=known.size, size=size)
        try:
            root = tree_root(TileReader(lambda level, n: _blob(db, level, n)), known.size)
        except NotInLog:
            raise LogBroken(what=f"tiles below size {known.size}") from None
        if root != known.root:
            raise ForkRefused(known=known.size, size=size)


def _blob(db: sqlite3.Connection, level: int, n: int) -> bytes:
    row = db.execute("SELECT data FROM tile WHERE level = ? AND n = ?", (level, n)).fetchone()
    return row[0] if row else b""
