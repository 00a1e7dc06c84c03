"""Acts of the unit in charge: dispatch by the desk, acceptance, contact, reply, extension, notes.

Who first accepts leads to the end: ``lead_unit`` is set by the first acceptance and no act of this office changes it afterwards.
"""

from __future__ import annotations

from datetime import datetime

from mingtang.city.requests import hotline, limits, masking, standing
from mingtang.city.requests.acts_turn import take
from mingtang.city.requests.faults import AlreadyDone, FieldRefused, NotNow
from mingtang.city.requests.models import Request
from mingtang.city.requests.steps import Step, fresh_limit, halts, replied
from mingtang.platform.ledger.acts import Actor, Sealed


def dispatch(number: str, unit: str, actor: Actor, reason: str) -> Sealed:
    """The desk gives a request to ``unit``: one that the contract could not place, or one on its way that belongs elsewhere.

    A request that nobody accepted yet gets a fresh limit for feedback; one that was accepted keeps its limit and its lead unit.
    Raises NoSuchUnit, ReasonNeeded, NotYourUnit, NotNow.
    """
    unit, reason = standing.unit(unit), standing.reason(reason)

    def change(request: Request, at: datetime) -> Step:
        standing.of_the_city(request, actor)
        before, waited = request.unit, request.state == "dispatching"
        if before == unit:
            raise NotNow(number=number, state=request.state)
        request.unit, request.officer = unit, ""
        if waited:
            request.state, request.dispatched_at = "sent", at
        if request.lead_unit:
            request.due = request.feedback_due
        else:
            fresh_limit(request, at)
        body = {
            "unit": unit,
            "before": before,
            "reason": reason,
            "lead_unit": request.lead_unit,
            "limits": {"feedback": request.limits["feedback"]},
        }
        facts = {"unit": unit, "outcome": "sent"} if waited else {"unit": unit}
        return Step(body, task=hotline.DISPATCH if waited else "", facts=facts, limits_changed=True, public="")

    return take(number, ("dispatching", "sent", "handling"), "dispatch", actor, change)


def accept(number: str, actor: Actor) -> Sealed:
    """The unit signs for a request; the first to do so leads it to the end. Raises NotNow, NotYourUnit."""

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        request.state, request.accepted_at, request.officer = "handling", at, actor.ref
        request.lead_unit = request.lead_unit or request.unit
        return Step({"unit": request.unit, "lead_unit": request.lead_unit}, public="")

    return take(number, ("sent",), "accept", actor, change)


def contact(number: str, note: str, actor: Actor) -> Sealed:
    """The officer has spoken to the resident; the first time is kept. Raises TextRefused, NotNow, NotYourUnit."""
    note = standing.words(note, "note")

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        request.first_contact_at = request.first_contact_at or at
        return Step({"note": note}, public="")

    return take(number, ("sent", "handling", "parked"), "contact", actor, change)


def reply(number: str, text: str, actor: Actor, at: datetime | None = None, outside: tuple[str, str] = ("", "")) -> Sealed:
    """The unit answers; the resident is asked to confirm within the limit. ``at`` is the legal time of a reply
    given elsewhere (import); ``outside`` its identifier and status at an agency's own system.

    Raises TextRefused, NotNow, NotYourUnit.
    """
    text = standing.words(text)

    def change(request: Request, moment: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.paused:
            raise NotNow(number=number, state="paused")
        step = replied(request, text, moment)
        step.outside = outside
        return step

    return take(number, ("handling",), "reply", actor, change, at=at)


def extend(number: str, reason: str, actor: Actor) -> Sealed:
    """More time for feedback: once, before the limit has passed, as much as the class allows.

    Raises ReasonNeeded, NoExtension, AlreadyDone, NotNow, NotYourUnit.
    """
    reason = standing.reason(reason)

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        if request.extended:
            raise AlreadyDone(number=number)
        if request.overdue or request.paused or at > request.feedback_due:
            raise NotNow(number=number, state="overdue" if request.overdue else "paused" if request.paused else request.state)
        pack = hotline.pack()
        more = limits.extension(pack, request.urgency)
        before = request.limits["feedback"]
        start = limits.parsed(before["from"])
        after = limits.with_steps(limits.reckoned(before, start, halts(request), more), start, halts(request))
        request.limits = {**request.limits, "feedback": after}
        request.extended = True
        request.feedback_due = request.due = limits.parsed(after["due"])
        return Step({"reason": reason, "before": before, "after": after}, limits_changed=True, public=masking.mask(reason).text)

    return take(number, ("sent", "handling"), "extend", actor, change)


def release_photo(number: str, sha256: str, actor: Actor, released: bool = True) -> Sealed:
    """An official of the unit in charge has looked at a picture: it may be shown to everyone (or no longer). Raises
    FieldRefused, NotYourUnit.
    """

    def change(request: Request, at: datetime) -> Step:
        standing.in_charge(request, actor)
        photo = request.photos.filter(sha256=sha256).first() if sha256 else None
        if photo is None:
            raise FieldRefused(path="sha256", field="photo", reason=str(sha256)[:64])
        photo.released = released
        photo.save()
        return Step({"sha256": sha256, "released": released}, rows=(photo,))

    return take(number, (), "release_photo", actor, change)


def note(number: str, text: str, actor: Actor, public: bool = False, external_id: str = "", external_status: str = "") -> Sealed:
    """A remark on a request, for the file or (masked) for the public page. Raises TextRefused, NotYourUnit."""
    text = standing.words(text)

    def change(request: Request, at: datetime) -> Step:
        if actor.kind != "agency":
            standing.in_charge(request, actor)
        body = {"text": text, "public": public}
        if external_id:
            body["outside"] = {"id": external_id, "status": external_status}
        return Step(body, public=masking.mask(text).text if public else None, outside=(external_id, external_status))

    return take(number, (), "note", actor, change)
