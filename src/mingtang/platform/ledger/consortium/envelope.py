"""The signed batch envelope: an agency's commitments on their way into the consortium's log.

    bytes     0  4   20       24      32     36           68          132
              MTB1 | agency | number | count | digest     | signature | count x 32 bytes of commitments
                     20       8        4       32           64

``agency`` is the first 20 bytes of SHA-256 of its public key, ``digest`` the SHA-256 of the commitments, numbers are big-endian. The signature (Ed25519,
RFC 8032) is over the domain line, the log's origin, and the first 68 bytes: an envelope for one log says nothing to another.
The first 132 bytes, the head, enter the log before the commitments, so that the log itself says who sent what, and once.

Signatures are checked by libsodium's rule (small-order keys and non-canonical encodings refused): every validator must use the same one.

Rules in order; the first that fails is the reason:

    1  size: 1 to 20,000 commitments, all there and nothing after
    2  digest of the commitments
    3  agency is a member                          stops strangers
    4  signature                                   stops one agency from writing in another's name
    5  the number is fresh (``numbers.Window``)    stops replay; asked by the application, which knows the numbers
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping
from typing import NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from mingtang.platform.ledger.consortium.faults import EnvelopeRefused

MOST = 20_000
COMMITMENT = 32
MAGIC = b"MTB1"
HEAD = 132
_SIGNED = 68
_DOMAIN = b"mingtang-consortium/batch/v1\n"
_FORM = struct.Struct(">4s20sQI32s")


class Envelope(NamedTuple):
    """A read envelope: ``head`` is its first 132 bytes."""

    agency: bytes
    number: int
    head: bytes
    commitments: list[bytes]


def agency_id(public: bytes) -> bytes:
    """The 20 bytes by which an agency with this public key is named."""
    return hashlib.sha256(public).digest()[:20]


def seal_envelope(key: SigningKey, origin: str, number: int, commitments: list[bytes]) -> bytes:
    """The envelope of ``commitments`` (32 bytes each), signed; raises EnvelopeRefused for a count or a length that cannot be."""
    if not 1 <= len(commitments) <= MOST or any(len(one) != COMMITMENT for one in commitments):
        raise EnvelopeRefused(reason="size")
    body = b"".join(commitments)
    signed = _FORM.pack(MAGIC, agency_id(bytes(key.verify_key)), number, len(commitments), hashlib.sha256(body).digest())
    return signed + key.sign(_message(origin, signed)).signature + body


def _message(origin: str, signed: bytes) -> bytes:
    return _DOMAIN + origin.encode() + b"\n" + signed


def read_envelope(data: bytes) -> Envelope:
    """Rules 1 and 2; raises EnvelopeRefused. The signature is not checked yet."""
    if len(data) < HEAD + COMMITMENT or data[:4] != MAGIC:
        raise EnvelopeRefused(reason="form")
    _, agency, number, count, digest = _FORM.unpack_from(data)
    if not 1 <= count <= MOST or len(data) != HEAD + count * COMMITMENT:
        raise EnvelopeRefused(reason="size")
    if hashlib.sha256(memoryview(data)[HEAD:]).digest() != digest:
        raise EnvelopeRefused(reason="digest")
    return Envelope(agency, number, data[:HEAD], [data[at : at + COMMITMENT] for at in range(HEAD, len(data), COMMITMENT)])


def check_signature(head: bytes, origin: str, agencies: Mapping[bytes, VerifyKey]) -> None:
    """Rules 3 and 4 on the head of an envelope; raises EnvelopeRefused."""
    key = agencies.get(head[4:24])
    if key is None:
        raise EnvelopeRefused(reason="no member")
    try:
        key.verify(_message(origin, head[:_SIGNED]), head[_SIGNED:HEAD])
    except BadSignatureError:
        raise EnvelopeRefused(reason="signature") from None


def read_head(head: bytes) -> tuple[bytes, int, int]:
    """``(agency, number, count)`` of a head as it stands in the log."""
    _, agency, number, count, _ = _FORM.unpack_from(head)
    return agency, number, count
