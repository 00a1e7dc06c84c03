"""What happens to an election, each act sealed: plan, roll, keys, open, cast, close.

Example::

    code = acts.plan(Plan("MZ-D1-S1", "加装电梯", "A lift", [Question("加装吗？", "A lift?", [("是", "Yes"), ("否", "No")], 1, 1, True)],
                          binding, (1, 2), (1, 2), opens, closes, 72), actor)
    acts.register(code, people, actor)                      # the roll
    acts.hand_in_key(code, 1, "name", key, actor)           # each trustee's public key with its proof
    acts.open(code, actor)                                  # the list of credentials is fixed, the description fingerprinted
    secret = acts.hand_out(code, person, actor)             # one credential each, shown once
    acts.cast(code, raw).tracker                            # checked completely before it is on the board

What comes after voting is in ``acts_count``. Trust: the board sees ballots under credentials, never people; docs/specs/elections.md.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from mingtang.city.assembly.elections import head, record, registrar, rule
from mingtang.city.assembly.elections.faults import (
    BallotRefused,
    NotInThisState,
    PaperCounts,
    PlanRefused,
    ShareRefused,
    TooFewVoters,
    WordsNeeded,
)
from mingtang.city.assembly.elections.models import CastBallot, Election, Trustee
from mingtang.city.assembly.elections.rows import held, subject
from mingtang.engines import ballots
from mingtang.kernel import now, short_code
from mingtang.platform.cases import acts as cases
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal
from mingtang.platform.scenes import reads as scenes

PACK = "neighbourhood-vote"
FEWEST = 20
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_NOBODY = Actor("anonymous")


@dataclass(frozen=True, slots=True)
class Question:
    """A question in both languages: between ``min`` and ``max`` of the answers, or a blank vote where ``blank``."""

    zh: str
    en: str
    answers: list[tuple[str, str]]
    min: int
    max: int
    blank: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be voted on; ``binding`` is the hash of the action list, which goes into the fingerprint with the rule."""

    unit: str
    title_zh: str
    title_en: str
    questions: list[Question]
    binding: str
    quorum: tuple[int, int]
    majority: tuple[int, int] | str
    opens: datetime
    closes: datetime
    objection_hours: int
    trustees: int = 3
    group: str = "Ed25519"
    seats: int = 1


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot on the board: its tracker, and whether it replaces an earlier one of the same credential."""

    tracker: str
    replaced: bool
    sealed: Sealed


def plan(given: Plan, actor: Actor) -> str:
    """Plan an election; returns its code. Raises PlanRefused."""
    if not given.opens < given.closes or not 0 <= given.objection_hours <= 2000 or not 1 <= given.trustees <= 9 or not 1 <= len(given.questions) <= 20:
        raise PlanRefused(path="closes", reason="opens < closes, 1 to 9 trustees, 1 to 20 questions")
    for i, q in enumerate(given.questions):
        if not 1 <= len(q.answers) <= 100 or not 0 <= q.min <= q.max <= len(q.answers) or not q.max or not all(len(a) == 2 and all(a) for a in q.answers):
            raise PlanRefused(path=f"questions[{i}]", reason="1 to 100 answers in both languages, 0 <= min <= max")
    ballots.group(given.group)
    majority = list(given.majority) if isinstance(given.majority, tuple) else given.majority
    checked = rule.read({"quorum": list(given.quorum), "majority": majority} | ({"seats": given.seats} if majority == "approval-k" else {}))
    row = Election(code=f"V-{short_code(8)}", uuid="".join(secrets.choice(_BASE58) for _ in range(14)), unit=given.unit, title_zh=_words(given.title_zh),
                   title_en=_words(given.title_en), questions=[asdict(q) | {"answers": [list(a) for a in q.answers]} for q in given.questions],
                   binding=given.binding, rule=checked, opens=given.opens, closes=given.closes, objection_hours=given.objection_hours,
                   seats=given.trustees, group=given.group)
    with transaction.atomic():
        row.save()
        seal(Draft("elections.plan", subject(row.code), actor, {"rule": checked, "binding": given.binding, "trustees": given.trustees}, rows=(row,)))
    return row.code


def register(code: str, people: Iterable[str], actor: Actor) -> int:
    """Put people on the roll, by pseudonym; returns how many stand there. The act says the number alone."""
    with transaction.atomic():
        row = held(code, "planned")
        row.electorate = registrar.register(code, people)
        row.save()
        seal(Draft("elections.register", subject(code), actor, {"electorate": row.electorate}, rows=(row,)))
    return row.electorate


def hand_out(code: str, person: str, actor: Actor) -> str:
    """Hand out a person's credential, once; raises NotEntitled. The act says that one was handed out, never to whom."""
    with transaction.atomic():
        row = held(code, "open")
        if now() >= row.closes:
            raise NotInThisState(state="closed")
        secret = registrar.hand_out(code, person)
        seal(Draft("elections.hand_out", subject(code), Actor(actor.kind, "", actor.unit), {"handed_out": int(registrar.counts(code)[1])}))
    return secret


