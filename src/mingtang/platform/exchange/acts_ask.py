"""Asking for facts: every look is checked, fetched, signed, logged and sealed, or nothing is handed out.

Order, and what each step stops:

1. ``gateway.check``: purpose, ground, caller, fields, consent. A purpose swapped in the request ends here; the refusal is logged and sealed.
2. ``gateway.fetch``: outside any transaction, so that a slow source holds no lock.
3. One transaction: the consents are locked and checked again (a withdrawal between 1 and 3 wins; a single use is taken by exactly one),
   the entries are written, one act for each is sealed.
4. Only after the commit the facts are handed out, with the node's signature over the header. Call it outside a transaction of your own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from mingtang.kernel import MingtangError, new_id, now
from mingtang.platform.exchange import catalogue, gateway, keys, subjects, turns
from mingtang.platform.exchange.faults import NoSuchPurpose, NoSuchSource, NotConsented, SourceDown
from mingtang.platform.exchange.gateway import Ask, Checked, Fetched
from mingtang.platform.exchange.models import AccessEntry, Consent
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal_many

MOST_ASKS = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What a source gave. ``header`` with ``signature`` proves what was handed out: its digest covers values, answers and ``nonce``."""

    entry: UUID
    source: str
    found: bool
    values: dict[str, Any]
    holds: dict[str, bool]
    header: dict[str, Any]
    nonce: str
    signature: str
    sealed: Sealed


def ask(request: Ask) -> Facts:
    """Ask one source; see ``ask_many``."""
    return ask_many([request])[0]


def ask_many(requests: Sequence[Ask]) -> list[Facts]:
    """Ask several sources for one case: all answer, or nothing is handed out.

    Raises NoSuchSource, NoSuchPurpose, NotForThisPurpose, NotConsented, SourceDown, SourceSlow, SourceWrong; each attempt at a known
    source is logged and sealed, refused ones too.
    """
    if not 1 <= len(requests) <= MOST_ASKS:
        raise ValueError(f"1 to {MOST_ASKS} asks")
    done: list[tuple[Checked, Fetched]] = []
    seen = catalogue.Seen()
    for i, request in enumerate(requests):
        try:
            checked = gateway.check(request, seen)
            done.append((checked, gateway.fetch(checked)))
        except (NoSuchSource, NoSuchPurpose):
            raise
        except MingtangError as fault:
            _log_fault(requests[i], done, fault)
            raise
    try:
        return _hand_out(done)
    except NotConsented as fault:
        _log_fault(None, done, fault)
        raise


def _hand_out(done: list[tuple[Checked, Fetched]]) -> list[Facts]:
    with turns.turn(), transaction.atomic():
        at = now()
        used = _hold_consents([checked for checked, _ in done], at)
        entries = [_entry(checked, fetched, at) for checked, fetched in done]
        headers = [_header(entry) for entry in entries]
        for entry, header in zip(entries, headers, strict=True):
            entry.signature = keys.sign(header)
        sealed = _write(entries, headers, used)
    return [
        Facts(entry.id, entry.source, fetched.found, fetched.values, fetched.holds, header, fetched.nonce, entry.signature, act)
        for entry, header, (_, fetched), act in zip(entries, headers, done, sealed, strict=True)
    ]


