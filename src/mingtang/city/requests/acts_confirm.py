"""Acts of the resident after the reply: confirm, reopen; and the system's when nobody confirms in time.

Who holds the secret link of a request is its resident. Silence is recorded as silence (``confirmation = "expired"``), never as
satisfaction.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mingtang.city.requests import hotline, masking, standing
from mingtang.city.requests.acts_turn import take
from mingtang.city.requests.faults import FieldRefused, NotNow
from mingtang.city.requests.models import Request
from mingtang.city.requests.steps import Step, sent_back
from mingtang.platform.ledger.acts import Actor, Sealed

RESIDENT = Actor("resident")
REOPEN_WITHIN = timedelta(days=30)
REOPEN_MOST = 3


def confirm(number: str, secret: str, contacted: bool, solved: bool, satisfied: bool, comment: str = "") -> Sealed:
    """The resident answers: was I contacted, is it solved, am I satisfied. Not solved sends the request back to its lead unit.

    The last answer counts in the rates. Raises WrongSecret, NotNow, FieldRefused.
    """
    for name, value in (("contacted", contacted), ("solved", solved), ("satisfied", satisfied)):
        if not isinstance(value, bool):
            raise FieldRefused(path=name, field=name, reason="yes / no")
    comment = standing.words(comment, "comment", least=0)

    def change(request: Request, at: datetime) -> Step:
        standing.of_the_resident(request, secret)
        request.confirmation, request.contacted, request.solved, request.satisfied = "given", contacted, solved, satisfied
        request.comment = comment
        if not contacted:
            request.responded = False
        body = {"contacted": contacted, "solved": solved, "satisfied": satisfied, "comment": comment}
        public = masking.mask(comment).text
        if not solved and request.reopened < REOPEN_MOST:
            sent_back(request, at)
            body["limits"] = {"feedback": request.limits["feedback"]}
            return Step(body, task=hotline.CONFIRM, facts={"outcome": "unsolved"}, public=public)
        request.state, request.closed_at, request.due = "closed", at, None
        return Step(body, task=hotline.CONFIRM, facts={"outcome": "solved"}, public=public)

    return take(number, ("replied",), "confirm", RESIDENT, change)


def reopen(number: str, secret: str, reason: str) -> Sealed:
    """The resident takes a request up again: within 30 days after its end, or instead of confirming. Raises WrongSecret,
    ReasonNeeded, NotNow.
    """
    reason = standing.reason(reason)

    def change(request: Request, at: datetime) -> Step:
        standing.of_the_resident(request, secret)
        if request.reopened >= REOPEN_MOST or (request.closed_at is not None and at > request.closed_at + REOPEN_WITHIN):
            raise NotNow(number=number, state=request.state)
        ended = request.state == "closed"
        sent_back(request, at)
        body = {"reason": reason, "limits": {"feedback": request.limits["feedback"]}}
        public = masking.mask(reason).text
        if not ended:
            return Step(body, task=hotline.CONFIRM, facts={"outcome": "unsolved"}, public=public)
        return Step(body, task=hotline.REOPEN, public=public)

    return take(number, ("replied", "closed"), "reopen", RESIDENT, change)
