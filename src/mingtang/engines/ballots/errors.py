"""What an election refuses, each with the check that failed."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class LibraryMissing(CallerMistake):
    """The library of a group is not installed."""

    code = "ballots.library_missing"
    text = Sentence("此群需要 {name} 库。", "This group needs the library {name}.")
    next_step = Sentence("请安装附加依赖 assembly。", "Install the extra requirements for the assembly.")


class RefusedBallot(RefusedInput):
    """Something in an election's record does not hold; ``check`` names the check that failed."""

    code = "ballots.refused"
    text = Sentence("选举记录未通过检查“{check}”。", "The election record fails the check “{check}”.")
    next_step = Sentence("请保留这份记录并通知选举委员会；结果不得采用。", "Keep this record and tell the election board; the result must not be used.")


class BadElement(RefusedBallot):
    """Not a canonical element of the group's prime-order subgroup, or an unknown group."""

    code = "ballots.bad_element"
    text = Sentence("此处不是群中的规范元素。", "This is not a canonical element of the group.")

    def __init__(self, *, path: str = "", **details: object) -> None:
        super().__init__(path=path, **{"check": "group membership", **details})


class BadVote(CallerMistake):
    """The choice is not one that the question allows."""

    code = "ballots.bad_vote"
    text = Sentence("这样的选择不符合本题的规定：{reason}。", "This choice is not allowed by the question: {reason}.")
    next_step = Sentence("请按题目说明重新选择。", "Choose again as the question explains.")


class BadCredential(CallerMistake):
    """What was typed is no voting credential."""

    code = "ballots.bad_credential"
    text = Sentence("这不是一张完整的投票凭证。", "This is not a complete voting credential.")
    next_step = Sentence("请逐个字母核对，大小写也要一致；或重新扫描凭证上的码。", "Compare letter by letter, capitals too; or scan the code on the slip again.")
