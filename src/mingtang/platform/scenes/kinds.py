"""Plain names of the acts that this app seals, as the pages of the ledger show them."""

from mingtang.kernel import Sentence

KINDS = {
    "scenes.publish": Sentence("公布场景版本", "Version of a service published"),
    "scenes.decide": Sentence("按规则作出决定", "Decision by the rules"),
}