def _hold_consents(checked: list[Checked], at: datetime) -> dict[UUID, Consent]:
    """Lock the consents in one order, check them again, take single uses. Returns those whose rows changed."""
    wanted = sorted({one.ask.consent for one in checked if one.ground.kind == "consent" and one.ask.consent})
    if not wanted:
        return {}
    rows = {row.id: row for row in Consent.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    for one in checked:
        if one.ground.kind == "consent":
            gateway.hold_consent(one.ask, one.source.about, rows.get(one.ask.consent))
    used = {row.id: row for row in rows.values() if row.single_use}
    for row in used.values():
        row.used_at = at
        row.save(update_fields=["used_at"])
    return used


def _entry(checked: Checked, fetched: Fetched, at: datetime) -> AccessEntry:
    ask, purpose = checked.ask, checked.purpose
    delay = purpose.delay
    return AccessEntry(
        id=new_id(),
        at=at,
        person=fetched.person,
        source=ask.source,
        agency=checked.source.agency,
        purpose=ask.purpose,
        purpose_hash=checked.purpose_hash,
        ground=ask.ground,
        ground_kind=checked.ground.kind,
        consent=ask.consent,
        case=ask.case[:120],
        actor_kind=ask.actor.kind,
        actor_ref=ask.actor.ref,
        actor_unit=ask.actor.unit,
        on_behalf_of=ask.actor.on_behalf_of,
        fields=list(ask.fields),
        predicates=list(ask.predicates),
        outcome="given" if fetched.found else "none",
        excess=fetched.excess,
        digest=fetched.digest,
        visible_from=at + timedelta(days=delay.days) if delay else at,
        delay_rule=delay.rule.en[:200] if delay else "",
    )


def _header(entry: AccessEntry) -> dict[str, Any]:
    """What the node signs: everything but the values, which the digest covers."""
    told = {
        "v": 1,
        "id": str(entry.id),
        "at": entry.at.isoformat(timespec="microseconds"),
        "person": entry.person,
        "source": entry.source,
        "agency": entry.agency,
        "purpose": entry.purpose,
        "purpose_hash": entry.purpose_hash,
        "ground": entry.ground,
        "case": entry.case,
        "fields": entry.fields,
        "predicates": entry.predicates,
        "outcome": entry.outcome,
        "digest": entry.digest,
        "asked_by": {
            "kind": entry.actor_kind,
            "ref": entry.actor_ref,
            "unit": entry.actor_unit,
            "on_behalf_of": entry.on_behalf_of,
        },
    }
    if entry.consent:
        told["consent"] = str(entry.consent)
    if entry.reason:
        told["reason"] = entry.reason
    if entry.excess:
        told["excess"] = entry.excess
    return told


def _write(entries: list[AccessEntry], headers: list[dict[str, Any]], used: dict[UUID, Consent]) -> list[Sealed]:
    """Insert the entries and seal an act for each. The subject names the entry, not the person: the log links nobody's looks."""
    AccessEntry.objects.bulk_create(entries)
    drafts, told = [], set()
    for entry, header in zip(entries, headers, strict=True):
        rows: tuple = (entry,)
        if entry.consent in used and entry.consent not in told:
            rows += (used[entry.consent],)
            told.add(entry.consent)
        kind = "exchange.access" if entry.outcome in ("given", "none") else "exchange.refuse"
        drafts.append(Draft(kind, subjects.access(entry.id), _actor(entry), header, rows=rows))
    return seal_many(drafts)


def _actor(entry: AccessEntry) -> Actor:
    return Actor(entry.actor_kind, entry.actor_ref, entry.actor_unit, entry.on_behalf_of)


def _log_fault(request: Ask | None, done: list[tuple[Checked, Fetched]], fault: MingtangError) -> None:
    """Log what was fetched and is thrown away, and the asking that failed."""
    with turns.turn(), transaction.atomic():
        at = now()
        entries = []
        for checked, fetched in done:
            entry = _entry(checked, fetched, at)
            entry.outcome, entry.reason, entry.digest = ("withheld" if request else "refused"), fault.code, ""
            entries.append(entry)
        if request is not None:
            entries.append(_failed(request, fault, at))
        if entries:
            _write(entries, [_header(entry) for entry in entries], {})


def _failed(request: Ask, fault: MingtangError, at: datetime) -> AccessEntry:
    source, _ = catalogue.source(request.source)
    purpose, purpose_hash = catalogue.purpose(request.purpose)
    ground = purpose.grounds.get(request.ground)
    delay = purpose.delay
    return AccessEntry(
        id=new_id(),
        at=at,
        person=keys.pseudonym(request.key) if source.about == "person" else "",
        source=request.source,
        agency=source.agency,
        purpose=request.purpose,
        purpose_hash=purpose_hash,
        ground=request.ground[:60],
        ground_kind=ground.kind if ground else "",
        consent=request.consent,
        case=request.case[:120],
        actor_kind=request.actor.kind,
        actor_ref=request.actor.ref,
        actor_unit=request.actor.unit,
        on_behalf_of=request.actor.on_behalf_of,
        fields=[name[:60] for name in request.fields[:50]],
        predicates=[name[:60] for name in request.predicates[:50]],
        outcome="failed" if isinstance(fault, SourceDown) else "refused",
        reason=fault.code,
        excess=[],
        visible_from=at + timedelta(days=delay.days) if delay else at,
        delay_rule=delay.rule.en[:200] if delay else "",
    )
