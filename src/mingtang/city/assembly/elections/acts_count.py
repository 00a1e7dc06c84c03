"""What happens after voting, each act sealed: shares, tally, objections, the final result, annulment.

    acts_count.decrypt(code, 1, share, actor)               # each trustee's share, checked
    acts_count.tally(code, actor)                           # all shares in: the result, and the window for objections opens
    acts_count.object_to(code, "count", "...", actor)       # grounds: eligibility, procedure, count, legality
    acts_count.answer(objection, False, "...", actor)
    acts_count.settle(code)                                 # the worker's, after the window: two verifiers agree, then the result executes itself
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from mingtang.city.assembly.elections import head, reads, record, rule, settled
from mingtang.city.assembly.elections.faults import NoSuchElection, NotInThisState, ObjectionOpen, PlanRefused, ShareRefused, WordsNeeded
from mingtang.city.assembly.elections.models import Election, Objection, Trustee
from mingtang.city.assembly.elections.rows import held, subject, window_length
from mingtang.engines import ballots
from mingtang.engines.ballots.tally import read_partial_decryption, read_tally
from mingtang.kernel import now, short_code
from mingtang.platform.cases import acts as cases
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal

GROUNDS = ("eligibility", "procedure", "count", "legality")
_ITSELF = Actor("system", "elections")


def decrypt(code: str, trustee: int, share: str, actor: Actor) -> Sealed:
    """A trustee's share of the decryption, its proofs checked against the trustee's key. Raises ShareRefused, NotInThisState."""
    with transaction.atomic():
        row = held(code, "closed")
        found = Trustee.objects.select_for_update().filter(election=code, number=trustee).first()
        if found is None:
            raise ShareRefused(path="trustee", check="number of the trustee")
        _factors(row, found, share)
        found.share = share
        found.save()
        return seal(Draft("elections.decrypt", subject(code), actor, {"trustee": trustee}, rows=(found,)))


def tally(code: str, actor: Actor) -> Sealed:
    """The result, once every share is in; the window for objections opens. Raises NotInThisState where a share is missing."""
    with transaction.atomic():
        row = held(code, "closed")
        head.check(code)
        trustees = list(Trustee.objects.filter(election=code).order_by("number"))
        if not all(one.share for one in trustees):
            raise NotInThisState(state=f"{sum(bool(one.share) for one in trustees)}/{row.seats}")
        election, counted = record.election_of(row), row.result["counted"]
        factors = [_factors(row, one, one.share) for one in trustees]
        counts = ballots.result(election, read_tally(election, row.result["tally"]), factors, counted)
        decided = rule.decide(row.rule, counts[0], election.questions[0].blank, counted, row.electorate)
        row.result |= {"counts": counts, "passed": decided.passed, "quorate": decided.quorate, "winners": list(decided.winners)}
        row.state, row.window_until = "tallied", now() + window_length(row)
        row.save()
        body = {"counts": counts, "turnout": counted, "passed": decided.passed, "quorate": decided.quorate, "window_until": row.window_until.isoformat()}
        draft = Draft("elections.tally", subject(code), actor, body, rows=(row,))
        limit = {"due": row.window_until.isoformat().replace("+00:00", "Z"), "rule": "elections.plan", "calendar": "fixed"}
        return cases.move(cases.Move(subject(code), "count", {"limits": {"closes": limit, "window": limit}}, draft)).sealed


def object_to(code: str, ground: str, words: str, actor: Actor) -> str:
    """Object to a result within its window, by a named ground; returns the objection's code. Raises NotInThisState, PlanRefused."""
    if ground not in GROUNDS:
        raise PlanRefused(path="ground", reason=", ".join(GROUNDS))
    with transaction.atomic():
        row = held(code, "tallied")
        if now() >= row.window_until:
            raise NotInThisState(state="window over")
        found = Objection.objects.create(code=f"O-{short_code(8)}", election=code, ground=ground, words=_words(words), at=now())
        seal(Draft("elections.object", subject(code), actor, {"objection": found.code, "ground": ground}, rows=(found,)))
    return found.code


def answer(objection: str, upheld: bool, words: str, actor: Actor) -> Sealed:
    """Answer an objection with a reason; one that is upheld annuls the vote. Raises NoSuchElection, NotInThisState."""
    with transaction.atomic():
        found = Objection.objects.select_for_update().filter(code=objection, state="open").first()
        if found is None:
            raise NoSuchElection()
        row = held(found.election, "tallied")
        found.state, found.answer = ("upheld" if upheld else "rejected"), _words(words)
        found.save()
        sealed = seal(Draft("elections.answer", subject(row.code), actor, {"objection": objection, "state": found.state, "answer": found.answer}, rows=(found,)))
        if upheld:
            annul(row.code, f"{found.ground}: {found.answer}"[:400], actor)
        elif now() >= row.window_until and not Objection.objects.filter(election=row.code, state="open").exists():
            settle(row.code)
    return sealed


def settle(code: str, at: datetime | None = None) -> Sealed:
    """Make the result final: the window is over, nothing is open, two verifiers accept the record; then it executes itself.

    Raises NotInThisState, ObjectionOpen, VerifiersDisagree; then nothing is final.
    """
    with transaction.atomic():
        row = held(code, "tallied")
        if now() < row.window_until:
            raise NotInThisState(state="window")
        if Objection.objects.filter(election=code, state="open").exists():
            raise ObjectionOpen()
        head.check(code)
        row.verified_by = record.verified(row)
        row.state = "final"
        row.save()
        outcome = reads.outcome_of(row)
        body = {"passed": outcome.passed, "counts": outcome.counts, "fingerprint": outcome.fingerprint, "binding": row.binding, "verified_by": row.verified_by}
        sealed = seal(Draft("elections.settle", subject(code), _ITSELF, body, rows=(row,), at=at))
        settled.tell(outcome)
    return sealed


def annul(code: str, reason: str, actor: Actor) -> Sealed:
    """End an election without a result: an objection was upheld, or a trustee's key is lost; what hangs on it is told."""
    with transaction.atomic():
        row = held(code, "planned", "open", "closed", "tallied")
        row.state, row.ended_because = "annulled", _words(reason, 400)
        row.save()
        sealed = seal(Draft("elections.annul", subject(code), actor, {"reason": row.ended_because}, rows=(row,)))
        settled.tell(reads.outcome_of(row))
    return sealed


def _factors(row: Election, trustee: Trustee, share: str) -> list:
    election = record.election_of(row)
    public = ballots.read_trustees(election.group, ballots.compact([["Single", json.loads(trustee.key)]]))[0]
    try:
        return read_partial_decryption(election, read_tally(election, row.result["tally"]), public, share, f"share {trustee.number}")
    except ballots.RefusedBallot as fault:
        raise ShareRefused(path=fault.path, check=fault.details["check"]) from None


def _words(text: str, most: int = 1000) -> str:
    text = str(text).strip()
    if not 2 <= len(text) <= most or "\x00" in text:
        raise WordsNeeded()
    return text
