"""What the ledger refuses to do."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, Sentence


class NotInTransaction(CallerMistake):
    """An act was about to be sealed outside the transaction that changes the state."""

    code = "ledger.not_in_transaction"
    status = 500
    text = Sentence("封存必须与状态变更在同一事务中。", "An act must be sealed in the transaction that changes the state.")
    next_step = Sentence("这是程序错误，请报告。", "This is a fault of the program; report it.")


class NoSuchAct(CallerMistake):
    """There is no act with this identifier."""

    code = "ledger.no_such_act"
    status = 404
    text = Sentence("没有标识为 {act} 的政务行为。", "There is no act {act}.")
    next_step = Sentence("请从回执上核对标识。", "Check the identifier on the receipt.")


class Erased(CallerMistake):
    """The act's document and salt were erased; what remains is the commitment in the log."""

    code = "ledger.erased"
    status = 410
    text = Sentence("此行为的内容已依法删除，账本中只留承诺。", "The content of this act was erased by law; only the commitment stays in the log.")
    next_step = Sentence("您手中原有的回执仍可核验。", "A receipt that you already hold still verifies.")


class NotFinal(CallerMistake):
    """The act is sealed but not yet in a signed checkpoint."""

    code = "ledger.not_final"
    status = 409
    text = Sentence("此行为刚刚封存，账本尚未签署。", "This act was sealed a moment ago; the log has not signed it yet.")
    next_step = Sentence("请过一秒钟再打开。", "Open it again in a second.")


class LogBroken(CallerMistake):
    """The stored log does not agree with its own signed head; nothing is appended to it."""

    code = "ledger.log_broken"
    status = 500
    text = Sentence("账本与其签署的检查点不一致：{what}。", "The log does not agree with its signed checkpoint: {what}.")
    next_step = Sentence("请停止服务，运行 mingtang ledger audit，并从经核验的备份恢复。", "Stop, run mingtang ledger audit, and restore a verified backup.")


class NoVerifier(CallerMistake):
    """This installation came without the folder ``verify``."""

    code = "ledger.no_verifier"
    status = 404
    text = Sentence("这里没有核对程序的文件。", "The checking program is not here.")
    next_step = Sentence("请从明堂的源代码中取 verify/receipt.py。", "Take verify/receipt.py from Mingtang's source.")


class NothingSigned(CallerMistake):
    """The log has signed nothing yet."""

    code = "ledger.nothing_signed"
    status = 404
    text = Sentence("账本还没有签署任何检查点。", "The log has signed no checkpoint yet.")
    next_step = Sentence("请启动后台进程 mingtang worker。", "Start the worker: mingtang worker.")


class DocumentChanged(CallerMistake):
    """The vault's bytes of an act are not what was sealed."""

    code = "ledger.document_changed"
    status = 500
    text = Sentence("行为 {act} 的文书在保管库中被改动过。", "The document of the act {act} was changed in the vault.")
    next_step = Sentence("请运行 mingtang ledger audit，并从经核验的备份恢复。", "Run mingtang ledger audit and restore a verified backup.")


class ForkRefused(CallerMistake):
    """The database stands behind, or beside, a checkpoint of this log that was already published."""

    code = "ledger.fork_refused"
    status = 500
    text = Sentence("本账本已公布过大小为 {known} 的检查点，数据库却只有 {size}，或历史不同：这是旧备份或另一份副本，不再签署。",
                    "This log has published a checkpoint of size {known}; the database stands at {size} or has another history. "
                    "It is an old backup or a second copy: nothing is signed.")
    next_step = Sentence("请恢复更新的备份；若确已丢失，请换一个 MINGTANG_LEDGER_ORIGIN 另起账本，并公告。",
                         "Restore a newer backup. If what is missing is lost, go on under a new MINGTANG_LEDGER_ORIGIN and say so in public.")
