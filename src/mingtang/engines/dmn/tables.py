"""Decision tables at work: which rules match, what the hit policy makes of them, and what is kept for the explanation.

The index of each column gives a set of rules, their intersection are the rules that match; near misses and conditions are reckoned
from the captured inputs only when someone asks (DMN 1.5, chapter 8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mingtang.engines.dmn.converting import to_json
from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.compiling import Code, Env, compile_node
from mingtang.engines.dmn.feel.conforming import Type, coerce, plain_class
from mingtang.engines.dmn.feel.values import Run
from mingtang.engines.dmn.hit_policies import COMBINERS, Combined
from mingtang.engines.dmn.model import DecisionTable
from mingtang.engines.dmn.table_index import ColumnIndex, bits, constant

MOST_STEPS = 1000
Coercer = Callable[[Any], Any]


class Column:
    """One input of a table: its expression, its allowed values, its index and the closures of its cells."""

    __slots__ = ("name", "code", "allowed", "index", "cells", "all")

    def __init__(self, table: DecisionTable, number: int, code: Code) -> None:
        clause = table.inputs[number]
        trees = [rule.inputs[number].tree for rule in table.rules]
        tree = clause.expression.tree
        self.name = tree.name if isinstance(tree, ast.Name) else ""
        self.code = code
        self.allowed = None if clause.allowed is None else ColumnIndex([clause.allowed.tree]), clause.allowed
        self.index = ColumnIndex(trees)
        self.cells = [None if tree is None else compile_node(tree) for tree in trees]
        self.all = (1 << len(trees)) - 1

    def admits(self, rule: int, value: Any, env: Env) -> bool:
        """Whether one cell admits ``value``, by its closure."""
        cell = self.cells[rule]
        return cell is not None and cell(Env({}, env, env.run, value)) is True

    def rules(self, value: Any, alive: int, env: Env) -> int:
        """The rules among ``alive`` whose cell admits ``value``."""
        indexed = self.index.rules(value)
        dynamic = self.index.dynamic & alive
        if indexed is None:
            indexed, dynamic = 0, alive
        elif not dynamic:
            return indexed & alive
        env.run.spend(dynamic.bit_count())
        return (indexed & alive) | sum(1 << rule for rule in bits(dynamic) if self.admits(rule, value, env))

    def is_allowed(self, value: Any, env: Env) -> bool:
        index, cell = self.allowed
        if index is None or cell is None or cell.tree is None:
            return True
        found = index.rules(value)
        if found is None or index.dynamic:
            return compile_node(cell.tree)(Env({}, env, env.run, value)) is True
        return bool(found)


@dataclass(slots=True)
class Captured:
    """One use of a table: the values of its inputs and the scope, enough to explain it later."""

    table: DecisionTable
    columns: list[Column]
    values: list[Any]
    hits: int
    env: Env

    def matched(self) -> list[dict[str, Any]]:
        return [self._told(rule) for rule in bits(self.hits)]

    def near(self) -> list[dict[str, Any]]:
        scope = Env(self.env.names, self.env.outer, Run())
        everything = (1 << len(self.table.rules)) - 1
        sets = [column.rules(value, everything, scope) for column, value in zip(self.columns, self.values, strict=True)]
        missed_once, missed_more = 0, 0
        for admitted in sets:
            missed = everything & ~admitted
            missed_more |= missed_once & missed
            missed_once |= missed
        found = []
        for rule in bits(missed_once & ~missed_more):
            failed = next(i for i, admitted in enumerate(sets) if not admitted >> rule & 1)
            found.append(self._told(rule) | {"failed": self._condition(rule, failed)})
        return found

    def _told(self, rule: int) -> dict[str, Any]:
        read = self.table.rules[rule]
        names = [name or f"annotation {i}" for i, name in enumerate(self.table.annotation_names, 1)]
        names += [f"annotation {i}" for i in range(len(names) + 1, len(read.annotations) + 1)]
        return {
            "rule": rule + 1, "id": read.id, "annotations": dict(zip(names, read.annotations, strict=False)),
            "conditions": [self._condition(rule, i) for i in range(len(self.columns))],
        }

    def _condition(self, rule: int, number: int) -> dict[str, Any]:
        clause = self.table.inputs[number]
        return {
            "input": clause.label or clause.expression.text.strip(), "cell": self.table.rules[rule].inputs[number].text.strip() or "-",
            "value": to_json(self.values[number]),
        }


class CompiledTable:
    """A table ready to run: ``code(env)`` gives its value and, where the run tells, adds a step."""

    def __init__(self, table: DecisionTable, label: str, inputs: list[Code], kinds: list[Type | None], outputs: list[list[Code]],
                 coercers: list[Coercer | None], defaults: list[Code | None]) -> None:
        self.table, self.label = table, label
        self.columns = [Column(table, number, code) for number, code in enumerate(inputs)]
        # What one use runs through: name, closure, type, its plain class, index (None where cells or allowed values must be run), column.
        self._steps = [
            (c.name or None, c.code, kind, plain_class(kind), None if c.index.dynamic or c.allowed[0] is not None else c.index.rules, c)
            for c, kind in zip(self.columns, kinds, strict=True)]
        self._all = (1 << len(table.rules)) - 1
        self._outputs = outputs
        self._coercers = coercers
        self._constants = [self._constant_row(i) for i in range(len(table.rules))]
        self._defaults = defaults
        self._has_default = any(default is not None for default in defaults)
        self._allowed = [None if o.allowed is None or o.allowed.tree is None else compile_node(o.allowed.tree) for o in table.outputs]
        self._combine: Combined = COMBINERS[table.hit_policy](self)
        self._one = table.hit_policy in ("UNIQUE", "FIRST")

    def _constant_row(self, rule: int) -> list[Any] | None:
        """The outputs of a rule where all are constants of a fitting kind, else None."""
        row = []
        for number, entry in enumerate(self.table.rules[rule].outputs):
            try:
                value = constant(entry.tree) if entry.tree is not None else None
            except LookupError:
                return None
            coercer = self._coercers[number]
            fitted = value if coercer is None else coercer(value)
            if entry.tree is None or (fitted is None) != (value is None) or self.table.outputs[number].allowed is not None:
                return None
            row.append(fitted)
        return row

    def code(self, env: Env) -> Any:
        values = []
        alive = self._all
        names = env.names
        for name, code, kind, plain, rules, column in self._steps:
            value = names[name] if name in names else code(env)
            if kind is not None and value is not None and type(value) is not plain:
                value = self._fitted(value, kind, env)
            values.append(value)
            found = rules(value) if rules is not None else None
            if found is not None:
                alive &= found
            elif not column.is_allowed(value, env):
                return self._refused(values, env)
            else:
                alive = column.rules(value, alive, env)
        return self._result(alive, values, env)

    def _refused(self, values: list[Any], env: Env) -> None:
        """An input beyond its allowed values: the table has no value."""
        clause = self.table.inputs[len(values) - 1]
        env.run.fault(0, f"{to_json(values[-1])!s:.60} is not among the allowed values of {clause.expression.text.strip()}", self.label)
        values += [column.code(env) for column in self.columns[len(values):]]
        self._tell(0, values, env, None)

    def _fitted(self, value: Any, kind: Type, env: Env) -> Any:
        fitted = coerce(value, kind, env)
        if fitted is None:
            env.run.fault(0, f"an input is not a {kind.name}", self.label)
        return fitted

    def _result(self, alive: int, values: list[Any], env: Env) -> Any:
        if alive and self._one and not alive & (alive - 1):
            value = self.row_value(alive.bit_length() - 1, env)
        elif alive:
            value = self._combine(alive, env)
        elif self._has_default:
            row = [None if default is None else default(env) for default in self._defaults]
            value = self.shaped(row)
            if self.table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") and not self.table.aggregation and not isinstance(value, list):
                value = [value]
        else:
            value = self._combine(0, env)
        return self._tell(alive, values, env, value)

    def _tell(self, hits: int, values: list[Any], env: Env, value: Any) -> Any:
        trace = env.run.trace
        if trace is not None and len(trace) < MOST_STEPS:
            trace.append((self.label, value, self, values, hits, env))
        return value

    def captured(self, values: list[Any], hits: int, env: Env) -> Captured:
        """One use of the table, as the run kept it."""
        return Captured(self.table, self.columns, values, hits, env)

    def row(self, rule: int, env: Env) -> list[Any]:
        """The outputs of a rule, each fitted to its clause."""
        fixed = self._constants[rule]
        if fixed is not None:
            return fixed
        row = []
        for number, code in enumerate(self._outputs[rule]):
            value = code(env)
            coercer, allowed = self._coercers[number], self._allowed[number]
            fitted = value if coercer is None or value is None else coercer(value)
            if fitted is None and value is not None:
                env.run.fault(0, f"the output of rule {rule + 1} is not a {self.table.outputs[number].type_ref}", self.label)
            elif allowed is not None and fitted is not None and allowed(Env({}, env, env.run, fitted)) is not True:
                env.run.fault(0, f"the output of rule {rule + 1} is not among the allowed values", self.label)
                fitted = None
            row.append(fitted)
        return row

    def shaped(self, row: list[Any]) -> Any:
        """A row of outputs as a value: the single output, or a context by the outputs' names."""
        if len(row) == 1:
            return row[0]
        return {output.name: value for output, value in zip(self.table.outputs, row, strict=True)}

    def row_value(self, rule: int, env: Env) -> Any:
        return self.shaped(self.row(rule, env))

    def rank(self, row: list[Any], env: Env) -> tuple[int, ...]:
        """The place of a row by the order of the output values, best first."""
        ranks = []
        for output, value in zip(self.table.outputs, row, strict=True):
            tree = output.allowed.tree if output.allowed is not None else None
            if tree is None:
                continue
            inner = Env({}, env, env.run, value)
            codes = (compile_node(ast.UnaryTests(test.at, (test,))) for test in tree.tests)
            ranks.append(next((i for i, code in enumerate(codes) if code(inner) is True), len(tree.tests)))
        return tuple(ranks)
