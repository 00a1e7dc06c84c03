"""Effects on the outside: put down in the transaction that causes them, delivered afterwards, at least once.

The key is the idempotency key: putting the same key twice is one effect, and what receives it must treat a repeated key as the same
effect. An effect is leased before it is tried, tried outside any transaction, and marked after; a worker that dies in between lets
the lease run out and it is tried again. After eight failures it is dead and waits for the operator.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from mingtang.kernel import MingtangError, now
from mingtang.platform.cases.faults import NotInTransaction
from mingtang.platform.cases.handlers import effect
from mingtang.platform.cases.models import Effect

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=10)

_log = logging.getLogger("mingtang.cases")


def put(key: str, kind: str, payload: dict[str, Any]) -> None:
    """Put down an effect, in the transaction that causes it; a key already known is left as it is. Raises NotInTransaction."""
    if not connection.in_atomic_block:
        raise NotInTransaction()
    at = now()
    Effect.objects.bulk_create([Effect(key=key, kind=kind, payload=payload, created_at=at, wake=at)], ignore_conflicts=True)


def deliver_due(now: datetime, limit: int = 100) -> int:
    """Deliver what is due at ``now``, at most ``limit``; returns how many were delivered."""
    delivered = 0
    for row in _lease(now, limit):
        try:
            effect(row.kind)(row.key, row.payload)
        except Exception as fault:  # noqa: BLE001 - whatever goes wrong outside is kept on the row and tried again
            _put_off(row, now, fault)
        else:
            Effect.objects.filter(pk=row.pk, delivered_at=None).update(delivered_at=now, wake=None, error="")
            delivered += 1
    return delivered


def revive(dead: Effect) -> None:
    """Let a dead effect be tried again from the beginning."""
    Effect.objects.filter(pk=dead.pk).update(dead_at=None, attempts=0, wake=now())


def _lease(at: datetime, limit: int) -> list[Effect]:
    with transaction.atomic():
        found = list(Effect.objects.filter(wake__lte=at).order_by("wake").select_for_update(skip_locked=True)[:limit])
        Effect.objects.filter(pk__in=[row.pk for row in found]).update(wake=at + LEASE)
    return found


def _put_off(row: Effect, at: datetime, fault: Exception) -> None:
    attempts = row.attempts + 1
    error = (f"{fault.code}: {fault}" if isinstance(fault, MingtangError) else type(fault).__name__)[:300]
    dead = attempts >= MOST_ATTEMPTS
    Effect.objects.filter(pk=row.pk).update(
        attempts=attempts, error=error, dead_at=at if dead else None, wake=None if dead else at + FIRST_PAUSE * 3 ** (attempts - 1))
    _log.warning("an effect failed", extra={"effect": row.pk, "attempts": attempts, "dead": dead, "fault": type(fault).__name__})
