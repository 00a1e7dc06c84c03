"""The token game against a slow obvious reference: random block-structured processes, random walks, the same open tasks at every step.

The reference knows nothing of tokens and gateways: a process is an expression (task, sequence, choice, parallel, loop, timed task),
and a step replaces a task in what is left of the expression by nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines.bpmn import Complete, Fire, Start, State, load, step
from tests.engines.bpmn.processes import process

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
LEAVES = st.one_of(st.just(("task",)), st.just(("task",)), st.tuples(st.just("timed"), st.booleans()))


def _grown(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.just("seq"), several), st.tuples(st.just("choice"), several), st.tuples(st.just("par"), several),
        st.tuples(st.just("loop"), inner), st.tuples(st.just("sub"), inner),
    )


BLOCKS = st.recursive(LEAVES, _grown, max_leaves=8)


class Writer:
    """Writes a block as BPMN and as the reference's expression with names."""

    def __init__(self):
        self.elements, self.flows, self.number = [], [], count(1)

    def name(self, letter):
        return f"{letter}{next(self.number)}"

    def flow(self, source, target, condition="", key=""):
        key = key or self.name("f")
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        self.flows.append(f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
        return key

    def gateway(self, kind, default=""):
        key = self.name("g")
        self.elements.append(f'<{kind}Gateway id="{key}"{f" default={chr(34)}{default}{chr(34)}" if default else ""}/>')
        return key

    def block(self, block):
        """Write ``block``; returns its first and last element and the named expression."""
        return getattr(self, "_" + block[0])(*block[1:])

    def _task(self):
        key = self.name("t")
        self.elements.append(f'<userTask id="{key}"/>')
        return key, key, ("task", key)

    def _timed(self, interrupting):
        key, timer, other, merge = self.name("t"), self.name("w"), self.name("t"), None
        self.elements.append(
            f'<userTask id="{key}"/><userTask id="{other}"/><boundaryEvent id="{timer}" attachedToRef="{key}" cancelActivity="{str(interrupting).lower()}">'
            "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>")
        self.flow(timer, other)
        if interrupting:
            merge = self.gateway("exclusive")
            self.flow(key, merge)
            self.flow(other, merge)
            return key, merge, ("timed", key, timer, other, True)
        end = self.name("e")
        self.elements.append(f'<endEvent id="{end}"/>')
        self.flow(other, end)
        return key, key, ("timed", key, timer, other, False)

    def _seq(self, parts):
        written = [self.block(part) for part in parts]
        for before, after in pairwise(written):
            self.flow(before[1], after[0])
        return written[0][0], written[-1][1], ("seq", tuple(w[2] for w in written))

    def _choice(self, parts):
        default, fact = self.name("f"), self.name("c")
        split, merge = self.gateway("exclusive", default), self.gateway("exclusive")
        written = [self.block(part) for part in parts]
        for index, (first, last, _) in enumerate(written):
            if index:
                self.flow(split, first, f"{fact} = {index}")
            else:
                self.flow(split, first, key=default)
            self.flow(last, merge)
        return split, merge, ("choice", fact, tuple(w[2] for w in written))

    def _par(self, parts):
        split, join = self.gateway("parallel"), self.gateway("parallel")
        written = [self.block(part) for part in parts]
        for first, last, _ in written:
            self.flow(split, first)
            self.flow(last, join)
        return split, join, ("par", tuple(w[2] for w in written))

    def _loop(self, part):
        default, fact = self.name("f"), self.name("c")
        merge, split = self.gateway("exclusive"), self.gateway("exclusive", default)
        first, last, named = self.block(part)
        after = self.gateway("exclusive")
        self.flow(merge, first)
        self.flow(last, split)
        self.flow(split, merge, f"{fact} = 1")
        self.flow(split, after, key=default)
        return merge, after, ("loop", fact, named)

    def _sub(self, part):
        inner = Writer()
        inner.number = self.number
        first, last, named = inner.block(part)
        start, end, key = self.name("a"), self.name("e"), self.name("s")
        inner.flow(start, first)
        inner.flow(last, end)
        self.elements.append(f'<subProcess id="{key}"><startEvent id="{start}"/>{"".join(inner.elements)}<endEvent id="{end}"/>{"".join(inner.flows)}</subProcess>')
        return key, key, ("sub", named)


class Reference:
    """What is left to do, as an expression. ``facts`` decide choices at the moment they are reached."""

    def __init__(self, named, facts):
        self.facts, self.beside = facts, None
        self.left = self.enter(("sub", named))

    def enter(self, named):
        kind = named[0]
        if kind == "seq":
            return ["seq", self.enter(named[1][0]), list(named[1][1:])]
        if kind == "choice":
            value = self.facts[named[1]]
            return self.enter(named[2][value if 0 < value < len(named[2]) else 0])
        if kind == "par":
            return ["par", [self.enter(part) for part in named[1]]]
        if kind == "loop":
            return ["loop", self.enter(named[2]), named]
        if kind == "sub":  # a subprocess is done when its body and all that its timers opened are done
            return ["sub", [self.enter(named[1])], None]
        return list(named)

    def tasks(self, left="top"):
        left = self.left if left == "top" else left
        if left is None:
            return set()
        if left[0] in ("task", "timed"):
            return {left[1]}
        inner = left[1] if left[0] in ("par", "sub") else [left[1]]
        return set().union(*(self.tasks(part) for part in inner)) if inner else set()

    def timers(self, left="top"):
        left = self.left if left == "top" else left
        if left is None or left[0] == "task":
            return set()
        if left[0] == "timed":
            return {left[2]}
        inner = left[1] if left[0] in ("par", "sub") else [left[1]]
        return set().union(*(self.timers(part) for part in inner)) if inner else set()

    def complete(self, key):
        self.left = self.replaced(self.left, self.once(lambda leaf: (leaf[0] in ("task", "timed") and leaf[1] == key, None, None)))

    def fire(self, timer):
        def found(leaf):
            if leaf[0] != "timed" or leaf[2] != timer:
                return False, None, None
            other = ["task", leaf[3]]
            return (True, other, None) if leaf[4] else (True, ["task", leaf[1]], other)

        self.left = self.replaced(self.left, self.once(found))

    def once(self, rule):
        """``rule``, which finds one leaf and no second: the same step may be open twice where a deadline in a loop opened it twice."""
        spent = []

        def found(leaf):
            hit = (False, None, None) if spent else rule(leaf)
            spent.extend([True] if hit[0] else [])
            return hit

        return found

    def replaced(self, left, rule):
        """``left`` with the one leaf that ``rule`` finds replaced; what a timer opens beside it goes to the nearest subprocess."""
        if left is None:
            return None
        kind = left[0]
        if kind in ("task", "timed"):
            hit, instead, beside = rule(left)
            if hit and beside is not None:
                self.beside = beside
            return instead if hit else left
        if kind == "sub":
            outer, self.beside = self.beside, None
            parts = []
            for part in left[1]:
                after = self.replaced(part, rule)
                if after is not None:
                    parts.append(after)
                if self.beside is not None:
                    parts.append(self.beside)
                    self.beside = None
            self.beside = outer
            return ["sub", parts, None] if parts else None
        if kind == "par":
            parts = [part for part in (self.replaced(part, rule) for part in left[1]) if part is not None]
            return ["par", parts] if parts else None
        inner = self.replaced(left[1], rule)
        if inner is not None:
            return [kind, inner, *left[2:]]
        if kind == "seq":
            return ["seq", self.enter(left[2][0]), left[2][1:]] if left[2] else None
        return ["loop", self.enter(left[2][2]), left[2]] if self.facts[left[2][1]] == 1 else None


@settings(max_examples=150, deadline=None)
@given(block=BLOCKS, data=st.data())
def test_the_same_tasks_are_open_after_every_step(block, data):
    """Engine and reference agree on open tasks, pending timers and the end, along any walk."""
    writer = Writer()
    first, last, named = writer.block(block)
    writer.flow("start", first)
    writer.flow(last, "end")
    graph = load(process('<startEvent id="start"/><endEvent id="end"/>' + "".join(writer.elements) + "".join(writer.flows)))
    names = [f"c{number}" for number in range(1, next(writer.number))]

    def facts():
        values = data.draw(st.lists(st.integers(0, 2), min_size=3, max_size=3))
        return {name: values[int(name[1:]) % 3] for name in names}

    given_facts = facts()
    reference = Reference(named, given_facts)
    done = step(graph, State(), Start(), given_facts, AT)
    for _ in range(14):
        pending = {node for _, _, node in done.state.pending()}
        assert set(done.tasks) == reference.tasks()
        assert pending == reference.timers()
        assert done.ended == (reference.left is None)
        if done.ended:
            break
        reference.facts = given_facts = facts()
        event = data.draw(st.sampled_from(sorted(done.tasks) + sorted(pending)))
        if event in pending:
            token = next(t for _, t, node in done.state.pending() if node == event)
            done = step(graph, done.state, Fire(token, event), given_facts, AT)
            reference.fire(event)
        else:
            done = step(graph, done.state, Complete(event), given_facts, AT)
            reference.complete(event)
        assert State.from_json(done.state.as_json()) == done.state
