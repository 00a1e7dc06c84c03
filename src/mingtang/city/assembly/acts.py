"""What happens to proposals, each act sealed: propose, amend, support, ask, merge, put to the vote; and answering what was entrusted.

Example::

    code = acts.propose(Proposing("MZ-D1-S1", "building", "zh-hans", "给三号楼加装电梯", "六层楼，住着十二位老人……", actions), actor)
    acts.support(code, person, actor)
    acts.open_vote(code, people, Ballot(opens, closes, 72), actor)      # the contract admits it, money is set aside, the election planned

Trust: ``open_vote`` believes the roll it is given; the street office answers for it, and its length is in the fingerprint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from mingtang.city.assembly import actions as action_lists
from mingtang.city.assembly.elections import acts as elections
from mingtang.city.assembly.escrow import acts as escrow
from mingtang.city.assembly.escrow import reads as money
from mingtang.city.assembly.faults import NoSuchDuty, NoSuchProposal, NotAdmitted, NotNow, NotYours, NotYourUnit, WordsNeeded
from mingtang.city.assembly.models import Duty, Proposal, Question, Support, Version
from mingtang.kernel import now, short_code
from mingtang.platform.cases import acts as cases
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal
from mingtang.platform.people import reads as people_reads
from mingtang.platform.scenes import acts as scenes
from mingtang.platform.scenes import reads as packs

PACK = "neighbourhood-assembly"
_HINDER = ("private", "statutory", "missing", "too few")  # what the tables on the way to the contract's result find against a proposal


@dataclass(frozen=True, slots=True)
class Proposing:
    """A proposal as somebody makes it; ``works`` is the kind of matter, ``actions`` as ``actions.read`` takes them."""

    unit: str
    works: str
    language: str
    title: str
    words: str
    actions: Any


@dataclass(frozen=True, slots=True)
class Ballot:
    """When a proposal is voted on, and by which rule."""

    opens: datetime
    closes: datetime
    objection_hours: int
    quorum: tuple[int, int] = (1, 4)
    majority: tuple[int, int] = (1, 2)
    trustees: int = 3
    group: str = "Ed25519"


def propose(given: Proposing, actor: Actor) -> str:
    """Make a proposal; returns its code. Raises ActionsRefused, WordsNeeded, NoSuchLine, NoSuchUnit."""
    people_reads.unit(given.unit)
    if given.works not in {value for value, _ in packs.pack(PACK).facts["works"].values}:
        raise WordsNeeded(path="works", field="works", least=1, most=20)
    listed = _checked(given.actions)
    row = Proposal(code=f"P-{short_code(8)}", unit=given.unit, author=actor.on_behalf_of or actor.ref, works=given.works, language=given.language,
                   title=_words(given.title, "title", 4, 80), words=_words(given.words, "words", 10, 5000), actions=listed,
                   binding=action_lists.binding(listed), made_at=now())
    with transaction.atomic():
        row.save()
        version = _version(row, "")
        seal(Draft("assembly.propose", _subject(row.code), actor, {"binding": row.binding, "title": row.title}, rows=(row, version)))
    return row.code


def amend(code: str, title: str, words: str, given: Any, reason: str, actor: Actor) -> Sealed:
    """Change a proposal while support is gathered; who supported an earlier version is shown as such. Raises NotYours, NotNow."""
    with transaction.atomic():
        row = _held(code, "gathering")
        if row.author != (actor.on_behalf_of or actor.ref):
            raise NotYours()
        listed = _checked(given)
        row.title, row.words, row.actions = _words(title, "title", 4, 80), _words(words, "words", 10, 5000), listed
        row.binding, row.version = action_lists.binding(listed), row.version + 1
        row.save()
        version = _version(row, _words(reason, "reason", 2, 400))
        return seal(Draft("assembly.amend", _subject(code), actor, {"version": row.version, "binding": row.binding, "reason": version.reason}, rows=(row, version)))


def support(code: str, person: str, actor: Actor) -> Sealed | None:
    """Support a proposal, once; None where the person does already. The act does not say who."""
    with transaction.atomic():
        row = _held(code, "gathering")
        found, new = Support.objects.get_or_create(proposal=code, person=person, defaults={"version": row.version, "at": now()})
        if not new and found.version == row.version:
            return None
        found.version = row.version
        found.save()
        return seal(Draft("assembly.support", _subject(code), Actor(actor.kind, "", actor.unit), {"version": row.version}, rows=(found,)))


def withdraw_support(code: str, person: str, actor: Actor) -> Sealed | None:
    """Take one's support back; None where there was none."""
    with transaction.atomic():
        _held(code, "gathering")
        found = Support.objects.filter(proposal=code, person=person).first()
        if found is None:
            return None
        sealed = seal(Draft("assembly.withdraw_support", _subject(code), Actor(actor.kind, "", actor.unit), {}, gone=(found,)))
        found.delete()
        return sealed


