"""What a verifier refuses, each naming the rule of the standard that was broken."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class RefusedCredential(RefusedInput):
    """A credential or presentation breaks a rule; ``rule`` names it."""

    code = "vc.refused"
    text = Sentence("出示的凭证不能接受：{rule}。", "The credential shown cannot be accepted: {rule}.")
    next_step = Sentence(
        "请从钱包重新出示；仍不行时请到窗口重新领取凭证。",
        "Show it again from the wallet; if that fails, have it issued anew at the counter.",
    )


class StatusUnavailable(RefusedInput):
    """Whether the credential still holds cannot be found out, so it is not accepted."""

    code = "vc.status_unavailable"
    status = 409
    text = Sentence(
        "现在查不到凭证是否仍然有效，因此不能接受。",
        "Whether the credential is still valid cannot be found out now, so it is not accepted.",
    )
    next_step = Sentence("请稍后再试，或到窗口办理。", "Try again later, or go to the counter.")


class CredentialRevoked(RefusedInput):
    """The issuer has taken the credential back."""

    code = "vc.revoked"
    status = 409
    text = Sentence("这份凭证已被签发机关收回，不再有效。", "The issuer has taken this credential back; it no longer holds.")
    next_step = Sentence(
        "请到签发机关窗口询问原因，需要时重新领取。",
        "Ask the issuing agency at the counter why, and have it issued anew if you are entitled to it.",
    )


class CredentialSuspended(RefusedInput):
    """The issuer has suspended the credential for now."""

    code = "vc.suspended"
    status = 409
    text = Sentence("这份凭证暂时停用。", "This credential is suspended for now.")
    next_step = Sentence(
        "请联系签发机关恢复使用；在此之前请到窗口办理。",
        "Ask the issuing agency to lift the suspension; until then use the counter.",
    )


class CannotIssue(CallerMistake):
    """The claims cannot be made into a credential."""

    code = "vc.cannot_issue"
    text = Sentence("不能签发这样的凭证：{reason}。", "Such a credential cannot be issued: {reason}.")
    next_step = Sentence("请检查声明的名称和内容。", "Check the names and values of the claims.")
