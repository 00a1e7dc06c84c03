"""What can go wrong when a person takes a licence."""

from __future__ import annotations

from mingtang.kernel import CallerMistake, Sentence


class NotEntitled(CallerMistake):
    """The registers do not give the person this licence."""

    code = "licences.not_entitled"
    status = 409
    text = Sentence("按登记的情况，您还不能领这种证照：{zh}。", "By what the registers hold you cannot take this licence: {en}.")
    next_step = Sentence(
        "如果登记有误，可在“我的数据”申请更正，或到窗口询问。",
        "If the register is wrong, ask for a correction on “My data”, or ask at the counter.",
    )


class NotOnline(CallerMistake):
    """The licence is given at the agency's counter alone."""

    code = "licences.not_online"
    status = 409
    text = Sentence("这种证照要到签发机关窗口领取。", "This licence is taken at the issuing agency's counter.")
    next_step = Sentence("请带身份证件到窗口。", "Go there with your identity card.")
