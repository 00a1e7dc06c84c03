"""A whole decision graph as terms: inputs as unknowns of their declared types, each decision as what its logic makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import z3

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.prove import symbols
from mingtang.engines.dmn.prove.rounding import Known
from mingtang.engines.dmn.prove.symbols import FALSE, NULL, TRUE, Sym, Untranslated
from mingtang.engines.dmn.prove.translating import Scope, tests, translate

_KINDS = {"number", "boolean", "string", "date", "years and months duration"}
_DEEPEST = 40


class Graph:
    """One copy of a model's decisions over one set of unknowns. ``valid`` are the conditions that the declared types put on them."""

    def __init__(self, model: m.Model, texts: Known, name: str, inputs: Mapping[str, Sym] | None = None) -> None:
        self.model, self.texts, self._name = model, texts, name
        self.valid: list[Any] = []
        self.inputs: dict[str, Sym] = {}
        for one in model.inputs.values():
            given = inputs.get(one.name) if inputs else None
            if given is not None:
                self.inputs[one.name] = given
                continue
            try:
                self.inputs[one.name] = self._unknown(f"{name}.{one.name}", one.type_ref, 0)
            except Untranslated:
                continue  # a decision that needs it says so
        self._values: dict[str, Sym] = {}
        self._open: set[str] = set()

    def value(self, decision: str) -> Sym:
        """What ``decision`` comes to; raises Untranslated with its name and the construct."""
        if decision not in self._values:
            found = self.model.decisions[decision]
            if decision in self._open or len(self._open) > _DEEPEST:
                raise Untranslated(f"{decision}: decisions in a circle")
            self._open.add(decision)
            try:
                self._values[decision] = self._decided(found)
            except Untranslated as why:
                raise why if str(why).startswith("“") else Untranslated(f"“{decision}”: {why}") from None
            finally:
                self._open.discard(decision)
        return self._values[decision]

    def scope(self, text: str = "") -> Scope:
        """Facts and those decisions that ``text`` names."""
        names = dict(self.inputs)
        for name in self.model.decisions:
            if name in text:
                names[name] = self.value(name)
        return Scope(names, {}, self.texts)

    # Inputs

    def _unknown(self, name: str, ref: str, depth: int) -> Sym:
        item = self.model.items.get(ref)
        if depth > _DEEPEST:
            raise Untranslated("a type within itself")
        if item is None:
            if ref not in _KINDS:
                raise Untranslated(f"inputs of type {ref or 'Any'}")
            return self._fresh(name, ref)
        if item.is_collection and item.type_ref == "string" and not item.components and item.constraint is None:
            return Sym("set", name)
        if item.is_collection or item.parameters is not None or item.constraint is not None:
            raise Untranslated(f"inputs of type {ref}")
        if item.components:
            value = Sym("context", fields={part.name: self._component(f"{name}.{part.name}", part, depth) for part in item.components})
        else:
            value = self._unknown(name, item.type_ref, depth + 1)
        self._allow(item, value)
        return value

    def _component(self, name: str, part: m.ItemDefinition, depth: int) -> Sym:
        if part.is_collection or part.components:
            raise Untranslated(f"components like {part.name}")
        value = self._unknown(name, part.type_ref, depth + 1)
        self._allow(part, value)
        return value

    def _allow(self, item: m.ItemDefinition, value: Sym) -> None:
        if item.allowed is not None:
            if item.allowed.tree is None:
                raise Untranslated(f"allowed values of {item.name}")
            self.valid.append(tests(item.allowed.tree, value, Scope({}, {}, self.texts)))

    def _fresh(self, name: str, kind: str) -> Sym:
        if kind == "number":
            return Sym("number", z3.Real(name))
        if kind == "boolean":
            return Sym("boolean", z3.Bool(name))
        if kind == "string":
            term = z3.Int(name)
            self.valid.append(term >= 0)
            return Sym("string", term)
        if kind == "date":
            year, month, day = (z3.Int(f"{name}.{part}") for part in ("year", "month", "day"))
            self.valid += [year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1, day <= symbols.month_days(year, month)]
            return Sym("date", (year, month, day))
        return Sym("months", z3.Int(name))

    # Decisions

    def _decided(self, decision: m.Decision) -> Sym:
        names: dict[str, Sym] = {}
        for href in (*decision.inputs, *decision.decisions):
            element = self._element(href)
            if isinstance(element, m.InputData) and element.name in self.inputs:
                names[element.name] = self.inputs[element.name]
            elif isinstance(element, m.Decision):
                names[element.name] = self.value(element.name)
        functions = dict(self._knowledge(decision.knowledge, 0))
        value = self._boxed(decision.logic, Scope(names, functions, self.texts))
        return self._fitted(value, decision.type_ref)

    def _element(self, href: m.Href) -> Any:
        if href[0] not in ("", self.model.namespace):
            raise Untranslated("imported models")
        return self.model.elements.get(href[1])

    def _knowledge(self, hrefs: tuple[m.Href, ...], depth: int) -> Iterator[tuple[str, Callable[[list[Sym]], Sym]]]:
        if depth > _DEEPEST:
            raise Untranslated("knowledge that calls itself")
        for href in hrefs:
            element = self._element(href)
            if not isinstance(element, m.KnowledgeModel) or element.logic is None or element.logic.kind != "FEEL":
                raise Untranslated("decision services and external functions")
            inner = dict(self._knowledge(element.knowledge, depth + 1))
            yield element.name, self._function(element.logic, inner)

    def _function(self, logic: m.FunctionExpression, inner: dict[str, Callable]) -> Callable[[list[Sym]], Sym]:
        def call(arguments: list[Sym]) -> Sym:
            if len(arguments) != len(logic.parameters):
                return NULL
            names = {name: value for (name, _type), value in zip(logic.parameters, arguments, strict=True)}
            return self._boxed(logic.body, Scope(names, inner, self.texts))
        return call

    def _boxed(self, logic: m.Expression | None, scope: Scope) -> Sym:
        match logic:
            case None:
                return NULL
            case m.LiteralExpression():
                if logic.tree is None:
                    return NULL
                return translate(logic.tree, scope)
            case m.DecisionTable():
                return self._table(logic, scope)
            case m.ContextExpression():
                return self._context(logic, scope)
            case m.ConditionalExpression():
                condition = symbols.holds(self._boxed(logic.condition, scope))
                return symbols.choose(z3.simplify(condition), self._boxed(logic.then, scope), self._boxed(logic.otherwise, scope))
            case m.ListExpression():
                return Sym("list", items=[self._boxed(one, scope) for one in logic.items])
            case m.InvocationExpression():
                return self._invoked(logic, scope)
            case _:
                raise Untranslated(type(logic).__name__)

    def _context(self, logic: m.ContextExpression, scope: Scope) -> Sym:
        fields: dict[str, Sym] = {}
        for name, type_ref, inner in logic.entries:
            value = self._fitted(self._boxed(inner, scope.within(names={**scope.names, **fields})), type_ref)
            if not name:
                return value
            fields[name] = value
        return Sym("context", fields=fields)

    def _invoked(self, logic: m.InvocationExpression, scope: Scope) -> Sym:
        callee = logic.callee
        if not isinstance(callee, m.LiteralExpression) or not isinstance(callee.tree, ast.Name) or callee.tree.name not in scope.functions:
            raise Untranslated("invocations of what is no knowledge model")
        wanted = self.model.bkms[callee.tree.name].logic
        given = {name: self._boxed(value, scope) for name, value in logic.bindings}
        return scope.functions[callee.tree.name]([given.get(name, NULL) for name, _ in wanted.parameters] if wanted else [])

    def _fitted(self, value: Sym, ref: str) -> Sym:
        """The value as its declared type has it: null where the type does not allow it."""
        item = self.model.items.get(ref)
        if item is None:
            wanted = {"years and months duration": "months", "date": "date", "number": "number", "string": "string", "boolean": "boolean"}.get(ref)
            return NULL if wanted and value.kind not in (wanted, "null") else value
        if item.is_collection or item.constraint is not None or item.parameters is not None:
            raise Untranslated(f"results of type {ref}")
        if item.components:
            if value.kind == "null":
                return value
            if value.kind != "context" or any(part.allowed is not None or part.is_collection for part in item.components):
                raise Untranslated(f"results of type {ref}")
            return value
        value = self._fitted(value, item.type_ref)
        if item.allowed is None or value.kind == "null":
            return value
        if item.allowed.tree is None:
            raise Untranslated(f"allowed values of {ref}")
        allowed = z3.simplify(tests(item.allowed.tree, value, Scope({}, {}, self.texts)))
        return symbols.choose(allowed, value, NULL)

    # Tables

    def _table(self, table: m.DecisionTable, scope: Scope) -> Sym:
        values = [translate(clause.expression.tree, scope) if clause.expression.tree is not None else NULL for clause in table.inputs]
        admitted = [tests(clause.allowed.tree, value, scope) for clause, value in zip(table.inputs, values, strict=True)
                    if clause.allowed is not None and clause.allowed.tree is not None]
        hits = [self._hit(rule, values, scope) for rule in table.rules]
        rows = [self._row(table, rule, scope) for rule in table.rules]
        result = self._combined(table, hits, rows)
        if any(clause.default is not None for clause in table.outputs) and not (table.hit_policy == "COLLECT" and table.aggregation):
            default = self._shaped(table, [translate(c.default.tree, scope) if c.default is not None and c.default.tree is not None else NULL
                                           for c in table.outputs])
            result = symbols.choose(z3.simplify(z3.Or(hits)) if hits else FALSE, result, default)
        return symbols.choose(z3.simplify(z3.And(admitted)), result, NULL) if admitted else result

    def _hit(self, rule: m.Rule, values: list[Sym], scope: Scope) -> Any:
        if any(cell.tree is None for cell in rule.inputs):
            return FALSE
        parts = [tests(cell.tree, value, scope) for cell, value in zip(rule.inputs, values, strict=True) if cell.tree is not None]
        return z3.simplify(z3.And(parts)) if parts else TRUE

    def _row(self, table: m.DecisionTable, rule: m.Rule, scope: Scope) -> Sym:
        values = []
        for clause, expression in zip(table.outputs, rule.outputs, strict=True):
            value = NULL if expression.tree is None else translate(expression.tree, scope)
            values.append(self._fitted(value, clause.type_ref) if clause.type_ref else value)
        return self._shaped(table, values)

    def _shaped(self, table: m.DecisionTable, values: list[Sym]) -> Sym:
        if len(table.outputs) == 1:
            return values[0]
        return Sym("context", fields={clause.name: value for clause, value in zip(table.outputs, values, strict=True)})

    def _combined(self, table: m.DecisionTable, hits: list[Any], rows: list[Sym]) -> Sym:
        order = list(range(len(rows)))
        if table.hit_policy == "PRIORITY":
            order.sort(key=lambda i: _rank(table, table.rules[i]))
        if table.hit_policy == "COLLECT" and table.aggregation:
            return _aggregated(table.aggregation, hits, rows)
        if table.hit_policy not in ("UNIQUE", "FIRST", "ANY", "PRIORITY"):
            raise Untranslated(f"tables with hit policy {table.hit_policy}")
        result = NULL
        for i in reversed(order):
            result = symbols.choose(hits[i], rows[i], result)
        if table.hit_policy == "UNIQUE" and len(hits) > 1:
            several = z3.simplify(z3.AtLeast(*hits, 2))
            return symbols.choose(several, NULL, result)
        if table.hit_policy == "ANY":
            differ = [z3.And(hits[i], hits[j], z3.Not(symbols.same(rows[i], rows[j]))) for i in order for j in order[:i]]
            return symbols.choose(z3.simplify(z3.Or(differ)), NULL, result) if differ else result
        return result


