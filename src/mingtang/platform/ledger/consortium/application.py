"""The consortium's log as a state machine: the same blocks give every member the same tree.

Pure: no disk, no clock, no network. Rules of order, as the engine keeps them:

    check        any time; against the last committed state
    prepare      a proposer's block: only what will be taken, in the order received; before it the cosignatures of a quorum, where there are
    process      a proposed block: True only if every part of it would be taken (so one false envelope refuses the block, and its proposer alone loses)
    finalize     the decided block, once a height, heights without gaps; stages the next state and gives the application's hash
    commit       makes the staged state the current one, after the caller has stored it

An envelope's head and commitments are entries of the log, in this order. The application's hash is SHA-256 of the checkpoint's text, so a member whose
tree differs by one bit disagrees with the next block's header and stops. Which numbers are used follows from the heads in the log.

Example::

    application = Application(Standing.genesis(roster))
    block = application.finalize(1, [envelope])
    application.commit()
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from mingtang.engines.tlog import WIDTH, Checkpoint, Edge, leaf_hash, pack_bundle
from mingtang.platform.ledger.consortium import cosigning
from mingtang.platform.ledger.consortium.envelope import Envelope, check_signature, read_envelope
from mingtang.platform.ledger.consortium.faults import EnvelopeRefused
from mingtang.platform.ledger.consortium.numbers import Window
from mingtang.platform.ledger.consortium.roster import Roster

BUNDLE = -1
_MOST_KNOWN = 100_000
_FIELD = 6  # what a transaction's key and length take at most in a proposal


@dataclass(frozen=True, slots=True)
class Standing:
    """The state after block ``height``: ``point`` is its checkpoint, ``before`` that of the block before."""

    height: int
    roster: Roster
    edge: Edge
    waiting: list[bytes]
    windows: dict[bytes, Window]
    point: Checkpoint
    before: Checkpoint

    @classmethod
    def genesis(cls, roster: Roster) -> Standing:
        """The empty log."""
        edge = Edge()
        point = Checkpoint(roster.origin, 0, edge.root())
        return cls(0, roster, edge, [], {}, point, point)

    @property
    def app_hash(self) -> bytes:
        """SHA-256 of the checkpoint's text."""
        return app_hash(self.point)


def app_hash(point: Checkpoint) -> bytes:
    """The application's hash of a checkpoint: SHA-256 of its text."""
    return hashlib.sha256(point.text().encode()).digest()


class Placed(NamedTuple):
    """Where a batch stands: ``first`` is the index of its head, its commitments follow."""

    agency: bytes
    number: int
    first: int
    count: int


class Result(NamedTuple):
    """What became of a transaction: ``reason`` is empty where it was taken, ``first`` the index of its head."""

    reason: str = ""
    first: int = -1


@dataclass(slots=True)
class Block:
    """What a block changes: the next state, tiles and bundles by (level, index), batches, and the cosignatures it carries of the state before the last."""

    standing: Standing
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    placed: list[Placed] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    cosigned: cosigning.Cosignatures = field(default_factory=dict)


