"""What the consortium refuses: bytes from the engine, envelopes, snapshots, and a node that cannot go on."""

from __future__ import annotations

from mingtang.kernel.errors import RefusedInput, Sentence


class WireRefused(RefusedInput):
    """Bytes on the engine's socket are not the messages of ABCI 2.0."""

    code = "consortium.wire_refused"
    text = Sentence("共识引擎发来的数据不合格式：{what}。", "The bytes from the consensus engine are malformed: {what}.")
    next_step = Sentence("请核对引擎的版本（v0.38.25 或 v0.40.0）。", "Check the engine's version (v0.38.25 or v0.40.0).")
