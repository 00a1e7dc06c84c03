"""What others may ask of the exchange: who looked, which consents hold, what is in force, what a source already has.

The list of looks is complete by construction: the gateway writes an entry in the transaction that hands the facts out. An entry is kept back only
by the purpose's own published delay rule, and none ever names a third person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from mingtang.kernel import Sentence, now
from mingtang.platform.exchange import catalogue, keys, odrl, subjects, visitors
from mingtang.platform.exchange.declared import PurposeSpec, SourceSpec, read_purpose, read_source
from mingtang.platform.exchange.faults import NoSuchCode, NoSuchConsent
from mingtang.platform.exchange.models import AccessEntry, Consent, Purpose, Source
from mingtang.platform.exchange.visitors import Visitor
from mingtang.platform.ledger import reads as ledger

MOST = 200


@dataclass(frozen=True, slots=True)
class Look:
    """One entry as the person sees it. ``by`` is the unit that asked; an official's code is shown, a resident's never."""

    id: UUID
    at: datetime
    source: str
    agency: str
    purpose: str
    ground: str
    ground_kind: str
    case: str
    by: str
    official: str
    helper: str
    fields: tuple[str, ...]
    predicates: tuple[str, ...]
    outcome: str
    reason: str

    @property
    def receipt(self) -> UUID | None:
        """The act that sealed it."""
        found = ledger.acts_of(subjects.access(self.id))
        return found[0].id if found else None


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A consent as the person sees it; ``holds`` now."""

    id: UUID
    purpose: str
    given_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    single_use: bool
    used_at: datetime | None
    code: str
    holds: bool
    record: dict[str, Any]


def person_ref(number: str) -> str:
    """The pseudonym of the person with an identity number."""
    return keys.pseudonym(number)


def looks(person: str, before: datetime | None = None, limit: int = 50) -> list[Look]:
    """Who looked at the person's data, newest first; keyset-paged by time. Entries under a delay rule come when their day has come."""
    rows = AccessEntry.objects.filter(person=person, visible_from__lte=now())
    if before is not None:
        rows = rows.filter(at__lt=before)
    return [_look(row) for row in rows.order_by("-at", "-id")[: min(limit, MOST)]]


def looks_of_case(case: str) -> list[Look]:
    """Every look that was made for a case, oldest first: for officials and auditors."""
    return [_look(row) for row in AccessEntry.objects.filter(case=case).order_by("at", "id")[:MOST]]


def _look(row: AccessEntry) -> Look:
    return Look(
        row.id,
        row.at,
        row.source,
        row.agency,
        row.purpose,
        row.ground,
        row.ground_kind,
        row.case,
        row.actor_unit,
        row.actor_ref if row.actor_kind == "official" else "",
        row.actor_ref if row.actor_kind == "helper" else "",
        tuple(row.fields),
        tuple(row.predicates),
        row.outcome,
        row.reason,
    )


def consents(person: str) -> list[ConsentView]:
    """Every consent of a person, newest first."""
    return [_consent(row) for row in Consent.objects.filter(person=person).order_by("-given_at", "-id")[:MOST]]


def consent(ident: UUID, person: str) -> ConsentView:
    """One consent of a person; raises NoSuchConsent."""
    row = Consent.objects.filter(id=ident, person=person).first()
    if row is None:
        raise NoSuchConsent()
    return _consent(row)


def agreed(code: str) -> tuple[UUID, str]:
    """The consent that a single-use code hands on, and the identity number of who gave it; raises NoSuchCode, PersonNeeded.

    The number is for the key of an asking alone: it is neither shown nor kept.
    """
    row = Consent.objects.filter(code=code.strip().upper()[:20]).first() if code.strip() else None
    if row is None or not _consent(row).holds:
        raise NoSuchCode()
    return row.id, visitors.number_of(row.person)


def visitor(request: Any) -> Visitor | None:
    """The person, helper or official at a counter behind a request, or None; raises NoSuchDelegation, CounterOver where that has ended."""
    return visitors.current(request)


def visitor_needed(request: Any, service: str) -> Visitor:
    """The visitor behind a request for ``service``; raises PersonNeeded, NoSuchDelegation, CounterOver."""
    return visitors.needed(request, service)


def number_of(person: str) -> str:
    """The identity number of an enrolled person, for the key of an asking alone; raises PersonNeeded."""
    return visitors.number_of(person)


def consented(person: str, purpose: str) -> UUID | None:
    """The consent of the person for the purpose that holds now, or None."""
    row = (
        Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None, expires_at__gt=now())
        .exclude(single_use=True, used_at__isnull=False)
        .order_by("-given_at")
        .first()
    )
    return row.id if row else None


def _consent(row: Consent) -> ConsentView:
    holds = row.withdrawn_at is None and row.expires_at > now() and not (row.single_use and row.used_at is not None)
    return ConsentView(
        row.id,
        row.purpose,
        row.given_at,
        row.expires_at,
        row.withdrawn_at,
        row.single_use,
        row.used_at,
        row.code or "",
        holds,
        row.record,
    )


def purpose(code: str) -> PurposeSpec:
    """The purpose in force; raises NoSuchPurpose."""
    return catalogue.purpose(code)[0]


def purposes() -> list[PurposeSpec]:
    """The purposes in force, by code."""
    return [read_purpose(row.spec, row.code) for row in catalogue.in_force(Purpose)]


def sources() -> list[SourceSpec]:
    """The sources in force, by code."""
    return [read_source(row.spec, row.code) for row in catalogue.in_force(Source)]


def source(code: str) -> SourceSpec:
    """The source in force; raises NoSuchSource."""
    return catalogue.source(code)[0]


def policy(code: str) -> dict[str, Any]:
    """A purpose in force as an ODRL 2.2 policy; raises NoSuchPurpose."""
    catalogue.purpose(code)
    row = Purpose.objects.filter(code=code).order_by("-id").first()
    return odrl.policy_of(row.spec, settings.PUBLIC_URL)


def purpose_title(code: str, language: str) -> str:
    """A purpose's title, also of one that has ended; the code where none ever was."""
    row = Purpose.objects.filter(code=code).order_by("-id").first()
    return read_purpose(row.spec, row.code).titles.fill(language, {}) if row else code


def held(titles: Sentence) -> list[tuple[SourceSpec, str]]:
    """The declared sources that hold a thing of these titles already, each with the field's name: whoever asks a person for it breaks the
    rule that nobody brings a paper the government has. Read from the agencies' files, without a database.
    """
    found = []
    for spec in catalogue.drafts():
        found += [
            (spec, field.name)
            for field in spec.fields.values()
            if field.titles.zh == titles.zh or field.titles.en.lower() == titles.en.lower()
        ]
    return found


def node_key() -> str:
    """This node's public key, base64: with it anybody checks the signature of a header."""
    return keys.node_key()


def verifies(header: dict[str, Any], signature: str, key: str) -> bool:
    """Whether a header was signed by the node with ``key``."""
    return keys.verifies(header, signature, key)
