"""One property as a question to the solver: the conditions under which it would be broken."""

from __future__ import annotations

from typing import Any

import z3

from mingtang.engines.dmn import feel
from mingtang.engines.dmn.converting import to_feel
from mingtang.engines.dmn.feel.temporal import parse_date
from mingtang.engines.dmn.model import Model
from mingtang.engines.dmn.prove import cases, symbols
from mingtang.engines.dmn.prove.graph import Graph
from mingtang.engines.dmn.prove.rounding import Known
from mingtang.engines.dmn.prove.symbols import Sym, Untranslated, holds
from mingtang.engines.dmn.prove.translating import Scope, translate


class Question:
    """The search for a case that breaks ``one``."""

    def __init__(self, model: Model, one: Any, other: Model | None, exact: bool = False) -> None:
        self.model, self.other, self.one = model, other if one.kind == "equivalent" else None, one
        self.texts = Known(exact)
        self.first = Graph(model, self.texts, "a")
        self.decisions = [name for name in model.decisions if one.kind == "free" and name in one.holds]
        self.second: Graph | None = None
        self.broken = self._broken()

    def _broken(self) -> list[Any]:
        one = self.one
        conditions: list[Any] = []
        if one.kind == "free":
            conditions.append(z3.Not(self._holds(one.holds, self.first, with_decisions=True)))
        elif one.kind == "bounds":
            value = self._output(self.first)
            self._numbers(value)
            outside = [value.term < _real(one.low)] if one.low is not None else []
            outside += [value.term > _real(one.high)] if one.high is not None else []
            conditions += [z3.Not(value.null), z3.Or(outside)]
        elif one.kind in ("monotone", "independent"):
            conditions += self._two_people()
        elif one.kind == "equivalent":
            if self.other is None:
                raise Untranslated("equivalence without another model")
            self.second = Graph(self.other, self.texts, "b", self.first.inputs)
            conditions.append(z3.Not(symbols.same(self._output(self.first), self._output(self.second))))
        else:
            raise Untranslated(f"properties of kind {one.kind}")
        for graph in filter(None, (self.first, self.second)):
            conditions += graph.valid
            if one.where:
                conditions.append(self._holds(one.where, graph, with_decisions=False))
        return conditions

    def _two_people(self) -> list[Any]:
        """Two cases that differ in one fact alone."""
        one = self.one
        if one.input not in self.first.inputs:
            raise Untranslated(f"the input {one.input}")
        shared = {name: value for name, value in self.first.inputs.items() if name != one.input}
        self.second = Graph(self.model, self.texts, "b", shared)
        a, b = self._output(self.first), self._output(self.second)
        if one.kind == "independent":
            return [z3.Not(symbols.same(a, b))]
        less = symbols.compare("<", self.first.inputs[one.input], self.second.inputs[one.input])
        wrong = symbols.compare("<" if one.direction == "rising" else ">", b, a)
        return [holds(less), holds(wrong)]

    def _output(self, graph: Graph) -> Sym:
        value = graph.value(self.one.decision)
        return symbols.part(value, self.one.output) if self.one.output else value

    def _numbers(self, value: Sym) -> None:
        if value.kind != "number":
            raise Untranslated(f"bounds of a {value.kind}")

    def _holds(self, text: str, graph: Graph, with_decisions: bool) -> Any:
        names = [*self.model.inputs, *(self.model.decisions if with_decisions else ())]
        tree = feel.parse(text, names)
        scope = graph.scope(text) if with_decisions else Scope(graph.inputs, {}, self.texts)
        return holds(translate(tree, scope))

    def allowed(self, case: dict[str, Any], against: dict[str, Any] | None) -> bool:
        """Whether the facts are of their declared types, allowed values and all; for two people, that the one fact still grows."""
        for facts in (case, against) if against is not None else (case,):
            for item in self.model.inputs.values():
                kind = self.model.type(item.type_ref)
                if item.name in facts and kind is not None and kind.allows is not None and not kind.allows(to_feel(facts[item.name])):
                    return False
        if self.one.kind != "monotone" or against is None:
            return True
        less = feel.evaluate("a < b", {"a": _typed(case[self.one.input]), "b": _typed(against[self.one.input])})
        return less.value is True

    def search(self, blocked: list[Any], effort: int, ordinary: bool = False) -> tuple[str, dict[str, Any], dict[str, Any] | None, Any]:
        """"sat" with the case, the case beside it, and a condition that leaves it out; "unsat"; or "unknown".

        ``ordinary``: only among cases that look like a person's.
        """
        solver = z3.Solver()
        solver.set("rlimit", effort)
        solver.add(self.broken + self.texts.axioms)
        solver.add(blocked)
        graphs = [graph for graph in (self.first, self.second) if graph is not None]
        if ordinary:
            for graph in graphs:
                solver.add(cases.ordinary(graph.inputs))
        found = solver.check()
        if found != z3.sat:
            return ("unsat" if found == z3.unsat else "unknown"), {}, None, None
        answer = solver.model()
        case = cases.facts(self.first.inputs, answer, self.texts)
        against = cases.facts(self.second.inputs, answer, self.texts) if self.second is not None and self.second.model is self.model else None
        return "sat", case, against, _otherwise(graphs, answer)


def _otherwise(graphs: list[Graph], answer: z3.ModelRef) -> Any:
    """Some fact is another one."""
    differs = []
    for graph in graphs:
        for value in graph.inputs.values():
            for term in value.term if value.kind == "date" else (value.term,) if value.kind in ("number", "boolean", "string", "months") else ():
                differs.append(term != answer.eval(term, model_completion=True))
    return z3.Or(differs)


def _real(number: float) -> Any:
    return z3.RealVal(str(number))


def _typed(value: Any) -> Any:
    """A fact as FEEL compares it: a text that is a date as a date."""
    return (parse_date(value) or value) if isinstance(value, str) else to_feel(value)
