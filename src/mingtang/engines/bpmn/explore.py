"""Every marking that a process can reach, whatever the facts turn out to be: can each still come to an end?

Each gateway may go every way, each pending deadline may fire at any time, each open task may be completed. A marking from which
nothing can happen, or from which no end can be reached, is a fault of the drawing - a join that waits for a branch never taken - found
here before anybody waits in it. Exact up to ``most`` markings; beyond them the answer says that it is not complete.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from mingtang.engines.bpmn.errors import WayTooLong
from mingtang.engines.bpmn.events import Complete, Event, Fire, Start
from mingtang.engines.bpmn.graph import Graph, Node
from mingtang.engines.bpmn.play import _Play, open_tasks
from mingtang.engines.bpmn.state import State, Token

_MOST_TOKENS = 40  # a marking with more is taken to grow without bound
_AT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Dead:
    """A marking that cannot end. ``way`` are the events that lead to it, ``where`` the steps where tokens stand."""

    kind: str  # "stands": nothing can happen; "turns": something always can, but never an end; "grows": tokens multiply
    where: tuple[str, ...]
    way: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exploration:
    """What was found. ``complete``: every marking was seen, so no faults means that there are none."""

    markings: int
    complete: bool
    faults: tuple[Dead, ...]

    @property
    def sound(self) -> bool:
        """Proven: from every marking that can be reached an end can be reached."""
        return self.complete and not self.faults


def explore(graph: Graph, most: int = 5_000) -> Exploration:
    """Walk the markings of ``graph`` breadth first, at most ``most``."""
    faults: list[Dead] = []
    ways: dict[tuple, tuple[str, ...]] = {}
    after: dict[tuple, set[tuple]] = {}
    ended = _marking(State())
    queue: list[tuple[tuple, State]] = []
    complete = True

    def reach(state: State, way: tuple[str, ...]) -> tuple:
        nonlocal complete
        key = _marking(state)
        if key not in ways:
            if len(ways) >= most:
                complete = False
                return key
            ways[key] = way
            queue.append((key, state))
        return key

    for state in _outcomes(graph, State(), Start(), faults, ()):
        reach(state, ("start",))
    for key, state in queue:  # grows while it is walked
        if key == ended:
            continue
        after[key] = {reach(found, (*ways[key], _name(event)))
                      for event in _events(graph, state) for found in _outcomes(graph, state, event, faults, ways[key])}
    if complete:
        faults += _unending(queue, ways, after, ended)
    return Exploration(len(ways), complete, tuple(faults))


def _unending(queue: list, ways: dict, after: dict, ended: tuple) -> list[Dead]:
    good, before = {ended}, {key: set() for key in ways}
    for key, targets in after.items():
        for target in targets:
            before.setdefault(target, set()).add(key)
    stack = [ended]
    while stack:
        for key in before.get(stack.pop(), ()):
            if key not in good:
                good.add(key)
                stack.append(key)
    return [Dead("turns" if after.get(key) else "stands", tuple(sorted({t.at for t in state.tokens})), ways[key]) for key, state in queue if key not in good]


def _events(graph: Graph, state: State) -> list[Event]:
    events: list[Event] = [Complete(task) for task in open_tasks(graph, state)]
    events += [Complete(key) for token in state.tokens for key in graph.nodes[token.at].boundary if graph.nodes[key].event == "message"]
    return events + [Fire(token.id, node) for token in state.tokens for node in token.waits]


def _name(event: Event) -> str:
    return event.task if isinstance(event, Complete) else event.node if isinstance(event, Fire) else "start"


def _outcomes(graph: Graph, state: State, event: Event, faults: list[Dead], way: tuple[str, ...]) -> list[State]:
    """The states after ``event`` for every way that the gateways may go: scripts of choices, tried in order."""
    found, scripts = [], [()]
    while scripts:
        script = scripts.pop()
        tokens = {t.id: Token(t.id, t.at, t.inside, dict(t.waits), t.via, None) for t in state.tokens}
        play = _AnyWay(graph, {}, _AT, None, tokens, state.next, {})
        play.script, play.taken = script, []
        try:
            if isinstance(event, Start):
                play.start(event, False)
            elif isinstance(event, Complete):
                play.complete(event)
            else:
                play.fire(event)
            if len(play.tokens) > _MOST_TOKENS:
                raise WayTooLong(path=_name(event))
        except WayTooLong as fault:
            if not any(dead.kind == "grows" for dead in faults):
                faults.append(Dead("grows", (fault.path,), (*way, _name(event))))
            continue
        found.append(State(tuple(play.tokens.values()), play.next))
        for index in range(len(script), len(play.taken)):
            chosen, ways = play.taken[index]
            scripts += [(*(key for key, _ in play.taken[:index]), other) for other in ways if other != chosen]
    return found


class _AnyWay(_Play):
    """The token game with the facts left out: gateways follow the script, deadlines always pend."""

    __slots__ = ("script", "taken")

    def choose(self, node: Node) -> str:
        index = len(self.taken)
        key = self.script[index] if index < len(self.script) else node.outgoing[0]
        self.taken.append((key, node.outgoing))
        return key

    def set_timer(self, token: Token, node: Node) -> None:
        token.waits[node.id] = "2000-01-01T00:00:00Z"

    def rule(self, node: Node) -> None:
        return

    def people(self, node: Node) -> None:
        return None


def _marking(state: State) -> tuple:
    """The state without the tokens' numbers: equal markings behave alike."""
    inner: dict[int, list[Token]] = {}
    for token in state.tokens:
        inner.setdefault(token.inside, []).append(token)

    def told(holder: int) -> tuple:
        return tuple(sorted((t.at, t.via, tuple(sorted(t.waits)), told(t.id)) for t in inner.get(holder, ())))

    return told(0)
