"""A jury by lot that anyone can draw again: the seed is public before the pool is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def draw_jury(seed: str, pool: Iterable[str], seats: int) -> list[str]:
    """The ``seats`` members of ``pool`` with the smallest SHA-256 of seed and name; fewer where the pool is smaller.

    Example: ``draw_jury("sha256:9f...", ["p-1", "p-2", "p-3"], 2)``. Order and doubled names in the pool do not matter.
    """
    def lot(name: str) -> bytes:
        return hashlib.sha256(f"mingtang/jury/v1\n{seed}\n{name}".encode()).digest()

    return sorted(set(pool), key=lambda name: (lot(name), name))[:max(0, seats)]
