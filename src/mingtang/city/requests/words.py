"""The office's own words on pages: names of states, steps, classes and figures, and how near a limit is. Plain enough for a child of twelve.

A state, step or figure that is not here shows its code, so that nothing is ever hidden for want of a word.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

STATES = {
    "dispatching": _("Waiting at the hotline desk"),
    "sent": _("Sent to the office"),
    "handling": _("Being worked on"),
    "returning": _("The office asks to hand it on"),
    "parked": _("Set aside until a date"),
    "replied": _("Answered, your word is awaited"),
    "closed": _("Closed"),
}
STATE_KINDS = {"dispatching": "wait", "returning": "wait", "parked": "wait", "replied": "ask", "closed": "done"}
URGENCIES = {
    "emergency": _("Danger: at once"),
    "supply": _("Water, power, gas, heat: within a day"),
    "ordinary": _("Ordinary"),
    "complex": _("Needs more time"),
}
VERBS = {
    "file": _("Filed"),
    "dispatch": _("Sent to the office in charge"),
    "accept": _("The office has taken it on"),
    "contact": _("The office spoke with the resident"),
    "reply": _("The office answered"),
    "confirm": _("The resident said how it went"),
    "expire_confirmation": _("Nobody said in time whether it is solved"),
    "reopen": _("Opened again by the resident"),
    "extend": _("The office took more time, once"),
    "pause": _("The clock stands still"),
    "resume": _("The clock runs on"),
    "park": _("Set aside until a date"),
    "unpark": _("Taken up again"),
    "propose_return": _("The office asks to hand it on"),
    "approve_return": _("A second official decided on handing it on"),
    "call_joint": _("Other offices were called to the place"),
    "arrive": _("A called office came to the place"),
    "score_joint": _("The offices rated each other"),
    "propose_exclusion": _("Proposed: do not count it in the rates"),
    "approve_exclusion": _("A second official decided whether it counts"),
    "escalate": _("Time is passing: passed to a higher place"),
    "review_parked": _("The date of review has passed"),
    "note": _("Note"),
    "release_photos": _("Photos made public"),
    "withdraw_photos": _("Photos taken back"),
    "forget": _("The resident's personal data was erased"),
    "settle": _("Settled before it came here"),
}
TIMERS = {
    "feedback_half": _("Half the time is gone: the officer was told"),
    "feedback_most": _("Four fifths of the time are gone: the head of the office was told"),
    "feedback_full": _("Not answered in time: supervision order, shown to everyone"),
    "feedback_city": _("A day late: put before the city"),
    "dispatch_overdue": _("Nobody sent it on in time: supervision was told"),
}
VERB_KINDS = {
    "file": "done",
    "reply": "done",
    "confirm": "done",
    "escalate": "ask",
    "review_parked": "ask",
    "expire_confirmation": "ask",
}
FIGURES = {
    "filed": _("Filed"),
    "due": _("Fell due"),
    "responded": _("Answered within the limit"),
    "answered": _("Resident gave a word"),
    "solved": _("Resident says: solved"),
    "satisfied": _("Resident is satisfied"),
    "unconfirmed": _("No word in time"),
    "overdue": _("Overdue"),
    "parked": _("Set aside"),
    "excluded": _("Not counted"),
    "supervised": _("Under supervision"),
    "reopened": _("Opened again"),
    "extended": _("Given more time"),
    "unsolved": _("Resident says: not solved"),
    "late": _("Answered late"),
}
RATES = {
    "response": pgettext_lazy("rate", "Answered in time"),
    "resolution": pgettext_lazy("rate", "Solved"),
    "satisfaction": pgettext_lazy("rate", "Satisfied"),
}
LEVELS = {
    0: "",
    1: _("Half the time is gone"),
    2: _("The head of the office was told"),
    3: _("Supervision order"),
    4: _("Before the city"),
}


class DueWords(NamedTuple):
    """How near a limit is, in words, and the kind of tag that says the same."""

    text: str
    kind: str


def due_words(due: datetime | None, at: datetime, overdue: bool = False, closed: bool = False) -> DueWords:
    """How near ``due`` is at ``at``: "2 days left", "3 hours left", "5 days late"."""
    if closed or due is None:
        return DueWords("", "")
    seconds = (due - at).total_seconds()
    late = seconds < 0
    hours = int(abs(seconds) // 3600)
    days = hours // 24
    if late:
        text = (
            ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}
            if days
            else ngettext("%(n)d hour late", "%(n)d hours late", hours) % {"n": hours}
        )
        return DueWords(text, "ask")
    text = (
        ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
        if days >= 2
        else ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    )
    return DueWords(text, "ask" if overdue else "wait" if hours < 24 else "")
