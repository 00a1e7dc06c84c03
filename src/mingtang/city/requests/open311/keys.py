"""Keys of agencies' systems: known by their SHA-256 alone, remembered for some seconds so that a flood of posts asks the database seldom."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass

from mingtang.city.requests.models import ApiKey
from mingtang.city.requests.open311.faults import KeyNeeded
from mingtang.platform.ledger.acts import Actor

_REMEMBERED_SECONDS = 10.0
_REMEMBERED_MOST = 1000


@dataclass(frozen=True, slots=True)
class Key:
    """A key in force: its row's number and the unit whose system uses it (empty for an outside client)."""

    id: int
    unit: str

    @property
    def actor(self) -> Actor:
        """Who acts with this key."""
        return Actor("agency", f"key-{self.id}", self.unit)

    @property
    def source(self) -> str:
        """Under which source its own identifiers are unique."""
        return f"open311/key-{self.id}"


_known: dict[str, tuple[float, Key]] = {}
_lock = threading.Lock()


def given(text: str) -> Key | None:
    """The key ``text``, or none where it is empty. Raises KeyNeeded where it is not in force."""
    if not text:
        return None
    sha256 = hashlib.sha256(text[:200].encode("utf-8", "replace")).hexdigest()
    moment = time.monotonic()
    kept = _known.get(sha256)
    if kept is not None and moment - kept[0] < _REMEMBERED_SECONDS:
        return kept[1]
    row = ApiKey.objects.filter(sha256=sha256, revoked_at=None).first()
    with _lock:
        if row is None:
            _known.pop(sha256, None)
            raise KeyNeeded()
        if len(_known) >= _REMEMBERED_MOST:
            _known.clear()
        found = Key(row.pk, row.unit)
        _known[sha256] = (moment, found)
        return found


def forget() -> None:
    """Forget what is remembered, in this process: a key was revoked."""
    with _lock:
        _known.clear()
