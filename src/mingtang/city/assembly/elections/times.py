"""What the worker does when a time has come: voting ends, the window for objections ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mingtang.city.assembly.elections import acts_count
from mingtang.city.assembly.elections.models import Election
from mingtang.city.assembly.elections.rows import closing
from mingtang.kernel import MingtangError
from mingtang.platform.ledger.acts import Actor, Draft

_ITSELF = Actor("system", "elections")


def ended(firings: Sequence[Any]) -> list[Draft]:
    """Voting has reached its end: closed, unless the election was annulled before."""
    drafts = []
    for firing in firings:
        row = Election.objects.select_for_update().get(code=firing.ref.rpartition("/")[2])
        if row.state == "open":
            drafts.append(closing(row, _ITSELF))
        else:
            drafts.append(Draft("elections.close", firing.ref, _ITSELF, {"state": row.state}, rows=(row,), at=firing.due))
    return drafts


def window_over(firings: Sequence[Any]) -> list[Draft]:
    """The window is over: final where nothing stands against it; else the act says what does, and the board must answer."""
    drafts = []
    for firing in firings:
        row = Election.objects.select_for_update().get(code=firing.ref.rpartition("/")[2])
        hindrance = ""
        if row.state == "tallied":
            try:
                acts_count.settle(row.code)
            except MingtangError as fault:
                hindrance = fault.code
            row.refresh_from_db()
        drafts.append(Draft("elections.window_over", firing.ref, _ITSELF, {"state": row.state, "hindrance": hindrance}, rows=(row,), at=firing.due))
    return drafts
