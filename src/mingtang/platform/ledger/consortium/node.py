"""A member's node: answers the engine's sixteen methods out of the state machine, its disk and its keys.

    consensus   init_chain, prepare_proposal, process_proposal, extend_vote, verify_vote_extension, finalize_block, commit
    mempool     check_tx
    query       info, query, echo
    snapshot    list_snapshots, offer_snapshot, load_snapshot_chunk, apply_snapshot_chunk          (flush everywhere)

Trust: who holds the node's two keys can sign checkpoints and cosign them in this member's name; a fork needs that of a quorum. What raises here stops
the node: an engine that goes on without its application would vote for what nobody has checked.
"""

from __future__ import annotations

from typing import Any

from mingtang.engines.tlog import EMPTY_ROOT, Checkpoint, ProofRefused, SignerKey
from mingtang.kernel import now
from mingtang.platform.ledger.consortium import asking, messages, snapshots
from mingtang.platform.ledger.consortium.application import Application, Block, Result, app_hash
from mingtang.platform.ledger.consortium.cosigning import Cosignatures, check_extension, final_note
from mingtang.platform.ledger.consortium.faults import RosterRefused, SnapshotRefused
from mingtang.platform.ledger.consortium.guard import Guard
from mingtang.platform.ledger.consortium.roster import Roster
from mingtang.platform.ledger.consortium.state import Final, StateStore

VERSION = 1
_KEPT_POINTS = 4
_Fields = dict[str, Any]


