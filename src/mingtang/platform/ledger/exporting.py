"""The log as static files: what a mirror serves, and what ``mingtang ledger fsck`` reads without us.

Tiles are written before the checkpoint that covers them, each under another name first; so a reader of the folder sees a whole log at
every moment. Full tiles never change and are written once.
"""

from __future__ import annotations

import os
from pathlib import Path

from mingtang.engines.tlog import WIDTH, tile_path
from mingtang.platform.ledger import reads


def export(folder: Path) -> int:
    """Write the published log below ``folder``; returns how many files were written. Raises NothingSigned, OSError."""
    note, size = reads.checkpoint(), reads.head().size
    written = 0
    for level in ("entries", *range(8)):
        count = size if level == "entries" else size >> (8 * int(level))
        for index in range(-(-count // WIDTH)):
            width = min(WIDTH, count - index * WIDTH)
            path = folder / "tile" / tile_path(level, index, width)
            if not path.exists():
                _write(path, reads.stored_tile(level, index, width))
                written += 1
    _write(folder / "key", (reads.verifier_key() + "\n").encode())
    _write(folder / "checkpoint", note)
    return written + 2


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