def ask(code: str, words: str, actor: Actor) -> str:
    """Ask about a proposal, in public; returns the question's code."""
    with transaction.atomic():
        _held(code, "gathering", "voting")
        row = Question.objects.create(code=f"Q-{short_code(8)}", proposal=code, words=_words(words, "words", 4, 600), at=now())
        seal(Draft("assembly.ask", _subject(code), actor, {"question": row.code}, rows=(row,)))
    return row.code


def answer_question(question: str, words: str, actor: Actor) -> Sealed:
    """Answer a question: who made the proposal, or an official of its unit. Raises NotYours."""
    with transaction.atomic():
        row = Question.objects.select_for_update().filter(code=question).first()
        proposal = _held(row.proposal) if row else None
        if row is None or proposal is None:
            raise NoSuchProposal()
        if proposal.author != (actor.on_behalf_of or actor.ref) and not (actor.kind == "official" and actor.unit == proposal.unit):
            raise NotYours()
        row.answer = _words(words, "answer", 2, 1000)
        row.save()
        return seal(Draft("assembly.answer_question", _subject(row.proposal), actor, {"question": question}, rows=(row,)))


def merge(code: str, into: str, reason: str, actor: Actor) -> Sealed:
    """Merge a proposal into another that says nearly the same; its supporters count for the other. Both stay readable."""
    with transaction.atomic():
        row, other = _held(code, "gathering"), _held(into, "gathering")
        if code == into or row.unit != other.unit:
            raise NotNow(state=row.state)
        moved = []
        known = set(Support.objects.filter(proposal=into).values_list("person", flat=True))
        for one in Support.objects.filter(proposal=code).order_by("id"):
            if one.person not in known:
                moved.append(Support(proposal=into, person=one.person, version=0, at=now()))  # version 0: carried over, not read by the person
        Support.objects.bulk_create(moved)
        row.state, row.merged_into = "merged", into
        row.save()
        body = {"into": into, "reason": _words(reason, "reason", 2, 400), "supporters": len(moved)}
        return seal(Draft("assembly.merge", _subject(code), actor, body, rows=(row, *moved)))


