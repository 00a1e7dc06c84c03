"""Identifiers: UUIDv7 (RFC 9562, section 5.7), which sort by time, and short codes that people can read out."""

from __future__ import annotations

import os
import secrets
import threading
import time
from uuid import UUID

from mingtang.kernel.errors import RefusedInput, Sentence

_lock = threading.Lock()
_last = 0  # the last (milliseconds << 12 | counter) given out

# Crockford's alphabet: no I, L, O, U, so that a code read over the telephone cannot be mistaken.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class NotAnIdentifier(RefusedInput):
    """The text is not a UUID."""

    code = "kernel.not_an_identifier"
    text = Sentence("“{given}”不是有效的标识。", "“{given}” is not a valid identifier.")
    next_step = Sentence("请从回执或网页上复制标识。", "Copy the identifier from the receipt or the page.")


def new_id() -> UUID:
    """Return a fresh UUIDv7. Within a process identifiers strictly increase (section 6.2, method 3)."""
    global _last
    with _lock:
        stamp = (time.time_ns() // 1_000_000) << 12
        _last = max(stamp, _last + 1)
        tick = _last
    random = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=(tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | random)


def parse_id(text: str) -> UUID:
    """Return the UUID that ``text`` writes; raises NotAnIdentifier."""
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise NotAnIdentifier(given=str(text)[:40]) from None


def short_code(length: int = 8) -> str:
    """Return a random code of ``length`` characters, 5 bits each, safe to read out."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
