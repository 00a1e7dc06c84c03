"""What the escrow office does with public money, each act sealed: fund, set aside, bind, contract, accept, release, freeze.

Example::

    acts.fund("renewal", 90_000_000, actor, "2026-1")                                       # fen
    acts.encumber(Encumbrance("lift", "renewal", 60_000_000, "sha256:...", "加装电梯", "A lift"), actor)
    acts.commit("lift", fingerprint, "sha256:...", actor, verified_by=("engine", "verify"), window_until=closed)
    acts.contract("lift", "MZ-BUILD", [Milestone(1, "基坑", "Pit", 20_000_000, date(2026, 6, 1), "photo", 3, acceptors)], actor=actor)
    acts.claim("lift", 1, "坑已挖好，见照片", actor)
    acts.accept("lift", 1, "engineer", actor)                                               # the m-th acceptance releases by itself

The same step told twice is one step: the second time nothing is sealed and the act's row is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from mingtang.city.assembly.escrow import limits
from mingtang.city.assembly.escrow.book_rows import Step, book_of, project_row, take
from mingtang.city.assembly.escrow.faults import WordsNeeded
from mingtang.city.assembly.escrow.models import Line, Milestone as MilestoneRow, Payment
from mingtang.engines.escrow import BadEvent, Book, Event
from mingtang.engines.escrow import Milestone as BookMilestone
from mingtang.kernel import now
from mingtang.platform.cases import acts as cases
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal
from mingtang.platform.scenes import reads as scenes

PACK = "neighbourhood-works"
_ITSELF = Actor("system", "escrow")


@dataclass(frozen=True, slots=True)
class Encumbrance:
    """Money to be set aside: fen of a line for a project, for the action list with hash ``binding``."""

    project: str
    line: str
    amount: int
    binding: str
    title_zh: str
    title_en: str


@dataclass(frozen=True, slots=True)
class Acceptor:
    """Who may accept: ``role`` is resident, engineer or finance; ``ref`` a pseudonym or an official's code."""

    ref: str
    role: str


@dataclass(frozen=True, slots=True)
class Milestone:
    """A piece of work as the contract has it; ``amount`` in fen, ``needed`` of the acceptors must accept."""

    number: int
    title_zh: str
    title_en: str
    amount: int
    due: date
    evidence: str
    acceptors_needed: int
    acceptors: tuple[Acceptor, ...] = ()


def open_line(code: str, title_zh: str, title_en: str, unit: str, actor: Actor) -> Line:
    """Open a line of the budget; one that is there is left as it is."""
    with transaction.atomic():
        found = Line.objects.filter(code=code).first()
        if found is None:
            found = Line.objects.create(code=code, title_zh=_words(title_zh), title_en=_words(title_en), unit=unit)
            seal(Draft("escrow.open_line", f"lines/{code}", actor, {"unit": unit}, rows=(found,)))
    return found


def fund(line: str, amount: int, actor: Actor, key: str) -> Sealed | None:
    """Fund a line with ``amount`` fen; ``key`` is the number of the order. Raises NoSuchLine, BadEvent, AnotherEvent."""
    return _record(Event("fund", line, "", {"order": key, "amount": amount}), actor)


def encumber(given: Encumbrance, actor: Actor) -> Sealed | None:
    """Set money aside when voting opens. Raises NoSuchLine, NotEnough, NotNow (the project has money already)."""
    titles = {"zh": _words(given.title_zh), "en": _words(given.title_en)}
    return _record(Event("encumber", given.line, given.project, {"amount": given.amount, "binding": given.binding}), actor, titles=titles)


def free(project: str, reason: str, actor: Actor) -> Sealed | None:
    """Give the money back to the line: the vote did not carry. Raises NoSuchProject, NotNow."""
    return _record(_of(project, "free", reason=_words(reason)), actor)


