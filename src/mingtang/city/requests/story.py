"""The story of a request: its acts in order, each with the words the public may read, who acted, and its receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from mingtang.city.requests import reads, words
from mingtang.kernel import CallerMistake
from mingtang.platform.cases import reads as cases
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.people import reads as people


def story(view: reads.PublicView) -> list[dict[str, Any]]:
    """The acts of a request, the oldest first, as the timeline takes them; words only where the office made them public."""
    updates = reads.updates(view.number)
    by_act = {update.act: update for update in updates if update.act}
    by_time = {(update.verb, update.at): update for update in updates if not update.act}
    timers = _timers(view.subject)
    told = []
    for act in ledger.acts_of(view.subject):
        verb = act.kind.partition(".")[2]
        update = by_act.get(str(act.id)) or by_time.get((verb, act.at))
        told.append(
            {
                "at": act.at,
                "verb": verb,
                "title": words.TIMERS.get(timers.get(act.id, ""), words.VERBS.get(verb, verb)),
                "kind": words.VERB_KINDS.get(verb, ""),
                "who": _who(act),
                "text": update.text if update else "",
                "receipt": str(act.id),
            }
        )
    return told


def _timers(subject: str) -> dict[UUID, str]:
    """Which limit of the process each act of a timer belongs to."""
    try:
        events = cases.case(subject).events
    except CallerMistake:  # a request settled elsewhere has no case
        return {}
    return {event.act: name for event in events for name in words.TIMERS if name in event.body.get("path", ())}


def _who(act: ledger.ActSummary) -> str:
    if act.actor_kind != "official" or not act.unit:
        return ""
    try:
        return people.unit(act.unit).name(get_language() or "zh-hans")
    except CallerMistake:
        return act.unit