def open_vote(code: str, roll: Sequence[str], ballot: Ballot, actor: Actor) -> str:
    """Put a proposal to the vote: the contract admits it, the money is set aside, the election is planned with the action list's hash.

    Returns the election's code. Raises NotAdmitted with the reasons, NotNow, NotEnough.
    """
    with transaction.atomic():
        row = _held(code, "gathering")
        line, amount = action_lists.reserved(row.actions)
        cover = money.line(line).left if line else 0
        facts = {"works": row.works, "amount": _yuan(amount), "cover left": _yuan(cover), "supporters": Support.objects.filter(proposal=code).count(),
                 "electorate": len(set(roll))}
        decided = scenes.decide(packs.pack(PACK), facts, actor, channel="assembly")
    if decided.document["value"]["result"] != "admitted":  # the refusal stays on record
        hinder = [rule for table in decided.document["tables"] if table["value"] in _HINDER for rule in table["matched"]]
        raise NotAdmitted(zh=" ".join(rule["zh"] for rule in hinder), en=" ".join(rule["en"] for rule in hinder))
    with transaction.atomic():
        row = _held(code, "gathering")
        if amount:
            escrow.encumber(escrow.Encumbrance(code, line, amount, row.binding, row.title, row.title), actor)
        question = elections.Question(f"同意“{row.title}”吗？", f"Do you agree with “{row.title}”?", [("同意", "Yes"), ("不同意", "No")], 1, 1, True)
        election = elections.plan(elections.Plan(row.unit, row.title, row.title, [question], row.binding, ballot.quorum, ballot.majority, ballot.opens,
                                                 ballot.closes, ballot.objection_hours, ballot.trustees, ballot.group), actor)
        elections.register(election, roll, actor)
        row.state, row.election, row.decision, row.project = "voting", election, str(decided.id), code if amount else ""
        row.save()
        body = {"election": election, "binding": row.binding, "decision": row.decision, "amount": amount}
        seal(Draft("assembly.open_vote", _subject(code), actor, body, rows=(row,)))
    return election


def entrust(origin: str, unit: str, what: str, due: datetime, actor: Actor) -> str:
    """Entrust a matter to a unit, by a date, in public; returns its code. In the open transaction."""
    row = Duty.objects.create(code=f"D-{short_code(8)}", origin=origin, unit=unit, what=what[:600], due=due, at=now())
    limit = {"due": due.isoformat().replace("+00:00", "Z"), "rule": origin, "calendar": "natural"}
    draft = Draft("assembly.entrust", f"duties/{row.code}", actor, {"origin": origin, "unit": unit, "what": row.what}, rows=(row,))
    cases.start_many(packs.pack(PACK), [cases.Start(f"duties/{row.code}", {"limits": {"answer": limit}}, draft)])
    return row.code


def answer(duty: str, words: str, actor: Actor) -> Sealed:
    """The unit answers what was entrusted to it. Raises NoSuchDuty, NotYourUnit."""
    with transaction.atomic():
        row = Duty.objects.select_for_update().filter(code=duty, state="open").first()
        if row is None:
            raise NoSuchDuty()
        if actor.unit != row.unit:
            raise NotYourUnit()
        row.state, row.answer = "answered", _words(words, "answer", 4, 5000)
        row.late = row.late or now() >= row.due  # the deadline's own act may come in the same step, before this one
        row.save()
        draft = Draft("assembly.answer", f"duties/{duty}", actor, {"answer": row.answer}, rows=(row,))
        return cases.move(cases.Move(f"duties/{duty}", "answer", {"outcome": "answered"}, draft)).sealed


def _checked(given: Any) -> list[dict[str, Any]]:
    listed = action_lists.read(given)
    for one in listed:
        if "line" in one:
            money.line(one["line"])
        if "unit" in one:
            people_reads.unit(one["unit"])
    return listed


def _version(row: Proposal, reason: str) -> Version:
    return Version.objects.create(proposal=row.code, number=row.version, title=row.title, words=row.words, actions=row.actions, binding=row.binding,
                                  reason=reason, at=now())


def _held(code: str, *states: str) -> Proposal:
    found = Proposal.objects.select_for_update().filter(code=code).first()
    if found is None:
        raise NoSuchProposal()
    if states and found.state not in states:
        raise NotNow(state=found.state)
    return found


def _yuan(fen: int) -> int | float:
    return fen // 100 if fen % 100 == 0 else fen / 100


def _subject(code: str) -> str:
    return f"proposals/{code}"


def _words(given: str, path: str, least: int, most: int) -> str:
    given = str(given).strip()
    if not least <= len(given) <= most or "\x00" in given:
        raise WordsNeeded(path=path, field=path, least=least, most=most)
    return given
