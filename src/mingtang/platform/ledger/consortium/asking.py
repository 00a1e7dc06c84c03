"""What may be asked of a node through the engine's ``abci_query``, by path; answers are JSON.

    head                             {"height", "size", "root", "final_size", "cosigned", "final"}      "final" is the newest final checkpoint, a note
    numbers   data: agency (20)      {"highest"}                                                         the highest batch number used
    batch     data: agency, number (8)   {"first", "count", "height", "final", "head"}                   "final": its last commitment is under a final checkpoint
    proof     data: index (8)        {"proof"}                                                           a .tlog-proof under the newest final checkpoint

An answer is this node's word; ``final`` and ``proof`` verify by themselves under the members' policy.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from mingtang.engines.tlog import WIDTH, LogProof, NotInLog, TileReader, prove_inclusion, unpack_bundle
from mingtang.platform.ledger.consortium.application import BUNDLE
from mingtang.platform.ledger.consortium.numbers import Window

if TYPE_CHECKING:
    from mingtang.platform.ledger.consortium.node import Node


def answer(node: Node, path: str, data: bytes) -> bytes | None:
    """The answer's bytes, or None where there is nothing of the kind. Any bytes may be asked."""
    asked = {"head": _head, "numbers": _numbers, "batch": _batch, "proof": _proof}.get(path)
    found = asked(node, data) if asked else None
    return None if found is None else json.dumps(found).encode()


def _head(node: Node, data: bytes) -> dict[str, Any]:
    standing, final = node.standing, node.final
    return {
        "height": standing.height,
        "size": standing.point.size,
        "root": base64.b64encode(standing.point.root).decode(),
        "final_size": final.size if final else 0,
        "cosigned": final.cosigned if final else 0,
        "final": final.note.decode() if final else "",
    }


def _numbers(node: Node, data: bytes) -> dict[str, Any]:
    return {"highest": node.standing.windows.get(data, Window()).highest}


def _batch(node: Node, data: bytes) -> dict[str, Any] | None:
    if len(data) != 28 or data[20] & 0x80:
        return None
    found = node.store.batch(data[:20], int.from_bytes(data[20:]))
    if found is None:
        return None
    first, count, height = found
    bundle, at = divmod(first, WIDTH)
    head = unpack_bundle(node.store.tile(BUNDLE, bundle))[at]
    return {
        "first": first,
        "count": count,
        "height": height,
        "final": node.final is not None and node.final.size > first + count,
        "head": head.hex(),
    }


def _proof(node: Node, data: bytes) -> dict[str, Any] | None:
    index, final = int.from_bytes(data), node.final
    if len(data) != 8 or final is None or index >= final.size:
        return None
    try:
        path = prove_inclusion(TileReader(node.store.tile), index, final.size)
    except NotInLog:
        return None
    return {"proof": bytes(LogProof(index, tuple(path), final.note)).decode()}
