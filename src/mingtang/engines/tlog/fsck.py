"""A whole log derived again from its entries, and what does not fit named: checkpoint, tile, bundle, entry.

1. The checkpoint is signed by the log, and the policy's witnesses if one is given.
2. The right edge leads to the signed root. Where it does not, the edge is rebuilt from below: if that leads to the root, the tiles that
   differ are named; if not, the signature is over another history.
3. From the top down each full tile must hash to its place in the tile above. One that does not is named, and rebuilt from below so
   that it hides nothing.
4. Each entry must hash to its leaf.
5. Checkpoints known from elsewhere must lie on the way to this one: what is smaller must be a prefix; what is larger was cut off.

One flipped byte anywhere is found and named once. Memory: tiles of level 1 and up, 32 bytes for 256 entries.

Example::

    report = examine(source, VerifierKey.parse(text))
    report.sound, report.size, [fault.where for fault in report.faults]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mingtang.engines.tlog.checkpoint import Checkpoint, open_checkpoint
from mingtang.engines.tlog.errors import NotInLog, ProofRefused
from mingtang.engines.tlog.growing import Edge
from mingtang.engines.tlog.hashing import HASH_SIZE, leaf_hash, root_of
from mingtang.engines.tlog.note import Note, VerifierKey
from mingtang.engines.tlog.policy import Policy
from mingtang.engines.tlog.proofs import tree_root
from mingtang.engines.tlog.tiles import HEIGHT, WIDTH, TileReader, tile_path, unpack_bundle, widths

_MOST_FAULTS = 1000
OnEntries = Callable[[int, list[bytes]], None]


class Source(Protocol):
    """Where a log is read from. What is missing raises NotInLog; nothing is promised about what comes instead of the truth."""

    def checkpoint(self) -> bytes: ...

    def tile(self, level: int | str, index: int, width: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """``kind``: signature, witnesses, root, tile, bundle, entry, history, truncated. ``where``: the path or index it lies at."""

    kind: str
    where: str


@dataclass
class Report:
    """What an examination found. ``whole`` is False where it stopped counting faults."""

    size: int = 0
    root: bytes = b""
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.faults

    def add(self, kind: str, where: str) -> None:
        """Name a fault, once."""
        fault = Fault(kind, where)
        if len(self.faults) >= _MOST_FAULTS:
            self.whole = False
        elif fault not in self.faults:
            self.faults.append(fault)


def examine(
    source: Source, key: VerifierKey, policy: Policy | None = None, known: Sequence[Checkpoint] = (), on_entries: OnEntries | None = None,
) -> Report:
    """Derive the log again; ``on_entries(first index, entries)`` is given every bundle. Raises ProofRefused if there is no checkpoint to read."""
    report = Report()
    point = _signed(source, key, policy, report)
    report.size, report.root = point.size, point.root
    tree = _Stored(source, point, report)
    tree.check_edge()
    tree.check_upper()
    tree.check_entries(on_entries)
    for earlier in known:
        if earlier.size > point.size:
            report.add("truncated", str(earlier.size))
        elif earlier.origin != point.origin or tree.root_at(earlier.size) != earlier.root:
            report.add("history", str(earlier.size))
    return report


def _signed(source: Source, key: VerifierKey, policy: Policy | None, report: Report) -> Checkpoint:
    data = source.checkpoint()
    try:
        point, note = open_checkpoint(data, key)
    except ProofRefused:
        note = Note.parse(data)
        point = Checkpoint.parse(note.text)
        report.add("signature", "checkpoint")
    if policy is not None:
        try:
            policy.check(note)
        except ProofRefused:
            report.add("witnesses", "checkpoint")
    return point


class _Stored:
    """The tiles of one log; upper levels are kept, level 0 and the bundles are read as they come."""

    def __init__(self, source: Source, point: Checkpoint, report: Report) -> None:
        self._source, self._point, self._report = source, point, report
        self._counts = {level: point.size >> (HEIGHT * level) for level, _, _ in widths(point.size)}
        self._upper = {
            (level, index): self._read(level, index)
            for level, count in self._counts.items() if level for index in range(-(-count // WIDTH))
        }
        self._last = self._read(0, point.size // WIDTH) if point.size % WIDTH else b""

    def _width(self, level: int, index: int) -> int:
        return min(WIDTH, self._counts.get(level, 0) - index * WIDTH)

    def _read(self, level: int, index: int) -> bytes:
        """A tile as stored; one that is missing or of a wrong length is named and given as empty."""
        width = self._width(level, index)
        try:
            data = self._source.tile(level, index, width)
        except NotInLog:
            data = b""
        if len(data) != width * HASH_SIZE:
            self._report.add("tile", f"tile/{tile_path(level, index, width)}")
            return b""
        return data

    def _tile(self, level: int, index: int) -> bytes:
        if level:
            return self._upper[level, index]
        return self._last if self._width(0, index) < WIDTH else self._read(0, index)

    def _from_below(self, level: int, index: int) -> bytes:
        """The tile rebuilt from the tiles under it, or from entries."""
        if level == 0:
            return b"".join(map(leaf_hash, self._entries(index)))
        start = index * WIDTH
        return b"".join(root_of(_hashes(self._tile(level - 1, start + i))) for i in range(self._width(level, index)))

    def _entries(self, index: int) -> list[bytes]:
        width = self._width(0, index)
        try:
            entries = unpack_bundle(self._source.tile("entries", index, width))
        except (NotInLog, ProofRefused):
            entries = []
        if len(entries) != width:
            self._report.add("bundle", f"tile/{tile_path('entries', index, width)}")
            return []
        return entries

    def _edge_root(self, partial: dict[int, bytes]) -> bytes | None:
        try:
            return Edge(self._point.size, partial).root()
        except ValueError:
            return None

    def check_edge(self) -> None:
        """Step 2."""
        places = [(level, index) for level, index, width in widths(self._point.size) if width < WIDTH]
        stored = {level: self._tile(level, index) for level, index in places}
        if self._edge_root(stored) == self._point.root:
            return
        rebuilt = {level: self._from_below(level, index) for level, index in places}
        if self._edge_root(rebuilt) != self._point.root:
            self._report.add("root", "checkpoint")
            return
        for level, index in places:
            if rebuilt[level] != stored[level]:
                self._report.add("tile", f"tile/{tile_path(level, index, self._width(level, index))}")
                self._put(level, index, rebuilt[level])

    def _put(self, level: int, index: int, data: bytes) -> None:
        if level:
            self._upper[level, index] = data
        else:
            self._last = data

    def _above(self, level: int, index: int) -> bytes:
        at = index % WIDTH * HASH_SIZE
        return self._upper[level + 1, index // WIDTH][at:at + HASH_SIZE]

    def check_upper(self) -> None:
        """Step 3 for level 1 and up, the highest first."""
        for level in sorted(self._counts, reverse=True):
            for index in range(self._counts[level] // WIDTH if level else 0):
                if root_of(_hashes(self._upper[level, index])) != self._above(level, index):
                    rebuilt = self._from_below(level, index)
                    self._report.add("tile", f"tile/{tile_path(level, index)}")
                    if root_of(_hashes(rebuilt)) == self._above(level, index):
                        self._upper[level, index] = rebuilt

    def check_entries(self, on_entries: OnEntries | None) -> None:
        """Steps 3 and 4 for level 0 and the entries."""
        for index in range(-(-self._point.size // WIDTH)):
            entries = self._entries(index)
            leaves = [leaf_hash(entry) for entry in entries]
            stored = _hashes(self._tile(0, index))
            if len(stored) == WIDTH and root_of(stored) != self._above(0, index):
                self._report.add("tile", f"tile/{tile_path(0, index)}")
                if root_of(leaves) == self._above(0, index):
                    stored = leaves
            if entries and stored:
                for i, (own, expected) in enumerate(zip(leaves, stored, strict=True)):
                    if own != expected:
                        self._report.add("entry", str(index * WIDTH + i))
            if on_entries is not None and entries:
                on_entries(index * WIDTH, entries)

    def root_at(self, size: int) -> bytes | None:
        """The root of the first ``size`` entries, out of the tiles as checked; None where they do not suffice."""
        try:
            return tree_root(TileReader(self._tile), size)
        except NotInLog:
            return None


def _hashes(tile: bytes) -> list[bytes]:
    return [tile[at:at + HASH_SIZE] for at in range(0, len(tile), HASH_SIZE)]
