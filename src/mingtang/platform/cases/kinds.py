"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "cases.timer": Sentence("到期自动推进", "A deadline passed"),
    "cases.retry": Sentence("重新执行停住的步骤", "A stuck step tried again"),
}
