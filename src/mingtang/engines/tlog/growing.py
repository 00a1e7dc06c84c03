"""The growing edge of a tree: append leaf hashes, get the root and the tiles that changed. Memory is one partial tile a level."""

from __future__ import annotations

from collections.abc import Iterable

from mingtang.engines.tlog.hashing import HASH_SIZE, node_hash, root_of
from mingtang.engines.tlog.tiles import WIDTH, widths


class Edge:
    """The last, partial tile of each level of a tree of ``size``.

    Restore it with the partial tiles as stored (``partial[level]`` bytes); append; then write what ``changed`` gives.
    """

    def __init__(self, size: int = 0, partial: dict[int, bytes] | None = None) -> None:
        self.size = size
        self._levels: list[list[bytes]] = []
        for level, _, width in widths(size):
            data = (partial or {}).get(level, b"")
            hashes = [data[i:i + HASH_SIZE] for i in range(0, width * HASH_SIZE, HASH_SIZE)] if width < WIDTH else []
            if width < WIDTH and len(data) < width * HASH_SIZE:
                raise ValueError(f"level {level} lacks its partial tile")
            self._levels.append(hashes)

    def append(self, leaves: Iterable[bytes]) -> dict[tuple[int, int], bytes]:
        """Append leaf hashes; returns the tiles that changed as ``{(level, index): bytes}``, full or partial."""
        changed: dict[tuple[int, int], bytes] = {}
        start = self.size
        fresh = list(leaves)
        self.size += len(fresh)
        level, count = 0, start
        while fresh:
            if level == len(self._levels):
                self._levels.append([])
            held = self._levels[level]
            index = count // WIDTH
            carried: list[bytes] = []
            at = 0
            while at < len(fresh):
                take = WIDTH - len(held)
                held += fresh[at:at + take]
                at += take
                changed[level, index] = b"".join(held)
                if len(held) == WIDTH:
                    carried.append(root_of(held))
                    held.clear()
                    index += 1
            fresh, level, count = carried, level + 1, count // WIDTH
        return changed

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        right: bytes | None = None
        for hashes in self._levels:
            for part in _peaks(hashes):
                right = part if right is None else node_hash(part, right)
        return root_of([]) if right is None else right


def _peaks(hashes: list[bytes]) -> list[bytes]:
    """Roots of the complete subtrees of a partial tile, smallest (rightmost) first."""
    found: list[bytes] = []
    end = len(hashes)
    while end:
        width = end & -end
        found.append(root_of(hashes[end - width:end]))
        end -= width
    return found
