"""The application's server: the engine connects four times to one unix socket and expects answers in the order of its requests.

Each connection is answered as its bytes arrive; what arrives together is answered together. Bytes that are no request close that connection. A node that
cannot go on (disk, broken log) answers with an exception, at which the engine stops, and ends itself: half a node would vote for what it does not hold.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import suppress
from pathlib import Path

from mingtang.kernel.errors import MingtangError
from mingtang.platform.ledger.consortium.faults import WireRefused
from mingtang.platform.ledger.consortium.messages import read_request, write_exception, write_response
from mingtang.platform.ledger.consortium.node import Node
from mingtang.platform.ledger.consortium.wire import Frames

_log = logging.getLogger(__name__)


class _Connection(asyncio.Protocol):
    """One connection of the engine."""

    def __init__(self, node: Node, failed: asyncio.Future[BaseException]) -> None:
        self._node = node
        self._failed = failed
        self._frames = Frames()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        out = bytearray()
        try:
            for frame in self._frames.feed(data):
                method, request = read_request(frame)
                out += write_response(method, self._node.answer(method, request))
        except WireRefused as refused:
            transport.write(bytes(out) + write_exception(refused.message("en")))
            transport.close()
        except (MingtangError, sqlite3.Error, OSError, ValueError) as fault:
            _log.error("the node cannot go on", extra={"fault": f"{type(fault).__name__}: {fault}"})
            transport.write(bytes(out) + write_exception(str(fault)))
            transport.close()
            if not self._failed.done():
                self._failed.set_result(fault)
        else:
            transport.write(bytes(out))

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
