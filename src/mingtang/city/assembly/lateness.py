"""What was entrusted and not answered in time: flagged in public, the head of the unit told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingtang.city.assembly.models import Duty
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.people import reads as people


def overdue(firings: Sequence[Any]) -> list[Draft]:
    """The time for an answer is over."""
    drafts = []
    for firing in firings:
        row = Duty.objects.select_for_update().get(code=firing.ref.rpartition("/")[2])
        row.late = True
        row.save(update_fields=["late"])
        drafts.append(Draft("assembly.overdue", firing.ref, Actor("system", "limits"), {"told": people.head_of(row.unit)}, rows=(row,), at=firing.due))
    return drafts
