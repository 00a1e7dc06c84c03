"""How far two groupings of the same people agree: the adjusted Rand index (Hubert and Arabie 1985)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from math import comb


def adjusted_rand(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """1 for equal groupings, about 0 for chance; the sequences have equal length, one label a person."""
    if len(one) != len(other):
        raise ValueError("the two groupings are of different people")
    pairs = comb(len(one), 2)
    together = sum(comb(n, 2) for n in Counter(zip(one, other, strict=True)).values())
    first = sum(comb(n, 2) for n in Counter(one).values())
    second = sum(comb(n, 2) for n in Counter(other).values())
    if not pairs:
        return 1.0
    expected, most = first * second / pairs, (first + second) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)
