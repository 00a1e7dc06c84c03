"""What a verifier refuses, each naming the rule of the standard that was broken."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class RefusedCredential(RefusedInput):
    """A credential or presentation breaks a rule; ``rule`` names it."""

    code = "vc.refused"
    text = Sentence("出示的凭证不能接受：{rule}。", "The credential shown cannot be accepted: {rule}.")
    next_step = Sentence("请从钱包重新出示；仍不行时请到窗口重新领取凭证。", "Show it again from the wallet; if that fails, have it issued anew at the counter.")


class StatusUnavailable(RefusedInput):
    """Whether the credential still holds cannot be found out, so it is not accepted."""

    code = "vc.status_unavailable"
    status = 409
    text = Sentence("现在查不到凭证是否仍然有效，因此不能接受。", "Whether the credential is still valid cannot be found out now, so it is not accepted.")
    next_step = Sentence("请稍后再试，或到窗口办理。", "Try again later, or go to the counter.")


class CannotIssue(CallerMistake):
    """The claims cannot be made into a credential."""

    code = "vc.cannot_issue"
    text = Sentence("不能签发这样的凭证：{reason}。", "Such a credential cannot be issued: {reason}.")
    next_step = Sentence("请检查声明的名称和内容。", "Check the names and values of the claims.")
