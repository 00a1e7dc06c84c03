"""What the exchange refuses. Keys and values never stand in a message: they may be a person's."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence

_ASK_THE_AGENCY = Sentence("请向发起查询的单位了解情况。", "Ask the office that wanted the data.")


class BadDeclaration(RefusedInput):
    """A source or a purpose is not declared as it must be; ``path`` is the place."""

    code = "exchange.bad_declaration"
    text = Sentence("{file} 的声明有误：{zh}。", "{file} is not declared rightly: {en}.")
    next_step = Sentence("请按 docs/specs/exchange.md 改正。", "Correct it as docs/specs/exchange.md says.")


class NoSuchSource(CallerMistake):
    """No source of this code is in force."""

    code = "exchange.no_such_source"
    status = 404
    text = Sentence("没有数据源“{source}”。", "There is no source “{source}”.")
    next_step = Sentence("请核对数据源代码。", "Check the source's code.")


class NoSuchPurpose(CallerMistake):
    """No purpose of this code is in force."""

    code = "exchange.no_such_purpose"
    status = 404
    text = Sentence("没有用途“{purpose}”，或它已停用。", "There is no purpose “{purpose}”, or it has ended.")
    next_step = Sentence("请核对用途代码。", "Check the purpose's code.")


class NotForThisPurpose(CallerMistake):
    """The purpose does not allow what is asked: another source, field, predicate, ground or caller than it declares."""

    code = "exchange.not_for_this_purpose"
    status = 403
    text = Sentence("用途“{purpose}”不允许：{what}。", "The purpose “{purpose}” does not allow this: {what}.")
    next_step = Sentence(
        "只查该用途声明的内容；需要更多须先公布用途。",
        "Ask only for what the purpose declares; for more, a purpose must be published first.",
    )


class NotConsented(CallerMistake):
    """The consent is not there, is another's or another purpose's, has ended, was withdrawn, or was used."""

    code = "exchange.not_consented"
    status = 403
    text = Sentence("没有有效的同意：{zh}。", "There is no consent that holds: {en}.")
    next_step = Sentence(
        "请本人在“我的数据”中重新同意，或到窗口办理。", "The person can consent again under “My data”, or at a counter."
    )


class SourceDown(CallerMistake):
    """The source does not answer."""

    code = "exchange.source_down"
    status = 424
    text = Sentence(
        "“{source_zh}”现在没有回应，没有作出决定，也没有留下数据。",
        "“{source_en}” does not answer now. Nothing was decided and nothing kept.",
    )
    next_step = Sentence("请过几分钟再试；急用请到窗口办理。", "Try again in a few minutes; if it is urgent, go to a counter.")


class SourceSlow(SourceDown):
    """The source took longer than its limit."""

    code = "exchange.source_slow"
    text = Sentence(
        "“{source_zh}”在 {seconds} 秒内没有答完，没有作出决定，也没有留下数据。",
        "“{source_en}” did not answer within {seconds} seconds. Nothing was decided and nothing kept.",
    )


class SourceWrong(SourceDown):
    """The source answered with what cannot be: another record, several records, a value of the wrong type."""

    code = "exchange.source_wrong"
    text = Sentence(
        "“{source_zh}”的回答不可信：{zh}。没有采用。", "The answer of “{source_en}” cannot be right: {en}. It was not used."
    )
    next_step = Sentence("该单位会收到更正通知；您可以到窗口办理。", "The agency is told to correct it; you can go to a counter.")


class NoSuchConsent(CallerMistake):
    """The person has no such consent."""

    code = "exchange.no_such_consent"
    status = 404
    text = Sentence("没有这份同意。", "There is no such consent.")
    next_step = Sentence("请在“我的数据”中查看。", "Look under “My data”.")


class NothingToConsent(CallerMistake):
    """The purpose rests on law, not on consent: there is nothing to agree to or to withdraw."""

    code = "exchange.nothing_to_consent"
    status = 409
    text = Sentence("“{purpose}”依法进行，不以您的同意为根据。", "“{purpose}” rests on the law, not on your consent.")
    next_step = Sentence(
        "您可以查看谁看过、要求说明或更正。", "You can see who looked, ask for an explanation, or have data corrected."
    )


class CardRefused(CallerMistake):
    """Card and PIN do not fit, or the card has ended; which is not said."""

    code = "exchange.card_refused"
    status = 403
    text = Sentence("卡号或密码不正确，或卡已停用。", "Card and PIN do not fit, or the card has ended.")
    next_step = Sentence(
        "请核对后再试；忘记密码请带身份证到窗口换卡。",
        "Check them and try again; if you forgot the PIN, a counter gives you a new card.",
    )


class CardLocked(CallerMistake):
    """Too many wrong PINs; the card waits."""

    code = "exchange.card_locked"
    status = 429
    text = Sentence("密码多次不对，请在 {minutes} 分钟后再试。", "Too many wrong PINs. Try again in {minutes} minutes.")
    next_step = Sentence("急用请带身份证到窗口。", "If it is urgent, bring your identity card to a counter.")


class PersonNeeded(CallerMistake):
    """The page is for a person who has shown who she is."""

    code = "exchange.person_needed"
    status = 401
    text = Sentence("请先用卡和密码确认您是谁。", "First show who you are, with your card and PIN.")
    next_step = Sentence(
        "到“我的数据”登录；没有卡请带身份证到窗口领取。", "Sign in under “My data”; without a card, a counter gives you one."
    )


class NoSuchCode(CallerMistake):
    """No consent has this code, or it holds no more."""

    code = "exchange.no_such_code"
    status = 404
    text = Sentence(
        "没有这个同意码，或它已用过、撤回、到期。", "There is no consent with this code, or it was used, withdrawn or has ended."
    )
    next_step = Sentence("请让给您同意码的人在“我的数据”中再给一个。", "Ask who gave you the code for a new one under “My data”.")


class NoSuchDelegation(CallerMistake):
    """The delegation is not there, not this helper's, has ended, or does not cover the service."""

    code = "exchange.no_such_delegation"
    status = 403
    text = Sentence("没有有效的委托：{zh}。", "There is no delegation that holds: {en}.")
    next_step = Sentence(
        "请委托人在“我的数据”中重新委托，或一同到窗口办理。",
        "The person can delegate again under “My data”, or come to a counter with you.",
    )


class CounterOver(CallerMistake):
    """The session at the counter has ended, or is for another service."""

    code = "exchange.counter_over"
    status = 403
    text = Sentence(
        "窗口办理已结束，或不是为这项服务打开的。", "The session at the counter has ended, or was opened for another service."
    )
    next_step = Sentence("请当着本人的面重新打开。", "Open it again in the presence of the person.")


class NoSuchRight(CallerMistake):
    """There is no such request about a person's rights, or it is answered."""

    code = "exchange.no_such_right"
    status = 404
    text = Sentence("没有这份申请，或已答复。", "There is no such application, or it is answered.")
    next_step = Sentence("请核对编号。", "Check its number.")


class WordsNeeded(RefusedInput):
    """Words are missing or too long."""

    code = "exchange.words_needed"
    text = Sentence("请用 4 至 2000 个字说明。", "Say it in 4 to 2,000 characters.")
    next_step = Sentence("写好后再提交。", "Write it and send it again.")


class NoSuchItem(CallerMistake):
    """The source has no such item."""

    code = "exchange.no_such_item"
    text = Sentence("请选择一个数据项。", "Choose one of the items.")
    next_step = Sentence("从列表中选择。", "Choose from the list.")
