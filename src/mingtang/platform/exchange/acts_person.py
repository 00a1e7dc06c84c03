"""People at the exchange: enrolled at a counter, given a paper card, helped by a delegate or by an official at a counter.

Rules: who enrols a person has seen the identity card; a person has one card at a time; a delegate acts under the number of the delegation, with the
person's pseudonym beside it; a counter session is for one service and ten minutes, and the person finds it in her list.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from mingtang.engines.identifiers import read_resident_number
from mingtang.kernel import now, short_code
from mingtang.platform.exchange import keys, subjects
from mingtang.platform.exchange.faults import CounterOver, NoSuchDelegation, PersonNeeded
from mingtang.platform.exchange.models import Card, CounterSession, Delegation, Person
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal

COUNTER_MINUTES = 10
CARD_DAYS = 1095
LONGEST_DELEGATION = 366


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """A card as it is printed; code and PIN are shown once."""

    code: str
    pin: str
    until: datetime
    person: str
    sealed: Sealed


def enrol(number: str, actor: Actor) -> str:
    """Know the person with an identity number from now on; returns the pseudonym. Raises IdentifierRefused."""
    plain = read_resident_number(number).text
    ref = keys.pseudonym(plain)
    with transaction.atomic():
        # Two counters may meet the same person at once: one row, and the second finds it closed.
        Person.objects.bulk_create([Person(ref=ref, made_at=now())], ignore_conflicts=True)
        row = Person.objects.select_for_update().get(ref=ref)
        if row.closed:
            return ref
        row.closed, row.erased_at = keys.close(plain), None
        row.save()
        seal(Draft("exchange.enrol", subjects.person(ref), actor, {"person": ref}, rows=(row,)))
    return ref


def issue_card(number: str, actor: Actor, pin: str = "") -> IssuedCard:
    """Give the person a paper card with a PIN; a card from before ends. Raises IdentifierRefused."""
    pin = pin or f"{secrets.randbelow(10**6):06d}"
    kept = make_password(pin)
    with transaction.atomic():
        ref = enrol(number, actor)
        at = now()
        before = _end_cards(ref, at)
        row = Card.objects.create(code=short_code(16), person=ref, pin=kept, made_at=at, until=at + timedelta(days=CARD_DAYS))
        body = {"person": ref, "until": row.until.isoformat(), "replaces": len(before)}
        return IssuedCard(
            row.code, pin, row.until, ref, seal(Draft("exchange.card", subjects.person(ref), actor, body, rows=(row, *before)))
        )


def end_cards(person: str, actor: Actor) -> Sealed:
    """Stop the person's card: lost, stolen, or not wanted any more."""
    with transaction.atomic():
        rows = _end_cards(person, now())
        return seal(
            Draft("exchange.end_card", subjects.person(person), actor, {"person": person, "cards": len(rows)}, rows=tuple(rows))
        )


def _end_cards(person: str, at: datetime) -> list[Card]:
    rows = list(Card.objects.select_for_update().filter(person=person, ended_at=None))
    for row in rows:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    return rows


def delegate(person: str, helper: str, services: Sequence[str], until: datetime, actor: Actor) -> Delegation:
    """``person`` lets ``helper`` (both pseudonyms of enrolled people) act in ``services`` until a time at most a year away.

    Raises PersonNeeded where the helper is not enrolled, NoSuchDelegation for an empty or an endless one.
    """
    at = now()
    latest = at + timedelta(days=LONGEST_DELEGATION)
    if helper == person or not services or len(services) > 30 or not at < until <= latest:
        raise NoSuchDelegation(
            zh="要写明服务和一年以内的截止日期，不能委托自己",
            en="it needs services, an end within a year, and somebody else as helper",
        )
    with transaction.atomic():
        if not Person.objects.filter(ref=helper).exclude(closed="").exists():
            raise PersonNeeded()
        row = Delegation.objects.create(
            number=f"D-{short_code(8)}",
            person=person,
            helper=helper,
            services=sorted({str(name)[:60] for name in services}),
            since=at,
            until=until,
        )
        body = {"number": row.number, "person": person, "helper": helper, "services": row.services, "until": until.isoformat()}
        seal(Draft("exchange.delegate", subjects.delegation(row.number), actor, body, rows=(row,)))
    return row


def end_delegation(number: str, party: str, actor: Actor) -> Sealed:
    """Either of the two ends a delegation, now. Raises NoSuchDelegation."""
    with transaction.atomic():
        row = Delegation.objects.select_for_update().filter(number=number, ended_at=None).first()
        if row is None or party not in (row.person, row.helper):
            raise NoSuchDelegation(zh="没有这份委托", en="there is none of this number")
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        return seal(Draft("exchange.end_delegation", subjects.delegation(number), actor, {"number": number}, rows=(row,)))


def open_counter(number: str, service: str, actor: Actor) -> CounterSession:
    """An official, who has the person and the identity card before him, begins one service for her. Raises IdentifierRefused."""
    with transaction.atomic():
        ref = enrol(number, actor)
        at = now()
        row = CounterSession.objects.create(
            number=f"C-{short_code(8)}",
            person=ref,
            official=actor.ref,
            unit=actor.unit,
            service=service[:60],
            opened_at=at,
            until=at + timedelta(minutes=COUNTER_MINUTES),
        )
        body = {"number": row.number, "person": ref, "service": row.service}
        seal(Draft("exchange.open_counter", subjects.counter(row.number), actor, body, rows=(row,)))
    return row


def close_counter(number: str, actor: Actor) -> Sealed:
    """The official ends the session, now. Raises CounterOver."""
    with transaction.atomic():
        row = CounterSession.objects.select_for_update().filter(number=number, official=actor.ref, closed_at=None).first()
        if row is None:
            raise CounterOver()
        row.closed_at = now()
        row.save(update_fields=["closed_at"])
        return seal(Draft("exchange.close_counter", subjects.counter(number), actor, {"number": number}, rows=(row,)))