class Application:
    """The state machine of one member."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._staged: Block | None = None
        self._known: dict[bytes, None] = {}  # envelopes whose rules 1 to 4 hold, by SHA-256: signatures are checked once

    def check(self, data: bytes) -> str:
        """Why ``data`` may not wait for a block, or nothing where it may."""
        try:
            self._read(data, _Trial(self.standing.windows))
        except EnvelopeRefused as refused:
            return refused.details["reason"]
        return ""

    def prepare(self, waiting: Iterable[bytes], votes: cosigning.Cosignatures, limit: int) -> list[bytes]:
        """A block of at most ``limit`` bytes from what waits; ``votes`` are the extensions of the last commit, by address."""
        state, trial, taken, left = self.standing, _Trial(self.standing.windows), [], limit
        held = cosigning.valid_cosignatures(state.before, state.roster, votes)
        if len(held) >= state.roster.quorum:
            taken.append(cosigning.write_set(held))
            left -= len(taken[0]) + _FIELD
        for data in waiting:
            if len(data) + _FIELD > left:
                break
            try:
                self._read(data, trial)
            except EnvelopeRefused:
                continue
            taken.append(data)
            left -= len(data) + _FIELD
        return taken

    def process(self, proposed: list[bytes]) -> bool:
        """True if the proposed block may be voted for."""
        trial = _Trial(self.standing.windows)
        try:
            for at, data in enumerate(proposed):
                if at == 0 and data.startswith(cosigning.MAGIC):
                    cosigning.read_set(data, self.standing.before, self.standing.roster)
                else:
                    self._read(data, trial)
        except EnvelopeRefused:
            return False
        return True

    def finalize(self, height: int, decided: list[bytes]) -> Block:
        """Stage the decided block; raises ValueError for a height that is not the next."""
        state = self.standing
        if height != state.height + 1:
            raise ValueError(f"block {height} after {state.height}")
        trial, entries, block = _Trial(state.windows), [], Block(state)
        for at, data in enumerate(decided):
            try:
                if at == 0 and data.startswith(cosigning.MAGIC):
                    block.cosigned = cosigning.read_set(data, state.before, state.roster)
                    block.results.append(Result())
                    continue
                read = self._read(data, trial)
            except EnvelopeRefused as refused:
                block.results.append(Result(refused.details["reason"]))
                continue
            first = state.edge.size + len(entries)
            entries += (read.head, *read.commitments)
            block.placed.append(Placed(read.agency, read.number, first, len(read.commitments)))
            block.results.append(Result(first=first))
        block.standing, block.tiles = extended(state, entries, trial.windows)
        self._staged = block
        return block

    def commit(self) -> None:
        """Make the staged state the current one."""
        if self._staged is not None:
            self.standing, self._staged = self._staged.standing, None

    def _read(self, data: bytes, trial: _Trial) -> Envelope:
        """Rules 1 to 5 of an envelope; marks its number in ``trial``. Raises EnvelopeRefused."""
        digest = hashlib.sha256(data).digest()
        read, roster = read_envelope(data), self.standing.roster
        if digest not in self._known or read.agency not in roster.agencies:
            check_signature(read.head, roster.origin, roster.agencies)
            if len(self._known) >= _MOST_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[digest] = None
        trial.use(read.agency, read.number)
        return read


class _Trial:
    """The used numbers as they would be after some envelopes."""

    def __init__(self, windows: dict[bytes, Window]) -> None:
        self._before = windows
        self._changed: dict[bytes, Window] = {}

    def use(self, agency: bytes, number: int) -> None:
        window = self._changed.get(agency)
        if window is None:
            window = self._changed[agency] = self._before[agency].copy() if agency in self._before else Window()
        if not window.is_fresh(number):
            raise EnvelopeRefused(reason="number")
        window.use(number)

    @property
    def windows(self) -> dict[bytes, Window]:
        return {**self._before, **self._changed}


def extended(
    state: Standing, entries: list[bytes], windows: dict[bytes, Window]
) -> tuple[Standing, dict[tuple[int, int], bytes]]:
    """The state one block further, and the tiles and bundles that changed."""
    if not entries:
        return Standing(state.height + 1, state.roster, state.edge, state.waiting, windows, state.point, state.point), {}
    edge, index = copy.deepcopy(state.edge), state.edge.size // WIDTH
    changed = edge.append(map(leaf_hash, entries))
    waiting = state.waiting + entries
    for at in range(0, len(waiting), WIDTH):
        changed[BUNDLE, index + at // WIDTH] = pack_bundle(waiting[at : at + WIDTH])
    waiting = waiting[len(waiting) // WIDTH * WIDTH :]
    point = Checkpoint(state.roster.origin, edge.size, edge.root())
    return Standing(state.height + 1, state.roster, edge, waiting, windows, point, state.point), changed
