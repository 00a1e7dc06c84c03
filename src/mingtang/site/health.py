"""``/healthz``: 200 with web, worker and ledger where all three are up, 503 with the reason otherwise.

The web process is up because it answers; the worker is up when its last sign of life is at most 15 s old and none of its duties has
failed five times in a row; the ledger is up when nothing sealed has waited longer than 30 s for the log.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from mingtang.kernel import now
from mingtang.kernel.access import access
from mingtang.platform.ledger import reads as ledger
from mingtang.site.operations.models import Heartbeat

_SILENT = timedelta(seconds=15)
_WAITED = timedelta(seconds=30)
_FAILURES = 5


@access("public")
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The state of web, worker and ledger."""
    state = report(now())
    return JsonResponse(state, status=200 if state["status"] == "ok" else 503)


def report(moment: datetime) -> dict:
    """The state at ``moment``: ``status``, then ``web``, ``worker``, ``ledger`` each with ``up`` and, where not, ``reason``."""
    parts = {"web": {"up": True}, "worker": _guarded(worker_state, moment), "ledger": _guarded(ledger_state, moment)}
    return {"status": "ok" if all(part["up"] for part in parts.values()) else "down", **parts}


def _guarded(read, moment: datetime) -> dict:
    try:
        return read(moment)
    except DatabaseError as fault:
        return {"up": False, "reason": f"the database does not answer ({type(fault).__name__})"}


def worker_state(moment: datetime) -> dict:
    """Whether a worker lives and its duties go well."""
    beats = list(Heartbeat.objects.filter(beat_at__gte=moment - _SILENT))
    if not beats:
        return {"up": False, "reason": f"no sign of life for {int(_SILENT.total_seconds())} s: start it with mingtang worker"}
    failing = sorted({name for beat in beats for name, duty in beat.duties.items() if duty["failures"] >= _FAILURES})
    if failing:
        return {"up": False, "workers": len(beats), "reason": f"fails again and again: {', '.join(failing)}; see its log"}
    return {"up": True, "workers": len(beats)}


def ledger_state(moment: datetime) -> dict:
    """Whether what is sealed comes into the log in time."""
    state, oldest = {"size": ledger.head().size, "waiting": ledger.pending()}, ledger.oldest_pending()
    if oldest is not None and moment - oldest > _WAITED:
        return {"up": False, **state, "reason": f"an act has waited {int((moment - oldest).total_seconds())} s for the log"}
    return {"up": True, **state}
