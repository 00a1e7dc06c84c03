"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "enterprises.receive": Sentence("收到设立登记申请", "Application to register a company received"),
    "enterprises.register": Sentence("准予设立登记", "Company registered"),
    "enterprises.decide": Sentence("登记机关作出决定", "Decision by the registrar"),
    "enterprises.overdue": Sentence("登记逾期未决", "Registration overdue"),
}
