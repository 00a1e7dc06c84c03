"""What a person may do with her consent: give it for one purpose, withdraw it. And what agencies do with purposes and sources: publish, end.

A withdrawal holds for every asking that has not been handed out when it is committed, in every process: the gateway reads the consent's row,
locked, in the transaction that logs the look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from mingtang.kernel import new_id, now, short_code
from mingtang.platform.exchange import catalogue, consent_record, ending, subjects
from mingtang.platform.exchange.declared import read_purpose, read_source, spec_hash
from mingtang.platform.exchange.faults import NoSuchConsent, NoSuchPurpose, NoSuchSource, NothingToConsent
from mingtang.platform.exchange.models import Consent, Purpose, Source
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal


@dataclass(frozen=True, slots=True)
class Given:
    """A consent that was given; ``record`` is the ISO/IEC TS 27560 record, and the person's receipt with the act. ``code`` hands on a single use."""

    id: UUID
    code: str
    record: dict[str, Any]
    sealed: Sealed


def consent(person: str, purpose: str, actor: Actor, days: int | None = None, single_use: bool | None = None) -> Given:
    """``person`` (her pseudonym) agrees to ``purpose`` for at most the days it declares. An earlier consent that holds is ended by the new one.

    Raises NoSuchPurpose, NothingToConsent.
    """
    spec, purpose_hash = catalogue.purpose(purpose)
    if not any(ground.kind == "consent" for ground in spec.grounds.values()):
        raise NothingToConsent(purpose=purpose)
    at = now()
    until = at + timedelta(days=min(max(1, days or spec.validity_days), spec.validity_days))
    once = spec.single_use if single_use is None else single_use
    with transaction.atomic():
        before = [] if once else ending.end(ending.holding(person, purpose), at)
        ident = new_id()
        record = consent_record.record(ident, person, spec, purpose_hash, at, until, settings.PUBLIC_URL)
        row = Consent.objects.create(
            id=ident,
            person=person,
            purpose=purpose,
            purpose_hash=purpose_hash,
            given_at=at,
            expires_at=until,
            single_use=once,
            code=_code() if once else None,
            record=record,
        )
        sealed = seal(
            Draft("exchange.consent", subjects.consent(ident), actor, {"record": record, "single_use": once}, rows=(row, *before))
        )
    return Given(ident, row.code or "", record, sealed)


def _code() -> str:
    """What a person can read out over the telephone: three times four characters, 60 bits."""
    plain = short_code(12)
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"


def withdraw(ident: UUID, person: str, actor: Actor) -> Sealed:
    """``person`` takes a consent back, from now on; withdrawn twice is withdrawn. Raises NoSuchConsent.

    A lasting consent is taken back with every other that holds for the purpose: two given at the same moment are one to the person.
    """
    with transaction.atomic():
        known = Consent.objects.filter(id=ident, person=person).values_list("purpose", "single_use").first()
        if known is None:
            raise NoSuchConsent()
        # Locked in one order, as the gateway locks them.
        wanted = Q(id=ident)
        if not known[1]:
            wanted |= Q(purpose=known[0], single_use=False, withdrawn_at=None, expires_at__gt=now())
        rows = list(Consent.objects.select_for_update().filter(wanted, person=person).order_by("id"))
        row = next(one for one in rows if str(one.id) == str(ident))
        others = [one for one in rows if one is not row]
        ending.end([*([row] if row.withdrawn_at is None else []), *others], now())
        body = {"consent": str(row.id), "purpose": row.purpose, "others": [str(one.id) for one in others]}
        return seal(Draft("exchange.withdraw", subjects.consent(row.id), actor, body, rows=(row, *others)))


def publish_source(given: dict[str, Any], actor: Actor) -> Source:
    """Put a source's declaration in force; the same declaration twice is one. Raises BadDeclaration."""
    spec = read_source(given, str(given.get("code", "source")) if isinstance(given, dict) else "source")
    return _publish(Source, spec.code, given, actor)


def publish_purpose(given: dict[str, Any], actor: Actor) -> Purpose:
    """Put a purpose's declaration in force; the same declaration twice is one. Raises BadDeclaration."""
    spec = read_purpose(given, str(given.get("code", "purpose")) if isinstance(given, dict) else "purpose")
    return _publish(Purpose, spec.code, given, actor)


def _publish(table: type, code: str, given: dict[str, Any], actor: Actor):
    what = table.__name__.lower()
    with transaction.atomic():
        latest = table.objects.filter(code=code).order_by("-id").first()
        fixed = spec_hash(given)
        if latest is not None and latest.hash == fixed and latest.ended_at is None:
            return latest
        row = table.objects.create(code=code, hash=fixed, spec=given, published_at=now(), unit=actor.unit)
        body = {what: code, "hash": fixed, "replaces": latest.hash if latest else None, "declaration": given}
        seal(Draft(f"exchange.publish_{what}", f"exchange/{what}s/{code}", actor, body, rows=(row,)))
    return row


def end_purpose(code: str, actor: Actor, reason: str) -> Sealed:
    """End a purpose: from now on nothing is asked under it. Raises NoSuchPurpose."""
    return _end_declaration(Purpose, code, actor, reason, NoSuchPurpose(purpose=code[:60]))


def end_source(code: str, actor: Actor, reason: str) -> Sealed:
    """End a source: from now on nothing is fetched from it. Raises NoSuchSource."""
    return _end_declaration(Source, code, actor, reason, NoSuchSource(source=code[:60]))


def _end_declaration(table: type, code: str, actor: Actor, reason: str, missing: Exception) -> Sealed:
    what = table.__name__.lower()
    with transaction.atomic():
        row = table.objects.select_for_update().filter(code=code).order_by("-id").first()
        if row is None or row.ended_at is not None:
            raise missing
        row.ended_at = now()
        row.save(update_fields=["ended_at"])
        return seal(
            Draft(f"exchange.end_{what}", f"exchange/{what}s/{code}", actor, {what: code, "reason": reason[:500]}, rows=(row,))
        )
