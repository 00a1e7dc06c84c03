"""What the consortium refuses: bytes from the engine, envelopes, snapshots, and a node that cannot go on."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


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


class HomeRefused(CallerMistake):
    """A folder is not that of a member, or is one already."""

    code = "consortium.home_refused"
    text = Sentence("目录 {folder} 不可用：{reason}。", "The folder {folder} cannot be used: {reason}.")
    next_step = Sentence("请用 mingtang consortium init 建立成员目录。", "Make a member's folder with mingtang consortium init.")


class EngineMissing(CallerMistake):
    """CometBFT is not on this machine, or in another version."""

    code = "consortium.engine_missing"
    text = Sentence("本机没有 CometBFT {version}。", "CometBFT {version} is not on this machine.")
    next_step = Sentence(
        "请运行 script/consortium（需要 Go），或用 MINGTANG_COMETBFT 指明程序。",
        "Run script/consortium (it needs Go), or name the program with MINGTANG_COMETBFT.",
    )


class EngineSilent(CallerMistake):
    """The engine does not answer, or answers with an error."""

    code = "consortium.engine_silent"
    status = 503
    text = Sentence("{address} 的共识引擎没有应答：{why}。", "The consensus engine at {address} does not answer: {why}.")
    next_step = Sentence(
        "请核对节点是否在运行：mingtang consortium status。", "Check whether the node runs: mingtang consortium status."
    )


class NotFinalYet(CallerMistake):
    """A batch is not final within the time that was waited; it may become so."""

    code = "consortium.not_final_yet"
    status = 503
    text = Sentence("第 {number} 批尚未定局。", "Batch {number} is not final yet.")
    next_step = Sentence(
        "请稍后用同一凭条再查；不要另发一批。", "Ask again later with the same ticket; do not send another batch."
    )


class NetworkStuck(CallerMistake):
    """A consortium on this machine does not do what it should in time."""

    code = "consortium.network_stuck"
    status = 503
    text = Sentence("等了 {seconds} 秒仍没有：{what}。", "After {seconds} seconds there is still not: {what}.")
    next_step = Sentence(
        "请看各成员目录下的 engine.log 与 node.log，并确认端口没有被占用。",
        "See engine.log and node.log in the members' folders, and whether the ports are free.",
    )


class NothingFinal(CallerMistake):
    """The log has no checkpoint yet that a quorum has cosigned."""

    code = "consortium.nothing_final"
    status = 404
    text = Sentence("还没有经多数成员联署的检查点。", "There is no checkpoint yet that enough members have cosigned.")
    next_step = Sentence("请在首批定局之后再来。", "Come back after the first batch is final.")
