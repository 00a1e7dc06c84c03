"""What people's acts refuse."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class CodeTaken(CallerMistake):
    """A unit or official with the code exists."""

    code = "people.code_taken"
    status = 409
    text = Sentence("代码“{taken}”已被使用。", "The code “{taken}” is already used.")
    next_step = Sentence("请换一个代码。", "Choose another code.")


class CodeRefused(RefusedInput):
    """The code is not of the form that acts may carry."""

    code = "people.code_refused"
    text = Sentence("代码“{given}”不可用：只能用字母、数字和连字符，1 至 40 位。",
                    "The code “{given}” cannot be used: letters, digits and hyphens only, 1 to 40 of them.")
    next_step = Sentence("不要用姓名或证件号作代码。", "Do not use a name or an identity number as a code.")


class NotToYourself(CallerMistake):
    """Nobody changes his own post."""

    code = "people.not_to_yourself"
    status = 403
    text = Sentence("不能变更自己的岗位。", "Nobody changes his own post.")
    next_step = Sentence("请由另一位管理人员办理。", "Ask another administrator to do it.")


class NoSuchGrant(CallerMistake):
    """The official does not hold the role for the unit."""

    code = "people.no_such_grant"
    status = 404
    text = Sentence("{official} 在 {unit} 没有“{role}”岗位。", "{official} does not hold the role “{role}” for {unit}.")
    next_step = Sentence("请核对岗位和单位。", "Check the role and the unit.")


class NoSuchKind(CallerMistake):
    """The kind of unit is not known."""

    code = "people.no_such_kind"
    text = Sentence("没有“{kind}”这类单位。", "There is no kind of unit “{kind}”.")
    next_step = Sentence("类别有：city、district、street、agency、utility。", "The kinds are: city, district, street, agency, utility.")


class PasswordRefused(RefusedInput):
    """The new password is too weak or was not typed the same twice."""

    code = "people.password_refused"
    text = Sentence("新口令不可用：至少 12 个字符，不能是常见口令，也不能含您的代码。",
                    "The new password cannot be used: at least 12 characters, not a common one, and without your code.")
    next_step = Sentence("请换一个更长的口令，例如几个不相关的词。", "Choose a longer one, for example a few unrelated words.")


class WrongSignIn(CallerMistake):
    """Code, password, second factor or passkey do not fit; which of them is not said."""

    code = "people.wrong_sign_in"
    status = 403
    text = Sentence("登录信息不正确。", "These sign-in details are not right.")
    next_step = Sentence("请核对后再试；多次不对会暂时锁定。", "Check them and try again; after several tries the sign-in is locked for a while.")


class SignInLocked(CallerMistake):
    """Too many wrong tries; the account waits."""

    code = "people.sign_in_locked"
    status = 429
    text = Sentence("尝试次数过多，请在 {minutes} 分钟后再试。", "Too many tries. Try again in {minutes} minutes.")
    next_step = Sentence("有通行密钥的可用密钥登录；急用请联系运行维护人员。",
                         "A passkey still works; if it is urgent, ask the IT office.")


class SecondFactorRefused(RefusedInput):
    """The six digits do not fit the secret shown."""

    code = "people.second_factor_refused"
    text = Sentence("验证码不正确或已用过。", "The six digits are not right or were used before.")
    next_step = Sentence("请等下一个验证码再试，并核对手机时间。", "Wait for the next code and check the time on your phone.")


class PasskeyRefused(RefusedInput):
    """The passkey's answer does not verify."""

    code = "people.passkey_refused"
    text = Sentence("通行密钥未能验证。", "The passkey could not be verified.")
    next_step = Sentence("请重试，或用口令和验证码登录。", "Try again, or use password and code.")


class NoSuchPasskey(CallerMistake):
    """The official has no such passkey."""

    code = "people.no_such_passkey"
    status = 404
    text = Sentence("没有这把通行密钥。", "There is no such passkey.")
    next_step = Sentence("请刷新页面。", "Reload the page.")
