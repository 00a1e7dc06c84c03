"""How alike two texts are: the share of common groups of three characters, which works for Chinese and English without a dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

ALIKE = 0.35


def grams(text: str, size: int = 3) -> frozenset[str]:
    """The groups of ``size`` characters in a text, without case, blanks and punctuation."""
    plain = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(plain[i:i + size] for i in range(max(1, len(plain) - size + 1))) if plain else frozenset()


def likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """Common groups over all groups, 0 to 1."""
    return len(a & b) / len(a | b) if a or b else 0.0


def nearest(text: str, others: Iterable[tuple[str, str]], least: float = ALIKE) -> list[tuple[str, float]]:
    """Of ``others`` (name, text) those at least ``least`` alike, the most alike first; equal ones by name."""
    mine = grams(text, 2)
    found = [(name, round(likeness(mine, grams(other, 2)), 3)) for name, other in others]
    return sorted(((name, value) for name, value in found if value >= least), key=lambda one: (-one[1], one[0]))
