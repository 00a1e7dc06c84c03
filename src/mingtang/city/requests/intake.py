"""Many filings at once share one transaction: a group commit. The door for HTTP; batches that are batches already go to
``acts.file_many``.

1. A filing is checked where it arrives, so that a fault in it is told at once and costs no one else anything.
2. It waits in a bounded queue; when the queue is full the filer is told to come back (``Busy``, 429), never kept waiting without
bound.
3. One thread takes whatever waits, up to 200, and files it in one transaction: while one group is written to the disk the next
gathers,
   so nobody waits for company and a busy office writes few, large transactions.
4. If a group fails, its filings are tried one by one, so that one bad filing fails alone. Who gets an answer has it sealed on
disk.

Trust: holds filings in memory for some milliseconds; an answer is given only after the commit.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field

from django.db import close_old_connections, connection

from mingtang.city.requests.acts_file import file as file_one
from mingtang.city.requests.acts_file import file_many
from mingtang.city.requests.faults import Busy
from mingtang.city.requests.filing import Filed, Filing, checked
from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor

GROUP_MOST = 200
WAITING_MOST = 2000
WAIT_SECONDS = 20.0
RETRY_SECONDS = 2


@dataclass(slots=True)
class _Waiting:
    filing: Filing
    actor: Actor
    answer: Future = field(default_factory=Future)


class Intake:
    """A queue and the one thread that empties it. Start it in the process that serves, after any fork."""

    def __init__(self, waiting_most: int = WAITING_MOST, group_most: int = GROUP_MOST) -> None:
        self._queue: queue.Queue[_Waiting | None] = queue.Queue(waiting_most)
        self._group_most = group_most
        self._thread = threading.Thread(target=self._run, name="requests-intake", daemon=True)
        self._thread.start()

    def submit(self, filing: Filing, actor: Actor) -> Future:
        """Put a filing in the queue; the future gives ``Filed`` or raises what filing raised. Raises Busy where the queue is
        full.
        """
        waiting = _Waiting(checked(filing, now()), actor)
        try:
            self._queue.put_nowait(waiting)
        except queue.Full:
            raise Busy(seconds=RETRY_SECONDS) from None
        return waiting.answer

    def close(self) -> None:
        """File what waits, then end the thread."""
        self._queue.put(None)
        self._thread.join(WAIT_SECONDS)

    def _run(self) -> None:
        ended = False
        while not ended:
            group = [self._queue.get()]
            while len(group) < self._group_most:
                try:
                    group.append(self._queue.get_nowait())
                except queue.Empty:
                    break
            ended = None in group
            close_old_connections()
            # Who stopped waiting is not filed behind his back.
            self._file([w for w in group if w is not None and w.answer.set_running_or_notify_cancel()])
        connection.close()

    def _file(self, group: list[_Waiting]) -> None:
        by_actor: dict[Actor, list[_Waiting]] = {}
        for waiting in group:
            by_actor.setdefault(waiting.actor, []).append(waiting)
        for actor, some in by_actor.items():
            try:
                answers = file_many([waiting.filing for waiting in some], actor)
            except BaseException as fault:
                self._one_by_one(some, fault)
            else:
                for waiting, answer in zip(some, answers, strict=True):
                    waiting.answer.set_result(answer)

    def _one_by_one(self, some: list[_Waiting], fault: BaseException) -> None:
        if len(some) == 1:
            some[0].answer.set_exception(fault)
            return
        for waiting in some:
            try:
                waiting.answer.set_result(file_one(waiting.filing, waiting.actor))
            except BaseException as own:
                waiting.answer.set_exception(own)


_intake: Intake | None = None
_owner = 0
_lock = threading.Lock()


def _of_this_process() -> Intake:
    global _intake, _owner
    if _intake is None or _owner != os.getpid():
        with _lock:
            if _intake is None or _owner != os.getpid():
                _intake, _owner = Intake(), os.getpid()
    return _intake


def stop() -> None:
    """File what waits and end the thread of this process, with its connection; the next filing begins a new one."""
    global _intake
    with _lock:
        ending, _intake = (_intake if _owner == os.getpid() else None), None
    if ending is not None:
        ending.close()


def _must_file_here() -> bool:
    # Within a transaction the caller's own connection must file, and a database in memory has but one writer.
    return connection.in_atomic_block or (connection.vendor == "sqlite" and connection.is_in_memory_db())


def file(filing: Filing, actor: Actor) -> Filed:
    """File one request together with whatever else arrives now; returns when it is sealed and on disk.

    Raises as ``acts.file`` does, and Busy where too many wait or none was filed within 20 seconds.
    """
    if _must_file_here():
        return file_one(filing, actor)
    answer = _of_this_process().submit(filing, actor)
    try:
        return answer.result(WAIT_SECONDS)
    except (TooLong, CancelledError):
        if not answer.cancel():  # being written at this moment
            return answer.result()
        raise Busy(seconds=RETRY_SECONDS) from None


async def file_async(filing: Filing, actor: Actor) -> Filed:
    """``file`` for asynchronous views: no thread waits."""
    answer = _of_this_process().submit(filing, actor)
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(answer)), WAIT_SECONDS)
    except TimeoutError:
        if not answer.cancel():
            return await asyncio.wrap_future(answer)
        raise Busy(seconds=RETRY_SECONDS) from None
