"""The agency logs over HTTP, as plain ASGI beside the site: a request costs a tenth of what Django's middleware takes.

    POST /logs/NAME/add                 one entry, raw         token    its index, in plain text
    POST /logs/NAME/batch               entries, uint16 length + bytes each, at most 4,096 and 4 MiB     token    the index of the first
    GET  /logs/NAME/checkpoint          anyone
    GET  /logs/NAME/key                 anyone
    GET  /logs/NAME/tile/...            anyone     C2SP tlog-tiles

An index is answered only when the entry is durable, integrated and covered by the published checkpoint. 503 with Retry-After: not taken, or not
known to be. An entry sent twice stands in the log twice.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from mingtang.engines.tlog import EntryTooLarge, ProofRefused, parse_tile_path, unpack_bundle
from mingtang.kernel.errors import MingtangError
from mingtang.platform.ledger.logs.faults import BatchRefused, BodyRefused, NoSuchLog
from mingtang.platform.ledger.logs.group import Group
from mingtang.platform.ledger.logs.opening import check_token, find_log
from mingtang.platform.ledger.logs.store import LogStore

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LARGEST_ENTRY = 0xFFFF
LARGEST_BATCH = 4 << 20
MOST_IN_BATCH = 4096
ACCESS = {"add": "token", "batch": "token", "checkpoint": "public", "key": "public", "tile": "public"}
_FOREVER = b"public, max-age=31536000, immutable"
_TOKEN_SECONDS = 5.0


class Door:
    """The ASGI application. One of it belongs to one event loop."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[LogStore, Group]] = {}
        self._let_in: dict[tuple[str, bytes], float] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        caching, status, kind = b"no-store", 200, b"text/plain; charset=utf-8"
        try:
            body, kind, caching = await self._answer(scope, receive)
        except MingtangError as fault:
            status, kind = fault.status, b"application/json"
            body = json.dumps(fault.as_dict(_language(scope)), ensure_ascii=False).encode()
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), (b"cache-control", caching),
                   (b"access-control-allow-origin", b"*")]
        if status == 503:
            headers.append((b"retry-after", b"1"))
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})

    async def _answer(self, scope: dict[str, Any], receive: Receive) -> tuple[bytes, bytes, bytes]:
        path = scope["path"]
        parts = path.split("/", 4)
        if len(parts) < 4 or parts[1] != "logs":
            raise NoSuchLog(name=path[:60])
        name, verb, place = parts[2], parts[3], parts[4] if len(parts) == 5 else ""
        if scope["method"] == "POST" and verb in ("add", "batch") and not place:
            return await self._take(name, verb, scope, receive)
        if scope["method"] not in ("GET", "HEAD"):
            raise NoSuchLog(name=path[:60])
        store = self._log(name)[0]
        if verb == "checkpoint" and not place:
            return store.checkpoint(), b"text/plain; charset=utf-8", b"no-cache"
        if verb == "key" and not place:
            return store.verifier.encode() + b"\n", b"text/plain; charset=utf-8", b"public, max-age=3600"
        if verb == "tile":
            return store.tile(*parse_tile_path(place)), b"application/octet-stream", _FOREVER
        raise NoSuchLog(name=path[:60])

    async def _take(self, name: str, verb: str, scope: dict[str, Any], receive: Receive) -> tuple[bytes, bytes, bytes]:
        group = self._log(name)[1]
        self._check(name, next((value for key, value in scope["headers"] if key == b"authorization"), b""))
        if verb == "add":
            entries = [await _body(receive, LARGEST_ENTRY)]
        else:
            data = await _body(receive, LARGEST_BATCH)
            try:
                entries = unpack_bundle(data, MOST_IN_BATCH)
            except ProofRefused:
                entries = []
            if not entries:
                raise BatchRefused(most=MOST_IN_BATCH)
        return b"%d" % await group.add(entries), b"text/plain; charset=utf-8", b"no-store"

    def _log(self, name: str) -> tuple[LogStore, Group]:
        found = self._open.get(name)
        if found is None:
            store = find_log(name)
            found = self._open[name] = (store, Group(store))
        return found

    def _check(self, name: str, authorization: bytes) -> None:
        """A token that was right stays so for five seconds; then the file is read again."""
        seen = (name, hashlib.sha256(authorization).digest())
        if self._let_in.get(seen, 0.0) > time.monotonic():
            return
        check_token(name, authorization)
        if len(self._let_in) > 1000:
            self._let_in.clear()
        self._let_in[seen] = time.monotonic() + _TOKEN_SECONDS


async def _body(receive: Receive, most: int) -> bytes:
    held = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyRefused(most=most)
        held += message.get("body", b"")
        if len(held) > most:
            raise EntryTooLarge(length=len(held)) if most == LARGEST_ENTRY else BodyRefused(most=most)
        if not message.get("more_body"):
            return held


def _language(scope: dict[str, Any]) -> str:
    wanted = next((value for key, value in scope["headers"] if key == b"accept-language"), b"")
    return "zh" if wanted.lower().startswith(b"zh") else "en"


application = Door()
