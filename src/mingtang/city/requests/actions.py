"""What an official may do with a request: a table of acts with the permission, the states, the form and the words of each.

The table decides only what a page offers; the act itself checks again and has the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mingtang.city.requests import acts, reads
from mingtang.city.requests import forms_desk as forms
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people

Do = Callable[[str, Actor, dict], Any]  # number, actor, cleaned answers


@dataclass(frozen=True, slots=True)
class Action:
    """One act as a page offers it; ``effect`` says what it does before it is done."""

    verb: str
    permission: str
    states: tuple[str, ...]  # () for any
    form: type
    title: Promise
    effect: Promise
    do: Do
    fits: Callable[[reads.FullView, Actor], bool] = lambda full, actor: True


def _pending(full: reads.FullView, kind: str) -> bool:
    return any(proposal.kind == kind and proposal.decided_at is None for proposal in full.proposals)


def _called(full: reads.FullView, actor: Actor) -> bool:
    return any(joint.unit == actor.unit and joint.arrived_at is None for joint in full.joints)


def _show_photos(number: str, actor: Actor, shown: bool) -> Any:
    """Each photo kept here, one act each; the last one's seal. A picture held elsewhere is never shown: nobody has seen what lies there tomorrow."""
    with transaction.atomic():
        pictures = [one for one in reads.pictures(number, released_only=False) if one.sha256 and one.released != shown]
        return [acts.release_photo(number, one.sha256, actor, released=shown) for one in pictures][-1]


_OPEN = ("sent", "handling", "parked")
_WORK = ("sent", "handling")

