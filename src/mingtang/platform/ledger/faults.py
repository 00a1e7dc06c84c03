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
