"""Where agency logs lie, how one is opened, and who may write to it.

``logs/NAME`` in the data folder holds ``log.sqlite3``, ``key`` (0600) and ``token`` (the SHA-256 of the writing token; the token itself is shown
once). Who holds ``key`` can sign in the agency's name; who holds a token can append, and neither change nor remove anything.

Example::

    opened = open_log("water")        # Opened(verifier key, token)
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from mingtang.platform.ledger.lock import LockStore
from mingtang.platform.ledger.logs.faults import BadLogName, NoSuchLog, TokenRefused
from mingtang.platform.ledger.logs.store import LogStore

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


class Opened(NamedTuple):
    """A log's public key, and its token for writing, which is kept nowhere."""

    verifier: str
    token: str


def _folder(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise BadLogName(name=name[:60])
    return Path(settings.DATA) / "logs" / name


def open_log(name: str) -> Opened:
    """Open the log ``name``, or give an open one a new token (the old one ends). Raises BadLogName."""
    folder, token = _folder(name), secrets.token_urlsafe(32)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "key").exists():
        _write(folder / "key", secrets.token_bytes(32))
    _write(folder / "token", hashlib.sha256(token.encode()).digest())
    store = find_log(name)
    store.create()
    store.close()
    return Opened(store.verifier, token)


def find_log(name: str) -> LogStore:
    """The store of an open log; raises NoSuchLog."""
    if not _NAME.fullmatch(name) or not (_folder(name) / "token").is_file():
        raise NoSuchLog(name=name[:60])
    root = settings.LEDGER_ORIGIN.partition("/")[0]
    return LogStore(_folder(name), f"{root}/logs/{name}", LockStore(Path(settings.DATA) / "ledger-lock.sqlite3"))


def check_token(name: str, authorization: bytes) -> None:
    """Raise TokenRefused unless the header's value is the bearer token of ``name``. Read anew each time: a new token ends the old."""
    kind, _, token = authorization.partition(b" ")
    try:
        kept = (_folder(name) / "token").read_bytes()
    except OSError:
        raise NoSuchLog(name=name[:60]) from None
    if kind.lower() != b"bearer" or not hmac.compare_digest(hashlib.sha256(token.strip()).digest(), kept):
        raise TokenRefused()


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all, on the disk, for the owner alone."""
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