ACTIONS: tuple[Action, ...] = (
    Action(
        "accept",
        "requests.accept",
        ("sent",),
        forms.Nothing,
        _("Take it on"),
        _("Your office signs for it. Whoever signs first leads it to the end."),
        lambda n, a, c: acts.accept(n, a),
    ),
    Action(
        "reply",
        "requests.reply",
        ("handling",),
        forms.Reply,
        _("Answer the resident"),
        _("The answer ends your time limit. The resident is asked whether it is solved; if not, it comes back."),
        lambda n, a, c: acts.reply(n, c["text"], a),
        lambda full, a: not full.masked.paused,
    ),
    Action(
        "contact",
        "requests.handle",
        _OPEN,
        forms.Contact,
        _("Note a talk with the resident"),
        _("The first talk is kept with its time."),
        lambda n, a, c: acts.contact(n, c["note"], a),
    ),
    Action(
        "dispatch",
        "requests.dispatch",
        ("dispatching", "sent", "handling"),
        forms.Dispatch,
        _("Send to an office"),
        _("The office gets it at once. If nobody had taken it on, its time limit begins anew."),
        lambda n, a, c: acts.dispatch(n, c["unit"], a, c["reason"]),
    ),
    Action(
        "propose_return",
        "requests.return",
        _WORK,
        forms.Return,
        _("Ask to hand it on"),
        _("A second official must agree. The time limit runs on meanwhile."),
        lambda n, a, c: acts.propose_return(n, c["reason"], a, ground=c["ground"], target=c["target"]),
        lambda full, a: not full.masked.paused,
    ),
    Action(
        "approve_return",
        "requests.review",
        ("returning",),
        forms.Decide,
        _("Decide on handing it on"),
        _("If you agree, it goes to the office proposed, or back to the desk. You cannot decide on your own proposal."),
        lambda n, a, c: acts.approve_return(n, a, c["reason"], approve=c["approve"] == "yes"),
    ),
    Action(
        "call_joint",
        "requests.joint",
        _OPEN,
        forms.Joint,
        _("Call other offices to the place"),
        _("Each called office must come within its limit. Both sides rate each other afterwards."),
        lambda n, a, c: acts.call_joint(n, c["units"], c["reason"], a),
    ),
    Action(
        "arrive",
        "requests.arrive",
        _OPEN,
        forms.Arrive,
        _("Report: we have come"),
        _("The time of your coming is sealed."),
        lambda n, a, c: acts.arrive(n, a.unit, a, c["found"]),
        _called,
    ),
    Action(
        "extend",
        "requests.extend",
        _WORK,
        forms.Reason,
        _("Take more time, once"),
        _("Possible once, and only before the limit has passed. The resident sees the reason."),
        lambda n, a, c: acts.extend(n, c["reason"], a),
        lambda full, a: not (full.masked.extended or full.masked.overdue or full.masked.paused),
    ),
    Action(
        "pause",
        "requests.pause",
        _WORK,
        forms.Pause,
        _("Stop the clock"),
        _("Only on a ground that the rules name, up to a cap, each ground once."),
        lambda n, a, c: acts.pause(n, c["ground"], c["reason"], a),
        lambda full, a: not (full.masked.paused or full.masked.overdue),
    ),
    Action(
        "resume",
        "requests.resume",
        _WORK,
        forms.Nothing,
        _("Let the clock run on"),
        _("The limit runs on from where it stood."),
        lambda n, a, c: acts.resume(n, a),
        lambda full, a: full.masked.paused,
    ),
    Action(
        "park",
        "requests.park",
        ("handling",),
        forms.Park,
        _("Set it aside"),
        _("It stands on a public list with its reason until the date of review."),
        lambda n, a, c: acts.park(n, c["reason"], c["review_on"], a, ground=c["ground"]),
        lambda full, a: not full.masked.paused and people.unit(a.unit).kind == "city",
    ),
    Action(
        "unpark",
        "requests.unpark",
        ("parked",),
        forms.Reason,
        _("Take it up again"),
        _("The time limit runs on from where it stood."),
        lambda n, a, c: acts.unpark(n, a, c["reason"]),
    ),
    Action(
        "propose_exclusion",
        "requests.exclude",
        (),
        forms.Exclusion,
        _("Propose not to count it"),
        _("A second official of the city must agree. What is not counted is shown apart, for everyone."),
        lambda n, a, c: acts.propose_exclusion(n, c["ground"], c["reason"], a),
        lambda full, a: not full.masked.excluded and not _pending(full, "exclusion"),
    ),
    Action(
        "approve_exclusion",
        "requests.approve",
        (),
        forms.Decide,
        _("Decide whether it counts"),
        _("You cannot decide on your own proposal."),
        lambda n, a, c: acts.approve_exclusion(n, a, c["reason"], approve=c["approve"] == "yes"),
        lambda full, a: _pending(full, "exclusion"),
    ),
    Action(
        "release_photos",
        "requests.reply",
        (),
        forms.Nothing,
        _("Make the photos public"),
        _("Look at each first: no face, no number plate, nothing of a home. Everyone can see them then."),
        lambda n, a, c: _show_photos(n, a, True),
        lambda full, a: any(picture.sha256 and not picture.released for picture in full.pictures),
    ),
    Action(
        "withdraw_photos",
        "requests.reply",
        (),
        forms.Nothing,
        _("Take the photos back"),
        _("Only the resident and the officials see them then."),
        lambda n, a, c: _show_photos(n, a, False),
        lambda full, a: any(picture.released for picture in full.pictures),
    ),
    Action(
        "note",
        "requests.note",
        (),
        forms.Note,
        _("Write a note"),
        _("A note is sealed like every act."),
        lambda n, a, c: acts.note(n, c["text"], a, public=c["public"]),
    ),
    Action(
        "score_joint",
        "requests.joint",
        (),
        forms.Score,
        _("Rate the other office"),
        _("Each side rates the other once."),
        lambda n, a, c: acts.score_joint(n, c["unit"], c["score"], a, c["reason"]),
        lambda full, a: any(_may_score(j, a) for j in full.joints),
    ),
)
BY_VERB = {action.verb: action for action in ACTIONS}


def _may_score(joint: Any, actor: Actor) -> bool:
    return (joint.called_by == actor.unit and joint.score_of_called is None) or (
        joint.unit == actor.unit and joint.score_of_caller is None
    )


def to_score(full: reads.FullView, actor: Actor) -> list:
    """The joint calls of a request whose other side this official's unit has not rated yet."""
    return [joint for joint in full.joints if _may_score(joint, actor)]


def offered(full: reads.FullView, actor: Actor, may: Callable[[str], bool]) -> list[Action]:
    """The acts that fit the state of a request and the official's post, in the order of the table."""
    state = full.masked.state
    return [
        action
        for action in ACTIONS
        if (not action.states or state in action.states) and may(action.permission) and action.fits(full, actor)
    ]
