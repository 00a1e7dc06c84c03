"""Inclusion and consistency: the verifier's algorithms of RFC 9162, steps numbered as there, and the provers of RFC 6962.

A prover reads hashes of *complete* subtrees through ``Nodes``: ``nodes(level, index)`` is the root over leaves
[index * 2^level, (index + 1) * 2^level). Everything else follows from those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mingtang.engines.tlog.errors import NotInLog, ProofRefused
from mingtang.engines.tlog.hashing import EMPTY_ROOT, HASH_SIZE, node_hash

Nodes = Callable[[int, int], bytes]
LARGEST = 1 << 63


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that ``leaf`` (a leaf hash) is entry ``index`` of the tree of ``size`` with ``root`` (RFC 9162, section 2.1.3.2).

    Raises ProofRefused naming the step. The last step stops an attacker who shows a proof of another tree.
    """
    _hashes([root])
    if root_from_inclusion(index, size, leaf, proof) != root:  # 5
        raise ProofRefused(check="root of the inclusion proof")


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root to which ``proof`` leads from ``leaf``: steps 1 to 5 of the above, for a root that is signed and not sent. Raises ProofRefused."""
    _hashes([leaf, *proof])
    if not 0 <= index < size <= LARGEST:  # 1
        raise ProofRefused(check="index below size")
    fn, sn, r = index, size - 1, leaf  # 2, 3
    for p in proof:  # 4
        if sn == 0:
            raise ProofRefused(check="length of the proof")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    if sn != 0:  # 5
        raise ProofRefused(check="length of the proof")
    return r


def verify_consistency(size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``size1`` is a prefix of that of ``size2`` (RFC 9162, section 2.1.4.2); raises ProofRefused.

    Trees of size 0 must have the root SHA-256(""), and nothing is consistent with them but themselves: an empty tree proves nothing.
    """
    _hashes(proof)  # the roots are only ever compared
    if not 0 <= size1 <= size2 <= LARGEST:
        raise ProofRefused(check="sizes in order")
    if size1 == 0 and (size2 != 0 or root1 != EMPTY_ROOT):
        raise ProofRefused(check="consistency with an empty tree")
    if size1 == size2:  # 1
        if proof:
            raise ProofRefused(check="empty proof for equal sizes")
        if root1 != root2:
            raise ProofRefused(check="equal roots for equal sizes")
        return
    path = list(proof)
    if not path:
        raise ProofRefused(check="length of the proof")
    if size1 & (size1 - 1) == 0:  # 2
        path.insert(0, root1)
    fn, sn = size1 - 1, size2 - 1  # 3
    while fn & 1:  # 4
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]  # 5
    for c in path[1:]:  # 6
        if sn == 0:
            raise ProofRefused(check="length of the proof")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    if sn != 0:  # 7
        raise ProofRefused(check="length of the proof")
    if fr != root1:
        raise ProofRefused(check="first root of the consistency proof")
    if sr != root2:
        raise ProofRefused(check="second root of the consistency proof")


def _hashes(values: Sequence[bytes]) -> None:
    if len(values) > 200 or any(len(value) != HASH_SIZE for value in values):
        raise ProofRefused(check="hashes of 32 bytes")


def range_root(nodes: Nodes, low: int, high: int) -> bytes:
    """Root over leaves [low, high), where low is a multiple of the largest power of two within the range."""
    if high == low:
        return EMPTY_ROOT
    result: bytes | None = None
    for level, index in reversed(list(_complete(low, high))):
        part = nodes(level, index)
        result = part if result is None else node_hash(part, result)
    assert result is not None
    return result


def _complete(low: int, high: int):
    """The complete subtrees, largest first, that make up [low, high)."""
    while low < high:
        level = (high - low).bit_length() - 1
        yield level, low >> level
        low += 1 << level


def tree_root(nodes: Nodes, size: int) -> bytes:
    """Root of the tree of ``size``."""
    return range_root(nodes, 0, size)


def prove_inclusion(nodes: Nodes, index: int, size: int) -> list[bytes]:
    """The audit path of entry ``index`` in the tree of ``size``, lowest sibling first (RFC 6962, section 2.1.1). Raises NotInLog."""
    if not 0 <= index < size:
        raise NotInLog(index=index, size=size)
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        split = low + (1 << (high - low - 1).bit_length() - 1)
        if index < split:
            path.append(range_root(nodes, split, high))
            high = split
        else:
            path.append(range_root(nodes, low, split))
            low = split
    return path[::-1]


def prove_consistency(nodes: Nodes, size1: int, size2: int) -> list[bytes]:
    """The consistency proof from ``size1`` to ``size2`` (RFC 6962, section 2.1.2); empty for equal sizes or size 0. Raises NotInLog."""
    if not 0 <= size1 <= size2:
        raise NotInLog(index=size1, size=size2)
    if size1 in (0, size2):
        return []
    path: list[bytes] = []
    low, high, is_old_root = 0, size2, True
    while size1 != high:
        split = low + (1 << (high - low - 1).bit_length() - 1)
        if size1 <= split:
            path.append(range_root(nodes, split, high))
            high = split
        else:
            path.append(range_root(nodes, low, split))
            low, is_old_root = split, False
    if not is_old_root:
        path.append(range_root(nodes, low, high))
    return path[::-1]
