"""Cosignatures of the members: how they travel with votes and in blocks, and when a checkpoint is final.

    1  At height H a member's vote carries its cosignature of the checkpoint after block H-1, which it has committed: time (8) | signature (64).
    2  Every member checks the cosignatures in the votes it sees.
    3  The proposer of H+1 puts those of a quorum first into its block: ``MTC1 | n x (address 20 | time 8 | signature 64)``, addresses ascending.
    4  Every member refuses a proposal whose set does not hold; stops a proposer from showing a quorum that was none.
    5  A checkpoint is final once a quorum (more than two thirds) has cosigned it. Nothing undecided is ever cosigned: a block can still be replaced in
       another round, and the cosignature of what it would have led to would be the signature of a fork.

Pure. Example::

    extension = cosign(point.text(), key, seconds).data
    check_extension(point, roster, address, extension)         # raises ProofRefused
"""

from __future__ import annotations

from mingtang.engines.tlog import Checkpoint, Note, ProofRefused, Signature, SignerKey, sign
from mingtang.platform.ledger.consortium.faults import EnvelopeRefused
from mingtang.platform.ledger.consortium.roster import Roster

MAGIC = b"MTC1"
EXTENSION = 72
_ADDRESS = 20
_ENTRY = _ADDRESS + EXTENSION

Cosignatures = dict[bytes, bytes]


def check_extension(point: Checkpoint, roster: Roster, address: bytes, extension: bytes) -> None:
    """Raise ProofRefused unless ``extension`` is the cosignature of ``point`` by the member whose validator has ``address``."""
    key = roster.witnesses.get(address)
    if key is None:
        raise ProofRefused(check="a member's cosignature")
    Note(point.text(), (Signature(key.name, key.key_id, extension),)).verify(key)


def valid_cosignatures(point: Checkpoint, roster: Roster, found: Cosignatures) -> Cosignatures:
    """Those of ``found`` (by address) that hold for ``point``."""
    held = {}
    for address, extension in found.items():
        try:
            check_extension(point, roster, address, extension)
        except ProofRefused:
            continue
        held[address] = extension
    return held


def write_set(found: Cosignatures) -> bytes:
    """The first transaction of a block."""
    return MAGIC + b"".join(address + found[address] for address in sorted(found))


def read_set(data: bytes, point: Checkpoint, roster: Roster) -> Cosignatures:
    """The set in a block's first transaction; raises EnvelopeRefused unless a quorum's cosignatures of ``point`` hold, each once, and no other."""
    body = data[len(MAGIC) :]
    if not data.startswith(MAGIC) or len(body) % _ENTRY:
        raise EnvelopeRefused(reason="form")
    parts = [body[at : at + _ENTRY] for at in range(0, len(body), _ENTRY)]
    found = {part[:_ADDRESS]: part[_ADDRESS:] for part in parts}
    if len(found) != len(parts) or sorted(found) != list(found):
        raise EnvelopeRefused(reason="order of cosignatures")
    if len(found) < roster.quorum:
        raise EnvelopeRefused(reason="quorum of cosignatures")
    if len(valid_cosignatures(point, roster, found)) != len(found):
        raise EnvelopeRefused(reason="cosignature")
    return found


def final_note(point: Checkpoint, key: SignerKey, roster: Roster, found: Cosignatures) -> bytes:
    """The checkpoint as others verify it: signed by this member's log key, with the cosignatures of the members."""
    witnesses = roster.witnesses
    lines = [Signature(witnesses[address].name, witnesses[address].key_id, data) for address, data in sorted(found.items())]
    return bytes(Note(point.text(), (sign(point.text(), key), *lines)))
