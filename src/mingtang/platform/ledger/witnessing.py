"""Asking witnesses to cosign the log's newest published checkpoint.

Who is asked stands in ``witnesses.policy`` in the data folder, a C2SP tlog-policy whose witness lines carry addresses:

    log mingzhou.example/ledger+1a2b3c4d+AR...
    witness audit witness.example/audit+5e6f7081+BA... https://witness.example/audit
    witness press witness.example/press+92a3b4c5+BA... https://witness.example/press
    group both 2 audit press
    quorum both

A checkpoint that its quorum has cosigned is kept as ``cosigned`` and stands in receipts from then on. Witnesses that are away delay nothing: an
act is final once the log has signed; the cosignatures make it safe against a log that shows two faces.
"""

from __future__ import annotations

import http.client
import logging
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from mingtang.engines.tlog import Checkpoint, Note, Policy, ProofRefused, Signature, VerifierKey
from mingtang.engines.tlog.errors import NotInLog
from mingtang.engines.tlog.witness import ask, take_cosignature
from mingtang.platform.ledger import reads
from mingtang.platform.ledger.models import Head

_log = logging.getLogger(__name__)
_SECONDS = 5
_LARGEST = 1 << 16
_cosigned_sizes: dict[str, int] = {}


def policy() -> Policy | None:
    """The policy of this installation, or None where it asks no witnesses. Raises ProofRefused with the line that is wrong."""
    path = Path(settings.DATA) / "witnesses.policy"
    return Policy.parse(path.read_text(encoding="utf-8")) if path.exists() else None


def cosign_once() -> int:
    """Ask every witness with an address to cosign the newest published checkpoint; returns how many did. 0 where nothing is new."""
    wanted, head = policy(), Head.objects.first()
    if wanted is None or head is None or not head.published or head.cosigned_size == head.published_size:
        return 0
    note = Note.parse(bytes(head.published))
    asked = [(wanted.witnesses[name], address) for name, address in wanted.addresses.items()]
    # Proofs are made here, for the database belongs to this thread; only the asking is done beside each other.
    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda one: _ask(one[0], one[1], bytes(head.published), note.text, one[2]),
                                [(key, address, _proof_for(key, note)) for key, address in asked]))
    signatures = [answer for answer in answers if isinstance(answer, Signature)]
    if not signatures:
        return 0
    cosigned = Note(note.text, (*note.signatures, *signatures))
    try:
        wanted.check(cosigned)
    except ProofRefused:
        return 0
    Head.objects.filter(pk=head.pk, cosigned_size__lt=head.published_size).update(cosigned=bytes(cosigned), cosigned_size=head.published_size)
    return len(signatures)


def _proof_for(key: VerifierKey, note: Note) -> tuple[int, list[bytes]]:
    """The size that this witness is believed to know, and the proof from there."""
    point = Checkpoint.parse(note.text)
    old = min(_cosigned_sizes.get(str(key), 0), point.size)
    try:
        return old, reads.consistency(old, point.size)
    except NotInLog:
        return 0, []


def _ask(key: VerifierKey, address: str, checkpoint: bytes, text: str, proof: tuple[int, list[bytes]]) -> Signature | None:
    request = urllib.request.Request(address.rstrip("/") + "/add-checkpoint", ask(*proof, checkpoint), {"Content-Type": "text/plain"}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
            signature = take_cosignature(answer.read(_LARGEST), text, key)
    except urllib.error.HTTPError as refused:
        known = refused.read(32).strip()
        if refused.code == 409 and known.isdigit():
            _cosigned_sizes[str(key)] = int(known)  # asked again with the right proof in the next round
        _log.warning("a witness refused", extra={"witness": key.name, "status": refused.code})
        return None
    except (OSError, http.client.HTTPException, ValueError, ProofRefused) as fault:
        _log.warning("a witness did not answer", extra={"witness": key.name, "fault": type(fault).__name__})
        return None
    _cosigned_sizes[str(key)] = Checkpoint.parse(text).size
    return signature
