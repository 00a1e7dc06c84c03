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
from mingtang.platform.exchange.gateway import Ask

__all__ = [
    "Ask",
    "Facts",
    "Given",
    "ask",
    "ask_many",
    "consent",
    "end_purpose",
    "end_source",
    "publish_purpose",
    "publish_source",
    "withdraw",
]
