"""Firing deadlines that have passed: of cases whose rows the caller holds, in the order of their due times."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mingtang.engines import bpmn
from mingtang.platform.cases.handlers import TimerView
from mingtang.platform.cases.models import Case, Timer
from mingtang.platform.cases.transitions import Step, carry

MOST_ROUNDS = 50  # firings of one case in one transaction; what is left comes in the next


def fire_passed(cases: Iterable[Case], at: datetime) -> int:
    """Fire every deadline of ``cases`` due at ``at`` or before, each case's in order; returns how many.

    A timer that is stuck, or waits to be tried again, is passed over. Deadlines that a firing sets and that have passed too
    fire in turn, so a week without the worker ends where it would have ended with it.
    """
    waiting = [case for case in cases if case.ended_at is None and _first_due(case, at)]
    if not waiting:
        return 0
    held: dict[int, set[tuple[int, str]]] = {}
    views: dict[tuple[int, int, str], TimerView] = {}
    for pk, token, node, rule, calendar, wake in Timer.objects.filter(case_id__in=[case.pk for case in waiting]).values_list(
            "case_id", "token", "node", "rule", "calendar", "wake"):
        views[pk, token, node] = TimerView(rule, calendar)
        if wake is None or wake > at:
            held.setdefault(pk, set()).add((token, node))
    fired = 0
    for _ in range(MOST_ROUNDS):
        steps = []
        for case in waiting:
            found = _next_due(case, at, held.get(case.pk, set()))
            if found is not None:
                token, node, due = found
                steps.append(Step(case, bpmn.Fire(token, node), case.facts, due, timer=views.get((case.pk, token, node), TimerView())))
        if not steps:
            break
        carry(steps, at)
        for step in steps:
            for timer in step.transition.set:
                views[step.case.pk, timer.token, timer.node] = TimerView(timer.rule, timer.calendar)
        fired += len(steps)
        waiting = [step.case for step in steps]
    return fired


def _first_due(case: Case, at: datetime) -> bool:
    return any(due <= at for due, _, _ in bpmn.State.from_json(case.state).pending())


def _next_due(case: Case, at: datetime, held: set[tuple[int, str]]) -> tuple[int, str, datetime] | None:
    for due, token, node in bpmn.State.from_json(case.state).pending():
        if due > at:
            return None
        if (token, node) not in held:
            return token, node, due
    return None
