"""The vault: salt and document of each act, encrypted under a key of its own (AES-256-GCM, bound to the act's identifier).

Since every key is used once, the nonce is fixed. Erasing deletes the rows in the caller's transaction, notes the keys as doomed in the same
transaction, and overwrites them once it is committed; the worker finishes what a crash left.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from mingtang.platform.ledger.document import SALT_SIZE
from mingtang.platform.ledger.keyring import KeyDestroyed, Keyring
from mingtang.platform.ledger.models import DoomedKey, Vault

_NONCE = bytes(12)
_MOST_AT_ONCE = 10_000


class Unreadable(Exception):
    """The vault's entry of an act does not open: its key is destroyed or its bytes were changed. ``destroyed`` says which."""

    def __init__(self, destroyed: bool) -> None:
        super().__init__("key destroyed" if destroyed else "changed")
        self.destroyed = destroyed


@cache
def keyring() -> Keyring:
    """The keyring of this installation."""
    return Keyring(Path(settings.DATA) / "vault-keys")


def close(acts: Sequence[tuple[UUID, bytes, bytes]]) -> list[tuple[UUID, str, int, bytes]]:
    """For each ``(act id, salt, document)`` the row to store: act, block, slot and the encrypted bytes."""
    return [
        (act_id, taken.block, taken.slot, AESGCM(taken.key).encrypt(_NONCE, salt + document, act_id.bytes))
        for (act_id, salt, document), taken in zip(acts, keyring().take(len(acts)), strict=True)
    ]


def open_row(row: Vault) -> tuple[bytes, bytes]:
    """Salt and document of a row; raises Unreadable."""
    try:
        clear = AESGCM(keyring().read(row.block, row.slot)).decrypt(_NONCE, bytes(row.sealed), row.act_id.bytes)
    except KeyDestroyed:
        raise Unreadable(True) from None
    except InvalidTag:
        raise Unreadable(False) from None
    return clear[:SALT_SIZE], clear[SALT_SIZE:]


@dataclass(frozen=True)
class Emptied:
    """What an erasure took: the acts whose content is gone, and the rows whose state their documents had fixed."""

    acts: list[UUID]
    rows: list[str]


def empty(subject: str) -> Emptied:
    """Delete the rows of every act of ``subject`` and doom their keys, in the open transaction."""
    rows = list(Vault.objects.filter(act__subject=subject).order_by("act__seq"))
    fixed: set[str] = set()
    for row in rows:
        with suppress(Unreadable):
            fixed.update(json.loads(open_row(row)[1]).get("rows", ()))
    DoomedKey.objects.bulk_create([DoomedKey(block=row.block, slot=row.slot) for row in rows])
    Vault.objects.filter(act__subject=subject).delete()
    transaction.on_commit(destroy_doomed)
    return Emptied([row.act_id for row in rows], sorted(fixed))


def destroy_doomed() -> int:
    """Overwrite the keys whose destruction is decided; returns how many. Doing it twice does no harm."""
    doomed = list(DoomedKey.objects.all()[:_MOST_AT_ONCE])
    if doomed:
        keyring().destroy((one.block, one.slot) for one in doomed)
        DoomedKey.objects.filter(pk__in=[one.pk for one in doomed]).delete()
    return len(doomed)
