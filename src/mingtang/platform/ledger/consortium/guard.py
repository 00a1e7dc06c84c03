"""The member's own cosigning key, and its memory on the disk: it never cosigns two histories, not even after a restored backup.

What was cosigned last lies in a lock store apart from the log, brought forward by compare-and-swap before the cosignature leaves the house. At start the
log must contain it; a log that is behind it or beside it is not cosigned until it has caught up, and never if it is another history.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mingtang.engines.tlog import Checkpoint, NotInLog, SignerKey, TileReader, cosign, tree_root
from mingtang.platform.ledger.lock import Locked, LockStore


class Guard:
    """Cosigns committed checkpoints of one log. ``fetch(level, n)`` gives the log's tiles."""

    def __init__(self, path: Path, key: SignerKey, fetch: Callable[[int, int], bytes]) -> None:
        self._lock = LockStore(path)
        self._key = key
        self._fetch = fetch
        self._last: Locked | None = None
        self._agrees = False

    def cosign(self, point: Checkpoint, seconds: int) -> bytes:
        """The cosignature of a committed checkpoint (72 bytes), or nothing where this member must not sign it. Raises sqlite3.Error."""
        if not self._agrees:
            self._last = self._lock.read(point.origin)
            self._agrees = self._last is None or self._contains(point, self._last)
        last = self._last
        if not self._agrees or (
            last is not None and (point.size < last.size or (point.size == last.size and point.root != last.root))
        ):
            return b""
        if last is None or point.size > last.size:
            new = Locked(point.size, point.root, point.text().encode())
            if not self._lock.swap(point.origin, last, new):
                self._agrees = False  # another process cosigns with this key; what it signed is read before anything else is
                return b""
            self._last = new
        return cosign(point.text(), self._key, seconds).data

    def _contains(self, point: Checkpoint, last: Locked) -> bool:
        if last.size > point.size:
            return False
        if last.size == point.size:
            return last.root == point.root
        try:
            return last.size == 0 or tree_root(TileReader(self._fetch), last.size) == last.root
        except NotInLog:
            return False
