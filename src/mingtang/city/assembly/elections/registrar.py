"""The registrar: who may vote, who has had a credential, and the credentials not yet handed out - never which belongs to whom.

Kept in a file of its own, <data>/elections/CODE/registrar.sqlite3, apart from the board's database. ``entitled`` holds a keyed hash of each
person and whether a credential was handed out; ``pool`` holds the credentials still to be had, one for each on the roll, made when voting
opens and stored by their own value, so that the file keeps no order and no time. Handing out takes any one out of the pool and wipes it.

Trust: while it hands out a credential the registrar sees person and credential together, and could remember; and until the end it could
vote with what nobody fetched. The first is why paper exists; against the second the number handed out is sealed each time, and a result with
more voters than that never becomes final. The key of the hash lies beside the file: whoever has both can test whether a known person is
entitled, not how she votes.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from mingtang.city.assembly.elections.faults import NotEntitled
from mingtang.engines import ballots

_SECONDS = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS entitled (person TEXT PRIMARY KEY, served INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pool (secret TEXT PRIMARY KEY) WITHOUT ROWID;
"""


def folder(code: str) -> Path:
    """Where the roles of an election keep their files."""
    return Path(settings.DATA) / "elections" / code


def register(code: str, people: Iterable[str]) -> int:
    """Put people on the roll; who stands there already stays. Returns how many are on it."""
    with _store(code) as store:
        store.executemany("INSERT OR IGNORE INTO entitled (person) VALUES (?)", [(_hidden(code, person),) for person in people])
        return store.execute("SELECT count(*) FROM entitled").fetchone()[0]


def prepare(code: str, uuid: str, group: str) -> list[str]:
    """Make a credential for each on the roll; returns their public parts in the order of their own value, which is random. Once."""
    kind = ballots.group(group)
    with _store(code) as store:
        store.execute("DELETE FROM pool")
        count = store.execute("SELECT count(*) FROM entitled").fetchone()[0]
        made = [ballots.new_credential() for _ in range(count)]
        store.executemany("INSERT INTO pool VALUES (?)", [(secret,) for secret in made])
    return sorted(kind.write(kind.exp(ballots.credential_secret(kind, uuid, secret))) for secret in made)


def hand_out(code: str, person: str) -> str:
    """A credential for a person on the roll who has had none; raises NotEntitled. It is wiped here as it is handed out."""
    with _store(code) as store:
        if store.execute("UPDATE entitled SET served = 1 WHERE person = ? AND served = 0", (_hidden(code, person),)).rowcount != 1:
            raise NotEntitled()
        (secret,) = store.execute("SELECT secret FROM pool ORDER BY random() LIMIT 1").fetchone()
        store.execute("DELETE FROM pool WHERE secret = ?", (secret,))
    return secret


def destroy_rest(code: str) -> None:
    """Wipe what nobody fetched: voting is over."""
    with _store(code) as store:
        store.execute("DELETE FROM pool")


def entitled(code: str, person: str) -> bool | None:
    """None where the person is not on the roll, else whether a credential is still to be had."""
    with _store(code) as store:
        found = store.execute("SELECT served FROM entitled WHERE person = ?", (_hidden(code, person),)).fetchone()
    return None if found is None else not found[0]


def counts(code: str) -> tuple[int, int]:
    """How many are on the roll, how many credentials were handed out."""
    with _store(code) as store:
        return store.execute("SELECT count(*), total(served) FROM entitled").fetchone()


def _hidden(code: str, person: str) -> str:
    return hmac.new(_key(code), person.encode(), hashlib.sha256).hexdigest()


def _key(code: str) -> bytes:
    path = folder(code) / "registrar.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix="key.")  # readable by its owner alone
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key holds
            os.link(name, path)
        os.unlink(name)
    return path.read_bytes()


@contextmanager
def _store(code: str) -> Iterator[sqlite3.Connection]:
    path = folder(code) / "registrar.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=_SECONDS)
    try:
        connection.executescript("PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;" + _TABLES)
        with connection:
            yield connection
    finally:
        connection.close()
