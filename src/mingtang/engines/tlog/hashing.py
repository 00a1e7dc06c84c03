"""Hashes of the tree (RFC 6962, section 2.1): a leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right)."""

from __future__ import annotations

from hashlib import sha256

try:  # CPython's own SHA-256 has less overhead on 65 bytes than OpenSSL's
    from _sha2 import sha256 as _fast  # type: ignore[import-not-found]
except ImportError:
    try:
        from _sha256 import sha256 as _fast  # type: ignore[import-not-found]
    except ImportError:
        _fast = sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a log entry as a leaf."""
    return _fast(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees as their parent."""
    return _fast(b"\x01" + left + right).digest()


def root_of(hashes: list[bytes]) -> bytes:
    """The root over ``hashes`` taken as leaf hashes; the plain recursion of the RFC, level by level."""
    if not hashes:
        return EMPTY_ROOT
    while len(hashes) > 1:
        paired = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        if len(hashes) % 2:
            paired.append(hashes[-1])
        hashes = paired
    return hashes[0]
