"""Group commit: entries that arrive within some 20 ms share one transaction; each is answered only after it.

While a group is on its way to the disk the next one gathers. What waits is bounded: beyond it an entry is refused as busy.

Example::

    group = Group(store)
    index = await group.add([entry])
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor

from mingtang.kernel.errors import MingtangError
from mingtang.platform.ledger.logs.faults import Busy, StoreFailed
from mingtang.platform.ledger.logs.store import LogStore

GATHER = 0.02
MOST_IN_GROUP = 8192
MOST_WAITING = 65_536

_log = logging.getLogger(__name__)


class Group:
    """The one way into a store within a process; it belongs to the event loop that uses it."""

    def __init__(self, store: LogStore, gather: float = GATHER) -> None:
        self._store = store
        self._gather = gather
        self._waiting: list[tuple[list[bytes], asyncio.Future[int]]] = []
        self._count = 0
        self._runner: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1)

    def add(self, entries: list[bytes]) -> asyncio.Future[int]:
        """The index of the first of ``entries``, once all are durable. Raises Busy; the future raises StoreFailed, LogBroken, ForkRefused."""
        if self._count + len(entries) > MOST_WAITING:
            raise Busy()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[int] = loop.create_future()
        self._waiting.append((entries, done))
        self._count += len(entries)
        if self._runner is None:
            self._runner = loop.create_task(self._run())
        return done

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._waiting:
                await asyncio.sleep(self._gather)
                group = self._take()
                entries = [entry for some, _ in group for entry in some]
                try:
                    first = await loop.run_in_executor(self._thread, self._store.append, entries)
                except MingtangError as fault:
                    _refuse(group, fault)
                except (sqlite3.Error, OSError) as fault:
                    _log.error("a log's disk refused", extra={"log": self._store.origin, "fault": type(fault).__name__})
                    _refuse(group, StoreFailed())
                else:
                    _answer(group, first)
        finally:
            self._runner = None

    def _take(self) -> list[tuple[list[bytes], asyncio.Future[int]]]:
        count, at = 0, 0
        while at < len(self._waiting) and (at == 0 or count + len(self._waiting[at][0]) <= MOST_IN_GROUP):
            count += len(self._waiting[at][0])
            at += 1
        group, self._waiting = self._waiting[:at], self._waiting[at:]
        self._count -= count
        return group


def _answer(group: list[tuple[list[bytes], asyncio.Future[int]]], first: int) -> None:
    for entries, done in group:
        if not done.done():
            done.set_result(first)
        first += len(entries)


def _refuse(group: list[tuple[list[bytes], asyncio.Future[int]]], fault: MingtangError) -> None:
    for _, done in group:
        if not done.done():
            done.set_exception(fault)
