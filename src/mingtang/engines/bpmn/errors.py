"""What the engine refuses, each with its code, its sentence and the next step."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class BpmnRefused(RefusedInput):
    """The file is not BPMN 2.0 of the declared subset. ``path`` is the element's id, or its line."""

    code = "bpmn.refused"
    text = Sentence("流程文件不能接受：{reason}。", "The process file cannot be accepted: {reason}.")
    next_step = Sentence("请在流程编辑器中改正该元素；可用的元素见 docs/specs/bpmn.md。",
                         "Correct the element in a BPMN editor; docs/specs/bpmn.md lists what may be used.")


class NotSupported(BpmnRefused):
    """A BPMN element, attribute or combination outside the declared subset."""

    code = "bpmn.not_supported"
    text = Sentence("流程中的“{what}”不在可用的 BPMN 子集之内。", "“{what}” is not in the subset of BPMN that this city runs.")


class NoSuchTask(CallerMistake):
    """The case does not wait at that task now."""

    code = "bpmn.no_such_task"
    status = 409
    text = Sentence("事项现在没有停在“{task}”这一步。", "The case does not wait at the step “{task}” now.")
    next_step = Sentence("请刷新页面，看事项现在停在哪一步。", "Reload the page and see where the case stands.")


class NoSuchTimer(CallerMistake):
    """The case has no such pending timer."""

    code = "bpmn.no_such_timer"
    status = 409
    text = Sentence("事项没有名为“{node}”的待到期限。", "The case has no pending deadline “{node}”.")
    next_step = Sentence("期限可能已经办结或改期。", "The deadline may have been met or moved.")


class TimerUnclear(CallerMistake):
    """A timer's expression gives no instant."""

    code = "bpmn.timer_unclear"
    text = Sentence("期限“{node}”（{expression}）算不出时间：{reason}。", "The deadline “{node}” ({expression}) gives no time: {reason}.")
    next_step = Sentence("请给出含 due 的期限值；没有期限时请明确写 null。", "Give a limit with its due time; where there is no deadline say null.")


class DeadlineSpent(CallerMistake):
    """An interrupting deadline would be set again for a due time at which it has already fired."""

    code = "bpmn.deadline_spent"
    text = Sentence("期限“{node}”在 {due} 已经到期处理过。", "The deadline “{node}” has already fired for {due}.")
    next_step = Sentence("请给出新的期限。", "Give a new limit.")


class ConditionUnclear(CallerMistake):
    """A condition is neither true nor false."""

    code = "bpmn.condition_unclear"
    text = Sentence("条件“{expression}”得不出是或否：{reason}。", "The condition “{expression}” is neither true nor false: {reason}.")
    next_step = Sentence("请补全条件所用的事实。", "Give the facts that the condition uses.")


class WayTooLong(CallerMistake):
    """One step passes too many elements or opens too many tokens."""

    code = "bpmn.way_too_long"
    text = Sentence("流程一步经过的环节太多（在“{node}”）。", "One step of the process passes too many elements (at “{node}”).")
    next_step = Sentence("请检查流程是否绕圈。", "Check the process for a loop.")


class NotThisPerson(CallerMistake):
    """A step of several people was completed by one who may not, or not again."""

    code = "bpmn.not_this_person"
    status = 403
    text = Sentence("“{task}”这一步您已经办过，或不在办理人之列。", "You have already done your part of “{task}”, or you are not among those asked.")
    next_step = Sentence("请由其他办理人办理。", "Another of those asked must do it.")
