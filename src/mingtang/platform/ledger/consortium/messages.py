"""The messages of ABCI 2.0 that this application reads and writes (package tendermint.abci of CometBFT, the same in v0.38 and v0.40).

Fields that the application does not use are not listed; the wire passes over them.
"""

from __future__ import annotations

from typing import Any

from mingtang.platform.ledger.consortium.faults import WireRefused
from mingtang.platform.ledger.consortium.wire import BYTES, INT, TEXT, Field, Message, framed, uvarint, walk

ACCEPT, REJECT = 1, 2
COMMITTED = 2  # BlockIDFlag of a validator that signed the block
OFFER_ACCEPT, OFFER_ABORT, OFFER_REJECT, OFFER_REJECT_FORMAT = 1, 2, 3, 4
CHUNK_ACCEPT, CHUNK_ABORT, CHUNK_RETRY, CHUNK_REJECT_SNAPSHOT = 1, 2, 3, 5

_VALIDATOR = Message(address=Field(1, BYTES), power=Field(3, INT))
_VOTE = Message(validator=Field(1, _VALIDATOR), vote_extension=Field(3, BYTES), block_id_flag=Field(5, INT))
_COMMIT = Message(round=Field(1, INT), votes=Field(2, _VOTE, True))
_PUBLIC_KEY = Message(ed25519=Field(1, BYTES))
_UPDATE = Message(pub_key=Field(1, _PUBLIC_KEY), power=Field(2, INT))
SNAPSHOT = Message(
    height=Field(1, INT), format=Field(2, INT), chunks=Field(3, INT), hash=Field(4, BYTES), metadata=Field(5, BYTES)
)
_RESULT = Message(code=Field(1, INT), data=Field(2, BYTES), log=Field(3, TEXT), codespace=Field(8, TEXT))
_NOTHING = Message()

# name -> (number in Request, fields of the request, number in Response, fields of the response)
METHODS: dict[str, tuple[int, Message, int, Message]] = {
    "echo": (1, Message(message=Field(1, TEXT)), 2, Message(message=Field(1, TEXT))),
    "flush": (2, _NOTHING, 3, _NOTHING),
    "info": (
        3,
        Message(version=Field(1, TEXT), abci_version=Field(4, TEXT)),
        4,
        Message(
            data=Field(1, TEXT),
            version=Field(2, TEXT),
            app_version=Field(3, INT),
            last_block_height=Field(4, INT),
            last_block_app_hash=Field(5, BYTES),
        ),
    ),
    "init_chain": (
        5,
        Message(
            chain_id=Field(2, TEXT),
            validators=Field(4, _UPDATE, True),
            app_state_bytes=Field(5, BYTES),
            initial_height=Field(6, INT),
        ),
        6,
        Message(validators=Field(2, _UPDATE, True), app_hash=Field(3, BYTES)),
    ),
    "query": (
        6,
        Message(data=Field(1, BYTES), path=Field(2, TEXT), height=Field(3, INT)),
        7,
        Message(code=Field(1, INT), log=Field(3, TEXT), value=Field(7, BYTES), height=Field(9, INT), codespace=Field(10, TEXT)),
    ),
    "check_tx": (8, Message(tx=Field(1, BYTES), type=Field(2, INT)), 9, _RESULT),
    "commit": (11, _NOTHING, 12, Message(retain_height=Field(3, INT))),
    "list_snapshots": (12, _NOTHING, 13, Message(snapshots=Field(1, SNAPSHOT, True))),
    "offer_snapshot": (13, Message(snapshot=Field(1, SNAPSHOT), app_hash=Field(2, BYTES)), 14, Message(result=Field(1, INT))),
    "load_snapshot_chunk": (
        14,
        Message(height=Field(1, INT), format=Field(2, INT), chunk=Field(3, INT)),
        15,
        Message(chunk=Field(1, BYTES)),
    ),
    "apply_snapshot_chunk": (
        15,
        Message(index=Field(1, INT), chunk=Field(2, BYTES), sender=Field(3, TEXT)),
        16,
        Message(result=Field(1, INT), refetch_chunks=Field(2, INT, True), reject_senders=Field(3, TEXT, True)),
    ),
    "prepare_proposal": (
        16,
        Message(max_tx_bytes=Field(1, INT), txs=Field(2, BYTES, True), local_last_commit=Field(3, _COMMIT), height=Field(5, INT)),
        17,
        Message(txs=Field(1, BYTES, True)),
    ),
    "process_proposal": (17, Message(txs=Field(1, BYTES, True), height=Field(5, INT)), 18, Message(status=Field(1, INT))),
    "extend_vote": (18, Message(height=Field(2, INT)), 19, Message(vote_extension=Field(1, BYTES))),
    "verify_vote_extension": (
        19,
        Message(validator_address=Field(2, BYTES), height=Field(3, INT), vote_extension=Field(4, BYTES)),
        20,
        Message(status=Field(1, INT)),
    ),
    "finalize_block": (
        20,
        Message(txs=Field(1, BYTES, True), hash=Field(4, BYTES), height=Field(5, INT)),
        21,
        Message(tx_results=Field(2, _RESULT, True), validator_updates=Field(3, _UPDATE, True), app_hash=Field(5, BYTES)),
    ),
}

_NAMES = {number: name for name, (number, _, _, _) in METHODS.items()}
_EXCEPTION = Message(error=Field(1, TEXT))


def read_request(data: bytes) -> tuple[str, dict[str, Any]]:
    """The method and the fields of one request; raises WireRefused."""
    found = [(number, value) for number, wire, value in walk(memoryview(data)) if wire == 2]
    if len(found) != 1 or found[0][0] not in _NAMES:
        raise WireRefused(what="no request of ABCI 2.0")
    name = _NAMES[found[0][0]]
    return name, METHODS[name][1].decode(found[0][1])


def write_response(name: str, values: dict[str, Any]) -> bytes:
    """One response, framed."""
    _, _, number, fields = METHODS[name]
    return _framed_field(number, fields.encode(values))


def write_exception(error: str) -> bytes:
    """The answer that makes the engine stop; framed."""
    return _framed_field(1, _EXCEPTION.encode({"error": error}))


def _framed_field(number: int, body: bytes) -> bytes:
    return framed(uvarint(number << 3 | 2) + uvarint(len(body)) + body)
