"""A decision over a whole population: the graph's decisions in order, each for everybody at once, in chunks that fit the cache.

Exact by construction: a row in which anything is out of the plain course (a null where a value is wanted, a kind that does not fit,
numbers beyond 18 digits, two rules where one may match) is decided by the engine itself, and so are all rows where a part of the model
has no way over columns. The result says how many rows that were, and why.
"""

from __future__ import annotations

from typing import Any

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.columns.boxing import Home, boxed, static_names, table_way
from mingtang.engines.dmn.columns.column import NULL, Column, Unsupported
from mingtang.engines.dmn.columns.facts import columns_of
from mingtang.engines.dmn.columns.fitting import fit
from mingtang.engines.dmn.columns.result import Gathering, Result
from mingtang.engines.dmn.columns.scope import Scope, Work
from mingtang.engines.dmn.deciding import Plan as Graph
from mingtang.engines.dmn.deciding import _key, _ordered, _prefix
from mingtang.engines.dmn.errors import NoSuchDecision
from mingtang.engines.dmn.feel.types import canonical
from mingtang.engines.dmn.feel.values import Run
from mingtang.kernel import now

CHUNK = 1 << 16
_MOST_KEPT = 200_000


def compile(model: m.Model, decision: str) -> Plan:
    """A plan of ``decision`` for populations. Raises NoSuchDecision."""
    found = model.decisions.get(decision)
    if found is None:
        raise NoSuchDecision(name=decision, known=", ".join(model.decisions))
    return Plan(model, found)


class Plan:
    """One decision of a model, ready for any number of people."""

    def __init__(self, model: m.Model, decision: m.Decision) -> None:
        self.model, self.decision = model, decision
        self._graph = Graph(model, (decision,), frozenset(), None)
        self._order = list(_ordered(model, (decision,), frozenset()))
        self.inputs = [name for name, _convert in self._graph.inputs.values()]

    def run(self, facts: Any, *, clock: Any = None, chunk: int = CHUNK) -> Result:
        """Decide for every row of ``facts``: a Polars frame, or arrays, series or lists by name, all of one length.

        ``clock`` is the instant for now() and today(), the same for all; ``chunk`` the rows taken at once. Names that are no input are
        left alone, an input that is not given is null. Raises ValueError where the facts differ in length.
        """
        columns, rows = columns_of(facts)
        work = Work(clock or now())
        gathering = Gathering(self.decision.name, [d.name for _, d in self._order], rows)
        cache: dict[Any, Any] = {}
        for start in range(0, rows, chunk):
            stop = min(start + chunk, rows)
            self._chunk({name: one.part(start, stop) for name, one in columns.items()}, stop - start, work, gathering, cache)
        return gathering.result()

    def _chunk(self, facts: dict[str, Column], rows: int, work: Work, gathering: Gathering, cache: dict[Any, Any]) -> None:
        work.begin(rows)
        value, hits = NULL, {}
        try:
            value, hits = self._columns(facts, work)
        except Unsupported as why:
            gathering.reasons[str(why)] += rows
            work.odd[:] = True
        asked = work.odd.nonzero()[0]
        outcomes = self._asked(facts, asked, work, cache) if len(asked) else []
        gathering.add(value, hits, rows, asked, outcomes)

    def _columns(self, facts: dict[str, Column], work: Work) -> tuple[Column, dict[str, tuple[Any, list[int]]]]:
        values: dict[Any, Column] = {}
        for key, name, convert in self._graph._input_list:
            values[key] = self._fact(facts.get(name, NULL), key, convert, work)
        hits = {}
        for owner, decision in self._order:
            made = self._decided(owner, decision, values, work)
            values[decision.namespace, decision.id] = made
            if isinstance(decision.logic, m.DecisionTable):
                way = table_way(decision.logic, Home(owner, decision.name), work)
                hits[decision.name] = way.matched()
        return values[self.decision.namespace, self.decision.id], hits

    def _fact(self, column: Column, key: tuple[str, str], convert: Any, work: Work) -> Column:
        element, home = self.model.element(key), self.model.model_of(key[0])
        kind = home.type(element.type_ref) if home is not None and isinstance(element, m.InputData) else None
        if home is not self.model:
            raise Unsupported("facts of an imported model")

        def converted(value: Any) -> Any:
            run = Run(100_000)
            made = convert(value, run)
            return None if run.faults else made

        if (
            column.kind == "context"
            and kind is not None
            and any(canonical(inner.name) not in _AS_GIVEN for _, inner in kind.fields)
        ):
            raise Unsupported("a context with entries that are read from text")
        return fit(column, kind, work, work.keep(("convert", key), convert, lambda: converted))

    def _decided(self, owner: m.Model, decision: m.Decision, values: dict[Any, Column], work: Work) -> Column:
        names: dict[str, Any] = dict(static_names(owner, decision.knowledge, work))
        types = {}
        for href in (*decision.inputs, *decision.decisions):
            element = owner.element(href)
            if element is None:
                continue
            if _prefix(owner, element.namespace):
                raise Unsupported("decisions of an imported model")
            names[element.name] = values.get(_key(owner, href), NULL)
            types[element.name] = element.type_ref
        scope = Scope(names, None, work)
        made = boxed(decision.logic, Home(owner, decision.name, types), scope, decision.type_ref)
        return fit(made, owner.type(decision.type_ref), work)

    def _asked(self, facts: dict[str, Column], rows: Any, work: Work, cache: dict[Any, Any]) -> list[Any]:
        """The engine's outcomes for some rows, each different set of facts asked once."""
        taken = {name: facts[name].take(rows).to_list(len(rows)) for name in self.inputs if name in facts}
        outcomes = []
        for one in zip(*taken.values(), strict=True) if taken else [()] * len(rows):
            try:
                found = cache.get(one)
                can_keep = True
            except TypeError:
                found, can_keep = None, False
            if found is None:
                told = self.model.decide(self.decision.name, dict(zip(taken, one, strict=True)), clock=work.clock)
                found = told.value, bool(told.errors), _rules(told)
                if can_keep and len(cache) < _MOST_KEPT:
                    cache[one] = found
            outcomes.append(found)
        return outcomes


_AS_GIVEN = {"number", "string", "boolean", "Any", "context"}


def _rules(outcome: Any) -> dict[str, int]:
    """The rules that matched by decision, as bits."""
    return {step.decision: step.captured.hits for step in outcome.trace if step.captured is not None}
