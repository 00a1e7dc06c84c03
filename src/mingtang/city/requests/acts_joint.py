"""Joint handling (whistle and report): the unit in charge calls departments to the place; each must arrive by its limit;
both sides are scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mingtang.city.requests import hotline, limits, masking, standing
from mingtang.city.requests.acts_turn import take
from mingtang.city.requests.faults import AlreadyDone, FieldRefused, NotNow, NotYourUnit
from mingtang.city.requests.models import Joint, Request
from mingtang.city.requests.steps import Step
from mingtang.platform.ledger.acts import Actor, Sealed

_OPEN = ("sent", "handling", "parked")
_UNITS_MOST = 12


def call_joint(number: str, units: Sequence[str], reason: str, actor: Actor) -> Sealed:
    """Call departments to the place; each has the class's limit for arrival. Raises NoSuchUnit, ReasonNeeded, AlreadyDone,
    NotYourUnit, NotNow.
    """
    reason = standing.reason(reason)
    codes = list(dict.fromkeys(standing.unit(code, f"units[{i}]") for i, code in enumerate(units[: _UNITS_MOST + 1])))
    if not 1 <= len(codes) <= _UNITS_MOST:
        raise FieldRefused(path="units", field="units", reason=f"1..{_UNITS_MOST}")

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.unit in codes or Joint.objects.filter(request=request, unit__in=codes).exists():
            raise AlreadyDone(number=number)
        limit = limits.given(hotline.pack(), request.urgency, "arrival", at)
        joints = [
            Joint(
                request=request,
                unit=code,
                called_by=request.unit,
                caller=actor.ref,
                reason=reason,
                called_at=at,
                arrive_by=limits.parsed(limit["due"]),
                rule=limit["rule"],
            )
            for code in codes
        ]
        Joint.objects.bulk_create(joints)
        return Step({"units": codes, "reason": reason, "limit": limit}, rows=tuple(joints), public=masking.mask(reason).text)

    return take(number, _OPEN, "call_joint", actor, change)


def arrive(number: str, unit: str, actor: Actor, found: str = "") -> Sealed:
    """An official of the department called reports at the place. Raises NotNow where it was not called, AlreadyDone,
    NotYourUnit.
    """
    found = standing.words(found, "found", least=0)

    def change(request: Request, at: datetime) -> Step:
        joint = _joint(request, unit)
        if actor.kind != "system" and actor.unit != unit:
            raise NotYourUnit(number=number, unit=unit)
        if joint.arrived_at is not None:
            raise AlreadyDone(number=number)
        joint.arrived_at, joint.arrived, joint.found, joint.in_time = at, actor.ref, found, at <= joint.arrive_by
        joint.save()
        return Step({"unit": unit, "in_time": joint.in_time, "found": found}, rows=(joint,), public=masking.mask(found).text)

    return take(number, _OPEN, "arrive", actor, change)


def score_joint(number: str, unit: str, score: int, actor: Actor, reason: str) -> Sealed:
    """One side scores the other, 0 to 100: the calling unit the department called, or that department the one that called it;
    once each.

    Raises FieldRefused, ReasonNeeded, AlreadyDone, NotYourUnit, NotNow.
    """
    reason = standing.reason(reason)
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 100:
        raise FieldRefused(path="score", field="score", reason="0..100")

    def change(request: Request, at: datetime) -> Step:
        joint = _joint(request, unit)
        side = {joint.called_by: "score_of_called", joint.unit: "score_of_caller"}.get(actor.unit)
        if side is None:
            raise NotYourUnit(number=number, unit=unit)
        if getattr(joint, side) is not None:
            raise AlreadyDone(number=number)
        setattr(joint, side, score)
        joint.save()
        return Step({"unit": unit, "side": side, "score": score, "reason": reason}, rows=(joint,))

    return take(number, (), "score_joint", actor, change)


def _joint(request: Request, unit: str) -> Joint:
    joint = Joint.objects.filter(request=request, unit=unit).first()
    if joint is None:
        raise NotNow(number=request.number, state=request.state)
    return joint
