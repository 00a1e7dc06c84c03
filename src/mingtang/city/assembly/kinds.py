"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "assembly.propose": Sentence("提出提案", "Proposal made"),
    "assembly.amend": Sentence("修改提案", "Proposal amended"),
    "assembly.support": Sentence("附议", "Proposal supported"),
    "assembly.withdraw_support": Sentence("撤回附议", "Support withdrawn"),
    "assembly.ask": Sentence("对提案提问", "Question about a proposal"),
    "assembly.answer_question": Sentence("答复提问", "Question answered"),
    "assembly.merge": Sentence("合并提案", "Proposals merged"),
    "assembly.open_vote": Sentence("提案交付表决", "Proposal put to the vote"),
    "assembly.decided": Sentence("提案表决结果", "Proposal decided"),
    "assembly.entrust": Sentence("交办事项", "Matter entrusted"),
    "assembly.answer": Sentence("答复交办事项", "Entrusted matter answered"),
    "assembly.overdue": Sentence("交办逾期未答复", "Entrusted matter overdue"),
}
