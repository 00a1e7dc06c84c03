"""Watching a log from outside: the same log at several addresses, and at one address over time, must be one history.

1. Each address's checkpoint is fetched and its signature checked.
2. For every two checkpoints, of now and of the last time, the smaller must be a prefix of the larger: the larger's own tiles must give the
   smaller's root. If not, the log has shown two faces; both notes, signed by the log itself, are the evidence.
3. What was seen is remembered in a folder, only if it fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mingtang.engines.tlog import Checkpoint, NotInLog, ProofRefused, TileReader, VerifierKey, open_checkpoint, tree_root
from mingtang.platform.ledger.sources import FolderSource, ServerSource, SourceUnreadable, source


@dataclass(frozen=True)
class Seen:
    """A checkpoint as an address showed it, now or before."""

    where: str
    point: Checkpoint
    note: bytes
    log: FolderSource | ServerSource | None = None


@dataclass
class Watched:
    """What a round of watching found."""

    seen: list[Seen]
    unreadable: list[tuple[str, str]]
    split: list[tuple[Seen, Seen]]


def watch(addresses: Sequence[str], key: VerifierKey, memory: Path | None = None) -> Watched:
    """One round over ``addresses``; ``memory`` is the folder of the checkpoints seen before and of evidence."""
    found = Watched([], [], [])
    for where in addresses:
        try:
            log = source(where)
            note = log.checkpoint()
            found.seen.append(Seen(where, open_checkpoint(note, key)[0], note, log))
        except (SourceUnreadable, ProofRefused) as fault:
            found.unreadable.append((where, fault.message("en")))
    earlier = _remembered(addresses, key, memory)
    everything = [*found.seen, *earlier]
    for i, one in enumerate(everything):
        for other in everything[i + 1:]:
            small, large = sorted((one, other), key=lambda seen: seen.point.size)
            try:
                if not _is_prefix(small, large):
                    found.split.append((small, large))
            except (NotInLog, SourceUnreadable) as fault:
                found.unreadable.append((large.where, fault.message("en")))
    if memory is not None:
        _remember(found, memory)
    return found


def _is_prefix(small: Seen, large: Seen) -> bool:
    if small.point.size == large.point.size:
        return small.point.root == large.point.root
    if large.log is None:
        # A remembered checkpoint larger than anything shown now: the log went backwards at that address, or a mirror is late. A mirror
        # that is late is a prefix of another address that is not; alone, going backwards is judged by who compares with it.
        return small.log is None or small.where != large.where
    size, log = large.point.size, large.log

    def fetch(level: int, index: int) -> bytes:
        return log.tile(level, index, min(256, (size >> (8 * level)) - index * 256))

    nodes = TileReader(fetch)
    # The tiles must give the larger checkpoint's own root too, or they prove nothing about it.
    return tree_root(nodes, size) == large.point.root and tree_root(nodes, small.point.size) == small.point.root


def _name(where: str) -> str:
    return hashlib.sha256(where.encode()).hexdigest()[:16]


def _remembered(addresses: Sequence[str], key: VerifierKey, memory: Path | None) -> list[Seen]:
    earlier = []
    for where in addresses if memory is not None else ():
        path = memory / f"{_name(where)}.checkpoint"
        if path.exists():
            note = path.read_bytes()
            earlier.append(Seen(where, open_checkpoint(note, key)[0], note))
    return earlier


def _remember(found: Watched, memory: Path) -> None:
    memory.mkdir(parents=True, exist_ok=True)
    for small, large in found.split:
        name = hashlib.sha256(small.note + large.note).hexdigest()[:16]
        (memory / f"split-{name}.txt").write_bytes(b"# " + small.where.encode() + b"\n" + small.note + b"\n# " + large.where.encode() + b"\n" + large.note)
    if not found.split:
        for one in found.seen:
            (memory / f"{_name(one.where)}.checkpoint").write_bytes(one.note)
