"""Changes of a request's row that several acts share, and what a change says of itself. Nothing here writes or seals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mingtang.city.requests import hotline, limits, masking
from mingtang.city.requests.models import Halt, Request


@dataclass(slots=True)
class Step:
    """The act's words, where the case goes, what the public reads."""

    body: dict[str, Any]
    task: str = ""  # the task of the case that this step completes
    facts: dict[str, Any] = field(default_factory=dict)  # new facts of the process
    limits_changed: bool = False  # the timers must be reckoned again
    public: str | None = None  # masked text of the public update; None for none
    rows: tuple = ()  # further rows the act fixes, saved
    contract: str = ""
    outside: tuple[str, str] = ("", "")  # the update's identifier and status at an outside client


def halts(request: Request) -> list[tuple[datetime, datetime]]:
    """The times in which the feedback limit did not or does not run: (begin, end); a running pause counts to its cap, for it
    ends there.
    """
    rows = Halt.objects.filter(request=request).order_by("begun_at")
    return [
        (halt.begun_at, min(halt.ended_at, halt.until) if halt.ended_at and halt.kind == "pause" else halt.ended_at or halt.until)
        for halt in rows
    ]


def fresh_limit(request: Request, at: datetime) -> None:
    """Begin the limit for feedback anew at ``at``: the request is with a unit that never had it, or comes back unsolved."""
    found = limits.feedback(hotline.pack(), request.urgency, at)
    request.limits = {**request.limits, "feedback": found}
    request.feedback_due = request.due = limits.parsed(found["due"])
    request.level, request.extended = 0, False


def reckon_again(request: Request) -> None:
    """Reckon the running limit for feedback again, with the halts as they stand now."""
    before = request.limits["feedback"]
    start, pauses = limits.parsed(before["from"]), halts(request)
    entry = {name: before[name] for name in ("amount", "unit", "reckoning", "rule")}
    found = limits.with_steps(limits.reckoned(entry, start, pauses), start, pauses)
    if "extended_by" in before:
        found["extended_by"] = before["extended_by"]
    request.limits = {**request.limits, "feedback": found}
    request.feedback_due = request.due = limits.parsed(found["due"])


def replied(request: Request, text: str, at: datetime) -> Step:
    """The unit has answered: in time or not is settled once a round, and the resident's time to confirm begins."""
    found = limits.given(hotline.pack(), request.urgency, "confirm", at)
    request.limits = {**request.limits, "confirm": found}
    request.state, request.replied_at, request.due = "replied", at, limits.parsed(found["due"])
    request.first_contact_at = request.first_contact_at or at
    request.reply, request.public_reply = text, masking.mask(text).text
    if request.responded is None:
        request.responded = at <= request.feedback_due
    body = {"text": text, "in_time": request.responded, "limits": {"confirm": found}}
    return Step(body, task=hotline.HANDLE, facts={"outcome": "reply"}, public=request.public_reply)


def sent_back(request: Request, at: datetime) -> None:
    """The resident says it is not solved: the lead unit has it again, with a fresh limit. What was recorded of the first
    round stays.
    """
    request.unit = request.lead_unit or request.unit
    request.state = "handling" if request.lead_unit else "sent"
    request.reopened += 1
    request.closed_at = None
    fresh_limit(request, at)
