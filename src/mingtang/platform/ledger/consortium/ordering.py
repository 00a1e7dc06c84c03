"""The port through which batches of commitments get their order: one interface, one log of this process or a consortium behind it.

    ticket = ordering.submit(commitments)                # taken on its way; not yet promised
    placed = ordering.wait_final(ticket, 10)             # its place, and a checkpoint that covers it

Promised: what ``wait_final`` returned for stays at that place for ever; a ticket waited for again gives the same answer; a batch enters once. *Not*
promised: an order between two tickets before both are final, and that a batch whose waiting ended without an answer did not enter.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import NamedTuple, Protocol

from mingtang.engines.tlog import Checkpoint, Note
from mingtang.platform.ledger.consortium.engine import Rpc
from mingtang.platform.ledger.consortium.envelope import HEAD, agency_id, seal_envelope
from mingtang.platform.ledger.consortium.faults import EnvelopeRefused, NotFinalYet
from mingtang.platform.ledger.consortium.homes import Home
from mingtang.platform.ledger.logs.store import LogStore

_POLL = 0.02
_SEND_AGAIN = 3.0
_IN_CACHE = "already exists in cache"


class Ticket(NamedTuple):
    """A batch on its way: its number, and what was sent."""

    number: int
    count: int
    sent: bytes = b""


class PlacedBatch(NamedTuple):
    """``first`` is the index of the first commitment; ``checkpoint`` a note that covers all of them; ``cosigned`` by how many members."""

    first: int
    count: int
    checkpoint: bytes
    cosigned: int


class Head(NamedTuple):
    """The newest final checkpoint."""

    size: int
    checkpoint: bytes
    cosigned: int


class OrderingEngine(Protocol):
    """What orders batches of 32-byte commitments."""

    def submit(self, commitments: list[bytes]) -> Ticket:
        """Send a batch on its way; raises EnvelopeRefused, EngineSilent."""

    def wait_final(self, ticket: Ticket, seconds: float) -> PlacedBatch:
        """Where the batch stands, once that is final; raises NotFinalYet, EnvelopeRefused where its number went to another batch."""

    def head(self) -> Head:
        """The newest final checkpoint."""


class EmbeddedOrdering:
    """One log of this process: final when it is on the disk. No member but this one vouches for it."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    def submit(self, commitments: list[bytes]) -> Ticket:
        """Append the batch; the ticket's number is the index of its first commitment."""
        if not commitments or any(len(one) != 32 for one in commitments):
            raise EnvelopeRefused(reason="size")
        return Ticket(self._store.append(commitments), len(commitments))

    def wait_final(self, ticket: Ticket, seconds: float) -> PlacedBatch:
        """At once: ``submit`` returned after the disk had it."""
        return PlacedBatch(ticket.number, ticket.count, self._store.checkpoint(), 0)

    def head(self) -> Head:
        """The published checkpoint."""
        note = self._store.checkpoint()
        return Head(Checkpoint.parse(Note.parse(note).text).size, note, 0)


class ConsortiumOrdering:
    """A member's way into the consortium, through its own engine's JSON-RPC. Numbers go on from the highest that was used. One thread."""

    def __init__(self, home: Home, rpc: Rpc, sleep: Callable[[float], None] = time.sleep) -> None:
        self._key = home.agency_key()
        self._id = agency_id(bytes(self._key.verify_key))
        self._origin = home.roster().origin
        self._rpc = rpc
        self._sleep = sleep
        self._number = 0

    def submit(self, commitments: list[bytes]) -> Ticket:
        """Sign the batch and hand it to the engine."""
        if not self._number:
            self._number = (self._rpc.query("numbers", self._id) or {"highest": 0})["highest"]
        self._number += 1
        ticket = Ticket(self._number, len(commitments), seal_envelope(self._key, self._origin, self._number, commitments))
        self._send(ticket)
        return ticket

    def _send(self, ticket: Ticket) -> None:
        answer = self._rpc.try_call("broadcast_tx_sync", tx=base64.b64encode(ticket.sent).decode())
        if isinstance(answer, str):
            if _IN_CACHE not in answer:
                raise EnvelopeRefused(reason=answer[:100])
        elif answer.get("code"):
            raise EnvelopeRefused(reason=str(answer.get("log")))

    def wait_final(self, ticket: Ticket, seconds: float) -> PlacedBatch:
        """Ask until the batch is final; a batch that a restarted engine has forgotten is sent again (its number keeps it from entering twice)."""
        asked = ticket.number.to_bytes(8)
        waited = unsent = 0.0
        while True:
            found = self._rpc.query("batch", self._id + asked)
            if found and found["head"] != ticket.sent[:HEAD].hex():
                raise EnvelopeRefused(reason="number")
            if found and found["final"]:
                head = self.head()
                return PlacedBatch(found["first"] + 1, ticket.count, head.checkpoint, head.cosigned)
            if waited >= seconds:
                raise NotFinalYet(number=ticket.number)
            if not found and unsent >= _SEND_AGAIN:
                self._send(ticket)
                unsent = 0.0
            self._sleep(_POLL)
            waited += _POLL
            unsent += _POLL

    def head(self) -> Head:
        """The newest final checkpoint that this member holds."""
        head = self._rpc.query("head") or {}
        return Head(head.get("final_size", 0), head.get("final", "").encode(), head.get("cosigned", 0))
