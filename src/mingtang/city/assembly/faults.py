"""What the assembly refuses."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class ActionsRefused(RefusedInput):
    """The action list is not well formed."""

    code = "assembly.actions_refused"
    text = Sentence("行动清单的“{place}”不对，应为：{reason}。", "The action list is wrong at “{place}”; expected: {reason}.")
    next_step = Sentence("请改正这一项，或请居委会帮您写。", "Mend that item, or ask the committee to help you write it.")


class NoSuchProposal(CallerMistake):
    """There is no such proposal."""

    code = "assembly.no_such_proposal"
    status = 404
    text = Sentence("没有这份提案。", "There is no such proposal.")
    next_step = Sentence("请从提案清单打开。", "Open it from the list of proposals.")


class NotNow(CallerMistake):
    """The step does not follow from how the proposal stands."""

    code = "assembly.not_now"
    status = 409
    text = Sentence("现在不能这样做：提案的状态是“{state}”。", "This cannot be done now: the proposal stands at “{state}”.")
    next_step = Sentence("提案页上写着接下来的步骤。", "The page of the proposal says what comes next.")


class NotYours(CallerMistake):
    """Only who made the proposal may change it."""

    code = "assembly.not_yours"
    status = 403
    text = Sentence("只有提案人可以修改这份提案。", "Only who made the proposal may change it.")
    next_step = Sentence("您可以在提案页上提问或建议。", "You can ask or suggest on the proposal's page.")


class NotAdmitted(CallerMistake):
    """The contract does not let the proposal be voted on."""

    code = "assembly.not_admitted"
    status = 409
    text = Sentence("还不能表决：{zh}", "It may not be voted on yet: {en}")
    next_step = Sentence("补足后可以再试；每次判断都有记录。", "Mend that and try again; each decision is on record.")


class WordsNeeded(RefusedInput):
    """A text is missing or too long."""

    code = "assembly.words_needed"
    text = Sentence("请写清楚“{field}”，{least} 至 {most} 个字。", "Write “{field}” plainly, {least} to {most} characters.")
    next_step = Sentence("内容会公开，请不要写别人的个人信息。", "It is public; write nothing personal about others.")


class NoSuchDuty(CallerMistake):
    """There is nothing entrusted under this code, or it is answered."""

    code = "assembly.no_such_duty"
    status = 404
    text = Sentence("没有这件待办的交办事项。", "No such matter waits for an answer.")
    next_step = Sentence("请刷新清单。", "Reload the list.")


class NotYourUnit(CallerMistake):
    """Only the unit that was entrusted answers."""

    code = "assembly.not_your_unit"
    status = 403
    text = Sentence("这件事交给了别的单位。", "This was entrusted to another unit.")
    next_step = Sentence("请由该单位的工作人员答复。", "An official of that unit must answer.")
