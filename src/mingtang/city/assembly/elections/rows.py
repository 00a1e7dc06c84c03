"""The election's row as acts take hold of it, and the act of closing, which acts and the worker share."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from mingtang.city.assembly.elections import head, record, registrar
from mingtang.city.assembly.elections.faults import NoSuchElection, NotInThisState
from mingtang.city.assembly.elections.models import Election
from mingtang.engines import ballots
from mingtang.platform.ledger.acts import Actor, Draft


def closing(row: Election, actor: Actor) -> Draft:
    """The act of closing, which the worker seals at the end of voting and nobody before: the tally of the encrypted votes is reckoned and kept, so that all trustees decrypt the same."""
    head.check(row.code)
    tally, count = record.tally_of(row)
    handed = int(registrar.counts(row.code)[1])
    registrar.destroy_rest(row.code)
    row.result = {"tally": ballots.write_tally(ballots.group(row.group), tally), "counted": count, "handed_out": handed}
    row.state = "closed"
    row.save()
    digest = "sha256:" + hashlib.sha256(row.result["tally"].encode()).hexdigest()
    return Draft("elections.close", subject(row.code), actor, {"counted": count, "handed_out": handed, "tally": digest}, rows=(row,))


def held(code: str, *states: str, lock: bool = True) -> Election:
    """The election, locked, in one of ``states``; raises NoSuchElection, NotInThisState."""
    rows = Election.objects.select_for_update() if lock else Election.objects
    found = rows.filter(code=code).first()
    if found is None:
        raise NoSuchElection()
    if states and found.state not in states:
        raise NotInThisState(state=found.state)
    return found


def subject(code: str) -> str:
    """What the acts of an election are about."""
    return f"elections/{code}"


def window_length(row: Election) -> timedelta:
    """How long objections may be made."""
    return timedelta(hours=row.objection_hours)
