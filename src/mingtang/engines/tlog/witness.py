"""What a witness does (C2SP tlog-witness v1.0.0): cosign a log's checkpoint only if it extends the last one cosigned.

The steps of ``decide``, in the specification's order; each refusal has its HTTP status:

    1  the request has the form: ``old N``, consistency hashes, a blank line, the checkpoint      400
    2  the checkpoint's origin is a log this witness knows                                        404
    3  the checkpoint is signed by that log's key                                                 403
    4  ``old`` is not beyond the checkpoint                                                       400
    5  ``old`` is the size last cosigned; else the log is told that size                          409
    6  equal sizes have equal roots; another root is a fork and is kept as such                   409
    7  the consistency proof holds; stops a log from going on with another history                422

The state machine is pure: ``decide`` says what to store; whoever calls it must store it, by compare-and-swap and on the disk, *before* the
cosignature leaves the house (``Cosign.before`` is what must still be there).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from mingtang.engines.tlog.checkpoint import Checkpoint, open_checkpoint
from mingtang.engines.tlog.errors import ProofRefused
from mingtang.engines.tlog.hashing import EMPTY_ROOT
from mingtang.engines.tlog.note import Note, Signature, SignerKey, VerifierKey, _base64, _signature, cosign
from mingtang.engines.tlog.proofs import verify_consistency

_LARGEST = 1 << 20
_MOST_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Refuse:
    """The answer to a request that is not cosigned."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Cosign:
    """The checkpoint may be cosigned once ``point`` has replaced ``before`` (None: nothing yet) in the store."""

    before: Checkpoint | None
    point: Checkpoint
    text: str

    def answer(self, key: SignerKey, seconds: int) -> bytes:
        """The body of the 200 answer: the cosignature line."""
        return cosign(self.text, key, seconds).line().encode()


def ask(old: int, proof: list[bytes], checkpoint: bytes) -> bytes:
    """The body of an add-checkpoint request."""
    return f"old {old}\n".encode() + b"".join(base64.b64encode(part) + b"\n" for part in proof) + b"\n" + checkpoint


def decide(body: bytes, key_of: Callable[[str], VerifierKey | None], last_of: Callable[[str], Checkpoint | None]) -> Cosign | Refuse:
    """What to answer to a request; ``key_of`` and ``last_of`` give the key and the last cosigned checkpoint of an origin."""
    try:
        old, proof, data = _parse(body)  # 1
        origin = Checkpoint.parse(Note.parse(data).text).origin
    except ProofRefused:
        return Refuse(400, b"malformed request\n")
    key = key_of(origin)
    if key is None:  # 2
        return Refuse(404, b"unknown log\n")
    try:
        point, note = open_checkpoint(data, key, origin)  # 3
    except ProofRefused:
        return Refuse(403, b"no signature of the log\n")
    if old > point.size:  # 4
        return Refuse(400, b"old size is beyond the checkpoint\n")
    last = last_of(origin)
    size = last.size if last else 0
    if old != size:  # 5
        return Refuse(409, f"{size}\n".encode(), SIZE_TYPE)
    if last is not None and point.size == size and point.root != last.root:  # 6
        return Refuse(409, f"{size}\n".encode(), SIZE_TYPE)
    if not _extends(last, point, proof):  # 7
        return Refuse(422, b"the consistency proof does not hold\n")
    return Cosign(last, point, note.text)


def _extends(last: Checkpoint | None, point: Checkpoint, proof: list[bytes]) -> bool:
    if last is None or last.size == 0:
        return not proof and (point.size > 0 or point.root == EMPTY_ROOT)
    try:
        verify_consistency(last.size, point.size, last.root, point.root, proof)
    except ProofRefused:
        return False
    return True


def _parse(body: bytes) -> tuple[int, list[bytes], bytes]:
    head, blank, checkpoint = body.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        lines = []
    found = re.fullmatch(r"old (0|[1-9][0-9]{0,18})", lines[0] if lines else "")
    if len(body) > _LARGEST or not blank or found is None or len(lines) - 1 > _MOST_HASHES:
        raise ProofRefused(check="form of an add-checkpoint request")
    proof = [_base64(line, "hash of a consistency proof") for line in lines[1:]]
    if any(len(part) != 32 for part in proof):
        raise ProofRefused(check="hash of a consistency proof")
    return int(found[1]), proof, checkpoint


def take_cosignature(answer: bytes, text: str, key: VerifierKey) -> Signature:
    """The cosignature of ``key`` over ``text`` in a witness's answer, checked; raises ProofRefused. Lines of other keys are passed over."""
    try:
        lines = answer[:_LARGEST].decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise ProofRefused(check="form of a cosignature") from None
    for line in lines:
        if line:
            signature = _signature(line)
            if signature.name == key.name and signature.key_id == key.key_id:
                Note(text, (signature,)).verify(key)
                return signature
    raise ProofRefused(check=f"a cosignature of {key.name}")
