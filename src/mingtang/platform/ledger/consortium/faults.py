"""What the consortium refuses: bytes from the engine, envelopes, snapshots, and a node that cannot go on."""

from __future__ import annotations

from mingtang.kernel.errors import RefusedInput, Sentence


class WireRefused(RefusedInput):
    """Bytes on the engine's socket are not the messages of ABCI 2.0."""

    code = "consortium.wire_refused"
    text = Sentence("共识引擎发来的数据不合格式：{what}。", "The bytes from the consensus engine are malformed: {what}.")
    next_step = Sentence("请核对引擎的版本（v0.38.25 或 v0.40.0）。", "Check the engine's version (v0.38.25 or v0.40.0).")


class EnvelopeRefused(RefusedInput):
    """A batch of commitments does not enter the log."""

    code = "consortium.envelope_refused"
    text = Sentence("批次不予收录：{reason}。", "The batch is not taken: {reason}.")
    next_step = Sentence("请核对机关密钥与批次序号。", "Check the agency's key and the number of the batch.")


class RosterRefused(RefusedInput):
    """The list of members is not one."""

    code = "consortium.roster_refused"
    text = Sentence("成员名册不合格式：{reason}。", "The list of members is malformed: {reason}.")
    next_step = Sentence("请重新收集各机关的成员文件。", "Gather the agencies' member files again.")


class SnapshotRefused(RefusedInput):
    """A snapshot from a peer is not the state that the members have voted for."""

    code = "consortium.snapshot_refused"
    text = Sentence("快照不可信：{reason}。", "The snapshot is refused: {reason}.")
    next_step = Sentence("引擎会向其他节点索取快照。", "The engine will ask other nodes for one.")
