"""The counts of the supervisor's board. In a city where counting takes long they are kept for a quarter of a minute."""

from __future__ import annotations

import threading
import time

from django.db.models import Count

from mingtang.city.requests.models import OPEN_STATES, Joint, Proposal, Request

_LONG = 0.05  # seconds of counting from which the counts are kept
_KEPT = 15.0
_lock = threading.Lock()
_last: tuple[float, dict[str, int]] | None = None


def board() -> dict[str, int]:
    """Open requests by state, then by flag; joint calls awaited; proposals that wait for a second official."""
    global _last
    with _lock:
        if _last is not None and time.monotonic() - _last[0] < _KEPT:
            return dict(_last[1])
        begun = time.monotonic()
        counts = _counted()
        _last = (time.monotonic(), counts) if time.monotonic() - begun > _LONG else None
        return dict(counts)


def _counted() -> dict[str, int]:
    found = dict(Request.objects.filter(closed_at=None).values_list("state").annotate(n=Count("pk")).order_by())
    counts = {state: found.get(state, 0) for state in (*OPEN_STATES, "replied")}
    for flag in ("overdue", "supervised", "parked", "excluded"):
        counts[flag] = Request.objects.filter(**{flag: True}).count()
    counts["joint"] = Joint.objects.filter(arrived_at=None).count()
    counts["proposals"] = Proposal.objects.filter(decided_at=None).count()
    return counts
