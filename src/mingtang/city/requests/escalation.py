"""What happens by itself when a limit passes: escalation in four steps, silence after a reply, the review of parked matters.

These are the handlers of the process's timers. Each gets a batch of firings, changes the requests in bulk and returns one draft
of an act
a firing; the case engine seals them in the same transaction. The legal time of each act is the time its limit passed, however
late the
worker was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from mingtang.city.requests import bulk
from mingtang.city.requests.models import Halt, Request, Update
from mingtang.city.requests.tally import Changes
from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.people import reads as people

TIMER = Actor("system", "limits")
# Level by the timer of the process, and who is told.
LEVELS = {"feedback_half": 1, "feedback_most": 2, "feedback_full": 3, "feedback_city": 4}
TOLD = {1: "officer", 2: "head", 3: "supervision", 4: "city"}
_FIELDS = ("level", "overdue", "supervised", "responded", "state", "closed_at", "due", "confirmation", "changed_at")


def escalate(firings: Sequence[Any]) -> list[Draft]:
    """An unanswered request reaches 50 %, 80 %, 100 % of its time or a day more: officer, head, public flag and supervision
    order, city.

    A request that nobody dispatched in time is put before supervision; the rates of no unit bear it.
    """

    def change(request: Request, firing: Any) -> tuple[dict, bool]:
        if firing.node == "dispatch_overdue":
            request.supervised = True
            return {"step": "dispatch", "told": "supervision", "limit": request.limits["dispatch"]}, True
        level = LEVELS[firing.node]
        body = {
            "level": level,
            "told": TOLD[level],
            "unit": request.unit,
            "to": _told(request, level),
            "limit": request.limits["feedback"],
        }
        if level <= request.level:
            return {**body, "repeated": True}, False
        request.level = level
        if level >= 3 and not request.overdue:
            request.overdue = request.supervised = True
            request.responded = False
            body["order"] = {
                "kind": "supervision",
                "unit": request.lead_unit or request.unit,
                "overdue_since": request.limits["feedback"]["due"],
            }
        return body, level >= 3

    return _batch(firings, "escalate", change)


def expire_confirmation(firings: Sequence[Any]) -> list[Draft]:
    """Nobody confirmed in time: recorded as such, never as satisfied; the request ends."""

    def change(request: Request, firing: Any) -> tuple[dict, bool]:
        request.state, request.closed_at, request.due = "closed", firing.due, None
        request.confirmation = request.confirmation or "expired"
        return {"confirmation": request.confirmation, "limit": request.limits["confirm"]}, True

    return _batch(firings, "expire_confirmation", change)


def review_parked(firings: Sequence[Any]) -> list[Draft]:
    """The review date of a parked matter has come and nobody took it up: flagged in public and put before supervision; it
    stays parked.
    """
    numbers = {_number(firing) for firing in firings}
    parked = {
        halt.request.number: halt
        for halt in Halt.objects.filter(request__number__in=numbers, kind="park", ended_at=None).select_related("request")
    }

    def change(request: Request, firing: Any) -> tuple[dict, bool]:
        parked[request.number].review_missed = request.supervised = True
        return {"limit": request.limits["parking"], "told": "supervision"}, True

    drafts = _batch(firings, "review_parked", change)
    bulk.update(parked.values(), ("review_missed",))
    return [replace(draft, rows=(*draft.rows, parked[_number(firing)])) for draft, firing in zip(drafts, firings, strict=True)]


def _told(request: Request, level: int) -> str:
    """The official told at ``level``, by code; empty where the post is vacant, for then the unit's board shows it."""
    if level == 1:
        return request.officer
    return people.head_of(request.lead_unit or request.unit) if level == 2 else ""


def _batch(firings: Sequence[Any], verb: str, change: Any) -> list[Draft]:
    rows = _locked({_number(firing) for firing in firings})
    changes, drafts, public = Changes(), [], []
    for request in rows.values():
        changes.take(request)
    at = now()
    for firing in firings:
        request = rows[_number(firing)]
        body, shown = change(request, firing)
        request.changed_at = at
        drafts.append(
            Draft(f"requests.{verb}", request.subject, TIMER, {"number": request.number, **body}, rows=(request,), at=firing.due)
        )
        if shown:
            public.append(Update(request=request, at=firing.due, verb=verb, state=request.state, unit=request.unit, text=""))
    for request in rows.values():
        changes.add(request)
    bulk.update(rows.values(), _FIELDS)
    Update.objects.bulk_create(public)
    changes.write()
    return drafts


def _number(firing: Any) -> str:
    return firing.ref.split("/")[1]


def _locked(numbers: set[str]) -> dict[str, Request]:
    rows = Request.objects.filter(number__in=numbers).order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    return {request.number: request for request in rows}
