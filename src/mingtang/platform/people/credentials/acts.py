"""What is done about credentials, each act sealed: offer, take, suspend, restore, revoke. What is shown is in acts_show.py.

Example::

    made = acts.offer("elder-card", person, {"name": "...", "birth_date": "1941-01-16", "street": "MZ-D1-S1"}, actor)
    made.link          # opens a wallet; made.tx_code is told to the person by another way, here on her own page
    acts.suspend(number, "lost phone", actor, holder=person)

The sealed documents hold the kind, the number and counts; what the credential says and whose it is stays out of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from mingtang.engines import vc
from mingtang.kernel import MingtangError, new_id, now, short_code
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal
from mingtang.platform.people.credentials import addresses, declared, keys, lists, proofs
from mingtang.platform.people.credentials.faults import (
    GrantRefused,
    NoSuchIssue,
    NotYourCredential,
    ReasonNeeded,
    RequestUnreadable,
    TokenRefused,
    UnknownConfiguration,
)
from mingtang.platform.people.credentials.models import Issue, Offer

_OFFER_HOLDS, _TOKEN_HOLDS = timedelta(minutes=30), timedelta(minutes=5)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer: ``link`` for any wallet, ``web`` for the city's wallet page, ``tx_code`` (six digits) which the wallet asks for."""

    id: UUID
    link: str
    web: str
    tx_code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a wallet took: the number to say at a counter, and the credentials, one a key."""

    number: str
    credentials: list[str]


def issue(kind: str, person: str, claims: Mapping[str, Any], actor: Actor) -> Offered:
    """Offer a credential to a person's wallet; the same as ``offer``."""
    return offer(kind, person, claims, actor)


def offer(kind: str, person: str, claims: Mapping[str, Any], actor: Actor) -> Offered:
    """Offer a credential with exactly the declared ``claims`` to ``person`` (a pseudonym); an older offer of the kind ends.

    Raises NoSuchKind, and CannotIssue where claims are missing or not declared.
    """
    spec = declared.kind(kind)
    if set(claims) != set(spec.claims):
        raise vc.CannotIssue(reason=", ".join(sorted(set(claims) ^ set(spec.claims))))
    code, digits, at = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06}", now()
    row = Offer(
        id=new_id(),
        kind=kind,
        person=person,
        claims=keys.close({"claims": dict(claims), "code": code}),
        code=keys.fingerprint(code),
        tx_code=make_password(digits),
        made_at=at,
        until=at + _OFFER_HOLDS,
    )
    with transaction.atomic():
        Offer.objects.filter(person=person, kind=kind, taken_at=None, ended_at=None).update(ended_at=at, claims="")
        row.save(force_insert=True)
        seal(
            Draft(
                "credentials.offer",
                f"credentials/offers/{row.id}",
                actor,
                {"kind": kind, "until": row.until.isoformat()},
                rows=(row,),
            )
        )
    where = addresses.offer(row.id)
    link, web = (addresses.to_wallet(scheme, credential_offer_uri=where) for scheme in ("openid-credential-offer", "web"))
    return Offered(row.id, link, web, digits, row.until)


def redeem(unit: str, code: str, digits: str) -> tuple[str, int]:
    """The access token for an offer's code and transaction code, and the seconds it holds: once. Raises GrantRefused.

    Five wrong transaction codes end the offer, and that is sealed too.
    """
    with transaction.atomic():
        row = Offer.objects.select_for_update().filter(code=keys.fingerprint(code), token=None).first()
        fault = _refused(row, unit, digits)
        if fault is None:
            token = secrets.token_urlsafe(32)
            row.token, row.token_until = keys.fingerprint(token), now() + _TOKEN_HOLDS
            row.save(update_fields=["token", "token_until"])
        elif row is not None and row.tries >= _TRIES and row.ended_at is None:
            row.ended_at, row.claims = now(), ""
            row.save(update_fields=["ended_at", "claims"])
            seal(
                Draft(
                    "credentials.end_offer",
                    f"credentials/offers/{row.id}",
                    Actor("system", "credentials"),
                    {"reason": "wrong codes"},
                    rows=(row,),
                )
            )
    # Raised outside the transaction: the count of tries stays.
    if fault is not None:
        raise fault
    return token, int(_TOKEN_HOLDS.total_seconds())


def _refused(row: Offer | None, unit: str, digits: str) -> MingtangError | None:
    if (
        row is None
        or row.ended_at is not None
        or row.taken_at is not None
        or row.until <= now()
        or declared.kind(row.kind).agency != unit
    ):
        return GrantRefused()
    if not check_password(digits, row.tx_code):
        row.tries += 1
        row.save(update_fields=["tries"])
        return GrantRefused()
    return None


