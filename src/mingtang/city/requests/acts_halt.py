"""Acts that stop the limit for a time: a pause on a ground that the rules name, up to a cap; parking of what cannot be solved
now, visibly.

A pause ends by itself at its cap, for the limit is reckoned as if it lasted that long; resumed earlier, the limit is reckoned
again.
A parked matter has a reason and a review date, stands on a public list, and comes back on that date.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from mingtang.city.requests import hotline, limits, masking, standing
from mingtang.city.requests.acts_turn import take
from mingtang.city.requests.faults import AlreadyDone, DateRefused, NotNow
from mingtang.city.requests.models import Halt, Request
from mingtang.city.requests.steps import Step, reckon_again
from mingtang.platform.ledger.acts import Actor, Sealed


def pause(number: str, ground: str, reason: str, actor: Actor) -> Sealed:
    """The limit stops, on a named ground, at most for the class's cap. Raises GroundRefused, ReasonNeeded, AlreadyDone,
    NotNow, NotYourUnit.
    """
    reason, ground = standing.reason(reason), standing.ground("pause", ground)["code"]

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.paused or Halt.objects.filter(request=request, kind="pause", ground=ground).exists():
            raise AlreadyDone(number=number)  # each ground once, so that pauses cannot be strung together
        if request.overdue or at > request.feedback_due:
            raise NotNow(number=number, state="overdue")
        cap = limits.given(hotline.pack(), request.urgency, "pause", at)
        halt = Halt.objects.create(
            request=request,
            kind="pause",
            ground=ground,
            reason=reason,
            by=actor.ref,
            begun_at=at,
            until=limits.parsed(cap["due"]),
        )
        before = request.limits["feedback"]["due"]
        request.paused = True
        reckon_again(request)
        body = {"ground": ground, "reason": reason, "cap": cap, "before": before, "after": request.limits["feedback"]}
        return Step(body, limits_changed=True, rows=(halt,), public=masking.mask(reason).text)

    return take(number, ("sent", "handling"), "pause", actor, change)


def resume(number: str, actor: Actor) -> Sealed:
    """The pause ends and the limit runs on. Raises NotNow, NotYourUnit."""

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if not request.paused:
            raise NotNow(number=number, state=request.state)
        halt = _end(request, "pause", at)
        before = request.limits["feedback"]["due"]
        request.paused = False
        reckon_again(request)
        return Step({"before": before, "after": request.limits["feedback"]}, limits_changed=True, rows=(halt,), public="")

    return take(number, ("sent", "handling"), "resume", actor, change)


def park(number: str, reason: str, review_on: date, actor: Actor, ground: str = "policy") -> Sealed:
    """Set aside what cannot be solved now, with a reason and a date of review, on the public list of parked matters.

    The review date lies within the class's limit. Raises GroundRefused, ReasonNeeded, DateRefused, NotNow, NotYourUnit.
    """
    reason, ground = standing.reason(reason), standing.ground("park", ground)["code"]

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.paused:
            raise NotNow(number=number, state="paused")
        most = limits.given(hotline.pack(), request.urgency, "parking", at)
        latest = limits.parsed(most["due"])
        until = _end_of_day(review_on)
        if not at < until <= latest + timedelta(days=1):
            raise DateRefused(path="review_on", latest=latest.date().isoformat())
        halt = Halt.objects.create(
            request=request, kind="park", ground=ground, reason=reason, by=actor.ref, begun_at=at, until=until
        )
        entry = {"from": limits.stamp(at), "due": limits.stamp(until), "rule": most["rule"], "calendar": most["calendar"]}
        request.limits = {**request.limits, "parking": entry}
        request.state, request.parked, request.due = "parked", True, until
        body = {"ground": ground, "reason": reason, "review_on": review_on.isoformat()}
        return Step(body, task=hotline.HANDLE, facts={"outcome": "park"}, rows=(halt,), public=masking.mask(reason).text)

    return take(number, ("handling",), "park", actor, change)


def unpark(number: str, actor: Actor, reason: str) -> Sealed:
    """Take a parked matter up again; its limit runs on from where it stood. Raises ReasonNeeded, NotNow, NotYourUnit."""
    reason = standing.reason(reason)

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        halt = _end(request, "park", at)
        request.state, request.parked = "handling", False
        reckon_again(request)
        body = {"reason": reason, "limits": {"feedback": request.limits["feedback"]}}
        return Step(body, task=hotline.PARKED, facts={"outcome": "unpark"}, rows=(halt,), public=masking.mask(reason).text)

    return take(number, ("parked",), "unpark", actor, change)


def _end(request: Request, kind: str, at: datetime) -> Halt:
    halt = Halt.objects.filter(request=request, kind=kind, ended_at=None).first()
    if halt is None:
        raise NotNow(number=request.number, state=request.state)
    halt.ended_at = at
    halt.save()
    return halt


def _end_of_day(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(settings.TIME_ZONE)) - timedelta(seconds=1)
