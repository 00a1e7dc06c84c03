"""The proof that a committed value lies on one side of a limit.

1. "At most limit" means limit - value lies in [0, 2^bits); "at least" means value - limit does. The commitment D to that difference follows from C.
2. The prover commits to each bit of the difference so that the commitments, doubled in turn, sum up to D. The lowest is not sent: it follows.
3. For each bit a proof of "it is 0 or it is 1" (Cramer, Damgard, Schoenmakers 1994): one side is real, the other simulated, and nobody sees which.
4. One challenge over statement, tag and everything sent (Fiat-Shamir, strong form) binds all bits together.

The width is the attribute's, never the prover's choice: a wider range would let the difference wrap. The tag must hold the verifier, its nonce,
the purpose and the credential, or the proof could be shown elsewhere.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from mingtang.engines.ranges.commitments import (
    ORDER,
    base_times,
    commit,
    minus,
    plus,
    read_point,
    read_scalar,
    scalar,
    second_generator,
    times,
)
from mingtang.engines.ranges.errors import NotProvable, RangeRefused

BITS = (8, 16, 32)
_DOMAIN = b"mingtang-range-v1"
_SIDES = {"at_most": b"\x00", "at_least": b"\x01"}
Randoms = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is proven: the value is ``side`` ("at_most", "at_least") ``limit``; both lie in [0, 2^bits)."""

    side: str
    limit: int
    bits: int = 16

    def encoded(self) -> bytes:
        """The statement as bytes, for the challenge; raises RangeRefused where it is none."""
        if self.side not in _SIDES or self.bits not in BITS or not isinstance(self.limit, int) or not 0 <= self.limit < 2**self.bits:
            raise RangeRefused(path="statement", rule="at_most or at_least a limit within 8, 16 or 32 bits")
        return _SIDES[self.side] + bytes([self.bits]) + self.limit.to_bytes(8, "big")


def size(bits: int) -> int:
    """Bytes of a proof: the challenge, then a commitment, a part of the challenge and two answers a bit, less the lowest commitment."""
    return 128 * bits


def prove(value: int, blinding: int, statement: Statement, tag: bytes, randoms: Randoms = lambda: secrets.randbelow(ORDER)) -> bytes:
    """The proof that ``commit(value, blinding)`` satisfies ``statement``, bound to ``tag``. Raises NotProvable where it does not."""
    head = statement.encoded()
    difference = statement.limit - value if statement.side == "at_most" else value - statement.limit
    if not 0 <= value < 2**statement.bits or not 0 <= difference < 2**statement.bits:
        raise NotProvable()
    own = -blinding if statement.side == "at_most" else blinding
    bits = [difference >> i & 1 for i in range(statement.bits)]
    blindings = [randoms() for _ in bits]
    blindings[0] = (own - sum(r << i for i, r in enumerate(blindings) if i)) % ORDER
    commitments = [commit(bit, r) for bit, r in zip(bits, blindings, strict=True)]
    h = second_generator()
    nonces, others, answers = ([randoms() for _ in bits] for _ in range(3))
    first: list[bytes] = []
    for bit, point, nonce, e, z in zip(bits, commitments, nonces, others, answers, strict=True):
        simulated = minus(times(h, z), times(_off(point, 1 - bit), e))
        real = times(h, nonce)
        first += [simulated, real] if bit else [real, simulated]
    whole = _challenge(head, tag, commit(value, blinding), commitments, first)
    parts = [scalar(whole), *commitments[1:]]
    for bit, r, nonce, e, z in zip(bits, blindings, nonces, others, answers, strict=True):
        own_e = (whole - e) % ORDER
        own_z = (nonce + own_e * r) % ORDER
        parts += map(scalar, (e, z, own_z) if bit else (own_e, own_z, z))
    return b"".join(parts)


def verify(commitment: bytes, statement: Statement, proof: bytes, tag: bytes) -> None:
    """Check ``proof``; returns nothing, raises RangeRefused naming what failed."""
    head, count = statement.encoded(), statement.bits
    if not isinstance(proof, bytes | bytearray) or len(proof) != size(count):
        raise RangeRefused(path="proof", rule=f"{size(count)} bytes")
    read_point(commitment, "commitment")
    pieces = [bytes(proof[at:at + 32]) for at in range(0, len(proof), 32)]
    whole = read_scalar(pieces[0])
    points = [read_point(piece) for piece in pieces[1:count]]
    answers = [read_scalar(piece) for piece in pieces[count:]]
    try:
        limit = base_times(statement.limit)
        difference = minus(limit, commitment) if statement.side == "at_most" else minus(commitment, limit)
        points.insert(0, read_point(_lowest(difference, points)))
        first = []
        for i, point in enumerate(points):
            e, z0, z1 = answers[3 * i:3 * i + 3]
            first += [_sent_first(point, e, z0), _sent_first(_off(point, 1), (whole - e) % ORDER, z1)]
    except RuntimeError:
        raise RangeRefused(path="proof", rule="points of the group") from None
    if _challenge(head, tag, commitment, points, first) != whole:
        raise RangeRefused(path="proof", rule="the challenge over statement, tag and commitments")


def _off(point: bytes, bit: int) -> bytes:
    """``point`` less ``bit`` times G: a multiple of H alone where the bit committed to is ``bit``."""
    return minus(point, base_times(1)) if bit else point


def _sent_first(point: bytes, e: int, z: int) -> bytes:
    """The first message of a Schnorr proof that ``point`` is a multiple of H, from its challenge and answer."""
    return minus(times(second_generator(), z), times(point, e))


def _lowest(difference: bytes, higher: list[bytes]) -> bytes:
    """The commitment to bit 0: the difference less 2 C1, 4 C2, ... (Horner from the top, doublings only)."""
    total = higher[-1]
    for point in reversed(higher[:-1]):
        total = plus(plus(total, total), point)
    return minus(difference, plus(total, total))


def _challenge(head: bytes, tag: bytes, commitment: bytes, points: list[bytes], first: list[bytes]) -> int:
    """SHA-512 over everything, each part of known length or led by its length, mod the order."""
    parts = (_DOMAIN, head, len(tag).to_bytes(8, "big"), tag, second_generator(), commitment, *points, *first)
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % ORDER
