"""Sealing: the act and its document are written in the caller's transaction, or the caller's change does not happen.

Example::

    with transaction.atomic():
        request.save()
        sealed = seal(Draft("requests.reply", request.subject, actor, {"text": text}, rows=(request,)))
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from mingtang.kernel import canonical_json, new_id, now
from mingtang.platform.ledger import vault
from mingtang.platform.ledger.document import SALT_SIZE, commitment, instant, row_digest, row_key
from mingtang.platform.ledger.faults import NotInTransaction
from mingtang.platform.ledger.models import Act, Vault
from mingtang.platform.ledger.storing import insert

_ACT = ("id", "kind", "subject", "actor_kind", "actor_ref", "unit", "at", "sealed_at", "contract", "commitment")
_VAULT = ("act", "block", "slot", "sealed")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted. ``kind``: resident, official, helper, system, anonymous, agency. ``ref`` is a pseudonymous code, never a name."""

    kind: str
    ref: str = ""
    unit: str = ""
    on_behalf_of: str = ""

    def as_dict(self) -> dict[str, str]:
        """The fields that say something."""
        named = {"kind": self.kind, "ref": self.ref, "unit": self.unit, "on_behalf_of": self.on_behalf_of}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Draft:
    """An act about to be sealed; the fields are explained in docs/architecture.md. ``gone`` are rows that the act deletes (with their keys)."""

    kind: str
    subject: str
    actor: Actor
    body: dict[str, Any]
    rows: tuple = ()
    contract: str = ""
    at: datetime | None = None
    gone: tuple = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """An act that is sealed: pending until the sequencer gives it its place in the log."""

    id: UUID
    kind: str
    subject: str
    at: datetime
    commitment: bytes


def seal(draft: Draft) -> Sealed:
    """Seal one act in the open transaction; see ``seal_many``."""
    return seal_many([draft])[0]


def seal_many(drafts: Sequence[Draft]) -> list[Sealed]:
    """Seal acts in order, with two inserts; raises NotInTransaction, and NotCanonical for a body that is not JSON."""
    if not connection.in_atomic_block:
        raise NotInTransaction()
    moment = now()
    salts = os.urandom(SALT_SIZE * len(drafts))
    rows: list[tuple] = []
    opened: list[tuple[UUID, bytes, bytes]] = []
    for i, draft in enumerate(drafts):
        salt = salts[i * SALT_SIZE:(i + 1) * SALT_SIZE]
        act_id, at, actor = new_id(), draft.at or moment, draft.actor
        document = _document(act_id, draft, at, moment, salt)
        rows.append((act_id, draft.kind, draft.subject, actor.kind, actor.ref, actor.unit, at, moment, draft.contract, commitment(salt, document)))
        opened.append((act_id, salt, document))
    insert(Act, _ACT, rows)
    insert(Vault, _VAULT, vault.close(opened))
    return [Sealed(row[0], row[1], row[2], row[6], row[9]) for row in rows]


def _document(act_id: UUID, draft: Draft, at: datetime, sealed_at: datetime, salt: bytes) -> bytes:
    fields: dict[str, Any] = {
        "v": 1, "id": str(act_id), "kind": draft.kind, "subject": draft.subject, "at": instant(at), "sealed_at": instant(sealed_at),
        "actor": draft.actor.as_dict(), "body": draft.body,
    }
    if draft.contract:
        fields["contract"] = draft.contract
    if draft.rows:
        fields["rows"] = {row_key(row): row_digest(salt, row) for row in draft.rows}
    if draft.gone:
        fields.setdefault("rows", {}).update({row_key(row): None for row in draft.gone})
    return canonical_json(fields)


def erase(subject: str, *, reason: str, actor: Actor) -> Sealed:
    """Destroy salt and document of every act of ``subject``, and their keys; the erasure is itself an act that lists the acts it emptied.

    The commitments stay, so old receipts still verify; without the salt they say nothing about what was erased. Rows of other tables are
    their own offices' to empty, and to seal.
    """
    with transaction.atomic():
        emptied = vault.empty(subject)
        body = {"reason": reason, "acts": [str(act_id) for act_id in emptied.acts], "released": emptied.rows}
        return seal(Draft("ledger.erase", f"ledger/erasure/{subject}", actor, body))