def _rank(table: m.DecisionTable, rule: m.Rule) -> tuple[int, ...]:
    """The place of a rule's outputs in the lists of allowed values: first is highest."""
    places = []
    for clause, expression in zip(table.outputs, rule.outputs, strict=True):
        if clause.allowed is None or clause.allowed.tree is None or not isinstance(expression.tree, ast.Literal):
            raise Untranslated("priorities of outputs that are not constant")
        listed = [one.value for one in clause.allowed.tree.tests if isinstance(one, ast.Literal)]
        if expression.tree.value not in listed:
            raise Untranslated("an output that is not among the allowed ones")
        places.append(listed.index(expression.tree.value))
    return tuple(places)


def _aggregated(how: str, hits: list[Any], rows: list[Sym]) -> Sym:
    if how == "COUNT":
        return Sym("number", z3.ToReal(z3.Sum([z3.If(hit, 1, 0) for hit in hits])) if hits else z3.RealVal(0))
    if any(row.kind not in ("number", "null") for row in rows):
        raise Untranslated(f"{how} of other than numbers")
    none = z3.Not(z3.Or(hits)) if hits else TRUE
    null = z3.Or(none, *(z3.And(hit, row.null) for hit, row in zip(hits, rows, strict=True)))
    numbers = [(hit, row.term) for hit, row in zip(hits, rows, strict=True) if row.kind == "number"]
    if how == "SUM":
        return Sym("number", z3.Sum([z3.If(hit, term, 0) for hit, term in numbers]) if numbers else z3.RealVal(0), null)
    best: Any = z3.RealVal(0)
    taken: Any = FALSE
    for hit, term in numbers:
        better = z3.And(hit, z3.Or(z3.Not(taken), term < best if how == "MIN" else term > best))
        best, taken = z3.If(better, term, best), z3.Or(taken, hit)
    return Sym("number", best, null)
