"""The agency's own register of enterprises, as far as this office writes to it: one company in, once.

Delivered through the outbox: at least once, so a company that is there already is left as it is. The founder's identity number is looked up at delivery
and passes through memory only.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.conf import settings

from mingtang.city.enterprises.faults import RegisterMissing
from mingtang.kernel import MingtangError
from mingtang.platform.exchange import reads as exchange

_SECONDS = 5.0


def enter(key: str, payload: dict[str, Any]) -> None:
    """Enter the company of ``payload``; raises RegisterMissing to be tried again."""
    path = Path(settings.DATA) / "registers" / "enterprises.sqlite3"
    if not path.exists():
        raise RegisterMissing()
    try:
        representative = exchange.number_of(payload["founder"])
    except MingtangError:  # erased since
        representative = ""
    row = (
        payload["code"],
        payload["name"],
        payload["trade"],
        payload["capital"],
        payload["founded"],
        "operating",
        representative,
        payload["premises"],
    )
    connection = sqlite3.connect(path, timeout=_SECONDS)
    try:
        with connection:
            connection.execute("INSERT OR IGNORE INTO enterprises VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
    except sqlite3.Error:
        raise RegisterMissing() from None
    finally:
        connection.close()
