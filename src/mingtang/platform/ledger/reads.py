"""What may be asked of the ledger: receipts, acts of a subject, the head, tiles."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from mingtang.engines.tlog import EMPTY_ROOT, Checkpoint, LogProof, Note, TileReader, cose_receipt, prove_consistency, prove_inclusion
from mingtang.engines.tlog.errors import NotInLog
from mingtang.kernel import canonical_json
from mingtang.platform.ledger import vault
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.ledger.faults import DocumentChanged, Erased, NoSuchAct, NotFinal, NothingSigned
from mingtang.platform.ledger.keys import log_key
from mingtang.platform.ledger.models import Act, Head, Tile, Vault

if TYPE_CHECKING:
    from mingtang.platform.ledger.audit import Outcome

BUNDLE = -1


@dataclass(frozen=True, slots=True)
class ActSummary:
    """One act without its content; ``index`` is None while it is pending."""

    id: UUID
    kind: str
    subject: str
    at: datetime
    sealed_at: datetime
    actor_kind: str
    actor_ref: str
    unit: str
    contract: str
    index: int | None

    @property
    def actor(self) -> Actor:
        """Who acted."""
        return Actor(self.actor_kind, self.actor_ref, self.unit)


@dataclass(frozen=True, slots=True)
class LogHead:
    """Size, root and time of the newest signed checkpoint; ``at`` is None for an empty log."""

    size: int
    root: bytes
    at: datetime | None


@dataclass(frozen=True)
class Receipt:
    """An act with what proves it. ``document`` and ``salt`` are None once erased; ``proof`` is None until final."""

    act: ActSummary
    commitment: bytes
    document: dict[str, Any] | None
    salt: bytes | None
    proof: LogProof | None

    @property
    def final(self) -> bool:
        """Whether the act is in a signed checkpoint."""
        return self.proof is not None

    def as_file(self) -> bytes:
        """The receipt as a ``.tlog-proof`` file whose extra data opens the commitment. Raises NotFinal, Erased."""
        if self.proof is None:
            raise NotFinal()
        if self.document is None or self.salt is None:
            raise Erased()
        # Salt and document as the commitment hashes them: a verifier needs no JSON to recompute the entry.
        extra = self.salt + canonical_json(self.document)
        return bytes(LogProof(self.proof.index, self.proof.path, self.proof.checkpoint, extra))

    def as_public_file(self) -> bytes:
        """The proof that the commitment is in the log, without salt and document: fit for everybody. Raises NotFinal."""
        if self.proof is None:
            raise NotFinal()
        return bytes(self.proof)

    def as_cose(self) -> bytes:
        """The same proof as a COSE receipt (RFC 9942), signed by the log over the root of its checkpoint. Raises NotFinal."""
        if self.proof is None:
            raise NotFinal()
        point = Checkpoint.parse(Note.parse(self.proof.checkpoint).text)
        return cose_receipt(self.proof.index, point.size, self.proof.path, point.root, log_key())


def _summary(act: Act) -> ActSummary:
    return ActSummary(act.id, act.kind, act.subject, act.at, act.sealed_at, act.actor_kind, act.actor_ref, act.unit, act.contract, act.index)


def act(act_id: UUID) -> ActSummary:
    """The act with ``act_id``; raises NoSuchAct."""
    found = Act.objects.filter(id=act_id).first()
    if found is None:
        raise NoSuchAct(act=str(act_id))
    return _summary(found)


def receipt(act_id: UUID) -> Receipt:
    """The receipt of ``act_id``; raises NoSuchAct."""
    found = Act.objects.filter(id=act_id).first()
    if found is None:
        raise NoSuchAct(act=str(act_id))
    salt, document = _opened(Vault.objects.filter(pk=act_id).first())
    return Receipt(_summary(found), bytes(found.commitment), document, salt, _proof(found.index))


def _opened(kept: Vault | None) -> tuple[bytes | None, dict[str, Any] | None]:
    if kept is None:
        return None, None
    try:
        salt, document = vault.open_row(kept)
    except vault.Unreadable as fault:
        if fault.destroyed:
            return None, None
        raise DocumentChanged(act=str(kept.act_id)) from None
    return salt, json.loads(document)


def _proof(index: int | None) -> LogProof | None:
    top = Head.objects.first()
    if index is None or top is None or index >= top.published_size:
        return None
    # Where witnesses have cosigned a checkpoint that holds the act, that one proves more than the newest.
    size, note = (top.cosigned_size, top.cosigned) if index < top.cosigned_size else (top.published_size, top.published)
    return LogProof(index, tuple(prove_inclusion(nodes(), index, size)), bytes(note))


def acts_of(subject: str) -> list[ActSummary]:
    """The acts of ``subject`` in the order in which they were sealed."""
    return [_summary(found) for found in Act.objects.filter(subject=subject).order_by("seq")]


def documents(subject: str) -> Iterable[tuple[ActSummary, dict[str, Any] | None]]:
    """The acts of ``subject`` with their documents (None where erased)."""
    for found in Act.objects.filter(subject=subject).order_by("seq").select_related("vault"):
        yield _summary(found), _opened(getattr(found, "vault", None))[1]


def recent(before: int | None = None, limit: int = 50) -> list[ActSummary]:
    """The newest acts in the log, or those below index ``before``; keyset-paged."""
    found = Act.objects.filter(index__isnull=False)
    if before is not None:
        found = found.filter(index__lt=before)
    return [_summary(one) for one in found.order_by("-index")[:min(limit, 500)]]


def pending() -> int:
    """How many acts wait for the sequencer; counts to 100,000 at most."""
    return Act.objects.filter(index=None).order_by()[:100_000].count()


def oldest_pending() -> datetime | None:
    """When the act that waits longest for the sequencer was sealed; None where none waits."""
    return Act.objects.filter(index=None).order_by("seq").values_list("sealed_at", flat=True).first()


def head() -> LogHead:
    """The newest published head."""
    top = Head.objects.first()
    if top is None or not top.published:
        return LogHead(0, EMPTY_ROOT, None)
    point = Checkpoint.parse(Note.parse(bytes(top.published)).text)
    return LogHead(point.size, point.root, top.signed_at)


def checkpoint() -> bytes:
    """The newest signed checkpoint as a note; raises NothingSigned before the first."""
    top = Head.objects.first()
    if top is None or not top.published:
        raise NothingSigned()
    return bytes(top.cosigned if top.cosigned_size == top.published_size and top.cosigned else top.published)


def verifier_key() -> str:
    """The log's public key as text."""
    return str(log_key().verifier)


