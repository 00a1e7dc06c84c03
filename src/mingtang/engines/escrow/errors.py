"""What the book refuses. Nothing changes when it refuses."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class EscrowRefused(CallerMistake):
    """The book refuses an event."""

    code = "escrow.refused"
    status = 409
    text = Sentence("托管账簿不接受这一步。", "The escrow book refuses this step.")
    next_step = Sentence("请看项目页上现在的状态。", "Look at how the project stands on its page.")


class BadEvent(RefusedInput):
    """The event is not one that the book knows, or a field of it is wrong."""

    code = "escrow.bad_event"
    text = Sentence("托管记录的内容不对：{reason}。", "The escrow entry is not well formed: {reason}.")
    next_step = Sentence("请改正该项再提交。", "Mend that field and send again.")


class NotEnough(EscrowRefused):
    """The account does not hold the sum."""

    code = "escrow.not_enough"
    text = Sentence("余额不足：现有 {there} 分，需要 {asked} 分。", "Not enough money: {there} fen are there, {asked} are asked.")
    next_step = Sentence("请减少金额，或先给预算项目拨款。", "Ask for less, or fund the budget line first.")


class NotNow(EscrowRefused):
    """The step does not follow from the state the project or milestone is in."""

    code = "escrow.not_now"
    text = Sentence("现在不能做这一步：现在的状态是 {state}。", "This step cannot be taken now: the state is {state}.")
    next_step = Sentence("请看项目页上接下来该做什么。", "The project's page says what comes next.")


class AnotherDecision(EscrowRefused):
    """The decision is not the one that the money was set aside for."""

    code = "escrow.another_decision"
    text = Sentence("这项决定不是预留这笔钱时的那一项。", "This is not the decision for which the money was set aside.")
    next_step = Sentence("请核对行动清单的指纹。", "Compare the hash of the action list.")


class ResultNotFinal(EscrowRefused):
    """The result is not verified twice, or the objection window is open."""

    code = "escrow.result_not_final"
    text = Sentence("结果还没有最后确定：要有两个独立核验，异议期也要已满。",
                    "The result is not final: two independent verifiers must agree and the window for objections must have closed.")
    next_step = Sentence("请等异议期满。", "Wait until the window has closed.")


class ProjectFrozen(EscrowRefused):
    """The auditor has frozen the project's payments."""

    code = "escrow.frozen"
    text = Sentence("审计人员已冻结本项目的付款。", "The auditor has frozen the payments of this project.")
    next_step = Sentence("请先答复审计人员；解冻后自动继续。", "Answer the auditor first; it goes on by itself once unfrozen.")


class NotAnAcceptor(EscrowRefused):
    """The person is not one of those who accept this work."""

    code = "escrow.not_an_acceptor"
    status = 403
    text = Sentence("您不是这项工程的验收人。", "You are not one of those who accept this work.")
    next_step = Sentence("验收人名单在合同里；抽签的方法写在项目页上。", "The contract names them; the project's page says how they were drawn.")


class AnotherEvent(EscrowRefused):
    """The same step was recorded before with another content."""

    code = "escrow.another_event"
    text = Sentence("同一步已经记过，内容不同。", "The same step is recorded already, with another content.")
    next_step = Sentence("请刷新页面，看已经记下的内容。", "Reload the page and look at what is recorded.")
