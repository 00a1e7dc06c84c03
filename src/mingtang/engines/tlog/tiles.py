"""Tiles: the tree cut into files of 256 hashes (C2SP tlog-tiles v0.1.0), and bundles of 256 entries.

Tile L/N holds the hashes of level 8L from index 256N on. The last tile of a level may be partial: ``.p/W`` with W hashes. Paths are
``tile/L/x001/x234/067`` - three digits a step, all but the last with an x. Nothing is ever rewritten: a partial tile is a
prefix of the full one.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from mingtang.engines.tlog.errors import EntryTooLarge, NotInLog, ProofRefused
from mingtang.engines.tlog.hashing import HASH_SIZE, root_of

WIDTH = 256
HEIGHT = 8
_PATH = re.compile(r"(entries|[0-5]?[0-9])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """The path of a tile below ``tile/``; ``level`` is a number or "entries"."""
    steps = [f"{index % 1000:03}"]
    while index >= 1000:
        index //= 1000
        steps.insert(0, f"x{index % 1000:03}")
    return f"{level}/{'/'.join(steps)}" + (f".p/{width}" if width < WIDTH else "")


def parse_tile_path(path: str) -> tuple[int | str, int, int]:
    """``(level, index, width)`` of a path below ``tile/``; raises NotInLog for anything that ``tile_path`` would not write."""
    found = _PATH.fullmatch(path)
    if found is None or len(path) > 60:
        raise NotInLog(index=path[:40], size="?")
    level: int | str = found[1] if found[1] == "entries" else int(found[1])
    index = int("".join(step.lstrip("x") for step in found[2].split("/")))
    width = int(found[3]) if found[3] else WIDTH
    if width > WIDTH or (found[3] and width == WIDTH) or tile_path(level, index, width) != path:
        raise NotInLog(index=path[:40], size="?")
    return level, index, width


def widths(size: int) -> Iterator[tuple[int, int, int]]:
    """``(level, index of the last tile, its width)`` for every level of a tree of ``size`` that has hashes."""
    level = 0
    while count := size >> (HEIGHT * level):
        yield level, (count - 1) // WIDTH, (count - 1) % WIDTH + 1
        level += 1


class TileReader:
    """Gives hashes of complete subtrees out of tiles; ``fetch(level, index)`` returns a tile's bytes, full or as wide as stored."""

    def __init__(self, fetch: Callable[[int, int], bytes], most_cached: int = 4096) -> None:
        self._fetch = fetch
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._inner: dict[tuple[int, int], bytes] = {}
        self._most = most_cached

    def __call__(self, level: int, index: int) -> bytes:
        """The root over leaves [index * 2^level, (index + 1) * 2^level); raises NotInLog where the log is too short."""
        value = self._inner.get((level, index))
        if value is None:
            value = self._hashed(level, index)
            if len(self._inner) > self._most * 64:
                self._inner.clear()
            self._inner[level, index] = value
        return value

    def _hashed(self, level: int, index: int) -> bytes:
        tile_level, inner = divmod(level, HEIGHT)
        tile_index, offset = divmod(index << inner, WIDTH)
        span, at = HASH_SIZE << inner, offset * HASH_SIZE
        data = self._tile(tile_level, tile_index)[at:at + span]
        if len(data) != span:
            raise NotInLog(index=f"{tile_level}/{tile_index}/{offset}", size="?")
        # Hashed in one go, not through kept halves: most tiles are asked once.
        return root_of([data[i:i + HASH_SIZE] for i in range(0, span, HASH_SIZE)]) if inner else data

    def _tile(self, level: int, index: int) -> bytes:
        data = self._tiles.get((level, index))
        if data is None:
            data = self._fetch(level, index)
            if len(self._tiles) > self._most:
                self._tiles.clear()
            self._tiles[level, index] = data
        return data


def pack_bundle(entries: list[bytes]) -> bytes:
    """An entry bundle: each entry after its length as uint16, big-endian. Raises EntryTooLarge."""
    out = bytearray()
    for entry in entries:
        if len(entry) > 0xFFFF:
            raise EntryTooLarge(length=len(entry))
        out += struct.pack(">H", len(entry)) + entry
    return bytes(out)


def unpack_bundle(data: bytes, most: int = WIDTH) -> list[bytes]:
    """The entries of a bundle; raises ProofRefused for a broken one."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data) or len(entries) >= most:
            raise ProofRefused(check="form of an entry bundle")
        length = int.from_bytes(data[at:at + 2])
        entry = data[at + 2:at + 2 + length]
        if len(entry) != length:
            raise ProofRefused(check="form of an entry bundle")
        entries.append(entry)
        at += 2 + length
    return entries