def tile(level: int | str, index: int, width: int) -> bytes:
    """The bytes of a tile or bundle as tlog-tiles serves it, cut to ``width``; raises NotInLog beyond what is published."""
    size = head().size
    place = 0 if level == "entries" else int(level)
    if place >= 8 or (size >> (8 * place)) - index * 256 < width:
        raise NotInLog(index=index, size=size)
    return stored_tile(level, index, width)


def stored_tile(level: int | str, index: int, width: int) -> bytes:
    """The first ``width`` hashes or entries of a stored tile or bundle, published or not; raises NotInLog where it is not stored."""
    place = BUNDLE if level == "entries" else int(level)
    found = Tile.objects.filter(level=place, index=index).values_list("data", flat=True).first()
    if found is None:
        raise NotInLog(index=index, size="?")
    data = bytes(found)
    if place == BUNDLE:
        at = 0
        for _ in range(width):
            at += 2 + int.from_bytes(data[at:at + 2])
        return data[:at]
    return data[:width * 32]


def nodes() -> TileReader:
    """Hashes of complete subtrees of the stored log."""
    def fetch(level: int, index: int) -> bytes:
        found = Tile.objects.filter(level=level, index=index).values_list("data", flat=True).first()
        if found is None:
            raise NotInLog(index=index, size=0)
        return bytes(found)

    return TileReader(fetch)


def consistency(size1: int, size2: int) -> list[bytes]:
    """The consistency proof between two sizes of the log; raises NotInLog."""
    if size2 > head().size:
        raise NotInLog(index=size2, size=head().size)
    return prove_consistency(nodes(), size1, size2)


def receipt_key(act_id: UUID | str) -> str:
    """The secret that opens the full receipt of an act; given to the person concerned with their link, 128 bits."""
    return hmac.new(settings.SECRET_KEY.encode(), b"receipt/" + str(act_id).encode(), hashlib.sha256).hexdigest()[:32]


def receipt_path(act_id: UUID | str, *, private: bool = False) -> str:
    """The page of a receipt; with ``private`` the link that shows the document too."""
    path = f"/ledger/receipts/{act_id}/"
    return f"{path}?key={receipt_key(act_id)}" if private else path


def audit(known: Sequence[Checkpoint] = ()) -> Outcome:
    """Audit the whole ledger (``audit.py``): ``.clean``, ``.findings``; ``known`` are checkpoints kept from before."""
    from mingtang.platform.ledger.audit import audit as run

    return run(known=known)
