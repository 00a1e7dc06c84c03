"""Load on a consortium of this machine, and what it carries: every member's agency sends batches, one after the other is final.

An act here is a commitment in a batch; its time is that of its batch, from the moment it is handed to the member's own engine until that member holds a
checkpoint that covers it with the cosignatures of a quorum. What an agency waits to fill a batch comes on top.
"""

from __future__ import annotations

import os
import threading
import time
from typing import NamedTuple

from mingtang.kernel.errors import MingtangError
from mingtang.platform.ledger.consortium.network import Network


class Measured(NamedTuple):
    """``acts`` became final in ``seconds``; ``waits`` are the batches' times, in seconds, ascending."""

    acts: int
    seconds: float
    waits: list[float]

    @property
    def rate(self) -> float:
        """Final acts a second."""
        return self.acts / self.seconds

    def wait(self, share: float) -> float:
        """The time within which ``share`` of the acts were final (all batches are of one size)."""
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))]


def some_commitments(count: int) -> list[bytes]:
    """Random commitments."""
    data = os.urandom(32 * count)
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def drive(network: Network, members: list[int], batch: int, seconds: float) -> Measured:
    """Each of ``members`` sends batches of ``batch`` acts for ``seconds``, the next when the last is final. Raises what a member raised."""
    waits: list[list[float]] = [[] for _ in members]
    failures: list[MingtangError] = []
    began = time.perf_counter()

    def send(at: int) -> None:
        ordering = network.ordering(members[at])
        try:
            while time.perf_counter() - began < seconds and not failures:
                commitments = some_commitments(batch)
                sent = time.perf_counter()
                ordering.wait_final(ordering.submit(commitments), 30)
                waits[at].append(time.perf_counter() - sent)
        except MingtangError as fault:
            failures.append(fault)

    threads = [threading.Thread(target=send, args=(at,)) for at in range(len(members))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    taken = time.perf_counter() - began
    every = sorted(wait for some in waits for wait in some)
    return Measured(batch * len(every), taken, every)
