"""What the elections office refuses."""

from __future__ import annotations

from mingtang.kernel.errors import CallerMistake, RefusedInput, Sentence


class NoSuchElection(CallerMistake):
    """There is no such election."""

    code = "elections.not_found"
    status = 404
    text = Sentence("没有这次表决。", "There is no such vote.")
    next_step = Sentence("请从表决清单打开。", "Open it from the list of votes.")


class PlanRefused(RefusedInput):
    """The plan of an election is not sound."""

    code = "elections.plan_refused"
    text = Sentence("表决方案不对：{reason}。", "The plan of the vote is not sound: {reason}.")
    next_step = Sentence("请改正这一项。", "Mend that point.")


class NotInThisState(CallerMistake):
    """The step does not follow from how the election stands."""

    code = "elections.not_now"
    status = 409
    text = Sentence("现在不能这样做：这次表决的状态是“{state}”。", "This cannot be done now: the vote stands at “{state}”.")
    next_step = Sentence("表决页上写着接下来的时间和步骤。", "The page of the vote says what comes next and when.")


class TooFewVoters(CallerMistake):
    """Below twenty voters a count says who voted how."""

    code = "elections.too_few"
    status = 409
    text = Sentence("选民只有 {count} 人，不足 20 人：计票会泄露个人的选择。", "There are only {count} voters. Below 20 the count would show how people voted.")
    next_step = Sentence("请改为公开举手表决，或与相邻楼栋合并。", "Vote openly instead, or join with the neighbouring buildings.")


class NotEntitled(CallerMistake):
    """The person is not on the roll, or has had the credential."""

    code = "elections.not_entitled"
    status = 403
    text = Sentence("您不在这次表决的名册上，或者已经领过凭证。", "You are not on the roll of this vote, or you have had your credential.")
    next_step = Sentence("凭证每人一张。认为有误请到社区窗口核对名册。", "One credential each. If this is wrong, ask at the community centre to check the roll.")


class BallotRefused(RefusedInput):
    """The board does not take the ballot; ``check`` says which check failed."""

    code = "elections.ballot_refused"
    status = 422
    text = Sentence("选票没有被接受：没有通过检查“{check}”。", "The ballot was not accepted: it fails the check “{check}”.")
    next_step = Sentence("您的票没有投出。请重新打开投票页再投一次。", "Your vote was not cast. Open the booth again and vote once more.")


class PaperCounts(CallerMistake):
    """A vote was cast on paper with this credential; it overrides what comes online."""

    code = "elections.paper_counts"
    status = 409
    text = Sentence("这张凭证已在社区中心用纸票投过，以纸票为准。", "This credential voted on paper at the community centre; the paper vote counts.")
    next_step = Sentence("如果不是您投的，请在异议期内提出。", "If that was not you, object within the window.")


class ShareRefused(RefusedInput):
    """A trustee's key or share does not hold."""

    code = "elections.share_refused"
    text = Sentence("保管人交来的内容没有通过检查“{check}”。", "What the trustee handed in fails the check “{check}”.")
    next_step = Sentence("请用当初生成密钥的那台机器再做一次。", "Make it again on the machine that made the key.")


class BoardRolledBack(CallerMistake):
    """The database is older than what the board has published: a backup was restored in the middle of an election."""

    code = "elections.board_rolled_back"
    status = 409
    text = Sentence("票箱比已公布的旧：可能恢复了备份。投票已暂停。", "The ballot box is older than what was published: a backup may have been restored. Voting is halted.")
    next_step = Sentence("请用较新的数据恢复，或作废后重新表决；已投的票以已公布的票箱为准。",
                         "Restore newer data, or annul and vote again; what was published shows which ballots there were.")


class VerifiersDisagree(CallerMistake):
    """The two verifiers do not both accept the record."""

    code = "elections.verifiers_disagree"
    status = 409
    text = Sentence("两个核验程序没有都通过：{reason}。结果不能确定。", "The two verifiers do not both accept the record: {reason}. The result cannot become final.")
    next_step = Sentence("请保留票箱并通知选举委员会。", "Keep the record and tell the election board.")


class ObjectionOpen(CallerMistake):
    """An objection is not answered yet."""

    code = "elections.objection_open"
    status = 409
    text = Sentence("还有异议没有答复。", "An objection is not answered yet.")
    next_step = Sentence("答复全部异议后结果才能确定。", "The result becomes final when all are answered.")


class WordsNeeded(RefusedInput):
    """A text is missing or too long."""

    code = "elections.words_needed"
    text = Sentence("请写清楚这一项，2 至 1000 个字。", "Write this plainly, 2 to 1,000 characters.")
    next_step = Sentence("写明是什么、为什么。", "Say what and why.")
