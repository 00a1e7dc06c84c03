"""One step in the life of a request: locked, changed, counted, sealed - in one transaction. Every act of this office goes through
here.

The order is always the same, so that two steps at once cannot pass each other: 1 fire the deadlines of the case that have passed,
for they
lie before this act in law even where no worker ran; 2 lock the row; 3 check its state; 4 change it; 5 write the difference to the
counters;
6 move the case (or tell it new limits, or neither), which seals the act; 7 write the public update.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction

from mingtang.city.requests import bulk, limits
from mingtang.city.requests.faults import NoSuchRequest, NotNow
from mingtang.city.requests.models import Request, Update
from mingtang.city.requests.steps import Step
from mingtang.city.requests.tally import Changes
from mingtang.kernel import now
from mingtang.platform.cases import timers
from mingtang.platform.cases.acts import Move, move, reschedule
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal


def take(
    number: str,
    states: tuple[str, ...],
    verb: str,
    actor: Actor,
    change: Callable[[Request, datetime], Step],
    at: datetime | None = None,
) -> Sealed:
    """Take one step: ``change`` gets the locked row and the time of the act, changes the row, and says what it did.

    Raises NoSuchRequest; NotNow where the state is not one of ``states``; what ``change`` raises. On any of these nothing is
    changed.
    ``at`` is the legal time of the act where that is past.
    """
    with transaction.atomic():
        timers.catch_up(f"requests/{number}", now())
        request = _locked(number)
        if states and request.state not in states:
            raise NotNow(number=number, state=request.state)
        changes = Changes()
        changes.take(request)
        before = dict(request.__dict__)
        moment = at or now()
        step = change(request, moment)
        request.changed_at = now()
        bulk.update(
            [request],
            [field.name for field in request._meta.concrete_fields if request.__dict__[field.attname] != before[field.attname]],
        )
        changes.add(request)
        changes.write()
        sealed = _sealed(request, verb, actor, step, at)
        if step.public is not None:
            Update.objects.create(
                request=request,
                at=moment,
                verb=verb,
                state=request.state,
                unit=request.unit,
                text=step.public,
                act=sealed.id,
                external_id=step.outside[0],
                external_status=step.outside[1],
            )
    return sealed


def _locked(number: str) -> Request:
    """The row of ``number``, locked until the transaction ends; raises NoSuchRequest."""
    rows = Request.objects.all()
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    try:
        return rows.get(number=number)
    except Request.DoesNotExist:
        raise NoSuchRequest(number=str(number)[:24]) from None


def _sealed(request: Request, verb: str, actor: Actor, step: Step, at: datetime | None) -> Sealed:
    draft = Draft(
        f"requests.{verb}",
        request.subject,
        actor,
        {"number": request.number, **step.body},
        rows=(request, *step.rows),
        contract=step.contract,
        at=at,
    )
    facts = dict(step.facts)
    if step.task or step.limits_changed:
        facts["limits"] = limits.facts(request.limits)
    if step.task:
        return move(Move(request.subject, step.task, facts, draft)).sealed
    if facts:
        return reschedule(request.subject, facts, draft).sealed
    return seal(draft)
