"""The consortium's log as static files, in the layout of C2SP tlog-tiles: what a mirror serves, and what ``mingtang ledger fsck`` reads.

Tiles are written before the checkpoint that covers them, and never change once they are full.
"""

from __future__ import annotations

import os
from pathlib import Path

from mingtang.engines.tlog import WIDTH, Checkpoint, Note, NotInLog, pack_bundle, tile_path, unpack_bundle
from mingtang.platform.ledger.consortium.application import BUNDLE
from mingtang.platform.ledger.consortium.faults import NothingFinal
from mingtang.platform.ledger.consortium.homes import Home
from mingtang.platform.ledger.consortium.state import StateStore


class StoreSource:
    """A member's log as ``tlog.examine`` reads one."""

    def __init__(self, store: StateStore) -> None:
        self._store = store

    def checkpoint(self) -> bytes:
        """The newest final checkpoint; raises NothingFinal."""
        final = self._store.final()
        if final is None:
            raise NothingFinal()
        return final.note

    def tile(self, level: int | str, index: int, width: int) -> bytes:
        """The first ``width`` hashes of a tile, or entries of a bundle (level "entries"); raises NotInLog."""
        data = self._store.tile(BUNDLE if level == "entries" else int(level), index)
        found = pack_bundle(unpack_bundle(data)[:width]) if level == "entries" else data[: 32 * width]
        if not found:
            raise NotInLog(index=f"{level}/{index}", size="?")
        return found


def mirror(home: Home, folder: Path) -> int:
    """Write the final part of a member's log below ``folder``; gives its size. A second run adds what is new. Raises NothingFinal, OSError."""
    store = StateStore(home.folder / "log.sqlite3", home.roster())
    try:
        source = StoreSource(store)
        note = source.checkpoint()
        size = Checkpoint.parse(Note.parse(note).text).size
        for level in ("entries", *range(8)):
            count = size if level == "entries" else size >> (8 * int(level))
            for index in range(-(-count // WIDTH)):
                width = min(WIDTH, count - index * WIDTH)
                path = folder / "tile" / tile_path(level, index, width)
                if not path.exists():
                    _write(path, source.tile(level, index, width))
    finally:
        store.close()
    _write(folder / "key", f"{home.peer().member.log}\n".encode())
    _write(folder / "policy", home.roster().policy().encode())
    _write(folder / "checkpoint", note)
    return size


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
