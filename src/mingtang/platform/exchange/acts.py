"""What may be done in the exchange, each act sealed: ask sources, consent and withdraw, publish and end declarations.

Example::

    facts = acts.ask(Ask("population", number, "enterprise-registration", "duty", case="enterprises/MZ26-1", actor=actor, predicates=("adult",)))
    facts.holds["adult"]                                    # True; the birthday never leaves the gateway
"""

from mingtang.platform.exchange.acts_ask import Facts, ask, ask_many
from mingtang.platform.exchange.acts_consent import (
    Given,
    consent,
    end_purpose,
    end_source,
    publish_purpose,
    publish_source,
    withdraw,
)
from mingtang.platform.exchange.acts_person import (
    IssuedCard,
    close_counter,
    delegate,
    end_cards,
    end_delegation,
    enrol,
    issue_card,
    open_counter,
)
from mingtang.platform.exchange.acts_rights import answer_right, ask_correction, ask_explanation, copy, erase
from mingtang.platform.exchange.gateway import Ask

__all__ = [
    "Ask",
    "Facts",
    "Given",
    "IssuedCard",
    "answer_right",
    "ask",
    "ask_correction",
    "ask_explanation",
    "ask_many",
    "close_counter",
    "consent",
    "copy",
    "delegate",
    "end_cards",
    "end_delegation",
    "end_purpose",
    "end_source",
    "enrol",
    "erase",
    "issue_card",
    "open_counter",
    "publish_purpose",
    "publish_source",
    "withdraw",
]