def commit(project: str, fingerprint: str, binding: str, actor: Actor, *, verified_by: Sequence[str], window_until: datetime) -> Sealed | None:
    """Bind the money to a result that two verifiers confirm and whose window for objections is closed.

    Raises NoSuchProject, AnotherDecision, ResultNotFinal, NotNow.
    """
    event = _of(project, "commit", fingerprint=fingerprint, binding=binding, verified_by=sorted(verified_by), at=_instant(now()), window_until=_instant(window_until))
    with transaction.atomic():
        row = project_row(project)
        if fingerprint and row.fingerprint == fingerprint and row.binding == binding:
            return None  # told again, at another time
        return _record(event, actor)


def contract(project: str, contractor: str, milestones: Sequence[Milestone], *, actor: Actor, hold_back: tuple[int, int] = (5, 100),
             warranty_until: date) -> Sealed | None:
    """Contract the work, by milestones within the sum that was bound. Raises NoSuchProject, NotNow, NotEnough, BadEvent."""
    with transaction.atomic():
        book = book_of(project_row(project).line)
        listed = [{"number": m.number, "amount": m.amount, "needed": m.acceptors_needed, "acceptors": [a.ref for a in m.acceptors]} for m in milestones]
        event = _of(project, "contract", contract=len(book.project(project).contracts) + 1, contractor=_words(contractor), hold_back=list(hold_back),
                    warranty_until=warranty_until.isoformat(), milestones=listed)
        details = [{"number": m.number, "title_zh": _words(m.title_zh), "title_en": _words(m.title_en), "due": m.due, "evidence_kind": m.evidence[:20],
                    "acceptors": [{"ref": a.ref, "role": a.role} for a in m.acceptors]} for m in milestones]
        return _record(event, actor, book=book, details=details)


def end_contract(project: str, reason: str, actor: Actor) -> Sealed | None:
    """End the contract; what is not released stays bound for the next contractor or goes back when the project closes."""
    with transaction.atomic():
        book = book_of(project_row(project).line)
        return _record(_of(project, "end_contract", contract=len(book.project(project).contracts), reason=_words(reason)), actor, book=book)


def claim(project: str, milestone: int, evidence: str, actor: Actor) -> Sealed | None:
    """The contractor says a milestone is done, with evidence in words; the acceptors have five working days. Raises NotNow, AnotherEvent."""
    with transaction.atomic():
        book = book_of(project_row(project).line)
        found = _milestone(book, project, milestone)
        step = take(_of(project, "claim", milestone=milestone, round=found.round, evidence=_words(evidence)), book)
        if step.known:
            return None
        limit = limits.accept(now())
        row = next(row for row in step.rows if isinstance(row, MilestoneRow))
        row.accept_by = datetime.fromisoformat(limit["due"])
        row.save()
        draft = Draft("escrow.claim", step.subject, actor, step.event.body, rows=tuple(step.rows))
        moved = cases.start_many(scenes.pack(PACK), [cases.Start(_ref(project, milestone, found.round), {"limits": {"accept": limit}}, draft)])
        return moved[0].sealed


def accept(project: str, milestone: int, acceptor: str, actor: Actor) -> Sealed | None:
    """One acceptor accepts; the last one needed releases the money by itself unless the auditor has frozen it.

    Raises NotNow, NotAnAcceptor.
    """
    with transaction.atomic():
        book = book_of(project_row(project).line)
        found = _milestone(book, project, milestone)
        step = take(_of(project, "accept", milestone=milestone, round=found.round, acceptor=acceptor), book)
        if step.known:
            return None
        sealed = _answer(step, found, "accepted" if found.state == "accepted" else "", Draft("escrow.accept", step.subject, actor, step.event.body, rows=tuple(step.rows)))
        _release_ready(book, project)
        return sealed


