"""What may be asked of elections: what they are about, how they stand, the board, the archive, the outcome."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mingtang.city.assembly.elections import head, record, registrar
from mingtang.city.assembly.elections.faults import NoSuchElection, NotInThisState
from mingtang.city.assembly.elections.models import CastBallot, Election, Objection, Trustee
from mingtang.city.assembly.elections.settled import Outcome
from mingtang.engines import ballots

MOST = 200


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """A ballot on the board as everybody sees it."""

    sequence: int
    tracker: str
    chain: str
    counts: bool  # no later ballot of the same credential
    paper: bool


def elections() -> list[Election]:
    """The elections, the newest first."""
    return list(Election.objects.order_by("-id")[:MOST])


def election(code: str) -> Election:
    """One election; raises NoSuchElection."""
    found = Election.objects.filter(code=code).first()
    if found is None:
        raise NoSuchElection()
    return found


def trustees(code: str) -> list[Trustee]:
    """The trustees that have handed in keys."""
    return list(Trustee.objects.filter(election=code).order_by("number"))


def standing(code: str) -> dict[str, int]:
    """How many are on the roll, have a credential, have voted, and how many ballots came."""
    entitled, handed = registrar.counts(code)
    cast = CastBallot.objects.filter(election=code)
    return {"electorate": entitled, "credentials": int(handed), "ballots": cast.count(), "voters": cast.values("credential").distinct().count()}


def description(code: str) -> bytes:
    """The bytes that are fingerprinted; raises NotInThisState before voting opens."""
    row = election(code)
    if not row.text:
        raise NotInThisState(state=row.state)
    return row.text.encode()


def board(code: str, since: int = 0) -> list[BoardEntry]:
    """The board after the ballot ``since``, at most 200 entries; raises BoardRolledBack."""
    election(code)
    head.check(code)
    rows = list(CastBallot.objects.filter(election=code, sequence__gt=since).order_by("sequence")[:MOST])
    last: dict[str, int] = dict(CastBallot.objects.filter(election=code, credential__in={r.credential for r in rows}).order_by("sequence").values_list("credential", "sequence"))
    return [BoardEntry(r.sequence, r.tracker, r.chain, last[r.credential] == r.sequence, bool(r.paper)) for r in rows]


def tracked(code: str, tracker: str) -> BoardEntry | None:
    """The ballot with a tracker, or None."""
    row = CastBallot.objects.filter(election=election(code).code, tracker=tracker.strip().rstrip("=")).first()
    if row is None:
        return None
    later = CastBallot.objects.filter(election=code, credential=row.credential, sequence__gt=row.sequence).exists()
    return BoardEntry(row.sequence, row.tracker, row.chain, not later, bool(row.paper))


def archive(code: str) -> bytes:
    """The ``.bel`` archive so far; raises NotInThisState before voting opens, BoardRolledBack."""
    row = election(code)
    if not row.text:
        raise NotInThisState(state=row.state)
    head.check(code)
    return record.archive(row)


def tally_text(code: str) -> dict[str, Any]:
    """What a trustee decrypts: the election's text and the encrypted tally; raises NotInThisState before voting closed."""
    row = election(code)
    if not row.result:
        raise NotInThisState(state=row.state)
    return {"election": row.text, "encrypted_tally": json.loads(row.result["tally"])}


def objections(code: str) -> list[Objection]:
    """The objections to a result."""
    return list(Objection.objects.filter(election=code).order_by("id"))


def outcome(code: str) -> Outcome:
    """How an election stands or ended; raises NoSuchElection."""
    return outcome_of(election(code))


def outcome_of(row: Election) -> Outcome:
    """The outcome of a row."""
    result = row.result or {}
    passed = bool(result.get("passed")) and row.state in ("tallied", "final")
    return Outcome(row.code, row.state, passed, result.get("counted", 0), row.electorate, result.get("counts", []),
                   ballots.fingerprint(row.text) if row.text else "", row.binding, list(row.verified_by), row.window_until,
                   Objection.objects.filter(election=row.code).count(), bool(result.get("quorate")), tuple(result.get("winners", ())))
