"""The clockwork: what the worker calls to fire deadlines.

Several workers may run. A worker takes cases with a due timer by locking their rows, skipping those another holds (PostgreSQL), or
is the only writer (SQLite, BEGIN IMMEDIATE); the code is the same. Everything a firing does commits together, so a worker that
dies loses nothing and doubles nothing. If a batch fails, its cases are tried one by one; the one that fails waits and is
tried again later, after five failures it is stuck: visible to the operator, and no other case waits for it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction

from mingtang.kernel import MingtangError
from mingtang.platform.cases.catching_up import fire_passed
from mingtang.platform.cases.models import Case, Timer

BATCH = 400
RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))

_log = logging.getLogger("mingtang.cases")


def fire_due(now: datetime, limit: int = 5000, *, batch: int = BATCH) -> int:
    """Fire the deadlines due at ``now``, the earliest first, about ``limit`` at most; returns how many fired."""
    fired = 0
    while fired < limit:
        done, taken = _fire_batch(now, min(batch, limit - fired))
        fired += done
        if not taken:
            break
    return fired


def catch_up(ref: str, now: datetime) -> int:
    """Fire what is due of one case, inside the caller's transaction; returns how many fired. For an office about to change its own rows:
    ``move`` would fire it too, but only after the office has written what lies later in law. An unknown case has nothing due.
    """
    case = Case.objects.select_for_update().filter(ref=ref).first()
    return fire_passed([case], now) if case is not None else 0


def lag(now: datetime) -> timedelta:
    """How late the earliest deadline is that should have fired and has not; zero if none is late."""
    first = Timer.objects.filter(wake__lte=now).order_by("wake").values_list("wake", flat=True).first()
    return max(now - first, timedelta()) if first else timedelta()


def _fire_batch(now: datetime, size: int) -> tuple[int, int]:
    """Fire for up to ``size`` timers; returns how many fired and how many cases were taken."""
    taken: list[int] = []
    try:
        with transaction.atomic():
            _wait_briefly()
            cases = _claim(now, size)
            taken = [case.pk for case in cases]
            return fire_passed(cases, now), len(taken)
    except Exception:  # whatever one handler raises must not stop the others: found below, one by one, and kept visible
        if not taken:
            raise
    return sum(_fire_one(pk, now) for pk in taken), len(taken)


def _claim(now: datetime, size: int) -> list[Case]:
    due = (Case.objects.filter(timers__wake__lte=now).order_by("timers__wake")
           .select_for_update(of=("self",), skip_locked=True))[:size]
    return list({case.pk: case for case in due}.values())


def _wait_briefly() -> None:
    # Offices lock their own row first and then the case; the worker does it the other way round. Where the two meet the worker
    # gives way, well before PostgreSQL would look for a deadlock and might end the person's transaction instead.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '400ms'")


def _fire_one(pk: int, now: datetime) -> int:
    try:
        with transaction.atomic():
            _wait_briefly()
            case = Case.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            return fire_passed([case], now) if case is not None else 0
    except OperationalError as fault:
        if connection.vendor == "postgresql" and getattr(fault.__cause__, "sqlstate", "") in ("55P03", "40P01", "40001"):
            return 0  # someone else holds a row: the next round
        _set_aside(pk, now, fault)
    except Exception as fault:  # noqa: BLE001 - kept on the timer, where the operator sees it
        _set_aside(pk, now, fault)
    return 0


def _set_aside(pk: int, now: datetime, fault: Exception) -> None:
    """Put the case's first due timer off, or aside for the operator, with what went wrong (never with the facts)."""
    with transaction.atomic():
        timer = Timer.objects.filter(case_id=pk, wake__lte=now).order_by("due", "token").first()
        if timer is None:
            return
        wake = now + RETRIES[timer.attempts] if timer.attempts < len(RETRIES) else None
        Timer.objects.filter(pk=timer.pk).update(wake=wake, attempts=timer.attempts + 1, error=_named(fault))
    _log.error("a timer failed", extra={"timer": timer.pk, "attempts": timer.attempts + 1, "stuck": wake is None, "fault": type(fault).__name__})


def _named(fault: Exception) -> str:
    # Only our own errors' sentences are free of personal data; of foreign ones the kind is told.
    return (f"{fault.code}: {fault}" if isinstance(fault, MingtangError) else type(fault).__name__)[:300]
