"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "credentials.offer": Sentence("备好电子证照，待本人领取", "Licence ready to be taken"),
    "credentials.end_offer": Sentence("停止领取", "Offer ended"),
    "credentials.take": Sentence("本人领取电子证照", "Licence taken"),
    "credentials.suspend": Sentence("暂停电子证照", "Licence suspended"),
    "credentials.restore": Sentence("恢复电子证照", "Licence restored"),
    "credentials.revoke": Sentence("吊销或注销电子证照", "Licence revoked"),
    "credentials.ask": Sentence("请求出示证照", "A licence asked for"),
    "credentials.show": Sentence("本人出示证照", "A licence shown"),
    "credentials.read": Sentence("读取所出示的内容", "What was shown was read"),
}
