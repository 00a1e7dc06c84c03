"""The application's server: the engine connects four times to one unix socket and expects answers in the order of its requests.

Each connection is answered in slices of 4 ms, in turn; what arrives together is answered together. Bytes that are no request close that connection. A node that
cannot go on (disk, broken log) answers with an exception, at which the engine stops, and ends itself: half a node would vote for what it does not hold.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

from mingtang.kernel.errors import MingtangError
from mingtang.platform.ledger.consortium.faults import WireRefused
from mingtang.platform.ledger.consortium.messages import read_request, write_exception, write_response
from mingtang.platform.ledger.consortium.node import Node
from mingtang.platform.ledger.consortium.wire import Frames

_SLICE = 0.004
_MOST_WAITING = 2000

_log = logging.getLogger(__name__)


class _Connection(asyncio.Protocol):
    """One connection of the engine."""

    def __init__(self, node: Node, failed: asyncio.Future[BaseException]) -> None:
        self._node = node
        self._failed = failed
        self._frames = Frames()
        self._waiting: deque[bytes] = deque()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        idle = not self._waiting
        try:
            self._waiting += self._frames.feed(data)
        except WireRefused as refused:
            self._close(b"", refused)
            return
        if idle:
            self._work()
        if len(self._waiting) > _MOST_WAITING and self._transport is not None:
            self._transport.pause_reading()

    def _work(self) -> None:
        """Answer for a slice of time, then let the other connections: thousands of transactions must not hold up a vote."""
        transport, out = self._transport, bytearray()
        if transport is None or transport.is_closing():
            return
        until = time.monotonic() + _SLICE
        try:
            while self._waiting:
                method, request = read_request(self._waiting[0])
                out += write_response(method, self._node.answer(method, request))
                self._waiting.popleft()
                if time.monotonic() > until:
                    break
        except WireRefused as refused:
            self._close(bytes(out), refused)
        except (MingtangError, sqlite3.Error, OSError, ValueError) as fault:
            _log.error("the node cannot go on", extra={"fault": f"{type(fault).__name__}: {fault}"})
            self._close(bytes(out), fault)
            if not self._failed.done():
                self._failed.set_result(fault)
        else:
            if out:
                transport.write(bytes(out))
            if self._waiting:
                asyncio.get_running_loop().call_soon(self._work)
            if len(self._waiting) <= _MOST_WAITING:
                transport.resume_reading()

    def _close(self, out: bytes, fault: Exception) -> None:
        if self._transport is not None:
            self._transport.write(out + write_exception(fault.message("en") if isinstance(fault, WireRefused) else str(fault)))
            self._transport.close()

    def pause_writing(self) -> None:
        """The engine does not read: nor do we, until it does."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()


class NodeServer:
    """Serves one node on a unix socket while it is entered; ``failed`` is done once the node cannot go on."""

    def __init__(self, node: Node, path: Path) -> None:
        self._node = node
        self._path = path

    async def __aenter__(self) -> NodeServer:
        loop = asyncio.get_running_loop()
        self.failed: asyncio.Future[BaseException] = loop.create_future()
        with suppress(FileNotFoundError):
            self._path.unlink()
        self._server = await loop.create_unix_server(lambda: _Connection(self._node, self.failed), str(self._path))
        self._path.chmod(0o600)
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._server.close()
        with suppress(FileNotFoundError):
            self._path.unlink()
