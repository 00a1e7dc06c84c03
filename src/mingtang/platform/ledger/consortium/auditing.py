"""Hold the members' logs against each other: each is derived again from its entries, and two that tell different histories are a fork.

Reads the members' state files and asks their engines; believes neither: what counts is what follows from the entries, and the cosignatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any, NamedTuple

from mingtang.engines.tlog import Checkpoint, Note, NotInLog, Policy, ProofRefused, TileReader, examine, tree_root
from mingtang.platform.ledger.consortium.engine import Rpc
from mingtang.platform.ledger.consortium.mirroring import StoreSource
from mingtang.platform.ledger.consortium.network import Network
from mingtang.platform.ledger.consortium.roster import Roster
from mingtang.platform.ledger.consortium.state import StateStore


class Compared(NamedTuple):
    """``sizes`` of the members' final checkpoints; ``sound`` where each log follows from its entries; ``forks`` pairs that contradict each other."""

    sizes: list[int]
    sound: bool
    forks: int


def compare(network: Network) -> Compared:
    """Examine every member's log under the members' policy, and every pair of members at every height and at their final checkpoints."""
    policy = Policy.parse(network.roster.policy())
    stores = [StateStore(home.folder / "log.sqlite3", network.roster) for home in network.homes]
    try:
        sound, points = True, []
        for home, store in zip(network.homes, stores, strict=True):
            report = examine(StoreSource(store), home.peer().member.log, policy, [])
            sound = sound and report.sound
            points.append(Checkpoint.parse(Note.parse(StoreSource(store).checkpoint()).text))
        forks = sum(not _one_history(one, two, stores[a], stores[b]) for (a, one), (b, two) in combinations(enumerate(points), 2))
    finally:
        for store in stores:
            store.close()
    return Compared([point.size for point in points], sound, forks + _forked_heights(network))


def _one_history(one: Checkpoint, two: Checkpoint, first: StateStore, second: StateStore) -> bool:
    """True if the larger log gives the smaller one's root at the smaller size."""
    small, large, store = (one, two, second) if one.size <= two.size else (two, one, first)
    try:
        return tree_root(TileReader(store.tile), small.size) == small.root and large.size >= small.size
    except NotInLog:
        return False


def _forked_heights(network: Network) -> int:
    """Heights at which two engines hold different blocks."""
    hashes: dict[int, set[str]] = {}
    for number in range(len(network.homes)):
        if network.runs(number):
            rpc = network.rpc(number)
            last = int(rpc.call("status")["sync_info"]["latest_block_height"])
            for block in _blocks(rpc, last):
                hashes.setdefault(int(block["header"]["height"]), set()).add(block["block_id"]["hash"])
    return sum(len(found) > 1 for found in hashes.values())


def _blocks(rpc: Rpc, last: int) -> Iterator[dict[str, Any]]:
    for low in range(1, last + 1, 20):
        yield from rpc.call("blockchain", minHeight=str(low), maxHeight=str(min(low + 19, last)))["block_metas"]


def cosigners(notes: list[bytes], roster: Roster) -> set[str]:
    """Which members have cosigned the largest checkpoint among ``notes``, over all copies of it. Raises ProofRefused."""
    parsed = [Note.parse(note) for note in notes]
    points = [Checkpoint.parse(note.text) for note in parsed]
    largest = max(points, key=lambda point: point.size)
    found: set[str] = set()
    for note in parsed:
        if note.text != largest.text():
            continue
        for member in roster.members:
            if any(one.name == member.witness.name and one.key_id == member.witness.key_id for one in note.signatures):
                note.verify(member.witness)
                found.add(member.name)
    if not found:
        raise ProofRefused(check="cosignatures")
    return found
