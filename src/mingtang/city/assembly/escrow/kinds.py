"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "escrow.open_line": Sentence("设立预算项目", "Budget line opened"),
    "escrow.fund": Sentence("向预算项目拨款", "Budget line funded"),
    "escrow.encumber": Sentence("为表决预留资金", "Money set aside for a vote"),
    "escrow.free": Sentence("预留资金退回", "Money set aside given back"),
    "escrow.commit": Sentence("表决结果锁定资金", "Money bound by a result"),
    "escrow.contract": Sentence("签订工程合同", "Contract for the work"),
    "escrow.end_contract": Sentence("合同终止", "Contract ended"),
    "escrow.claim": Sentence("施工方申报完工", "Milestone claimed"),
    "escrow.accept": Sentence("验收通过", "Work accepted"),
    "escrow.refuse": Sentence("验收不通过", "Work not accepted"),
    "escrow.release": Sentence("资金放行", "Money released"),
    "escrow.paid": Sentence("款项已付", "Payment made"),
    "escrow.freeze": Sentence("审计冻结付款", "Payments frozen by the auditor"),
    "escrow.unfreeze": Sentence("解除冻结", "Payments unfrozen"),
    "escrow.release_hold_back": Sentence("退还质保金", "Hold-back released"),
    "escrow.claw_back": Sentence("追回款项", "Money clawed back"),
    "escrow.close": Sentence("项目结清", "Project closed"),
    "escrow.silent": Sentence("验收逾期，转督办", "Acceptance overdue, supervision told"),
}