class Node:
    """``answer`` takes a method's name and fields and gives the fields of its response."""

    def __init__(self, roster: Roster, store: StateStore, guard: Guard, log_key: SignerKey, snapshot_every: int = 1000) -> None:
        self.roster = roster
        self.store = store
        self._application = Application(store.load())
        self._guard = guard
        self._log_key = log_key
        self._snapshot_every = snapshot_every
        self._block: Block | None = None
        self._restoring: snapshots.Restoring | None = None
        self._seen: dict[Checkpoint, Cosignatures] = {}
        self.final = store.final()

    @property
    def standing(self):
        """The committed state."""
        return self._application.standing

    def answer(self, method: str, request: _Fields) -> _Fields:
        """The response to one request."""
        return getattr(self, f"_{method}")(request)

    def _echo(self, request: _Fields) -> _Fields:
        return {"message": request["message"]}

    def _flush(self, request: _Fields) -> _Fields:
        return {}

    def _info(self, request: _Fields) -> _Fields:
        height = self.standing.height
        return {
            "data": "mingtang-consortium",
            "version": "1",
            "app_version": VERSION,
            "last_block_height": height,
            "last_block_app_hash": self.standing.app_hash if height else b"",
        }

    def _init_chain(self, request: _Fields) -> _Fields:
        powers = {update["pub_key"]["ed25519"]: update["power"] for update in request["validators"]}
        if Roster.parse(request["app_state_bytes"]) != self.roster or set(powers) != {
            member.validator for member in self.roster.members
        }:
            raise RosterRefused(reason="the genesis file lists other members")
        if len(set(powers.values())) != 1 or request["initial_height"] != 1:
            raise RosterRefused(reason="members must weigh the same, and the first block be block 1")
        return {"app_hash": app_hash(Checkpoint(self.roster.origin, 0, EMPTY_ROOT))}

    def _query(self, request: _Fields) -> _Fields:
        found = asking.answer(self, request["path"], request["data"])
        height = self.standing.height
        return {"code": 1, "log": "nothing there", "height": height} if found is None else {"value": found, "height": height}

    def _check_tx(self, request: _Fields) -> _Fields:
        reason = self._application.check(request["tx"])
        return {"code": 1, "log": reason, "codespace": "mingtang"} if reason else {}

    def _prepare_proposal(self, request: _Fields) -> _Fields:
        votes = (request["local_last_commit"] or {"votes": []})["votes"]
        found = {
            vote["validator"]["address"]: vote["vote_extension"]
            for vote in votes
            if vote["validator"] and vote["block_id_flag"] == messages.COMMITTED and vote["vote_extension"]
        }
        return {"txs": self._application.prepare(request["txs"], found, request["max_tx_bytes"])}

    def _process_proposal(self, request: _Fields) -> _Fields:
        return {"status": messages.ACCEPT if self._application.process(request["txs"]) else messages.REJECT}

    def _extend_vote(self, request: _Fields) -> _Fields:
        """Step 1 of cosigning: the state that is committed, never the block that is voted on."""
        point = self.standing.point
        extension = self._guard.cosign(point, int(now().timestamp()))
        own = next((member.address for member in self.roster.members if member.log == self._log_key.verifier), None)
        if extension and own is not None:
            self._collect(point, {own: extension})
        return {"vote_extension": extension}

    def _verify_vote_extension(self, request: _Fields) -> _Fields:
        """Step 2 of cosigning. An empty extension is a member that does not cosign: its vote still counts."""
        standing, address, extension = self.standing, request["validator_address"], request["vote_extension"]
        if not extension:
            return {"status": messages.ACCEPT}
        point = standing.point if request["height"] == standing.height + 1 else standing.before
        try:
            check_extension(point, self.roster, address, extension)
        except ProofRefused:
            return {"status": messages.REJECT}
        self._collect(point, {address: extension})
        return {"status": messages.ACCEPT}

    def _finalize_block(self, request: _Fields) -> _Fields:
        self._block = self._application.finalize(request["height"], request["txs"])
        return {"tx_results": [_result(one) for one in self._block.results], "app_hash": self._block.standing.app_hash}

    def _commit(self, request: _Fields) -> _Fields:
        block, self._block = self._block, None
        if block is not None:
            before = self.standing.before
            self.store.save(block, self._snapshot_every)
            self._application.commit()
            self._collect(before, block.cosigned)
        return {}

    def _collect(self, point: Checkpoint, found: Cosignatures) -> None:
        """Step 5 of cosigning: keep the checkpoint as final once a quorum's cosignatures are here, and again as more come."""
        held = self._seen.setdefault(point, {})
        if found.keys() <= held.keys() or point.size == 0:
            return
        held.update({address: data for address, data in found.items() if address not in held})
        while len(self._seen) > _KEPT_POINTS:
            del self._seen[next(iter(self._seen))]
        if len(held) >= self.roster.quorum and (
            self.final is None or (point.size, len(held)) > (self.final.size, self.final.cosigned)
        ):
            self.final = Final(point.size, final_note(point, self._log_key, self.roster, held), len(held))
            self.store.keep_final(self.final)

    def _list_snapshots(self, request: _Fields) -> _Fields:
        return {"snapshots": snapshots.snapshots(self.store)}

    def _load_snapshot_chunk(self, request: _Fields) -> _Fields:
        return {"chunk": snapshots.chunk(self.store, request["height"], request["format"], request["chunk"])}

    def _offer_snapshot(self, request: _Fields) -> _Fields:
        offered = request["snapshot"]
        if offered is None or offered["format"] != snapshots.FORMAT:
            return {"result": messages.OFFER_REJECT_FORMAT}
        try:
            self._restoring = snapshots.Restoring.offered(self.store, self.roster, offered, request["app_hash"])
        except SnapshotRefused:
            return {"result": messages.OFFER_REJECT}
        return {"result": messages.OFFER_ACCEPT}

    def _apply_snapshot_chunk(self, request: _Fields) -> _Fields:
        if self._restoring is None:
            return {"result": messages.CHUNK_ABORT}
        try:
            if self._restoring.apply(request["chunk"]) is not None:
                self._application, self._restoring = Application(self.store.load()), None
        except SnapshotRefused:
            self._restoring = None
            return {"result": messages.CHUNK_REJECT_SNAPSHOT, "reject_senders": [request["sender"]] if request["sender"] else []}
        return {"result": messages.CHUNK_ACCEPT}


def _result(one: Result) -> _Fields:
    if one.reason:
        return {"code": 1, "log": one.reason, "codespace": "mingtang"}
    return {"data": one.first.to_bytes(8)} if one.first >= 0 else {}
