"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "exchange.access": Sentence("查阅数据", "Data looked up"),
    "exchange.refuse": Sentence("拒绝查阅数据", "A look-up refused"),
    "exchange.consent": Sentence("本人同意使用数据", "Consent given"),
    "exchange.withdraw": Sentence("本人撤回同意", "Consent withdrawn"),
    "exchange.publish_source": Sentence("公布数据来源", "Source of data published"),
    "exchange.publish_purpose": Sentence("公布用途", "Purpose published"),
    "exchange.end_source": Sentence("停用数据来源", "Source of data ended"),
    "exchange.end_purpose": Sentence("停用用途", "Purpose ended"),
    "exchange.enrol": Sentence("居民登记", "Resident enrolled"),
    "exchange.card": Sentence("发放登录卡", "Card issued"),
    "exchange.end_card": Sentence("停用登录卡", "Card ended"),
    "exchange.delegate": Sentence("委托他人代办", "Helper authorised"),
    "exchange.end_delegation": Sentence("结束委托", "Authorisation ended"),
    "exchange.open_counter": Sentence("窗口开始代办", "Help at the counter began"),
    "exchange.close_counter": Sentence("窗口结束代办", "Help at the counter ended"),
    "exchange.copy": Sentence("提供个人信息副本", "Copy of personal data given"),
    "exchange.ask_correct": Sentence("请求更正个人信息", "Correction asked for"),
    "exchange.ask_explain": Sentence("请求说明", "Explanation asked for"),
    "exchange.answer_right": Sentence("答复个人信息请求", "Request about personal data answered"),
    "exchange.erase": Sentence("删除个人信息", "Personal data erased"),
}
