"""The oracle: is every case what its process, its facts and its history say it must be?

It shares nothing with the code that writes: pending timers are compared with the waits in the case's state, the state with the graph,
revisions with the events, facts with absolute deadlines. Run by ``mingtang cases check``, by the doctor, and after every test of cases.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from mingtang.engines import bpmn
from mingtang.engines.bpmn.timers import instant
from mingtang.kernel import MingtangError
from mingtang.platform.cases.models import Case, Event, Timer
from mingtang.platform.cases.processes import graph_of

_BLOCK = 1000


def faults(most: int = 100) -> list[str]:
    """What is wrong, in English, at most ``most`` entries; empty when all is well. Memory does not grow with the number of cases."""
    found: list[str] = []
    for fault in _faults():
        found.append(fault)
        if len(found) >= most:
            break
    return found


def _faults() -> Iterator[str]:
    last = 0
    while block := list(Case.objects.filter(pk__gt=last).order_by("pk")[:_BLOCK]):
        last = block[-1].pk
        yield from _block(block)
    for timer in Timer.objects.filter(case__ended_at__isnull=False)[:100]:
        yield f"{timer.case.ref}: the case is over but its timer {timer.node} pends"


def _block(cases: Sequence[Case]) -> Iterator[str]:
    timers: dict[int, dict] = defaultdict(dict)
    for timer in Timer.objects.filter(case__in=cases):
        timers[timer.case_id][timer.token, timer.node] = timer.due
    events: dict[int, list] = defaultdict(list)
    for case, rev, tasks in Event.objects.filter(case__in=cases).order_by("case", "rev").values_list("case_id", "rev", "body"):
        events[case].append((rev, tasks))
    for case in cases:
        for fault in _case(case, timers[case.pk], events[case.pk]):
            yield f"{case.ref}: {fault}"


def _case(case: Case, timers: dict, events: list) -> Iterator[str]:
    try:
        graph = graph_of(case.process)
    except MingtangError as fault:
        yield str(fault)
        return
    state = bpmn.State.from_json(case.state)
    if [rev for rev, _ in events] != list(range(1, case.rev + 1)):
        yield f"revision {case.rev}, but the events are {[rev for rev, _ in events]}"
    elif tuple(events[-1][1]["tasks"]) != bpmn.open_tasks(graph, state):
        yield f"the last event leaves {events[-1][1]['tasks']} open, the state {list(bpmn.open_tasks(graph, state))}"
    if (case.ended_at is not None) != state.ended:
        yield "it is over in one place and open in another"
    waits = {(token.id, node): instant(wait if isinstance(wait, str) else wait["due"]) for token in state.tokens for node, wait in token.waits.items()}
    if waits != timers:
        yield f"the state waits for {sorted(map(str, waits))}, the timers are {sorted(map(str, timers))}"
    yield from _tokens(graph, state)
    yield from _deadlines(case, graph, state)


def _tokens(graph: bpmn.Graph, state: bpmn.State) -> Iterator[str]:
    ids = Counter(token.id for token in state.tokens)
    at = {token.id: token.at for token in state.tokens}
    for token in state.tokens:
        node = graph.nodes.get(token.at)
        if node is None:
            yield f"a token stands at {token.at}, which is no step of the process"
        elif at.get(token.inside, "") != node.scope:
            yield f"the token at {token.at} is not inside {node.scope or 'the process'}"
        elif any(graph.nodes[key].attached_to != token.at and key != token.at and graph.nodes[key].kind != "catch" for key in token.waits):
            yield f"the token at {token.at} waits for a timer of another step"
        if ids[token.id] > 1 or token.id >= state.next:
            yield f"the token {token.id} stands twice or was never given out"


def _deadlines(case: Case, graph: bpmn.Graph, state: bpmn.State) -> Iterator[str]:
    """Each absolute deadline that the facts give now either pends at that time or has fired for it."""
    for token in state.tokens:
        for key in graph.nodes[token.at].boundary if token.at in graph.nodes else ():
            node = graph.nodes[key]
            if node.timer is None or node.timer.expression is None:
                continue
            due = node.timer.due(key, case.facts, case.changed_at)
            if due is not None and not due.relative:
                text = bpmn.timers.written(due.at)
                if token.waits.get(key) != text and state.fired.get(key) != text:
                    yield f"the deadline {key} should be at {text}"
