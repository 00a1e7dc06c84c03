"""What can go wrong with offers, credentials and showings. ``oauth`` is the error code of the protocol on the wire."""

from __future__ import annotations

from typing import ClassVar

from mingtang.kernel import CallerMistake, RefusedInput, Sentence

_AGAIN = Sentence("请回到“电子证照”页重新领取。", "Go back to the page “Electronic licences” and take it again.")


class BadDeclaration(CallerMistake):
    """A declaration of a credential or of a showing cannot be used."""

    code = "credentials.bad_declaration"
    status = 409
    text = Sentence("声明文件 {file} 有误：{zh}。", "The declaration {file} is wrong: {en}.")
    next_step = Sentence(
        "请改正后重试；写法见 docs/specs/credentials.md。", "Correct it; docs/specs/credentials.md says how it is written."
    )


class NoSuchKind(CallerMistake):
    """No such credential is declared."""

    code = "credentials.no_such_kind"
    status = 404
    text = Sentence("没有“{kind}”这种证照。", "There is no credential “{kind}”.")
    next_step = Sentence("请从“电子证照”页选择。", "Choose one on the page “Electronic licences”.")


class NoSuchIssuer(CallerMistake):
    """The unit issues nothing."""

    code = "credentials.no_such_issuer"
    status = 404
    text = Sentence("{unit} 不签发证照。", "{unit} issues no credentials.")
    next_step = Sentence("请核对地址。", "Check the address.")


class NotYourCredential(CallerMistake):
    """Only the issuing agency or the holder changes a credential's status."""

    code = "credentials.not_yours"
    status = 403
    text = Sentence(
        "只有签发机关和持有人可以改变证照状态。", "Only the issuing agency and the holder change a credential's status."
    )
    next_step = Sentence("请与签发机关联系。", "Ask the issuing agency.")


class NoSuchIssue(CallerMistake):
    """No credential was issued under the number, or its status cannot change that way."""

    code = "credentials.no_such_issue"
    status = 404
    text = Sentence("没有可以这样处理的证照 {number}。", "There is no credential {number} to which this can be done.")
    next_step = Sentence(
        "已收回的证照不能恢复，只能重新领取。请核对编号。",
        "What was taken back cannot be restored, only issued anew. Check the number.",
    )


class ReasonNeeded(CallerMistake):
    """A change of status by an official needs a reason."""

    code = "credentials.reason_needed"
    text = Sentence("请写明理由。", "Say why.")
    next_step = Sentence("理由会封存，持有人可以看到。", "The reason is sealed, and the holder can read it.")


class _OfProtocol(RefusedInput):
    oauth: ClassVar[str] = "invalid_request"


class RequestUnreadable(_OfProtocol):
    """The request of a wallet is not of the protocol's form."""

    code = "credentials.request_unreadable"
    text = Sentence("钱包的请求不合规定：{rule}。", "The wallet's request is not of the right form: {rule}.")
    next_step = Sentence("请更新钱包，或改用本市的钱包页。", "Update the wallet, or use the city's own wallet page.")


class GrantRefused(_OfProtocol):
    """The offer's code is unknown, used, run out, or its transaction code was wrong too often."""

    code = "credentials.grant_refused"
    oauth = "invalid_grant"
    text = Sentence(
        "这份领取邀请无效：已用过、已过期，或领取码不对。", "This offer does not hold: used, run out, or the code is wrong."
    )
    next_step = _AGAIN


class TokenRefused(_OfProtocol):
    """The access token is unknown or has run out."""

    code = "credentials.token_refused"
    oauth = "invalid_token"
    status = 401
    text = Sentence("领取时间已过，或已经领过。", "The time to take the credential is over, or it was taken already.")
    next_step = _AGAIN


class UnknownConfiguration(_OfProtocol):
    """The wallet asks for another credential than the offer holds."""

    code = "credentials.unknown_configuration"
    oauth = "unknown_credential_configuration"
    text = Sentence("邀请里没有这种证照。", "The offer does not hold this credential.")
    next_step = _AGAIN


class ProofRefused(_OfProtocol):
    """The proof that the wallet holds its key does not hold."""

    code = "credentials.proof_refused"
    oauth = "invalid_proof"
    text = Sentence("钱包没有证明它持有密钥：{rule}。", "The wallet did not prove that it holds its key: {rule}.")
    next_step = Sentence(
        "请在钱包里再试一次；手机或电脑的时间要准。",
        "Try again in the wallet; the clock of your phone or computer must be right.",
    )


class NonceRefused(ProofRefused):
    """The proof answers no nonce of ours, or one that was used."""

    code = "credentials.nonce_refused"
    oauth = "invalid_nonce"


class NoSuchShowing(CallerMistake):
    """No such request to show something."""

    code = "credentials.no_such_showing"
    status = 404
    text = Sentence("没有这个出示请求。", "There is no such request to show something.")
    next_step = Sentence("请让对方重新发起。", "Ask the service to make a new one.")


class NoSuchPurpose(CallerMistake):
    """The purpose for which something is to be shown is not declared."""

    code = "credentials.no_such_purpose"
    status = 404
    text = Sentence("没有登记“{purpose}”这个出示用途。", "The purpose “{purpose}” of showing is not registered.")
    next_step = Sentence("只能按已登记的用途索要；请先登记。", "Only registered purposes may ask; register it first.")


class ShowingOver(CallerMistake):
    """The request was answered, or its time is over."""

    code = "credentials.showing_over"
    status = 409
    text = Sentence("这个出示请求已经用过或已过期。", "This request was answered already, or its time is over.")
    next_step = Sentence(
        "请回到服务页面重新开始；没有任何资料被再次使用。", "Start again from the service's page; nothing is used a second time."
    )


class NotYourShowing(CallerMistake):
    """The browser that asks for the result is not the one that began."""

    code = "credentials.not_your_showing"
    status = 403
    text = Sentence("这个结果属于另一个浏览器发起的请求。", "This result belongs to a request that another browser began.")
    next_step = Sentence(
        "如果是别人把链接发给您的，请不要继续；请从服务页面自己开始。",
        "If somebody sent you the link, stop here; begin from the service's own page yourself.",
    )


class NotWhatWasAsked(_OfProtocol):
    """What was shown does not answer the request."""

    code = "credentials.not_what_was_asked"
    text = Sentence("出示的内容不符合要求：{rule}。", "What was shown does not answer the request: {rule}.")
    next_step = Sentence(
        "请在钱包里选择被要求的证照和内容再出示。",
        "Choose the credential and the content asked for in the wallet, and show again.",
    )


class UnknownIssuer(_OfProtocol):
    """The credential comes from an issuer that is not trusted here."""

    code = "credentials.unknown_issuer"
    text = Sentence("签发机关不在信任名单内。", "The issuer of this credential is not trusted here.")
    next_step = Sentence(
        "请出示本市机关签发的证照，或到窗口办理。", "Show a credential of the city's agencies, or go to the counter."
    )