def refuse(project: str, milestone: int, acceptor: str, reason: str, actor: Actor) -> Sealed | None:
    """One acceptor refuses with a reason; the contractor mends and claims again. Raises NotNow, NotAnAcceptor."""
    with transaction.atomic():
        book = book_of(project_row(project).line)
        found = _milestone(book, project, milestone)
        ref = _ref(project, milestone, found.round)
        step = take(_of(project, "refuse", milestone=milestone, round=found.round, acceptor=acceptor, reason=_words(reason)), book)
        if step.known:
            return None
        draft = Draft("escrow.refuse", step.subject, actor, step.event.body, rows=tuple(step.rows))
        return cases.move(cases.Move(ref, "accept", {"outcome": "refused"}, draft)).sealed


def freeze(project: str, reason: str, actor: Actor) -> Sealed | None:
    """The auditor stops all releases of a project; work and acceptance go on."""
    with transaction.atomic():
        book = book_of(project_row(project).line)
        return _record(_of(project, "freeze", number=book.project(project).freezes + 1, reason=_words(reason)), actor, book=book)


def unfreeze(project: str, reason: str, actor: Actor) -> Sealed | None:
    """The auditor lets payments go on; what was accepted meanwhile is released at once."""
    with transaction.atomic():
        book = book_of(project_row(project).line)
        sealed = _record(_of(project, "unfreeze", number=book.project(project).freezes, reason=_words(reason)), actor, book=book)
        _release_ready(book, project)
        return sealed


def release_hold_back(project: str, number: int, actor: Actor) -> Sealed | None:
    """Pay what a contract held back, after its warranty. Raises NotNow, ProjectFrozen."""
    return _record(_of(project, "release_hold_back", contract=number, at=_instant(now())), actor)


def claw_back(project: str, amount: int, source: str, number: int, reason: str, order: str, actor: Actor) -> Sealed | None:
    """Money comes back to the line, from what was paid or held of contract ``number``; ``order`` is the number of the order."""
    return _record(_of(project, "claw_back", order=order, amount=amount, source=source, contract=number, reason=_words(reason)), actor)


def close(project: str, actor: Actor) -> Sealed | None:
    """End a project in which everything is paid; the rest goes back to the line. Raises NotNow."""
    return _record(_of(project, "close"), actor)


def record_paid(key: str) -> Sealed | None:
    """The treasury has paid an order; recorded once."""
    with transaction.atomic():
        row = Payment.objects.select_for_update().get(key=key)
        body = {"milestone": row.milestone} if row.milestone else {"contract": row.contract}
        return _record(_of(row.project, "paid", **body), Actor("agency", "", "MZ-TREASURY"))


def _record(event: Event, actor: Actor, *, book: Book | None = None, titles: dict | None = None, details: Sequence[dict] = ()) -> Sealed | None:
    """Take an event and seal it; None where it was recorded before."""
    with transaction.atomic():
        step = take(event, book, titles, details)
        if step.known:
            return None
        return seal(Draft(f"escrow.{event.kind}", step.subject, actor, event.body, rows=tuple(step.rows)))


def _answer(step: Step, found: BookMilestone, outcome: str, draft: Draft) -> Sealed:
    if not outcome:
        return seal(draft)
    return cases.move(cases.Move(_ref(step.event.project, found.number, found.round), "accept", {"outcome": outcome}, draft)).sealed


def _release_ready(book: Book, project: str) -> None:
    for number in book.project(project).ready():
        _record(_of(project, "release", milestone=number), _ITSELF, book=book)


def _milestone(book: Book, project: str, number: int) -> BookMilestone:
    found = book.project(project).milestones.get(number)
    if found is None:
        raise BadEvent(path="milestone", reason="milestone")
    return found


def _of(project: str, kind: str, **body: object) -> Event:
    return Event(kind, project_row(project).line, project, body)


def _ref(project: str, milestone: int, round_: int) -> str:
    return f"projects/{project}/{milestone}/{round_}"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _words(text: str) -> str:
    text = str(text).strip()
    if not 2 <= len(text) <= 400 or "\x00" in text:
        raise WordsNeeded()
    return text
