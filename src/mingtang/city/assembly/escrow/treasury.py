"""The treasury's own register of payments, as far as this office writes to it: one payment in, once.

Delivered through the outbox: at least once, so a payment that is there is left as it is; then the escrow records it as paid, once. The
register is a file of its own in the data folder, like the registers of other agencies; a city puts its bank in this place.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings

from mingtang.city.assembly.escrow.faults import TreasuryAway
from mingtang.kernel import now

_SECONDS = 5.0
_TABLE = "CREATE TABLE IF NOT EXISTS payments (key TEXT PRIMARY KEY, payee TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0), at TEXT NOT NULL)"


def path() -> Path:
    """Where the register lies."""
    return Path(settings.DATA) / "treasury" / "payments.sqlite3"


def pay(key: str, payload: dict[str, Any]) -> None:
    """Enter the payment and record it as paid; raises TreasuryAway to be tried again."""
    from mingtang.city.assembly.escrow import acts

    place = path()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(place, timeout=_SECONDS)
    except (OSError, sqlite3.Error):
        raise TreasuryAway() from None
    try:
        with connection:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(_TABLE)
            connection.execute("INSERT OR IGNORE INTO payments VALUES (?, ?, ?, ?)", (key, payload["payee"], payload["amount"], now().isoformat()))
    except sqlite3.Error:
        raise TreasuryAway() from None
    finally:
        connection.close()
    acts.record_paid(key)


def payments() -> dict[str, int]:
    """What the treasury has paid: fen by key."""
    if not path().exists():
        return {}
    connection = sqlite3.connect(path(), timeout=_SECONDS)
    try:
        return dict(connection.execute("SELECT key, amount FROM payments"))
    except sqlite3.Error:
        raise TreasuryAway() from None
    finally:
        connection.close()
