"""The token game: (graph, state, event) -> transition. Pure; the same input gives the same output for ever.

Order of a step:

1. the event removes or moves the token that it meets;
2. tokens run on, first in first out, until each waits or ends; services on the way are noted, decisions are made;
3. a subprocess without tokens is complete and its own token runs on, the innermost first;
4. timers are those of the tokens that now wait; what is no longer waited for is cancelled.

Relative timers count from the legal time of the step: for a fired timer that is its due time, however late it fired.
A deadline that does not interrupt fires once for one due time, so that going through a step a second time under the same
limit repeats nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mingtang.engines.bpmn.errors import (
    ConditionUnclear,
    DeadlineSpent,
    NoSuchTask,
    NoSuchTimer,
    NotThisPerson,
    WayTooLong,
)
from mingtang.engines.bpmn.events import Call, Complete, Decide, Event, Fire, Start, TimerSet, Transition
from mingtang.engines.bpmn.expressions import Expression, ExpressionFailed
from mingtang.engines.bpmn.graph import Graph, Node
from mingtang.engines.bpmn.soundness import catcher
from mingtang.engines.bpmn.state import State, Token, due_of
from mingtang.engines.bpmn.timers import duration, instant, written

MOST_STEPS = 2_000
MOST_TOKENS = 300
MOST_PEOPLE = 100


def step(graph: Graph, state: State, event: Event, facts: Mapping[str, Any], at: datetime, decide: Decide | None = None) -> Transition:
    """Return what ``event`` does to a case in ``state`` with ``facts`` (JSON values) at the legal time ``at``.

    ``decide(contract, decision, facts)`` gives the JSON value of a business rule task. Raises NoSuchTask, NoSuchTimer,
    TimerUnclear, ConditionUnclear, DeadlineSpent, NotThisPerson, WayTooLong; then nothing has happened.
    """
    play = _Play(graph, dict(facts), at, decide, {t.id: _copy(t) for t in state.tokens}, state.next, dict(state.fired))
    if isinstance(event, Complete):
        play.complete(event)
    elif isinstance(event, Fire):
        play.fire(event)
    elif isinstance(event, Start):
        play.start(event, bool(state.tokens))
    else:
        play.refresh()
    return play.transition(state)


def open_tasks(graph: Graph, state: State) -> tuple[str, ...]:
    """Ids of the tasks and messages that the case waits for, each once."""
    found: dict[str, None] = {}
    for token in state.tokens:
        node = graph.nodes[token.at]
        if node.kind in ("user", "receive") or node.kind == "catch" and node.event == "message":
            found[node.id] = None
        elif node.kind == "event":
            for key in node.outgoing:
                target = graph.nodes[graph.flows[key].target]
                if target.kind == "receive" or target.event == "message":
                    found[target.id] = None
    return tuple(found)


def _copy(token: Token) -> Token:
    return Token(token.id, token.at, token.inside, dict(token.waits), token.via, token.many)


@dataclass(slots=True)
class _Play:
    graph: Graph
    facts: dict[str, Any]
    at: datetime
    decide: Decide | None
    tokens: dict[int, Token]
    next: int
    fired: dict[str, str]
    path: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    reckoned: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    queue: deque = field(default_factory=deque)

    # events

    def start(self, event: Start, running: bool) -> None:
        key = event.at or self.graph.start
        if running or (event.at and event.at not in self.graph.starts):
            raise NoSuchTask(path=key, task=key)
        self.facts.setdefault("outcome", None)
        self.queue.append((key, 0, ""))
        self.run()

    def complete(self, event: Complete) -> None:
        node = self.graph.nodes.get(event.task)
        token = None if node is None else self.waiting_at(node)
        if node is None or token is None:
            raise NoSuchTask(path=event.task, task=node.label("zh") if node else event.task)
        if node.kind == "boundary":
            self.leave_by_boundary(token, node)
        elif token.many is None or self.one_of_many(token, node, event.by):
            self.remove(token)
            self.passed(node)
            self.follow(node, token.inside)
        self.run()

    def waiting_at(self, node: Node) -> Token | None:
        for token in self.tokens.values():
            if token.at == node.id and node.kind in ("user", "receive", "catch") and node.event != "timer":
                return token
            if node.kind == "boundary" and node.event == "message" and token.at == node.attached_to:
                return token
            here = self.graph.nodes[token.at]
            if here.kind == "event" and node.event != "timer" and any(self.graph.flows[f].target == node.id for f in here.outgoing):
                return token
        return None

    def one_of_many(self, token: Token, node: Node, by: str) -> bool:
        many = {**token.many, "done": [*token.many["done"], {"by": by, "outcome": self.facts.get("outcome")}]}
        if by and any(entry["by"] == by for entry in token.many["done"]) or not by and "people" in many or by not in many.get("people", [by]):
            raise NotThisPerson(path=node.id, task=node.label("zh"))
        token.many = many
        outcomes = [entry["outcome"] for entry in many["done"]]
        self.facts["outcomes"] = outcomes
        scope = {**self.facts, "numberOfInstances": many["of"], "numberOfCompletedInstances": len(outcomes),
                 "numberOfActiveInstances": many["of"] - len(outcomes)}
        return len(outcomes) >= many["of"] or node.many.enough is not None and self.true(node.many.enough, scope, node.id)

    def fire(self, event: Fire) -> None:
        token = self.tokens.get(event.token)
        wait = token.waits.get(event.node) if token else None
        if token is None or wait is None:
            raise NoSuchTimer(path=event.node, node=event.node)
        node, due = self.graph.nodes[event.node], due_of(wait)
        self.at = instant(due)
        if node.kind == "boundary":
            self.fired[node.id] = due
            self.again(token, node, wait)
            self.leave_by_boundary(token, node)
        else:
            self.remove(token)
            self.passed(node)
            self.follow(node, token.inside)
        self.run()

    def again(self, token: Token, node: Node, wait: str | dict) -> None:
        del token.waits[node.id]
        if isinstance(wait, dict) and wait["left"] > 0:
            after = duration(wait["every"]).after(self.at)
            token.waits[node.id] = {"due": written(after), "left": wait["left"] - 1, "every": wait["every"]}
            self.reckoned[token.id, node.id] = (node.timer.text, "iso-8601")

    def refresh(self) -> None:
        for token in self.tokens.values():
            for node in self.timers_of(self.graph.nodes[token.at]):
                due = node.timer.due(node.id, self.facts, self.at)
                if due is not None and due.relative:
                    continue
                if due is None:
                    if node.timer.expression is not None:
                        token.waits.pop(node.id, None)
                elif self.fired.get(node.id) != written(due.at):
                    token.waits[node.id] = written(due.at)
                    self.reckoned[token.id, node.id] = (due.rule, due.calendar)

    # moving

    def leave_by_boundary(self, token: Token, node: Node) -> None:
        if node.interrupting:
            self.remove(token)
        self.passed(node)
        self.follow(node, token.inside)

    def remove(self, token: Token) -> None:
        """Take the token and everything inside it off the graph."""
        gone = {token.id}
        del self.tokens[token.id]
        while inner := [t.id for t in self.tokens.values() if t.inside in gone]:
            gone.update(inner)
            for key in inner:
                del self.tokens[key]
        if any(entry[1] in gone for entry in self.queue):
            self.queue = deque(entry for entry in self.queue if entry[1] not in gone)

    def follow(self, node: Node, inside: int) -> None:
        for key in node.outgoing:
            self.queue.append((self.graph.flows[key].target, inside, key))

    def passed(self, node: Node) -> None:
        if len(self.path) >= MOST_STEPS or len(self.tokens) + len(self.queue) > MOST_TOKENS:
            raise WayTooLong(path=node.id, node=node.label("zh"))
        self.path.append(node.id)

    def run(self) -> None:
        while True:
            while self.queue:
                key, inside, via = self.queue.popleft()
                self.enter(self.graph.nodes[key], inside, via)
            done = self.complete_scope()
            if done is None:
                return
            self.remove(done)
            self.follow(self.graph.nodes[done.at], done.inside)

    def complete_scope(self) -> Token | None:
        holders = {token.inside for token in self.tokens.values()}
        for token in reversed(self.tokens.values()):
            if token.id not in holders and self.graph.nodes[token.at].kind == "sub":
                return token
        return None

    def enter(self, node: Node, inside: int, via: str) -> None:
        kind = node.kind
        if kind == "and" and len(node.incoming) > 1:
            self.join(node, inside, via)
            return
        if kind in ("user", "receive", "catch", "event", "sub"):
            self.wait(node, inside)
            return
        self.passed(node)
        if kind in ("service", "send", "throw") and node.handler:
            self.calls.append(Call(node.id, node.handler))
        if kind == "xor":
            key = self.choose(node)
            self.queue.append((self.graph.flows[key].target, inside, key))
        elif kind in ("terminate", "error_end") and not (kind == "error_end" and inside):
            for token in [t for t in self.tokens.values() if t.inside == inside]:
                if token.id in self.tokens:
                    self.remove(token)
            self.queue = deque(entry for entry in self.queue if entry[1] != inside)
        elif kind == "error_end":
            self.leave_by_boundary(self.holder(inside, catcher(self.graph, node, "error")), catcher(self.graph, node, "error"))
        else:
            if kind == "rule":
                self.rule(node)
            if kind == "escalation_end" or kind == "throw" and node.event == "escalation":
                self.escalate(node, inside)
            if not inside or inside in self.tokens:  # an escalation may have interrupted the subprocess we stand in
                self.follow(node, inside)

    def escalate(self, node: Node, inside: int) -> None:
        found = catcher(self.graph, node, "escalation")
        if found is not None:
            self.leave_by_boundary(self.holder(inside, found), found)

    def holder(self, inside: int, boundary: Node) -> Token:
        token = self.tokens[inside]
        while token.at != boundary.attached_to:
            token = self.tokens[token.inside]
        return token

    def wait(self, node: Node, inside: int) -> None:
        self.passed(node)
        token = Token(self.next, node.id, inside)
        self.next += 1
        self.tokens[token.id] = token
        for timed in self.timers_of(node):
            self.set_timer(token, timed)
        if node.many is not None:
            token.many = self.people(node)
        if node.kind == "sub":
            self.queue.append((self.graph.inner_start[node.id], token.id, ""))

    def timers_of(self, node: Node) -> list[Node]:
        keys = node.boundary
        if node.kind == "event":
            keys = tuple(self.graph.flows[f].target for f in node.outgoing)
        elif node.kind == "catch":
            keys = (node.id,)
        return [self.graph.nodes[key] for key in keys if self.graph.nodes[key].timer is not None] if keys else []

    def set_timer(self, token: Token, node: Node) -> None:
        due = node.timer.due(node.id, self.facts, self.at)
        if due is None:
            return
        text = written(due.at)
        if not due.relative and node.kind == "boundary" and self.fired.get(node.id) == text:
            if node.interrupting:
                raise DeadlineSpent(path=node.id, node=node.label("zh"), due=text)
            return
        token.waits[node.id] = {"due": text, "left": due.left, "every": due.every} if due.every else text
        self.reckoned[token.id, node.id] = (due.rule, due.calendar)

    def people(self, node: Node) -> dict:
        if node.many.people:
            people = self.facts.get(node.many.people)
            if not isinstance(people, list) or not all(isinstance(p, str) for p in people) or not 0 < len(set(people)) <= MOST_PEOPLE:
                raise ConditionUnclear(path=node.id, expression=node.many.people, reason=f"a list of 1 to {MOST_PEOPLE} names")
            return {"of": len(set(people)), "people": sorted(set(people)), "done": []}
        value = self.value(node.many.cardinality, self.facts, node.id)
        if isinstance(value, bool) or not str(value).isdecimal() or not 0 < int(value) <= MOST_PEOPLE:
            raise ConditionUnclear(path=node.id, expression=node.many.cardinality.text, reason=f"a whole number from 1 to {MOST_PEOPLE}")
        return {"of": int(value), "done": []}

    def join(self, node: Node, inside: int, via: str) -> None:
        arrived = {via: None}
        for token in self.tokens.values():
            if token.at == node.id and token.inside == inside:
                arrived.setdefault(token.via, token)
        if len(arrived) < len(node.incoming):
            self.tokens[self.next] = Token(self.next, node.id, inside, via=via)
            self.next += 1
            return
        for token in arrived.values():
            if token is not None:
                del self.tokens[token.id]
        self.passed(node)
        self.follow(node, inside)

    # FEEL and contracts

    def choose(self, node: Node) -> str:
        for key in node.outgoing:
            condition = self.graph.flows[key].condition
            if condition is not None and self.true(condition, self.facts, key):
                return key
        return node.default or node.outgoing[0]

    def true(self, expression: Expression, scope: Mapping[str, Any], place: str) -> bool:
        value = self.value(expression, scope, place)
        if value is None or isinstance(value, bool):
            return value is True
        raise ConditionUnclear(path=place, expression=expression.text, reason="neither true, false nor null")

    def value(self, expression: Expression, scope: Mapping[str, Any], place: str) -> Any:
        try:
            return expression.evaluate(scope)
        except ExpressionFailed as fault:
            raise ConditionUnclear(path=place, expression=expression.text, reason=fault.reason) from None

    def rule(self, node: Node) -> None:
        if self.decide is None:
            raise ConditionUnclear(path=node.id, expression=node.decision, reason="no contract is at hand")
        self.facts[node.result] = self.decide(node.contract, node.decision, self.facts)

    # result

    def transition(self, before: State) -> Transition:
        old = {(t.id, node): wait for t in before.tokens for node, wait in t.waits.items()}
        new = {(t.id, node): wait for t in self.tokens.values() for node, wait in t.waits.items()}
        changed = [key for key, wait in new.items() if old.get(key) != wait]
        after = State(tuple(self.tokens.values()), self.next, self.fired)
        return Transition(
            after, self.facts, self.at, tuple(self.path), tuple(self.calls),
            tuple(TimerSet(*key, instant(due_of(new[key])), *self.reckoned.get(key, ("", ""))) for key in changed),
            tuple(key for key, wait in old.items() if new.get(key) != wait), open_tasks(self.graph, after),
        )
