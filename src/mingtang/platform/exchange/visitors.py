"""Who stands behind a page: a person by her card, a helper under a delegation, an official at a counter for her.

The browser's session holds the pseudonym and how it came there, never the identity number. A delegation and a counter session are looked up at each
request, so that one that has ended ends at once. A card session lasts thirty minutes.

Trust: whoever holds card and PIN is taken for the person. A PIN has six digits and is checked here alone, with a lock after five wrong ones.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from mingtang.kernel import now
from mingtang.platform.exchange import keys
from mingtang.platform.exchange.faults import CardLocked, CardRefused, CounterOver, NoSuchDelegation, PersonNeeded
from mingtang.platform.exchange.models import Card, CounterSession, Delegation, Person
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people

_SESSION = "exchange.visitor"
MINUTES = 30
_TRIES, _LOCK_MINUTES = 5, 15
MY_DATA = "my-data"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person concerned (``ref``), how she is here (card, helper, counter), and for which services ("" in ``services`` means all)."""

    ref: str
    by: str
    actor: Actor
    until: datetime
    services: tuple[str, ...]
    label: str = ""

    def may(self, service: str) -> bool:
        """Whether this visit covers a service."""
        return not self.services or service in self.services


def number_of(person: str) -> str:
    """The identity number of an enrolled person; raises PersonNeeded."""
    row = Person.objects.filter(ref=person).first()
    if row is None or not row.closed:
        raise PersonNeeded()
    return keys.reveal(row.closed)


def prove_card(code: str, pin: str) -> str:
    """The person of a card whose PIN fits. Raises CardRefused, CardLocked; an unknown card takes as long as a wrong PIN.

    The try is counted before the PIN is looked at, and forgiven where it was right: however many ask at once, five are looked at.
    The slow hash is reckoned outside any transaction.
    """
    card = _count_try(code.strip().upper().replace("-", "").replace(" ", "")[:24])
    if (
        not check_password(pin.strip(), card.pin if card else _no_card())
        or card is None
        or card.ended_at is not None
        or card.until <= now()
    ):
        raise CardRefused()
    Card.objects.filter(code=card.code).update(failures=0, locked_until=None)
    return card.person


@lru_cache(maxsize=4)
def _no_card() -> str:
    """A hash that no PIN fits, as slow to look at as a card's."""
    return make_password(secrets.token_hex(16))


def _count_try(code: str) -> Card | None:
    """The card with one more try counted; raises CardLocked while it waits."""
    with transaction.atomic():
        card = Card.objects.select_for_update().filter(code=code).first()
        at = now()
        if card is None:
            return None
        if card.locked_until is None or card.locked_until <= at:
            card.failures += 1
            if card.failures % _TRIES == 0:
                # Each five wrong ones wait four times as long as the five before, a day at most.
                minutes = min(_LOCK_MINUTES * 4 ** (card.failures // _TRIES - 1), 1440)
                card.locked_until = at + timedelta(minutes=minutes)
            card.save(update_fields=["failures", "locked_until"])
            return card
    raise CardLocked(minutes=max(1, int((card.locked_until - at).total_seconds() // 60) + 1))


def enter(request: Any, person: str) -> None:
    """The person of a card is behind this browser for a while; the session gets a new key."""
    request.session.cycle_key()
    _keep(request, {"ref": person, "by": "card", "until": (now() + timedelta(minutes=MINUTES)).isoformat()})


def enter_as_helper(request: Any, number: str) -> None:
    """The person here acts as the helper of a delegation from now on; raises PersonNeeded, NoSuchDelegation."""
    here = needed(request)
    if here.by != "card":
        raise NoSuchDelegation(zh="请先用自己的卡登录", en="sign in with your own card first")
    row = Delegation.objects.filter(number=number, helper=here.ref).first()
    _holding(row)
    _keep(request, {"ref": row.person, "by": "helper", "self": here.ref, "number": number, "until": here.until.isoformat()})


def enter_at_counter(request: Any, session: CounterSession) -> None:
    """The official behind this browser acts for the person at the counter."""
    _keep(request, {"ref": session.person, "by": "counter", "number": session.number, "until": session.until.isoformat()})


def leave(request: Any) -> None:
    """Nobody is behind this browser any more; a helper is herself again."""
    kept = request.session.pop(_SESSION, None)
    if isinstance(kept, dict) and kept.get("by") == "helper":
        _keep(request, {"ref": kept["self"], "by": "card", "until": kept["until"]})


def _keep(request: Any, kept: dict[str, str]) -> None:
    request.session[_SESSION] = kept


def current(request: Any) -> Visitor | None:
    """The visitor behind a request, or None; raises NoSuchDelegation, CounterOver where what let him act has ended."""
    kept = request.session.get(_SESSION) if hasattr(request, "session") else None
    if not isinstance(kept, dict):
        return None
    until = datetime.fromisoformat(kept["until"])
    if kept["by"] == "counter":
        return _at_counter(request, kept)
    if until <= now():
        request.session.pop(_SESSION, None)
        return None
    if kept["by"] == "helper":
        row = Delegation.objects.filter(number=kept["number"], helper=kept["self"]).first()
        try:
            _holding(row)
        except NoSuchDelegation:
            leave(request)
            raise
        return Visitor(kept["ref"], "helper", Actor("helper", row.number, "", row.person), until, tuple(row.services), row.number)
    return Visitor(kept["ref"], "card", Actor("resident"), until, ())


def _at_counter(request: Any, kept: dict[str, str]) -> Visitor:
    official = people.actor(request)
    row = CounterSession.objects.filter(number=kept["number"]).first()
    if row is None or row.closed_at is not None or row.until <= now() or official.ref != row.official:
        request.session.pop(_SESSION, None)
        raise CounterOver()
    actor = Actor("official", official.ref, official.unit, row.person)
    return Visitor(row.person, "counter", actor, row.until, (row.service,), row.number)


def _holding(row: Delegation | None) -> None:
    if row is None:
        raise NoSuchDelegation(zh="没有这份委托", en="there is none of this number for you")
    if row.ended_at is not None:
        raise NoSuchDelegation(zh="已解除", en="it was ended")
    if row.until <= now():
        raise NoSuchDelegation(zh="已到期", en="its end date has passed")


def needed(request: Any, service: str = "") -> Visitor:
    """The visitor behind a request, for a service; raises PersonNeeded, NoSuchDelegation, CounterOver."""
    found = current(request)
    if found is None:
        raise PersonNeeded()
    if service and not found.may(service):
        if found.by == "counter":
            raise CounterOver()
        raise NoSuchDelegation(zh="不包括这项服务", en="it does not cover this service")
    return found
