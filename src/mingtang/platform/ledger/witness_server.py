"""A witness: a small server that cosigns checkpoints of the logs it knows (C2SP tlog-witness), apart from any city's database.

    mingtang ledger witness --folder /srv/witness --name witness.example/agency --log-key mingzhou.example/ledger+... --port 8100

Trust: a log that wants to show two faces must capture a quorum of witnesses. A captured witness can cosign a fork; it cannot make or change an
act. What was cosigned is on the disk, by compare-and-swap, before the answer leaves.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from mingtang.engines.tlog import COSIGNATURE_KEY, Checkpoint, SignerKey, VerifierKey
from mingtang.engines.tlog.witness import Cosign, Refuse, decide
from mingtang.kernel import now
from mingtang.platform.ledger.lock import Locked, LockStore

_LARGEST = 1 << 20
_SECONDS = 20


class Witness:
    """The key, the logs it knows, and what it last cosigned of each."""

    def __init__(self, folder: Path, name: str, logs: Sequence[VerifierKey]) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.key = SignerKey.from_seed(name, COSIGNATURE_KEY, _seed(folder / "witness-key"))
        self._logs = {key.name: key for key in logs}
        self._store = LockStore(folder / "cosigned.sqlite3")

    def add_checkpoint(self, body: bytes) -> tuple[int, bytes, str]:
        """Status, body and content type of the answer to an add-checkpoint request."""
        held: dict[str, Locked] = {}

        def last(origin: str) -> Checkpoint | None:
            found = self._store.read(origin)
            if found is None:
                return None
            held[origin] = found
            return Checkpoint(origin, found.size, found.root)

        decision = decide(body, self._logs.get, last)
        if isinstance(decision, Refuse):
            return decision.status, decision.body, decision.content_type
        return self._cosign(decision, held.get(decision.point.origin))

    def _cosign(self, decision: Cosign, before: Locked | None) -> tuple[int, bytes, str]:
        point = decision.point
        if not self._store.swap(point.origin, before, Locked(point.size, point.root, decision.text.encode())):
            current = self._store.read(point.origin)
            return 409, f"{current.size if current else 0}\n".encode(), "text/x.tlog.size"
        return 200, decision.answer(self.key, int(now().timestamp())), "text/plain; charset=utf-8"


def _seed(path: Path) -> bytes:
    with suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()


def server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """The HTTP server of ``witness``; the caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if self.path.rstrip("/").rpartition("/")[2] != "add-checkpoint":
                self._answer(404, b"not found\n")
            elif not length.isdecimal() or int(length) > _LARGEST:
                self.close_connection = True
                self._answer(413 if length.isdecimal() else 411, b"too long or without length\n")
            else:
                self._answer(*witness.add_checkpoint(self.rfile.read(int(length))))

        def do_GET(self) -> None:
            self._answer(200, f"{witness.key.verifier}\n".encode()) if self.path == "/" else self._answer(404, b"not found\n")

        def _answer(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
            self.send_response(status, HTTPStatus(status).phrase)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Nothing: who asks is nobody's business."""

    return ThreadingHTTPServer((host, port), Handler)
