"""COSE receipts (RFC 9942): the same proof in CBOR, for readers who know COSE and not notes.

A receipt is a COSE_Sign1 (tag 18) whose detached payload is the root of the tree:

    protected    {1: -8 (EdDSA), 4: key id, 395: 1 (RFC9162_SHA256)}
    unprotected  {396: {-1: [bstr of [tree size, leaf index, [hash, ...]]]}}
    payload      nil
    signature    Ed25519 over ["Signature1", protected, h'', root]

Only the CBOR that such a receipt needs is written and read, in its one deterministic spelling (RFC 8949, section 4.2.1); every other is refused.
A signature over a note can never pass for one over a root here: the one begins with the origin's text, the other with a CBOR array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mingtang.engines.tlog.errors import ProofRefused
from mingtang.engines.tlog.hashing import HASH_SIZE, leaf_hash
from mingtang.engines.tlog.note import SignerKey, VerifierKey, _verify
from mingtang.engines.tlog.proofs import root_from_inclusion

_ALGORITHM, _KEY_ID, _VDS, _VDP = 1, 4, 395, 396
_EDDSA, _RFC9162_SHA256, _INCLUSION = -8, 1, -1
_SIGN1 = 18
_LARGEST = 1 << 16
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Tag:
    """A tagged value."""

    number: int
    value: Any


def cose_receipt(index: int, size: int, path: Sequence[bytes], root: bytes, key: SignerKey) -> bytes:
    """The receipt that entry ``index`` lies in the tree of ``size`` with ``root``, signed by ``key``."""
    protected = _encode({_ALGORITHM: _EDDSA, _KEY_ID: key.verifier.key_id, _VDS: _RFC9162_SHA256})
    proof = _encode([size, index, list(path)])
    return _encode(Tag(_SIGN1, [protected, {_VDP: {_INCLUSION: [proof]}}, None, key.private.sign(_signed(protected, root))]))


def verify_cose_receipt(receipt: bytes, entry: bytes, key: VerifierKey) -> tuple[int, int, bytes]:
    """Check that ``entry`` is in the log; returns ``(index, size, root)``. Raises ProofRefused naming the step.

    1. The receipt has the form above. 2. Entry and path lead to a root. 3. The log signed that root: stops a made-up tree.

    RFC 9942 signs the root alone: the size is what the path fits, not what the log vouches for. A ``.tlog-proof`` has it signed.
    """
    protected, proof, signature = _parse(receipt)  # 1
    size, index, path = proof
    root = root_from_inclusion(index, size, leaf_hash(entry), path)  # 2
    if protected.get(_KEY_ID, key.key_id) != key.key_id:
        raise ProofRefused(check="key of the COSE receipt")
    _verify(key.public, signature, _signed(_encode(protected), root), key.name)  # 3
    return index, size, root


def _signed(protected: bytes, root: bytes) -> bytes:
    return _encode(["Signature1", protected, b"", root])


def _parse(receipt: bytes) -> tuple[dict, tuple[int, int, list[bytes]], bytes]:
    message = decode_cbor(receipt)
    match message:
        case Tag(number=18, value=[bytes() as head, {396: {-1: [bytes() as proof]}}, None, bytes() as signature]):
            protected, parts = decode_cbor(head), decode_cbor(proof)
        case _:
            raise ProofRefused(check="form of a COSE receipt")
    if not isinstance(protected, dict) or protected.get(_ALGORITHM) != _EDDSA or protected.get(_VDS) != _RFC9162_SHA256:
        raise ProofRefused(check="algorithm of a COSE receipt")
    if not set(protected) <= {_ALGORITHM, _KEY_ID, _VDS}:
        raise ProofRefused(check="headers of a COSE receipt")
    match parts:
        case [int() as size, int() as index, list() as path] if all(isinstance(part, bytes) and len(part) == HASH_SIZE for part in path):
            return protected, (size, index, path), signature
    raise ProofRefused(check="inclusion proof of a COSE receipt")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    length = next(length for length in (1, 2, 4, 8) if number < 1 << 8 * length)
    return bytes([major << 5 | 24 + (1, 2, 4, 8).index(length)]) + number.to_bytes(length)


def _encode(value: Any) -> bytes:
    match value:
        case None:
            return b"\xf6"
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            return _head(3, len(value.encode())) + value.encode()
        case list():
            return _head(4, len(value)) + b"".join(map(_encode, value))
        case dict():
            pairs = sorted((_encode(name), _encode(item)) for name, item in value.items())
            return _head(5, len(pairs)) + b"".join(name + item for name, item in pairs)
        case Tag(number, inner):
            return _head(6, number) + _encode(inner)
    raise TypeError(type(value).__name__)


def decode_cbor(data: bytes) -> Any:
    """One deterministically encoded item of the kinds above; raises ProofRefused for anything else, longer numbers and trailing bytes."""
    if len(data) > _LARGEST:
        raise ProofRefused(check="size of a COSE receipt")
    value, end = _item(data, 0, 0)
    if end != len(data) or _encode(value) != data:
        raise ProofRefused(check="deterministic CBOR")
    return value


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if at >= len(data) or depth > _DEEPEST:
        raise ProofRefused(check="CBOR")
    major, info = data[at] >> 5, data[at] & 31
    if data[at] == 0xF6:
        return None, at + 1
    extra = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    if major == 7 or info > 27 or at + 1 + extra > len(data):
        raise ProofRefused(check="CBOR")
    number = int.from_bytes(data[at + 1:at + 1 + extra]) if extra else info
    at += 1 + extra
    if major in (0, 1):
        return (number if major == 0 else -1 - number), at
    if number > len(data) - at and major != 6:
        raise ProofRefused(check="CBOR")
    if major in (2, 3):
        return _text(data[at:at + number], major), at + number
    if major == 6:
        if number != _SIGN1:  # what another tag means is not this reader's to say
            raise ProofRefused(check="CBOR tag")
        inner, at = _item(data, at, depth + 1)
        return Tag(number, inner), at
    return _many(data, at, depth, number, major)


def _text(data: bytes, major: int) -> bytes | str:
    if major == 2:
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ProofRefused(check="CBOR text") from None


def _many(data: bytes, at: int, depth: int, number: int, major: int) -> tuple[Any, int]:
    items = []
    for _ in range(number * (2 if major == 5 else 1)):
        item, at = _item(data, at, depth + 1)
        items.append(item)
    if major == 4:
        return items, at
    names = items[::2]
    if not all(isinstance(name, (int, str)) for name in names) or len(set(names)) != len(names):
        raise ProofRefused(check="keys of a CBOR map")
    return dict(zip(names, items[1::2], strict=True)), at