def hand_in_key(code: str, trustee: int, name: str, key: str, actor: Actor) -> Sealed:
    """A trustee hands in a public key with the proof of its secret; until voting opens it may be replaced. Raises ShareRefused."""
    with transaction.atomic():
        row = held(code, "planned")
        if type(trustee) is not int or not 1 <= trustee <= row.seats:
            raise ShareRefused(path="trustee", check="number of the trustee")
        try:
            value = json.loads(key)
            ballots.read_trustees(ballots.group(row.group), ballots.compact([["Single", value]]))
        except ballots.RefusedBallot as fault:
            raise ShareRefused(path=fault.path, check=fault.details["check"]) from None
        except ValueError:
            raise ShareRefused(path="key", check="JSON") from None
        clean = ballots.compact({"pok": value["pok"], "public_key": value["public_key"]})
        found, _ = Trustee.objects.update_or_create(election=code, number=trustee, defaults={"name": _words(name)[:80], "key": clean})
        return seal(Draft("elections.hand_in_key", subject(code), actor, {"trustee": trustee}, rows=(found,)))


def open(code: str, actor: Actor) -> str:  # noqa: A001 - the office's own word
    """Open voting: all keys are in, the list of credentials is fixed, the description fingerprinted; returns the fingerprint.

    Raises TooFewVoters, NotInThisState.
    """
    with transaction.atomic():
        row = held(code, "planned")
        trustees = list(Trustee.objects.filter(election=code).order_by("number"))
        if len(trustees) != row.seats or now() >= row.closes:
            raise NotInThisState(state=f"{len(trustees)}/{row.seats}")
        if row.electorate < FEWEST:
            raise TooFewVoters(count=row.electorate)
        listed = registrar.prepare(code, row.uuid, row.group)
        row.credentials = ballots.compact(listed)
        row.credentials_digest = "sha256:" + hashlib.sha256(row.credentials.encode()).hexdigest()
        row.text = record.describe(row, [one.key for one in trustees])
        row.state, row.opened_at = "open", now()
        row.save()
        body = {"fingerprint": ballots.fingerprint(row.text), "credentials": row.credentials_digest, "listed": len(listed), "binding": row.binding}
        limit = {"due": row.closes.isoformat().replace("+00:00", "Z"), "rule": "elections.plan", "calendar": "fixed"}
        draft = Draft("elections.open", subject(code), actor, body, rows=(row,))
        cases.start_many(scenes.pack(PACK), [cases.Start(subject(code), {"limits": {"closes": limit}}, draft)])
        transaction.on_commit(lambda: head.remember(code, 0, ""))
    return body["fingerprint"]


def cast(code: str, raw: bytes) -> Cast:
    """Take a ballot: every proof is checked, the credential must be listed, a later ballot replaces an earlier one.

    Raises BallotRefused naming the check, PaperCounts, NotInThisState, BoardRolledBack.
    """
    return _take(code, raw, "", _NOBODY)


def cast_on_paper(code: str, raw: bytes, slip: str, actor: Actor) -> Cast:
    """A vote at the community centre: encrypted there from the paper slip ``slip``, which stays in the box. No later ballot replaces it."""
    return _take(code, raw, _words(slip)[:40], Actor(actor.kind, actor.ref, actor.unit))


def _take(code: str, raw: bytes, slip: str, actor: Actor) -> Cast:
    row = held(code, "open", lock=False)
    if now() >= row.closes:
        raise NotInThisState(state="closed")
    if len(raw) > 2_000_000:
        raise BallotRefused(path="ballot", check="size")
    try:
        text = raw.decode("utf-8")
        ballot = ballots.read_ballot(record.election_of(row), text)
    except UnicodeDecodeError:
        raise BallotRefused(path="ballot", check="UTF-8") from None
    except ballots.RefusedBallot as fault:
        raise BallotRefused(path=fault.path, check=fault.details["check"]) from None
    if ballot.credential not in set(json.loads(row.credentials)):
        raise BallotRefused(path="ballot.credential", check="credential is listed")
    with transaction.atomic():
        held(code, "open")
        head.check(code)
        if CastBallot.objects.filter(election=code, tracker=ballot.tracker).exists():
            raise BallotRefused(path="ballot", check="no ballot stands twice")
        earlier = CastBallot.objects.filter(election=code, credential=ballot.credential)
        if not slip and earlier.exclude(paper="").exists():
            raise PaperCounts()
        replaced, last = earlier.exists(), CastBallot.objects.filter(election=code).order_by("-sequence").first()
        sequence, chain = (last.sequence + 1, last.chain) if last else (1, "")
        chain = hashlib.sha256(f"{chain}\n{ballot.tracker}".encode()).hexdigest()
        found = CastBallot.objects.create(election=code, sequence=sequence, tracker=ballot.tracker, credential=ballot.credential, raw=text, chain=chain,
                                          paper=slip, at=now())
        sealed = seal(Draft("elections.cast", subject(code), actor, {"tracker": ballot.tracker, "sequence": sequence, "chain": chain}, rows=(found,)))
        transaction.on_commit(lambda: head.remember(code, sequence, chain))
    return Cast(ballot.tracker, replaced, sealed)


def _words(text: str, most: int = 120) -> str:
    text = str(text).strip()
    if not 2 <= len(text) <= most or "\x00" in text:
        raise WordsNeeded()
    return text
