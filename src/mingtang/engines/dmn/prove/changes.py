"""What would have to be different: the nearest facts under which a decision comes out as wished.

Fewest facts changed first; among as many, the smallest change of each number or date. Only facts that a person can change are touched, never a
protected one. Each answer is decided again by the engine before it is given; where the solver gives up there is no answer rather than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import z3

from mingtang.engines.dmn import feel
from mingtang.engines.dmn.converting import to_feel, to_json
from mingtang.engines.dmn.feel.temporal import parse_date, parse_duration
from mingtang.engines.dmn.model import Model
from mingtang.engines.dmn.prove import cases, symbols
from mingtang.engines.dmn.prove.graph import Graph
from mingtang.engines.dmn.prove.rounding import Known
from mingtang.engines.dmn.prove.symbols import Sym, Untranslated, holds
from mingtang.engines.dmn.prove.translating import translate

EFFORT = 2_000_000
MOST_FACTS = 3
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")  # a number as JSON carries it in a text
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Change:
    """Facts to be changed, by name: as they are, as they would have to be (JSON values); ``value`` is what the decision then comes to."""

    before: dict[str, Any]
    after: dict[str, Any]
    value: Any


def nearest(model: Model, decision: str, facts: Mapping[str, Any], wanted: str, changeable: Iterable[str], protected: Iterable[str] = (),
            most: int = 3, effort: int = EFFORT) -> list[Change]:
    """Up to ``most`` nearest changes of ``facts`` after which ``wanted`` (FEEL over facts and decisions) is true; none where none is found.

    ``changeable`` and ``protected`` name inputs. Raises FeelSyntax where ``wanted`` is not FEEL.
    """
    open_facts = [name for name in dict.fromkeys(changeable) if name in facts and name not in set(protected)]
    try:
        search = _Search(model, facts, wanted, effort)
    except Untranslated:
        return []
    for size in range(1, min(MOST_FACTS, len(open_facts)) + 1):
        found = [change for names in combinations(open_facts, size) if (change := search.change(names, decision)) is not None]
        if found:
            return [change for _, change in sorted(found, key=lambda pair: pair[0])[:most]]
    return []


class _Search:
    def __init__(self, model: Model, facts: Mapping[str, Any], wanted: str, effort: int) -> None:
        self.model, self.facts, self.wanted, self.effort = model, dict(facts), wanted, effort
        self.known = Known(exact=True)
        self.graph = Graph(model, self.known, "a")
        self.names = [name for name in model.decisions if name in wanted]
        tree = feel.parse(wanted, [*model.inputs, *model.decisions])
        self.goal = holds(translate(tree, self.graph.scope(wanted)))
        self.now = {name: self._fixed(value, facts.get(name)) for name, value in self.graph.inputs.items()}

    def _fixed(self, unknown: Sym, given: Any) -> Sym | None:
        """The fact as it is, of the unknown's kind; None where it is not given or no such value."""
        if given is None:
            return None
        value = to_feel(given)
        if unknown.kind == "date" and isinstance(value, str):
            value = parse_date(value)
        elif unknown.kind == "months" and isinstance(value, str):
            value = parse_duration(value)
        elif unknown.kind == "number" and isinstance(value, str):
            value = to_feel(Decimal(value)) if _NUMBER.fullmatch(value) else None
        if unknown.kind == "set":
            texts = set(value if isinstance(value, list) else [value])
            return Sym("set", None, fields={code: symbols.constant(self.known.text(int(code)) in texts, self.known) for code in unknown.fields})
        if unknown.kind == "context" and isinstance(value, dict):
            return Sym("context", fields={name: symbols.constant(value.get(name), self.known) for name in unknown.fields})
        made = symbols.constant(value, self.known)
        return made if made.kind == unknown.kind else None

    def change(self, names: tuple[str, ...], decision: str) -> tuple[tuple, Change] | None:
        """The nearest change of just these facts, with its distance; None where there is none."""
        solver = z3.Solver()
        solver.set("rlimit", self.effort)
        solver.add(self.graph.valid + self.known.axioms)
        solver.add(self.goal)
        for name, unknown in self.graph.inputs.items():
            fixed = self.now[name]
            if name not in names:
                if fixed is None:
                    return None
                solver.add(_equal(unknown, fixed))
            elif fixed is None or unknown.kind in ("set", "context"):
                return None
            else:
                solver.add(z3.Not(_equal(unknown, fixed)))
        whole = [z3.IsInt(self.graph.inputs[name].term) for name in names if self.graph.inputs[name].kind == "number"]
        best = self._closest(solver, names, whole) or self._closest(solver, names, [])
        if best is None:
            return None
        changed = {name: value for name, value in best[1].items() if name in names}
        after = {**self.facts, **changed}
        scope = {**after, **{name: self.model.decide(name, after, trace=False).value for name in self.names}}
        if feel.evaluate(self.wanted, scope).value is not True:
            return None
        value = to_json(self.model.decide(decision, after, trace=False).value)
        return best[0], Change({name: to_json(to_feel(self.facts[name])) for name in names}, {name: to_json(to_feel(changed[name])) for name in names}, value)

    def _closest(self, solver: z3.Solver, names: tuple[str, ...], more: list[Any]) -> tuple[tuple, dict[str, Any]] | None:
        """Halve the distance until nothing nearer is found."""
        solver.push()
        try:
            solver.add(more)
            distance = z3.Sum([z3.RealVal(0), *(self._distance(name) for name in names)])
            best, low = None, 0.0
            for _ in range(_HALVINGS):
                if best is not None:
                    solver.push()
                    solver.add(distance <= z3.RealVal(str((low + best[2]) / 2)))
                found = solver.check()
                if found == z3.sat:
                    answer = solver.model()
                    reached = answer.eval(distance, model_completion=True)
                    size = float(reached.approx(12).as_fraction() if z3.is_algebraic_value(reached) else reached.as_fraction())
                    facts = cases.facts({name: self.graph.inputs[name] for name in names}, answer, self.known)
                    best = ((round(size, 9), names), facts, size)
                elif best is None:
                    return None
                else:
                    low = (low + best[2]) / 2
                    solver.pop()
                if best[2] - low <= 0.0005 * max(best[2], 1e-9):
                    break
            return best[:2] if best else None
        finally:
            while solver.num_scopes():
                solver.pop()

    def _distance(self, name: str) -> Any:
        """How far the fact is from what it is, relative to its size; one for a truth or a text."""
        unknown, fixed = self.graph.inputs[name], self.now[name]
        if fixed is None or unknown.kind in ("boolean", "string"):
            return z3.RealVal(1)
        if unknown.kind == "date":
            moved = z3.ToReal(symbols.day_key(unknown.term) - symbols.day_key(fixed.term)) / 372
        elif unknown.kind == "months":
            moved = z3.ToReal(unknown.term - fixed.term) / 12
        else:
            size = z3.If(fixed.term > 1, fixed.term, z3.If(fixed.term < -1, -fixed.term, z3.RealVal(1)))
            moved = (unknown.term - fixed.term) / z3.simplify(size)
        return z3.If(moved < 0, -moved, moved)


def _equal(unknown: Sym, fixed: Sym) -> Any:
    if unknown.kind == "set":
        return z3.And([one.term == fixed.fields[code].term for code, one in unknown.fields.items()]) if unknown.fields else z3.BoolVal(True)
    return symbols.same(unknown, fixed)
