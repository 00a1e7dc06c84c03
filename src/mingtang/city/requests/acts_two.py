"""Acts that take two officials: return to the desk, and exclusion from the rates. One proposes with a reason, another decides.

While a return is considered the limit runs on: nobody gains time by proposing one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingtang.city.requests import hotline, limits, masking, standing
from mingtang.city.requests.acts_handle import dispatch
from mingtang.city.requests.acts_turn import take
from mingtang.city.requests.faults import AlreadyDone, NotNow
from mingtang.city.requests.models import Proposal, Request
from mingtang.city.requests.steps import Step
from mingtang.platform.ledger.acts import Actor, Sealed


def propose_return(number: str, reason: str, actor: Actor, ground: str = "not_in_charge", target: str = "") -> Sealed:
    """The unit asks that another take the request; ``target`` names it if known. Raises ReasonNeeded, GroundRefused, NotNow,
    NotYourUnit.
    """
    reason, ground = standing.reason(reason), standing.ground("return", ground)["code"]
    target = standing.unit(target, "target") if target else ""

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.paused:
            raise NotNow(number=number, state="paused")
        proposal = _propose(request, "return", ground, reason, actor, at, target)
        request.state = "returning"
        body = {"ground": ground, "reason": reason, "target": target}
        return Step(body, task=hotline.HANDLE, facts={"outcome": "return"}, rows=(proposal,))

    return take(number, ("sent", "handling"), "propose_return", actor, change)


def approve_return(number: str, actor: Actor, reason: str, approve: bool = True, unit: str = "") -> Sealed:
    """A second official decides on the return. Approved, the request goes to the desk, and at once to ``unit`` or the target
    proposed, if any.

    A unit that had accepted keeps leading: the other then works for it, within the same limit. Raises SecondOfficialNeeded,
    ReasonNeeded,
    NoSuchUnit, NotNow.
    """
    reason = standing.reason(reason)
    onward = standing.unit(unit) if unit else ""

    def change(request: Request, at: datetime) -> Step:
        nonlocal onward
        proposal = _decide(request, "return", actor, at, reason, approve)
        body = {"approved": approve, "reason": reason, "proposed_by": proposal.proposed_by, "ground": proposal.ground}
        if not approve:
            request.state = "handling" if request.officer else "sent"
            return Step(body, task=hotline.REVIEW, facts={"outcome": "rejected"}, rows=(proposal,))
        onward = onward or proposal.target
        found = limits.given(hotline.pack(), request.urgency, "dispatch", at)
        request.limits = {**request.limits, "dispatch": found}
        request.state, request.officer, request.due = "dispatching", "", limits.parsed(found["due"])
        body |= {"before": request.unit, "lead_unit": request.lead_unit, "limits": {"dispatch": found}}
        request.unit = ""
        return Step(
            body,
            task=hotline.REVIEW,
            facts={"unit": "", "outcome": "approved"},
            rows=(proposal,),
            public=masking.mask(reason).text,
        )

    with transaction.atomic():
        sealed = take(number, ("returning",), "approve_return", actor, change)
        if approve and onward:
            dispatch(number, onward, actor, reason)
    return sealed


def propose_exclusion(number: str, ground: str, reason: str, actor: Actor) -> Sealed:
    """Ask that a request not count in the rates, on a ground the rules name. Raises GroundRefused, ReasonNeeded,
    AlreadyDone, NotYourUnit.
    """
    reason, ground = standing.reason(reason), standing.ground("exclusion", ground)["code"]

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.excluded:
            raise AlreadyDone(number=number)
        return Step({"ground": ground, "reason": reason}, rows=(_propose(request, "exclusion", ground, reason, actor, at),))

    return take(number, (), "propose_exclusion", actor, change)


def approve_exclusion(number: str, actor: Actor, reason: str, approve: bool = True) -> Sealed:
    """A second official of the city decides on the exclusion; excluded requests are counted and shown apart.

    Raises SecondOfficialNeeded, ReasonNeeded, NotYourUnit, NotNow.
    """
    reason = standing.reason(reason)

    def change(request: Request, at: datetime) -> Step:
        standing.of_the_city(request, actor)
        proposal = _decide(request, "exclusion", actor, at, reason, approve)
        request.excluded = approve
        body = {"approved": approve, "ground": proposal.ground, "reason": reason, "proposed_by": proposal.proposed_by}
        return Step(body, rows=(proposal,), public=masking.mask(reason).text if approve else None)

    return take(number, (), "approve_exclusion", actor, change)


def _propose(request: Request, kind: str, ground: str, reason: str, actor: Actor, at: datetime, target: str = "") -> Proposal:
    if Proposal.objects.filter(request=request, kind=kind, decided_at=None).exists():
        raise AlreadyDone(number=request.number)
    return Proposal.objects.create(
        request=request,
        kind=kind,
        ground=ground,
        reason=reason,
        target=target,
        unit=actor.unit,
        proposed_by=actor.ref,
        proposed_at=at,
    )


def _decide(request: Request, kind: str, actor: Actor, at: datetime, reason: str, approve: bool) -> Proposal:
    proposal = Proposal.objects.filter(request=request, kind=kind, decided_at=None).first()
    if proposal is None:
        raise NotNow(number=request.number, state=request.state)
    standing.second(proposal, actor)
    proposal.decided_by, proposal.decided_at, proposal.decision, proposal.approved = actor.ref, at, reason, approve
    proposal.save()
    return proposal
