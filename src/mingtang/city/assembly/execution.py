"""A result executes itself: told by the election in the transaction that makes it final, the action list is carried out, each action once.

Carried: the money is bound to the project, tenders and cases are entrusted to their units with a deadline, what is to be published stands on
the page. Failed or annulled: the money goes back to the line. If anything fails here, the result does not become final either.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mingtang.city.assembly import acts
from mingtang.city.assembly.elections.settled import Outcome
from mingtang.city.assembly.escrow import acts as escrow
from mingtang.city.assembly.models import Executed, Proposal
from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor, Draft, seal

_ITSELF = Actor("system", "assembly")


def on_settled(outcome: Outcome) -> None:
    """Carry out what the outcome says of the proposal that it is about; an election of another office is none of ours."""
    row = Proposal.objects.select_for_update().filter(election=outcome.code).first()
    if row is None or row.state != "voting":
        return  # told twice, or not ours
    carried = outcome.passed and outcome.state == "final" and outcome.binding == row.binding
    row.state = "carried" if carried else "failed"
    row.save()
    done = [_carry_out(row, i, one, outcome) for i, one in enumerate(row.actions)] if carried else []
    if not carried and row.project:
        escrow.free(row.project, f"表决没有通过 · the vote was not carried: {outcome.code}", _ITSELF)
    body: dict[str, Any] = {"state": row.state, "election": outcome.code, "fingerprint": outcome.fingerprint, "counts": outcome.counts, "turnout": outcome.turnout}
    seal(Draft("assembly.decided", f"proposals/{row.code}", _ITSELF, body, rows=(row, *done)))


def _carry_out(row: Proposal, place: int, one: dict[str, Any], outcome: Outcome) -> Executed:
    key = f"{row.binding}/{place}"
    found = Executed.objects.filter(key=key).first()
    if found is not None:
        return found
    result = ""
    if one["do"] == "reserve_budget":
        escrow.commit(row.project, outcome.fingerprint, row.binding, _ITSELF, verified_by=outcome.verified_by, window_until=outcome.window_until)
        result = f"projects/{row.project}"
    elif one["do"] in ("call_tender", "open_case"):
        result = "duties/" + acts.entrust(f"proposals/{row.code}", one["unit"], one["what"], now() + timedelta(days=one["days"]), _ITSELF)
    return Executed.objects.create(key=key, proposal=row.code, place=place, kind=one["do"], outcome=result, at=now())
