"""A consent as a record and receipt by ISO/IEC TS 27560:2023, in the terms of the W3C Data Privacy Vocabulary.

The record names the person by her pseudonym only; she knows who she is, and nobody else learns it from the record.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mingtang.platform.exchange.declared import PurposeSpec

SCHEMA = "https://mingtang.example/ns/consent-record/1"


def record(
    ident: UUID, person: str, purpose: PurposeSpec, purpose_hash: str, at: datetime, until: datetime, public_url: str
) -> dict[str, Any]:
    """The record of a consent given at ``at``; times are ISO 8601 in UTC. Mandatory elements: TS 27560, clauses 6.3.2 to 6.3.6."""
    ground = next((one for one in purpose.grounds.values() if one.kind == "consent"), None)
    types = sorted(
        {f"{source}.{name}" for source, names in purpose.allowed.items() for name in names}
        | {f"{p.source}:{p.name}" for p in purpose.predicates.values()}
    )
    return {
        "schema_version": SCHEMA,
        "record_id": str(ident),
        "receipt_id": str(ident),
        "pii_principal_id": person,
        "processing": [
            {
                "privacy_notice": f"{public_url}/my-data/purposes/{purpose.code}/",
                "language": ["zh-Hans", "en"],
                "purpose": {
                    "id": purpose.code,
                    "hash": purpose_hash,
                    "title": purpose.titles._asdict(),
                    "text": purpose.text._asdict(),
                },
                "lawful_basis": {"type": "dpv:Consent", "law": ground.law._asdict() if ground else None},
                "pii_information": [{"pii_type": name, "optional": False} for name in types],
                "pii_controllers": [purpose.agency],
                "recipient_third_parties": sorted(caller for caller in purpose.callers if caller not in (purpose.agency, "self")),
                "storage_locations": ["CN"],
                "jurisdiction": "CN",
                "retention_period": f"P{purpose.retention_days}D",
                "processing_method": "dpv:Use",
                "withdrawal_method": f"{public_url}/my-data/",
                "rights": ["access", "copy", "correct", "erase", "explain", "withdraw"],
            }
        ],
        "party_identification": [
            {
                "party_id": purpose.agency,
                "party_type": "pii_controller",
                "address": "CN",
                "name": purpose.agency,
                "contact": f"{public_url}/my-data/",
            }
        ],
        "events": [event(at, until, person, "explicit", "given")],
    }


def event(at: datetime, until: datetime, entity: str, kind: str, state: str) -> dict[str, Any]:
    """One event of a consent's life."""
    return {
        "event_time": at.isoformat(),
        "validity_duration": duration(until - at),
        "entity_id": entity,
        "event_type": kind,
        "event_state": state,
    }


def duration(span: timedelta) -> str:
    """ISO 8601, whole seconds."""
    return f"PT{max(0, int(span.total_seconds()))}S"
