"""What cases refuse, each with its code, its sentence and the next step."""

from __future__ import annotations

from mingtang.kernel import CallerMistake, Sentence


class NoSuchCase(CallerMistake):
    """There is no case under that reference."""

    code = "cases.not_found"
    status = 404
    text = Sentence("没有编号为 {ref} 的事项。", "There is no case {ref}.")
    next_step = Sentence("请核对编号。", "Check the reference.")


class CaseExists(CallerMistake):
    """A case under that reference has begun already."""

    code = "cases.exists"
    status = 409
    text = Sentence("事项 {ref} 已经开始。", "The case {ref} has begun already.")
    next_step = Sentence("请打开已有的事项。", "Open the one that is there.")


class StaleCase(CallerMistake):
    """The case has moved on since it was read."""

    code = "cases.stale"
    status = 409
    text = Sentence("事项 {ref} 已被他人更新（现为第 {rev} 版）。", "The case {ref} has been changed by someone else (now revision {rev}).")
    next_step = Sentence("请刷新页面，看过新情况后再办。", "Reload the page, look at what is new, then decide again.")


class CaseEnded(CallerMistake):
    """The case is over."""

    code = "cases.ended"
    status = 409
    text = Sentence("事项 {ref} 已经办结。", "The case {ref} is over.")
    next_step = Sentence("需要时可要求重办。", "If needed, ask for it to be opened again.")


class NoHandler(CallerMistake):
    """A process calls a function that no office has registered."""

    code = "cases.no_handler"
    status = 409
    text = Sentence("流程要调用“{name}”，但没有部门提供。", "The process calls “{name}”, which no office provides.")
    next_step = Sentence("请由信息部门检查安装，再运行 mingtang doctor。", "The IT office should check the installation with mingtang doctor.")


class HandlerBroken(CallerMistake):
    """A handler answered with something other than one draft a firing."""

    code = "cases.handler_broken"
    status = 409
    text = Sentence("“{name}”没有给出与到期数相同的文书（应 {wanted}，得 {given}）。", "“{name}” gave {given} drafts for {wanted} firings.")
    next_step = Sentence("请由信息部门修正该部门的程序。", "The IT office must mend that office's program.")


class NotInTransaction(CallerMistake):
    """An effect is put down outside a transaction."""

    code = "cases.not_in_transaction"
    text = Sentence("外发事项必须与状态变更在同一事务中登记。", "An effect is put down in the transaction that changes the state.")
    next_step = Sentence("请在 transaction.atomic() 中调用。", "Call it inside transaction.atomic().")


class NothingToRetry(CallerMistake):
    """Nothing is stuck under that name."""

    code = "cases.nothing_to_retry"
    status = 404
    text = Sentence("没有需要重试的“{what}”。", "Nothing called “{what}” waits to be tried again.")
    next_step = Sentence("请刷新页面。", "Reload the page.")
