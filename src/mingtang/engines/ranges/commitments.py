"""Pedersen commitments on the prime-order subgroup of edwards25519: C = value G + blinding H.

G is the base point of RFC 8032. Nobody knows the logarithm of H: it is the first point that SHA-256 of a fixed text and a counter names,
cleared of its cofactor. Points are 32 bytes (RFC 8032, 5.1.2), scalars 32 bytes little-endian below the order.

Trust: the commitment hides the value perfectly; that nobody can open it to another value rests on discrete logarithms.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from nacl import bindings as sodium

from mingtang.engines.ranges.errors import RangeRefused

ORDER = 2**252 + 27742317777372353535851937790883648493
_SEED = b"Mingtang range proofs, generator H, version 1"
_IDENTITY = b"\x01" + bytes(31)


def scalar(number: int) -> bytes:
    """``number`` mod the order, as 32 bytes."""
    return (number % ORDER).to_bytes(32, "little")


def read_scalar(data: bytes) -> int:
    """The number of 32 bytes; raises RangeRefused where it is not below the order."""
    number = int.from_bytes(data, "little")
    if number >= ORDER:
        raise RangeRefused(path="proof", rule="scalar below the order of the group")
    return number


def read_point(data: bytes, place: str = "proof") -> bytes:
    """A canonical point of the subgroup other than the identity; raises RangeRefused."""
    if len(data) != 32 or not sodium.crypto_core_ed25519_is_valid_point(data):
        raise RangeRefused(path=place, rule="canonical point of the prime-order subgroup")
    return data


def times(point: bytes, number: int) -> bytes:
    """``number`` times ``point`` of the subgroup; the identity where the number is zero."""
    return sodium.crypto_scalarmult_ed25519_noclamp(scalar(number), point) if number % ORDER else _IDENTITY


def base_times(number: int) -> bytes:
    """``number`` times G."""
    return sodium.crypto_scalarmult_ed25519_base_noclamp(scalar(number)) if number % ORDER else _IDENTITY


def plus(one: bytes, other: bytes) -> bytes:
    """The sum of two points."""
    return sodium.crypto_core_ed25519_add(one, other)


def minus(one: bytes, other: bytes) -> bytes:
    """The difference of two points."""
    return sodium.crypto_core_ed25519_sub(one, other)


@cache
def second_generator() -> bytes:
    """H, found anew from its text."""
    for counter in range(256):
        candidate = hashlib.sha256(_SEED + bytes([counter])).digest()
        try:
            eightfold = candidate
            for _ in range(3):
                eightfold = plus(eightfold, eightfold)
        except RuntimeError:
            continue
        if sodium.crypto_core_ed25519_is_valid_point(eightfold):
            return eightfold
    raise AssertionError("no generator")


def new_blinding() -> int:
    """A fresh secret number for one commitment; never used twice."""
    return secrets.randbelow(ORDER - 1) + 1


def commit(value: int, blinding: int) -> bytes:
    """The commitment to ``value``, 32 bytes."""
    return plus(base_times(value), times(second_generator(), blinding))
