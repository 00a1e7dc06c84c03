"""What others may ask of the exchange: who looked, which consents hold, what is in force, what a source already has.

The list of looks is complete by construction: the gateway writes an entry in the transaction that hands the facts out. An entry is kept back only
by the purpose's own published delay rule, and none ever names a third person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from mingtang.engines.identifiers import read_resident_number
from mingtang.kernel import Sentence, now
from mingtang.platform.exchange import catalogue, keys, odrl, subjects, visitors
from mingtang.platform.exchange.declared import PurposeSpec, SourceSpec, read_purpose, read_source
from mingtang.platform.exchange.faults import CounterOver, NoSuchCode, NoSuchConsent
from mingtang.platform.exchange.models import AccessEntry, Consent, CounterSession, Delegation, Purpose, RightsRequest, Source
from mingtang.platform.exchange.visitors import Visitor
from mingtang.platform.ledger import reads as ledger

MOST = 200
OWN_COPY = "own-copy"


@dataclass(frozen=True, slots=True)
class Look:
    """One entry as the person sees it. ``by`` is the unit that asked; ``official`` the code of the official for or through whom, ``helper`` the number
    of the delegation. A resident has neither."""

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


@dataclass(frozen=True, slots=True)
class RightView:
    """A use of a right, as the person and the agency see it."""

    number: str
    right: str
    source: str
    agency: str
    field: str
    words: str
    filed_at: datetime
    due_on: date
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation, as either side sees it; ``mine`` where the reader gave it."""

    number: str
    mine: bool
    services: tuple[str, ...]
    until: datetime
    holds: bool


def rights(person: str) -> list[RightView]:
    """A person's uses of rights, newest first."""
    return [_right(row) for row in RightsRequest.objects.filter(person=person).order_by("-filed_at", "-id")[:MOST]]


def rights_of_agency(agency: str) -> list[RightView]:
    """What waits for an agency's answer, the earliest due first."""
    return [_right(row) for row in RightsRequest.objects.filter(agency=agency, state="open").order_by("due_on", "id")[:MOST]]


def _right(row: RightsRequest) -> RightView:
    return RightView(
        row.number, row.right, row.source, row.agency, row.field, row.words, row.filed_at, row.due_on, row.state, row.answer
    )


def delegations(person: str) -> list[DelegationView]:
    """The delegations that a person gave or was given, newest first."""
    rows = Delegation.objects.filter(Q(person=person) | Q(helper=person)).order_by("-since", "-id")[:MOST]
    at = now()
    return [
        DelegationView(row.number, row.person == person, tuple(row.services), row.until, row.ended_at is None and row.until > at)
        for row in rows
    ]


def person_ref(number: str) -> str:
    """The pseudonym of the person with an identity number."""
    return keys.pseudonym(number)


@dataclass(frozen=True, slots=True)
class CounterView:
    """A session at a counter that is over or runs: who held it, where, for what, the looks it led to."""

    number: str
    official: str
    unit: str
    service: str
    opened_at: datetime
    until: datetime
    looks: list[Look]
    acts: list[UUID]


def counter_session(number: str, official: str) -> CounterView:
    """A session of an official; raises CounterOver for another's or none."""
    row = CounterSession.objects.filter(number=number[:24], official=official).first()
    if row is None:
        raise CounterOver()
    until = row.closed_at or row.until
    rows = AccessEntry.objects.filter(person=row.person, at__gte=row.opened_at, at__lte=until, actor_ref=official).order_by(
        "at", "id"
    )[:MOST]
    sealed = [act.id for act in ledger.acts_of(subjects.counter(row.number))]
    return CounterView(
        row.number, row.official, row.unit, row.service, row.opened_at, until, [_look(one) for one in rows], sealed
    )


def helper_ref(number: str) -> str:
    """The pseudonym of a helper named by her identity number; raises IdentifierRefused."""
    return keys.pseudonym(read_resident_number(number).text)


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
        "" if row.actor_ref.startswith("D-") else row.actor_ref,
        row.actor_ref if row.actor_ref.startswith("D-") else "",
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


def purpose_version(code: str) -> tuple[str, datetime]:
    """Hash and time of publication of the purpose in force; raises NoSuchPurpose."""
    fixed = catalogue.purpose(code)[1]
    return fixed, Purpose.objects.filter(code=code).order_by("-id").values_list("published_at", flat=True)[0]


def purpose_title(code: str, language: str) -> str:
    """A purpose's title, also of one that has ended; the code where none ever was."""
    row = Purpose.objects.filter(code=code).order_by("-id").first()
    return read_purpose(row.spec, row.code).titles.fill(language, {}) if row else code


def declared() -> list[SourceSpec]:
    """The sources as the agencies' files declare them, without a database."""
    return catalogue.drafts()


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


def undeclared(source: str, purpose: str, ground: str, field: str, predicate: str) -> list[tuple[str, str]]:
    """What stands against asking this, by the declarations in the files: sentences in Chinese and English; empty where nothing does."""
    spec = next((one for one in catalogue.drafts() if one.code == source), None)
    allowed = catalogue.draft_purpose(purpose)
    if spec is None:
        return [(f"没有数据源“{source}”", f"there is no source “{source}”")]
    if allowed is None:
        return [(f"没有用途“{purpose}”", f"there is no purpose “{purpose}”")]
    found = []
    if ground not in allowed.grounds:
        found.append((f"用途“{purpose}”没有依据“{ground}”", f"the purpose “{purpose}” has no ground “{ground}”"))
    if field and (field not in allowed.allowed.get(source, ()) or field not in spec.fields):
        found.append((f"用途“{purpose}”不允许“{source}.{field}”", f"the purpose “{purpose}” does not allow “{source}.{field}”"))
    if predicate and (predicate not in allowed.predicates or allowed.predicates[predicate].source != source):
        found.append(
            (f"用途“{purpose}”没有判断“{predicate}”", f"the purpose “{purpose}” has no predicate “{predicate}” of {source}")
        )
    return found


def node_key() -> str:
    """This node's public key, base64: with it anybody checks the signature of a header."""
    return keys.node_key()


def verifies(header: dict[str, Any], signature: str, key: str) -> bool:
    """Whether a header was signed by the node with ``key``."""
    return keys.verifies(header, signature, key)
