"""What an office may do with cases: begin them, move them, change their deadlines; and what the operator may try again.

One transaction a transition: case, tokens, timers, append-only event and one seal. The office gives the draft of its act; the
transition is told in the act's body and the case joins its rows. Call it inside the transaction in which the office changes its
own rows. Example::

    with transaction.atomic():
        request.state = "replied"; request.save()
        moved = move(Move(request.subject, "handle", {"outcome": "reply", "limits": limits}, Draft("requests.reply", ..., rows=(request,))))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from mingtang.engines import bpmn
from mingtang.engines.bpmn import NoSuchTask
from mingtang.kernel import canonical_json, now
from mingtang.platform.cases import catching_up, outbox, processes
from mingtang.platform.cases.faults import CaseEnded, CaseExists, NoSuchCase, NothingToRetry, StaleCase
from mingtang.platform.cases.models import Case, Effect, Timer
from mingtang.platform.cases.transitions import Moved, Step, carry
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal

if TYPE_CHECKING:
    from mingtang.platform.scenes.reads import Pack

__all__ = ["CaseEnded", "CaseExists", "Move", "Moved", "NoSuchCase", "NoSuchTask", "StaleCase", "Start", "move", "move_many", "reschedule",
           "reschedule_many", "retry_effect", "retry_timer", "start_many"]

MOST_FACTS = 200_000  # bytes of a case's facts as canonical JSON


@dataclass(frozen=True, slots=True)
class Start:
    """A case to begin. ``facts`` is the FEEL scope of the process (JSON values, no personal data)."""

    ref: str
    facts: dict[str, Any]
    draft: Draft


@dataclass(frozen=True, slots=True)
class Move:
    """A step that a person or a message makes: ``task`` is complete. ``facts`` are merged over the case's, key by key.

    ``outcome`` is set anew with each move: null where the move gives none. ``rev`` refuses the move if the case has moved on.
    """

    ref: str
    task: str
    facts: dict[str, Any] = field(default_factory=dict)
    draft: Draft = None  # type: ignore[assignment]
    rev: int | None = None


def start_many(pack: Pack, starts: Sequence[Start]) -> list[Moved]:
    """Begin a case for each of ``starts``, in order. Raises CaseExists (then roll back), and what the engine refuses."""
    if not starts:
        return []
    at = now()
    process, held = processes.remember(pack.process()), f"{pack.name}@{pack.hash}"
    steps = []
    for start in starts:
        legal = start.draft.at or at
        case = Case(ref=start.ref, pack=held, process=process, rev=1, state=None, facts={}, started_at=legal, changed_at=at)
        steps.append(Step(case, bpmn.Start(), _bounded(start.facts, start.ref), legal, start.draft))
    try:
        with transaction.atomic():
            return carry(steps, at)
    except IntegrityError:
        refs = [start.ref for start in starts]
        known = Case.objects.filter(ref__in=refs).values_list("ref", flat=True).first() or next((r for r in refs if refs.count(r) > 1), None)
        if known is None:
            raise
        raise CaseExists(path="ref", ref=known) from None


def move(move: Move) -> Moved:
    """Make one step. Raises NoSuchCase, CaseEnded, NoSuchTask, StaleCase, and what the engine refuses."""
    return move_many([move])[0]


def move_many(moves: Sequence[Move]) -> list[Moved]:
    """Make a step for each of ``moves``; several for one case are made one after another. Order kept.

    A deadline of such a case that has passed and has not fired yet fires first: it lies before the step in law.
    """
    if not moves:
        return []
    with transaction.atomic():
        cases = _held([move.ref for move in moves])
        at = now()
        catching_up.fire_passed(cases.values(), at)
        found: dict[int, Moved] = {}
        for wave in _waves(moves):
            steps = [_step(cases[moves[index].ref], moves[index], at) for index in wave]
            found.update(zip(wave, carry(steps, at), strict=True))
        return [found[index] for index in range(len(moves))]


def reschedule(ref: str, facts: dict[str, Any], draft: Draft) -> Moved:
    """The facts changed (an extension, a pause, a new limit): the deadlines are reckoned anew, no step is made."""
    return reschedule_many([(ref, facts, draft)])[0]


def reschedule_many(changes: Sequence[tuple[str, dict[str, Any], Draft]]) -> list[Moved]:
    """``reschedule`` for several different cases."""
    with transaction.atomic():
        cases = _held([ref for ref, _, _ in changes])
        at = now()
        catching_up.fire_passed(cases.values(), at)
        steps = []
        for ref, facts, draft in changes:
            if cases[ref].ended_at is not None:
                raise CaseEnded(path=ref, ref=ref)
            steps.append(Step(cases[ref], bpmn.Refresh(), _bounded({**cases[ref].facts, **facts}, ref), draft.at or at, draft))
        return carry(steps, at)


def retry_timer(timer: int, actor: Actor) -> Sealed:
    """The operator lets a stuck timer be tried again; sealed. Raises NothingToRetry."""
    with transaction.atomic():
        stuck = Timer.objects.filter(pk=timer, attempts__gt=0).select_related("case").first()
        if stuck is None:
            raise NothingToRetry(what=str(timer))
        Timer.objects.filter(pk=timer).update(wake=now(), attempts=0, error="")
        body = {"timer": stuck.node, "due": stuck.due.isoformat(), "error": stuck.error}
        return seal(Draft("cases.retry", stuck.case.ref, actor, body))


def retry_effect(key: str, actor: Actor) -> Sealed:
    """The operator lets a dead effect be delivered again; sealed. Raises NothingToRetry."""
    with transaction.atomic():
        dead = Effect.objects.filter(key=key, dead_at__isnull=False).first()
        if dead is None:
            raise NothingToRetry(what=key[:80])
        outbox.revive(dead)
        return seal(Draft("cases.retry", f"effects/{key}", actor, {"effect": dead.kind, "error": dead.error}))


def _held(refs: Sequence[str]) -> dict[str, Case]:
    """The cases, their rows locked in one order so that two callers never wait for each other."""
    found = {case.ref: case for case in Case.objects.select_for_update().filter(ref__in=set(refs)).order_by("id")}
    for ref in refs:
        if ref not in found:
            raise NoSuchCase(path=ref, ref=ref[:80])
    return found


def _waves(moves: Sequence[Move]) -> list[list[int]]:
    """Indexes of moves in waves such that no case stands twice in one."""
    waves: list[list[int]] = []
    depth: dict[str, int] = {}
    for index, move in enumerate(moves):
        wave = depth[move.ref] = depth.get(move.ref, -1) + 1
        if wave == len(waves):
            waves.append([])
        waves[wave].append(index)
    return waves


def _step(case: Case, move: Move, at: datetime) -> Step:
    if move.rev is not None and move.rev != case.rev:
        raise StaleCase(path=case.ref, ref=case.ref, rev=case.rev)
    facts = _bounded({**case.facts, "outcome": None, **move.facts}, case.ref)
    event: bpmn.Start | bpmn.Complete = bpmn.Complete(move.task, move.draft.actor.ref)
    if case.ended_at is not None:
        if move.task not in processes.graph_of(case.process).starts:
            raise CaseEnded(path=case.ref, ref=case.ref)
        event = bpmn.Start(move.task)
    return Step(case, event, facts, move.draft.at or at, move.draft)


def _bounded(facts: dict[str, Any], ref: str) -> dict[str, Any]:
    suspect = len(facts) > 200 or any(isinstance(value, str) and len(value) > 2000 for value in facts.values())
    if suspect and len(canonical_json(facts)) > MOST_FACTS:
        raise bpmn.WayTooLong(path=ref, node="facts")
    return facts
