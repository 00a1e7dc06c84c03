"""``servicerequestupdates``, the update protocol of FixMyStreet: GET gives the public steps, POST takes a step from an agency's system.

What a posted step does depends on who posts it. The system of the unit in charge moves the request: IN_PROGRESS and its like accept it, FIXED
and CLOSED answer it. Any other agency's step is a public note. A client's own ``update_id`` makes a repeated post do nothing.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.http import HttpResponse

from mingtang.city.requests import acts, reads
from mingtang.city.requests.filing import TEXT_LEAST, TEXT_MOST
from mingtang.city.requests.models import Update
from mingtang.city.requests.open311 import parameters, queries, shapes
from mingtang.city.requests.open311.faults import KeyNeeded, Malformed, Missing, NotHere
from mingtang.city.requests.open311.keys import Key
from mingtang.city.requests.open311.operation import Call, operation
from mingtang.city.requests.open311.views import paged
from mingtang.kernel import MingtangError

ROOT = "service_requests_updates"
STATUSES = ("OPEN", "INVESTIGATING", "IN_PROGRESS", "ACTION_SCHEDULED", "FIXED", "NO_FURTHER_ACTION", "NOT_COUNCILS_RESPONSIBILITY", "DUPLICATE",
            "INTERNAL_REFERRAL", "FOR_TRIAGE", "CLOSED", "CANCELLED", "REOPEN")
_TAKES_UP = ("INVESTIGATING", "IN_PROGRESS", "ACTION_SCHEDULED")
_ANSWERS = ("FIXED", "CLOSED", "NO_FURTHER_ACTION")


@operation("GET", "POST")
def updates(call: Call) -> HttpResponse:
    """GET: the public steps of requests, oldest first. POST: a step from an agency's system."""
    if call.request.method == "POST":
        return call.answer(ROOT, [{"update_id": str(_posted(call).pk)}], 201)
    window = parameters.window(call.fields)
    rows, more = queries.updates_in(window, parameters.listed(call.fields, "service_request_id"))
    return paged(call, call.answer(ROOT, [shapes.update(row) for row in rows]), window, more)


def _posted(call: Call) -> Update:
    if call.key is None:
        raise KeyNeeded(path="api_key")
    number = _needed(call, "service_request_id", 24)
    status = _needed(call, "status", 40).upper()
    if status not in STATUSES:
        raise Malformed(path="status", name="status", reason=", ".join(STATUSES))
    text = _needed(call, "description", TEXT_MOST)
    if len(text) < TEXT_LEAST:
        raise Malformed(path="description", name="description", reason=f">= {TEXT_LEAST}")
    parameters.date(call.fields, "updated_datetime")  # must be one; the act's own time is when it comes in
    outside = call.fields.get("update_id", "").strip()[:100]
    outside = f"{call.key.id}:{outside}" if outside else ""
    code = call.fields.get("external_status_code", "").strip()[:60] or status
    known = queries.update_of(number, outside) if outside else None
    if known is not None:
        return known
    try:
        return _done(call.key, number, status, text, (outside, code))
    except IntegrityError:  # the same step came twice at once
        known = queries.update_of(number, outside)
        if known is None:
            raise
        return known


def _done(key: Key, number: str, status: str, text: str, outside: tuple[str, str]) -> Update:
    """The act that the step is, and the public step it left."""
    try:
        view = reads.public(number)
    except MingtangError:
        raise NotHere(path="service_request_id", name="service_request_id") from None
    with transaction.atomic():
        in_charge = bool(key.unit) and key.unit == view.unit
        if in_charge and view.state == "sent" and status in _TAKES_UP + _ANSWERS:
            acts.accept(number, key.actor)
        if in_charge and view.state in ("sent", "handling") and status in _ANSWERS and not view.paused:
            sealed = acts.reply(number, text, key.actor, outside=outside)
        else:
            sealed = acts.note(number, text, key.actor, public=True, external_id=outside[0], external_status=outside[1])
        return Update.objects.select_related("request").get(act=sealed.id)


def _needed(call: Call, name: str, most: int) -> str:
    value = call.fields.get(name, "").strip()
    if not value:
        raise Missing(path=name, name=name)
    if len(value) > most:
        raise Malformed(path=name, name=name, reason=f"<= {most}")
    return value
