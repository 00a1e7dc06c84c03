"""The services that a helper or a counter can be limited to: each room above registers its own; one's own data is always among them.

services.offer("enterprise-registration", Sentence("企业设立登记", "Register a company"), "/scenes/enterprise-registration/apply/")
services.offer_all(function)               # function() -> list[(name, Sentence, address)], asked each time
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from mingtang.kernel import Sentence
from mingtang.platform.exchange.visitors import MY_DATA

Offer = tuple[str, Sentence, str]
_OWN: Offer = (MY_DATA, Sentence("我的数据：查看谁看过、同意和撤回", "My data: see who looked, agree and take back"), "/my-data/")
_sources: list[Callable[[], list[Offer]]] = []


Plan = Callable[[str, UUID], list[Sentence]]
_plans: dict[str, Plan] = {}


def follow(purpose: str, plan: Plan) -> None:
    """Register what follows when somebody shares for ``purpose``; the plan asks the exchange itself, under that consent."""
    _plans[purpose] = plan


def plan(purpose: str) -> Plan | None:
    """What follows from sharing for ``purpose``, or None where no office says."""
    return _plans.get(purpose)


def offer_all(offers: Callable[[], list[Offer]]) -> None:
    """Register a function that lists services."""
    if offers not in _sources:
        _sources.append(offers)


def _offers() -> list[Offer]:
    return [_OWN, *(offer for source in _sources for offer in source())]


def named(language: str) -> list[tuple[str, str]]:
    """Every service with its title."""
    return [(name, title.fill(language, {})) for name, title, _address in _offers()]


def address(service: str) -> str:
    """Where a service begins."""
    return next((address for name, _title, address in _offers() if name == service), "/my-data/")