def take(unit: str, token: str, request: Mapping[str, Any]) -> Taken:
    """Issue what an access token stands for, one copy a proven key: once, then the claims kept for it are gone.

    Raises TokenRefused, UnknownConfiguration, ProofRefused, NonceRefused, RequestUnreadable.
    """
    held = Offer.objects.filter(token=keys.fingerprint(token)).first()
    if held is None or not _is_open(held) or declared.kind(held.kind).agency != unit:
        raise TokenRefused()
    spec = declared.kind(held.kind)
    if "credential_identifier" in request or "credential_configuration_id" not in request:
        raise RequestUnreadable(rule="credential_configuration_id")
    if request["credential_configuration_id"] != spec.code:
        raise UnknownConfiguration()
    holders = proofs.check(request.get("proofs"), addresses.issuer(unit), spec.copies)
    at = now()
    with transaction.atomic():
        row = Offer.objects.select_for_update().get(pk=held.pk)
        if not _is_open(row):  # another request was faster
            raise TokenRefused()
        claims = keys.reveal(row.claims)["claims"]
        made = Issue(
            number="L-" + short_code(8),
            kind=spec.code,
            agency=unit,
            person=row.person,
            copies=len(holders),
            issued_at=at,
            until=at + timedelta(days=spec.days),
        )
        made.save(force_insert=True)
        row.taken_at, row.claims = at, ""
        row.save(update_fields=["taken_at", "claims"])
        places = lists.draw(unit, made, len(holders))
        seal(
            Draft(
                "credentials.take",
                f"credentials/issues/{made.number}",
                Actor("resident"),
                {"kind": spec.code, "copies": len(holders), "until": made.until.isoformat()},
                rows=(made, row),
            )
        )
    credentials = [
        _credential(spec, claims, holder, uri, index, made) for holder, (uri, index) in zip(holders, places, strict=True)
    ]
    return Taken(made.number, credentials)


def _is_open(row: Offer) -> bool:
    return row.taken_at is None and row.ended_at is None and row.token_until is not None and row.token_until > now()


def _credential(spec: declared.Kind, claims: dict, holder: vc.Key, uri: str, index: int, made: Issue) -> str:
    """One copy. Times are rounded to the day, so that copies and people cannot be told apart by the second of issuing."""
    day = int(made.issued_at.timestamp()) // 86_400 * 86_400
    payload: dict[str, Any] = {
        "iss": addresses.issuer(spec.agency),
        "vct": addresses.vct(spec.code),
        "exp": day + spec.days * 86_400,
        "iat": day,
        "status": {"status_list": {"uri": uri, "idx": index}},
        **{name: vc.Hidden(value) for name, value in claims.items()},
    }
    if spec.ages:
        age = _age(date.fromisoformat(claims["birth_date"]), made.issued_at)
        payload[declared.AGES] = {str(over): vc.Hidden(age >= over) for over in spec.ages}
    return vc.issue(
        payload,
        keys.key(spec.agency, "issue"),
        now=day,
        holder=holder,
        header={"kid": f"{addresses.did(spec.agency)}#issue"},
        decoys=2,
    )


def _age(birth: date, at: datetime) -> int:
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def suspend(number: str, reason: str, actor: Actor, holder: str = "") -> Sealed:
    """Suspend what was issued under ``number``, by its agency or its ``holder``; raises NoSuchIssue, NotYourCredential, ReasonNeeded."""
    return _change(number, (vc.VALID,), vc.SUSPENDED, "suspend", reason, actor, holder)


def restore(number: str, reason: str, actor: Actor, holder: str = "") -> Sealed:
    """Lift a suspension; raises as ``suspend``."""
    return _change(number, (vc.SUSPENDED,), vc.VALID, "restore", reason, actor, holder)


def revoke(number: str, reason: str, actor: Actor, holder: str = "") -> Sealed:
    """Take back for good; raises as ``suspend``."""
    return _change(number, (vc.VALID, vc.SUSPENDED), vc.INVALID, "revoke", reason, actor, holder)


def _change(number: str, before: tuple[int, ...], after: int, verb: str, reason: str, actor: Actor, holder: str) -> Sealed:
    with transaction.atomic():
        row = Issue.objects.select_for_update().filter(number=number[:24].upper()).first()
        if row is None or row.status not in before:
            raise NoSuchIssue(number=number[:24])
        if not (holder and row.person == holder) and not (actor.kind == "official" and actor.unit == row.agency):
            raise NotYourCredential()
        if not reason.strip():
            raise ReasonNeeded(path="reason")
        row.status, row.reason, row.changed_at = after, reason.strip()[:400], now()
        row.save(update_fields=["status", "reason", "changed_at"])
        lists.changed(row)
        return seal(
            Draft(
                f"credentials.{verb}",
                f"credentials/issues/{row.number}",
                actor,
                {"kind": row.kind, "reason": row.reason},
                rows=(row,),
            )
        )
