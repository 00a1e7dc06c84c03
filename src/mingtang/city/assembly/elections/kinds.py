"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "elections.plan": Sentence("表决立项", "Vote planned"),
    "elections.hand_in_key": Sentence("保管人交来公钥", "A trustee's key handed in"),
    "elections.register": Sentence("登记选民", "Electorate registered"),
    "elections.hand_out": Sentence("发出一张投票凭证", "A voting credential handed out"),
    "elections.open": Sentence("投票开始", "Voting opened"),
    "elections.cast": Sentence("收到一张选票", "A ballot cast"),
    "elections.close": Sentence("投票结束", "Voting closed"),
    "elections.decrypt": Sentence("保管人交来解密份额", "A trustee's share of the decryption"),
    "elections.tally": Sentence("计票结果", "Result counted"),
    "elections.object": Sentence("提出异议", "Objection to a result"),
    "elections.answer": Sentence("答复异议", "Objection answered"),
    "elections.window_over": Sentence("异议期满", "Window for objections over"),
    "elections.settle": Sentence("结果确定", "Result final"),
    "elections.annul": Sentence("表决作废", "Vote annulled"),
}
