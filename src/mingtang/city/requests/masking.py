"""Identifiers in free text are masked before anything is public."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PATTERNS = (
    ("id_card", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    ("phone", re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")),
    ("email", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")),
)


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked text and the kinds of identifiers found in it."""

    text: str
    found: tuple[str, ...]


def mask(text: str) -> Masked:
    """Mask phones, identity numbers and e-mail addresses."""
    found = []
    for kind, pattern in _PATTERNS:
        text, count = pattern.subn("＊＊＊", text)
        if count:
            found.append(kind)
    return Masked(text, tuple(found))
