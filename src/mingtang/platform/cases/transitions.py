"""Carrying out steps of the engine: many cases at once, one transition and one act a case, all inside the caller's transaction.

1. each case's step is played by the engine; a fault there leaves everything as it was;
2. the handlers of the services passed are called, each once with all the cases that reach it;
3. the case rows are written, each only if its revision is the one that was read;
4. the acts are sealed: the office's draft with the transition in its body and the case among its rows;
5. timers and the append-only events follow, with the acts' identifiers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mingtang.engines import bpmn
from mingtang.engines.bpmn.timers import written
from mingtang.platform.cases import rows
from mingtang.platform.cases.faults import HandlerBroken, StaleCase
from mingtang.platform.cases.handlers import Firing, TimerView, handler
from mingtang.platform.cases.models import Case, Event, Timer
from mingtang.platform.cases.processes import decider, graph_of
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal_many

CLOCKWORK = Actor("system", "cases")
NO_TIMER = TimerView()


@dataclass(frozen=True, slots=True)
class Moved:
    """What a transition came to: the open tasks, whether the case is over, and the sealed act."""

    ref: str
    rev: int
    tasks: tuple[str, ...]
    ended: bool
    sealed: Sealed


@dataclass(slots=True)
class Step:
    """One event for one case. ``draft`` is None for a fired timer; ``timer`` is its rule and calendar."""

    case: Case
    event: bpmn.Start | bpmn.Complete | bpmn.Fire | bpmn.Refresh
    facts: dict[str, Any]
    at: datetime
    draft: Draft | None = None
    timer: TimerView = NO_TIMER
    before: bpmn.State | None = None  # the case's state where the caller has read it already
    transition: bpmn.Transition | None = None
    services: dict[str, Any] = field(default_factory=dict)  # bodies of the drafts that are told within the act
    drafter: str = ""  # the service whose draft is the act
    more_rows: tuple = ()


def carry(steps: Sequence[Step], at: datetime) -> list[Moved]:
    """Carry out one step for each of several different cases, whose rows the caller holds; ``at`` is the present."""
    _play(steps, at)
    _call(steps, at)
    _write_cases(steps)
    bodies = [_told(step) for step in steps]
    sealed = seal_many([
        replace(step.draft, body={**step.draft.body, "case": body}, rows=(*step.draft.rows, *step.more_rows, step.case))
        for step, body in zip(steps, bodies, strict=True)
    ])
    _write_timers(steps)
    rows.insert(Event, ("case_id", "rev", "at", "recorded_at", "kind", "body", "act"), (
        (step.case.pk, step.case.rev, step.transition.at, at, step.draft.kind, body, act.id)
        for step, body, act in zip(steps, bodies, sealed, strict=True)
    ))
    return [Moved(step.case.ref, step.case.rev, step.transition.tasks, step.transition.ended, act)
            for step, act in zip(steps, sealed, strict=True)]


def _play(steps: Sequence[Step], at: datetime) -> None:
    for step in steps:
        case = step.case
        state = step.before or (bpmn.State.from_json(case.state) if case.state else bpmn.State())
        done = bpmn.step(graph_of(case.process), state, step.event, step.facts, step.at, decider(case.pack))
        step.transition = done
        case.state, case.facts = done.state.as_json(), done.facts
        case.changed_at = at
        case.ended_at = done.at if done.ended else None
        if case.pk is not None:
            case.rev += 1


def _call(steps: Sequence[Step], at: datetime) -> None:
    """Call the services passed: the first of every case, then the second, so that each case's own order is kept."""
    depth = 0
    while True:
        groups: dict[str, list[Step]] = {}
        for step in steps:
            if depth < len(step.transition.calls):
                groups.setdefault(step.transition.calls[depth].handler, []).append(step)
        if not groups:
            break
        for name, group in groups.items():
            firings = [_firing(step, depth, at) for step in group]
            drafts = handler(name)(firings)
            if not isinstance(drafts, list) or len(drafts) != len(group):
                raise HandlerBroken(path=name, name=name, wanted=len(group), given=len(drafts) if isinstance(drafts, list) else 0)
            for step, draft in zip(group, drafts, strict=True):
                _take(step, step.transition.calls[depth].node, draft)
        depth += 1
    for step in steps:
        if step.draft is None:
            step.draft = Draft("cases.timer", step.case.ref, CLOCKWORK, {}, at=step.transition.at)


def _firing(step: Step, depth: int, at: datetime) -> Firing:
    service = step.transition.calls[depth].node
    node = step.event.node if isinstance(step.event, bpmn.Fire) else service
    return Firing(step.case.ref, node, step.transition.at, at, step.transition.facts, step.timer, service)


def _take(step: Step, service: str, draft: Draft | None) -> None:
    """A fired timer's act is the draft of its last service; a person's act stays theirs and the service's is told within it."""
    if draft is None:
        return
    if isinstance(step.event, bpmn.Fire):
        if step.draft is not None:
            step.services[step.drafter] = step.draft.body
            step.more_rows = (*step.more_rows, *step.draft.rows)
        step.draft, step.drafter = draft if draft.at is not None else replace(draft, at=step.transition.at), service
    else:
        step.services[service] = draft.body
        step.more_rows = (*step.more_rows, *(row for row in draft.rows if row not in step.draft.rows))


def _told(step: Step) -> dict[str, Any]:
    """The transition as the act and the event tell it."""
    done, event = step.transition, step.event
    told: dict[str, Any] = {"ref": step.case.ref, "rev": step.case.rev, "process": step.case.process, "path": list(done.path), "tasks": list(done.tasks)}
    if isinstance(event, bpmn.Fire):
        told["timer"] = {"node": event.node, "due": written(done.at), "rule": step.timer.rule, "calendar": step.timer.calendar}
    if done.set:
        told["set"] = {timer.node: written(timer.due) for timer in done.set}
    if done.cancelled:
        told["dropped"] = [node for _, node in done.cancelled if not isinstance(event, bpmn.Fire) or node != event.node]
    if step.services:
        told["services"] = step.services
    if done.ended:
        told["ended"] = True
    return told


_FRESH = ("rev", "state", "facts", "changed_at", "ended_at")


def _write_cases(steps: Sequence[Step]) -> None:
    fresh = [step.case for step in steps if step.case.pk is None]
    names = ("ref", "pack", "process", "started_at", *_FRESH)
    for case, number in zip(fresh, rows.insert_numbered(Case, names, [[getattr(case, name) for name in names] for case in fresh]), strict=True):
        case.pk = number
        case._state.adding, case._state.db = False, "default"
    old = [step.case for step in steps if step.case.rev > 1]
    met = rows.update(Case, _FRESH, ("id", "rev"), ([getattr(case, name) for name in _FRESH] + [case.pk, case.rev - 1] for case in old))
    if met != len(old):
        raise StaleCase(ref=", ".join(case.ref for case in old[:3]), rev="?")


def _write_timers(steps: Sequence[Step]) -> None:
    rows.delete(Timer, ("case_id", "token", "node"), (
        (step.case.pk, token, node) for step in steps for token, node in step.transition.cancelled))
    rows.insert(Timer, ("case_id", "token", "node", "due", "rule", "calendar", "wake", "attempts", "error"), (
        (step.case.pk, timer.token, timer.node, timer.due, timer.rule[:200], timer.calendar[:80], timer.due, 0, "")
        for step in steps for timer in step.transition.set))
