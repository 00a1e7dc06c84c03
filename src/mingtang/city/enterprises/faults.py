"""What the market regulator refuses."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class NameJustTaken(CallerMistake):
    """Another application took the name a moment ago, after the register was asked."""

    code = "enterprises.name_just_taken"
    status = 409
    text = Sentence("名称“{name}”刚刚被另一份申请登记。", "The name “{name}” was registered by another application a moment ago.")
    next_step = Sentence("请换一个字号，再提交一次。", "Choose another mark and send again.")


class NoSuchEnterprise(CallerMistake):
    """There is no such company, or the link is not complete."""

    code = "enterprises.not_found"
    status = 404
    text = Sentence("没有这家企业，或网址不完整。", "There is no such company, or the address is incomplete.")
    next_step = Sentence(
        "请核对统一社会信用代码，或使用决定页面上的链接。", "Check the credit code, or use the link on the decision's page."
    )


class NoSuchApplication(CallerMistake):
    """There is no such application, or it is decided."""

    code = "enterprises.no_such_application"
    status = 404
    text = Sentence("没有这份待办的申请。", "No such application waits.")
    next_step = Sentence("请刷新待办清单。", "Reload the list.")


class NotYourOffice(CallerMistake):
    """Only the market regulator decides."""

    code = "enterprises.not_your_office"
    status = 403
    text = Sentence("只有市场监管局可以决定。", "Only the market regulator decides.")
    next_step = Sentence("请由该单位的工作人员办理。", "An official of that office must do it.")


class ReasonNeeded(RefusedInput):
    """A decision by an official needs a reason."""

    code = "enterprises.reason_needed"
    text = Sentence("请写明理由，4 至 1000 个字。", "Write the reason, 4 to 1,000 characters.")
    next_step = Sentence("理由会给申请人看。", "The applicant reads it.")


class RegisterMissing(CallerMistake):
    """The register of enterprises cannot be written to now."""

    code = "enterprises.register_missing"
    status = 424
    text = Sentence("企业登记库现在不能写入。", "The register of enterprises cannot be written to now.")
    next_step = Sentence("系统会自动重试。", "It is tried again by itself.")
