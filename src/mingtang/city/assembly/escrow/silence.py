"""An acceptor who lets the time pass: the supervision is told, nothing is paid by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingtang.city.assembly.escrow.models import Milestone
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.people import reads as people

SUPERVISION = "MZ"


def fell_silent(firings: Sequence[Any]) -> list[Draft]:
    """Five working days have passed since the claim: the milestone is marked in public and the supervision told, who then must act."""
    told, drafts = people.head_of(SUPERVISION), []
    for firing in firings:
        _, project, number, _ = firing.ref.split("/")
        row = Milestone.objects.select_for_update().get(project=project, number=int(number))
        if row.state == "claimed":  # where the answer itself comes late, the deadline's act comes in the same step, after the answer was written
            row.silent = True
            row.save(update_fields=["silent"])
        missing = [one["role"] for one in row.acceptors]
        drafts.append(Draft("escrow.silent", f"projects/{project}", Actor("system", "limits"), {"milestone": row.number, "told": told, "of": missing},
                            rows=(row,), at=firing.due))
    return drafts
