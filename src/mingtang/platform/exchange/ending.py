"""How a consent ends: the row and the record's events, within the transaction of the act that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mingtang.kernel import now
from mingtang.platform.exchange import consent_record
from mingtang.platform.exchange.models import Consent


def holding(person: str, purpose: str) -> list[Consent]:
    """The lasting consents of a person for a purpose that hold now, locked."""
    rows = Consent.objects.select_for_update().filter(
        person=person, purpose=purpose, withdrawn_at=None, expires_at__gt=now(), single_use=False
    )
    return list(rows.order_by("id"))


def end(rows: Sequence[Consent], at: datetime) -> Sequence[Consent]:
    """End the consents at ``at``."""
    for row in rows:
        row.withdrawn_at = at
        row.record = row.record | {
            "events": [*row.record["events"], consent_record.event(at, at, row.person, "explicit", "withdrawn")]
        }
        row.save(update_fields=["withdrawn_at", "record"])
    return rows
