"""Acts handed in one by one: those that arrive within a moment travel in one envelope, and each gets its own answer.

The consortium's counterpart to the embedded log's group commit. A transaction of its own costs each act a signature, checked by every member, and a message
between every two engines; in an envelope it costs 32 bytes and a leaf. While one envelope is on its way the next gathers; what waits is bounded.

Example::

    with Gathering(ordering) as gathering:
        index = gathering.add(commitment).result(timeout=10)
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType

from mingtang.kernel.errors import MingtangError
from mingtang.platform.ledger.consortium.envelope import COMMITMENT, MOST
from mingtang.platform.ledger.consortium.faults import EnvelopeRefused
from mingtang.platform.ledger.consortium.ordering import OrderingEngine
from mingtang.platform.ledger.logs.faults import Busy

GATHER = 0.02
MOST_WAITING = 3 * MOST
_SECONDS = 30.0


class Gathering:
    """Safe among threads; has one thread of its own until it is left. One for an agency: two would use the same numbers.

    ``open_ordering`` opens the way into the log, again after a failure.
    An act's future raises what its envelope met: EnvelopeRefused, EngineSilent, NotFinalYet (it may still enter).
    """

    def __init__(self, open_ordering: Callable[[], OrderingEngine], gather: float = GATHER) -> None:
        self._open = open_ordering
        self._gather = gather
        self._waiting: list[tuple[bytes, Future[int]]] = []
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Gathering:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def add(self, commitment: bytes) -> Future[int]:
        """The index of a 32-byte commitment, once it is final. Raises EnvelopeRefused for another length, Busy where too many wait."""
        if len(commitment) != COMMITMENT:
            raise EnvelopeRefused(reason="size")
        future: Future[int] = Future()
        with self._changed:
            if len(self._waiting) >= MOST_WAITING or self._ended:
                raise Busy()
            self._waiting.append((commitment, future))
            if len(self._waiting) == 1:
                self._changed.notify()
        return future

    def _run(self) -> None:
        ordering: OrderingEngine | None = None
        while taken := self._take():
            group = [one for one in taken if one[1].set_running_or_notify_cancel()]
            if not group:
                continue
            try:
                if ordering is None:
                    ordering = self._open()
                placed = ordering.wait_final(ordering.submit([commitment for commitment, _ in group]), _SECONDS)
            except (MingtangError, OSError) as fault:
                ordering = None  # numbers and connection are asked for anew
                for _, future in group:
                    future.set_exception(fault)
            else:
                for at, (_, future) in enumerate(group):
                    future.set_result(placed.first + at)

    def _take(self) -> list[tuple[bytes, Future[int]]]:
        """Those that wait, after the moment in which they gather; nothing once this is left and none waits."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if not self._ended:
                self._changed.wait_for(lambda: self._ended or len(self._waiting) >= MOST, self._gather)
            group, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            return group
