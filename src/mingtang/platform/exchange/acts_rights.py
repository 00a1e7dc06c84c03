"""The rights of a person under the Personal Information Protection Law, each use an act: copy (article 45), correct (46), erase (47), explain (48).

What erasing leaves: the list of looks, which the law orders to be kept (Cybersecurity Law, article 21; PIPL, article 56), under a pseudonym whose
number is gone; and the registers' own data, which are the agencies'.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from mingtang.kernel import MingtangError, now, short_code
from mingtang.platform.exchange import catalogue, ending, reads, subjects, visitors
from mingtang.platform.exchange.acts_ask import ask
from mingtang.platform.exchange.acts_person import end_cards
from mingtang.platform.exchange.faults import NoSuchItem, NoSuchRight, PersonNeeded, WordsNeeded
from mingtang.platform.exchange.gateway import Ask, plain
from mingtang.platform.exchange.models import Card, Consent, Delegation, Person, RightsRequest
from mingtang.platform.ledger import acts as ledger
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal

DAYS_TO_ANSWER = 15
ERASED = "〔已应本人要求删除 · Erased as the person wished〕"
_LEAST, _MOST = 4, 2000


def copy(person: str, actor: Actor) -> dict[str, Any]:
    """What every register that is open to it holds about the person, each asked through the gateway and so in her list.

    A register that is down is told as such, the others still come. Raises NoSuchPurpose, PersonNeeded.
    """
    purpose, _hash = catalogue.purpose(reads.OWN_COPY)
    number = visitors.number_of(person)
    own = Actor(actor.kind, actor.ref, actor.unit, person)
    told: dict[str, Any] = {}
    for source, names in purpose.allowed.items():
        try:
            facts = ask(Ask(source, number, reads.OWN_COPY, next(iter(purpose.grounds)), f"my-data/{source}", own, fields=names))
            told[source] = plain(facts.values) if facts.found else {}
        except MingtangError as fault:
            told[source] = {"error": fault.as_dict("en")}
    with transaction.atomic():
        seal(Draft("exchange.copy", subjects.person(person), actor, {"person": person, "sources": list(told)}))
    return told


def ask_correction(person: str, source: str, field: str, words: str, actor: Actor) -> RightsRequest:
    """Ask the agency of ``source`` to correct a field. Raises NoSuchSource, NoSuchItem, WordsNeeded."""
    spec, _hash = catalogue.source(source)
    if field not in spec.fields:
        raise NoSuchItem(path="field")
    return _file(person, "correct", source, spec.agency, field, words, actor)


def ask_explanation(person: str, source: str, words: str, actor: Actor) -> RightsRequest:
    """Ask the agency of ``source`` to explain what was done with the data and why. Raises NoSuchSource, WordsNeeded."""
    spec, _hash = catalogue.source(source)
    return _file(person, "explain", source, spec.agency, "", words, actor)


def _file(person: str, right: str, source: str, agency: str, field: str, words: str, actor: Actor) -> RightsRequest:
    words = _words(words)
    at = now()
    due = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date() + timedelta(days=DAYS_TO_ANSWER)
    with transaction.atomic():
        row = RightsRequest.objects.create(
            number=f"R-{short_code(8)}",
            person=person,
            right=right,
            source=source,
            agency=agency,
            field=field,
            words=words,
            filed_at=at,
            due_on=due,
            state="open",
        )
        body = {"right": right, "person": person, "source": source, "field": field, "words": words, "due_on": due.isoformat()}
        seal(Draft(f"exchange.ask_{right}", subjects.right(row.number), actor, body, rows=(row,)))
    return row


def answer_right(number: str, accepted: bool, answer: str, actor: Actor) -> Sealed:
    """The agency answers: done, or refused with its reason. Raises NoSuchRight for another agency's too, WordsNeeded."""
    words = _words(answer)
    with transaction.atomic():
        row = RightsRequest.objects.select_for_update().filter(number=number, state="open", agency=actor.unit).first()
        if row is None:
            raise NoSuchRight()
        row.state, row.answer, row.answered_at = ("done" if accepted else "refused"), words, now()
        row.save(update_fields=["state", "answer", "answered_at"])
        return seal(
            Draft("exchange.answer_right", subjects.right(number), actor, {"state": row.state, "answer": words}, rows=(row,))
        )


def _words(words: str) -> str:
    words = words.strip()
    if not _LEAST <= len(words) <= _MOST or "\x00" in words:
        raise WordsNeeded(path="words")
    return words


def erase(person: str, actor: Actor) -> Sealed:
    """Erase what the exchange itself holds about the person: number, card, consents, delegations, words. Sharing ends with it."""
    with transaction.atomic():
        at = now()
        row = Person.objects.select_for_update().filter(ref=person).first()
        if row is None:
            raise PersonNeeded()
        end_cards(person, actor)
        consents = list(Consent.objects.select_for_update().filter(person=person))
        ending.end([one for one in consents if one.withdrawn_at is None], at)
        delegations = list(Delegation.objects.select_for_update().filter(person=person)) + list(
            Delegation.objects.select_for_update().filter(helper=person)
        )
        for one in delegations:
            one.ended_at = one.ended_at or at
            one.save(update_fields=["ended_at"])
        rights = list(RightsRequest.objects.select_for_update().filter(person=person))
        for one in rights:
            one.words = one.answer = ERASED
            one.state = "erased" if one.state == "open" else one.state
            one.save(update_fields=["words", "answer", "state"])
        row.closed, row.erased_at = "", at
        row.save(update_fields=["closed", "erased_at"])
        for subject in [
            subjects.person(person),
            *(subjects.right(one.number) for one in rights),
            *(subjects.consent(one.id) for one in consents),
        ]:
            ledger.erase(subject, reason="person", actor=actor)
        # The erasure released these rows from their acts; this one fixes them anew.
        cards = list(Card.objects.filter(person=person))
        body = {"consents": len(consents), "delegations": len(delegations), "rights": len(rights), "cards": len(cards)}
        return seal(
            Draft("exchange.erase", subjects.person(person), actor, body, rows=(row, *consents, *delegations, *rights, *cards))
        )
