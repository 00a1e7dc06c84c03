"""The log's signing key: made on first use in the data folder, readable by its owner alone.

Who holds this file can sign checkpoints in the city's name; witnesses and old receipts then show the fork, they do not prevent it.
"""

from __future__ import annotations

import os
import secrets
from functools import cache
from pathlib import Path

from django.conf import settings

from mingtang.engines.tlog import NOTE_KEY, SignerKey


def _path() -> Path:
    return Path(settings.DATA) / "ledger-key"


@cache
def log_key() -> SignerKey:
    """The signer of this log, named by its origin."""
    path = _path()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    return SignerKey.from_seed(settings.LEDGER_ORIGIN, NOTE_KEY, path.read_bytes())
