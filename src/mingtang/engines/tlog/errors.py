"""What a verifier of the log refuses; ``check`` names the step that failed."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class ProofRefused(RefusedInput):
    """A proof, checkpoint, note or receipt does not hold."""

    code = "tlog.proof_refused"
    text = Sentence("证明不成立：{check}。", "The proof does not hold: {check}.")
    next_step = Sentence("请保留这份文件并向审计机关报告。", "Keep this file and report it to the auditor.")


class NotInLog(CallerMistake):
    """An index or size lies outside the log."""

    code = "tlog.not_in_log"
    status = 404
    text = Sentence("账本在大小 {size} 时没有第 {index} 项。", "The log of size {size} has no entry {index}.")
    next_step = Sentence("请稍候再试：新行为约一秒后进入账本。", "Wait a moment: a new act enters the log within about a second.")


class EntryTooLarge(CallerMistake):
    """An entry is longer than the format can hold."""

    code = "tlog.entry_too_large"
    status = 413
    text = Sentence("账本条目最长 65535 字节，此条 {length} 字节。", "A log entry has at most 65,535 bytes; this one has {length}.")
    next_step = Sentence("账本只存承诺；请把文件放入保管库。", "The log holds commitments alone; put the document into the vault.")
