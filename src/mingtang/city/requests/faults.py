"""What the office refuses, each with its code, its sentence and the next step."""

from __future__ import annotations

from mingtang.kernel import CallerMistake, RefusedInput, Sentence


class NoSuchRequest(CallerMistake):
    """The number is not known."""

    code = "requests.not_found"
    status = 404
    text = Sentence("没有编号为 {number} 的诉求。", "There is no request with the number {number}.")
    next_step = Sentence("请核对编号，例如 MZ26-7KQ4M2XD。", "Check the number, for example MZ26-7KQ4M2XD.")


class WrongSecret(CallerMistake):
    """The secret of the link does not belong to the number."""

    code = "requests.wrong_secret"
    status = 403
    text = Sentence("这个私密链接不对。", "This secret link is not right.")
    next_step = Sentence(
        "请用提交时得到的完整链接；链接丢失时，可拨打热线。",
        "Use the whole link you were given when filing; if it is lost, call the hotline.",
    )


class NotNow(CallerMistake):
    """The step does not fit the request's present state."""

    code = "requests.not_now"
    status = 409
    text = Sentence(
        "诉求 {number} 现在是“{state}”状态，不能这样做。", "Request {number} is in the state “{state}”; this cannot be done now."
    )
    next_step = Sentence("请刷新页面，看当前状态可以做什么。", "Reload the page and see what the present state allows.")


class AlreadyDone(CallerMistake):
    """What may happen once has happened."""

    code = "requests.once_only"
    status = 409
    text = Sentence(
        "诉求 {number} 已经办过这一步，只能办一次。", "This step was already taken for request {number}; it may be taken once."
    )
    next_step = Sentence("如确有需要，请由督查人员处理。", "If it is really needed, turn to city supervision.")


class SecondOfficialNeeded(CallerMistake):
    """The one who proposes may not decide."""

    code = "requests.second_official"
    status = 403
    text = Sentence(
        "提出的人不能自己批准，须由另一名工作人员决定。", "Who proposes may not approve: another official must decide."
    )
    next_step = Sentence("请交给本单位负责人或督查人员。", "Pass it to the head of the unit or to supervision.")


class NotYourUnit(CallerMistake):
    """The official's unit has no part in the request."""

    code = "requests.not_your_unit"
    status = 403
    text = Sentence("诉求 {number} 不由您的单位办理。", "Request {number} is not handled by your unit.")
    next_step = Sentence("请由承办单位 {unit} 办理。", "The unit in charge, {unit}, must do it.")


class ReasonNeeded(RefusedInput):
    """An act with legal effect needs a reason in words."""

    code = "requests.reason_needed"
    text = Sentence("请写明理由（至少 {least} 个字）。", "Give a reason (at least {least} characters).")
    next_step = Sentence("理由会写入回执，居民可以看到。", "The reason is written into the receipt and the resident can read it.")


class TextRefused(RefusedInput):
    """The text of a request or reply is missing or too long."""

    code = "requests.text"
    text = Sentence(
        "内容须为 {least} 到 {most} 个字，现在是 {given} 个。", "The text must have {least} to {most} characters; it has {given}."
    )
    next_step = Sentence("请写清什么事、在哪里。", "Say what happened and where.")


class FieldRefused(RefusedInput):
    """A field of a filing cannot be taken."""

    code = "requests.field"
    text = Sentence("“{field}”不能这样填：{reason}。", "“{field}” cannot be taken: {reason}.")
    next_step = Sentence("请改正后再提交。", "Correct it and send again.")


class NoSuchCategory(RefusedInput):
    """The category is not in the tree."""

    code = "requests.no_category"
    status = 404
    text = Sentence("没有“{category}”这个类别。", "There is no category “{category}”.")
    next_step = Sentence("请从类别表中选择，或留空由系统建议。", "Choose one of the list, or leave it empty and one is proposed.")


class NoSuchUnit(RefusedInput):
    """The unit is not known."""

    code = "requests.no_unit"
    text = Sentence("没有代码为“{unit}”的单位。", "There is no unit with the code “{unit}”.")
    next_step = Sentence("请从单位列表中选择。", "Choose one of the list of units.")


class GroundRefused(RefusedInput):
    """The rules do not name this ground."""

    code = "requests.ground"
    text = Sentence("规则没有“{ground}”这个事由。", "The rules do not name the ground “{ground}”.")
    next_step = Sentence("只能选择规则列出的事由：{grounds}。", "Only the grounds that the rules name can be chosen: {grounds}.")


class NoExtension(RefusedInput):
    """The class of the request has no extension."""

    code = "requests.no_extension"
    status = 409
    text = Sentence("这一类诉求不能延期。", "Requests of this class cannot be extended.")
    next_step = Sentence("紧急和水电气热类诉求须按时办结。", "Emergencies and supply matters must be answered in time.")


class DateRefused(RefusedInput):
    """The date is past or too far away."""

    code = "requests.date"
    text = Sentence("日期须在今天之后、{latest} 之前。", "The date must be after today and not after {latest}.")
    next_step = Sentence("请另选日期。", "Choose another date.")


class Busy(CallerMistake):
    """More filings wait than the office takes at once."""

    code = "requests.busy"
    status = 429
    text = Sentence("同时提交的人太多，请稍候。", "Too many filings at once; please wait a moment.")
    next_step = Sentence(
        "请在 {seconds} 秒后再试，填写的内容不会丢失。", "Try again in {seconds} seconds; what you wrote is kept."
    )
