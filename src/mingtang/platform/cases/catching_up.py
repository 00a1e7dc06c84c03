"""Firing deadlines that have passed: of cases whose rows the caller holds, in the order of their due times."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from datetime import datetime

from mingtang.engines import bpmn
from mingtang.platform.cases.handlers import TimerView
from mingtang.platform.cases.models import Case, Timer
from mingtang.platform.cases.transitions import Step, carry

MOST_ROUNDS = 50  # firings of one case in one transaction; what is left comes in the next


def fire_passed(cases: Collection[Case], at: datetime) -> int:
    """Fire every deadline of ``cases`` due at ``at`` or before, each case's in order; returns how many.

    A timer that is stuck, or waits to be tried again, is passed over. Deadlines that a firing sets and that have passed too
    fire in turn, so a week without the worker ends where it would have ended with it.
    """
    states = {case.pk: bpmn.State.from_json(case.state) for case in cases if case.ended_at is None}
    waiting = [case for case in cases if case.pk in states and _next_due(states[case.pk], at, frozenset()) is not None]
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
            found = _next_due(states[case.pk], at, held.get(case.pk, frozenset()))
            if found is not None:
                due, token, node = found
                view = views.get((case.pk, token, node), TimerView())
                steps.append(Step(case, bpmn.Fire(token, node), case.facts, due, timer=view, before=states[case.pk]))
        if not steps:
            break
        carry(steps, at)
        for step in steps:
            states[step.case.pk] = step.transition.state
            for timer in step.transition.set:
                views[step.case.pk, timer.token, timer.node] = TimerView(timer.rule, timer.calendar)
        fired += len(steps)
        waiting = [step.case for step in steps]
    return fired


def _next_due(state: bpmn.State, at: datetime, held: AbstractSet[tuple[int, str]]) -> tuple[datetime, int, str] | None:
    for due, token, node in state.pending():
        if due > at:
            return None
        if (token, node) not in held:
            return due, token, node
    return None
