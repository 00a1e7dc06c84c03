"""Decision tables: which rules match, what the hit policy makes of them, and why (DMN 1.5, chapter 8).

A table whose cells compare with constants alone is run by its index (indexing.py); any other by its cells' closures. Both give the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from mingtang.engines.dmn.converting import to_json
from mingtang.engines.dmn.feel.arithmetic import add
from mingtang.engines.dmn.feel.comparing import before, equal, key
from mingtang.engines.dmn.feel.compiling import Code, Env, compile_node
from mingtang.engines.dmn.feel.conforming import Type, coerce
from mingtang.engines.dmn.feel.values import Null
from mingtang.engines.dmn.indexing import TableIndex, build_index
from mingtang.engines.dmn.model import Cell, DecisionTable, LiteralExpression, Model, Rule


class CompiledTable:
    """A table ready to run."""

    def __init__(self, model: Model, table: DecisionTable) -> None:
        self.table = table
        self._inputs = [_literal(clause.expression) for clause in table.inputs]
        self._types = [model.type(clause.expression.type_ref) for clause in table.inputs]
        self._allowed = [_cell(clause.allowed) for clause in table.inputs]
        self._cells = [[_cell(cell) for cell in rule.inputs] for rule in table.rules]
        self._outputs = [[_literal(output) for output in rule.outputs] for rule in table.rules]
        self._output_types: list[Type | None] = [model.type(clause.type_ref) for clause in table.outputs]
        self._defaults = [_literal(clause.default) if clause.default else None for clause in table.outputs]
        self._output_values = [_cell(clause.allowed) for clause in table.outputs]
        self.index: TableIndex | None = build_index(table)
        # Constants are evaluated once; the outputs of most tables are.
        self._fixed = [_fixed(rule) for rule in table.rules]

    def run(self, env: Env) -> tuple[Any, list[Any], list[int]]:
        """Value, input values and the indexes of the rules that matched."""
        values = self._input_values(env)
        if values is None:
            return None, [], []
        matched = self.matching(values, env)
        try:
            return self._result(matched, env), values, matched
        except Null as why:
            env.run.fault(0, f"table {self.table.id}: {why}")
            return None, values, matched

    def _input_values(self, env: Env) -> list[Any] | None:
        values = []
        for i, code in enumerate(self._inputs):
            value = code(env)
            kind = self._types[i]
            if kind is not None and value is not None:
                made = coerce(value, kind)
                if made is None:
                    env.run.fault(0, f"input {self.table.inputs[i].expression.text}: not a {kind.name}")
                value = made
            allowed = self._allowed[i]
            if allowed is not None and allowed(Env({}, env, env.run, value)) is not True:
                env.run.fault(0, f"input {self.table.inputs[i].expression.text}: the value is not allowed")
                return None
            values.append(value)
        return values

    def matching(self, values: Sequence[Any], env: Env) -> list[int]:
        """The indexes of the rules that match, in their order; under FIRST the first alone."""
        first_only = self.table.hit_policy == "FIRST"
        if self.index is not None:
            return self.index.matching(values, first_only)
        scopes = [Env({}, env, env.run, value) for value in values]
        found = []
        for r, cells in enumerate(self._cells):
            env.run.spend()
            if all(cell is None or cell(scope) is True for cell, scope in zip(cells, scopes, strict=True)):
                found.append(r)
                if first_only:
                    break
        return found

    def _output(self, r: int, env: Env) -> Any:
        fixed = self._fixed[r]
        parts = list(fixed) if fixed is not None else [code(env) for code in self._outputs[r]]
        for i, kind in enumerate(self._output_types):
            if kind is not None and parts[i] is not None:
                parts[i] = coerce(parts[i], kind)
        return self._shaped(parts)

    def _shaped(self, parts: list[Any]) -> Any:
        if len(parts) == 1:
            return parts[0]
        return {clause.name: value for clause, value in zip(self.table.outputs, parts, strict=True)}

    def _result(self, matched: list[int], env: Env) -> Any:
        table = self.table
        if not matched:
            return self._default(env)
        if table.hit_policy == "UNIQUE" and len(matched) > 1:
            raise Null(f"rules {', '.join(str(r + 1) for r in matched[:10])} match, one alone may")
        if table.hit_policy in ("UNIQUE", "FIRST"):
            return self._output(matched[0], env)
        outputs = [self._output(r, env) for r in matched]
        match table.hit_policy:
            case "ANY":
                if any(not _same(output, outputs[0]) for output in outputs[1:]):
                    raise Null("the rules that match differ in their output")
                return outputs[0]
            case "PRIORITY":
                return self._ranked(outputs)[0]
            case "OUTPUT ORDER":
                return self._ranked(outputs)
            case "COLLECT" if table.aggregation:
                return self._aggregate(outputs)
            case _:
                return outputs

    def _default(self, env: Env) -> Any:
        if any(self._defaults):
            return self._shaped([code(env) if code else None for code in self._defaults])
        if self.table.hit_policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER") and not self.table.aggregation:
            return []
        if self.table.aggregation == "COUNT":
            return Decimal(0)
        return None

    def _aggregate(self, outputs: list[Any]) -> Any:
        if len(self.table.outputs) > 1:
            raise Null("an aggregation needs one output")
        if self.table.aggregation == "COUNT":
            return Decimal(len({key(output) for output in outputs}))
        if any(output is None for output in outputs):
            raise Null("an output is null")
        if self.table.aggregation == "SUM":
            total = outputs[0]
            for output in outputs[1:]:
                total = add(total, output)
            return total
        wants_least = self.table.aggregation == "MIN"
        best = outputs[0]
        for output in outputs[1:]:
            smaller = before(output, best) if wants_least else before(best, output)
            if smaller is None:
                raise Null("the outputs have no order")
            best = output if smaller else best
        return best

    def _ranked(self, outputs: list[Any]) -> list[Any]:
        """Outputs by the order of the output values, the first clause first."""
        orders = [_order(clause.allowed) for clause in self.table.outputs]

        def rank(output: Any, i: int) -> int:
            value = output.get(self.table.outputs[i].name) if len(orders) > 1 else output
            return orders[i].get(key(value), len(orders[i]))

        def compare(left: Any, right: Any) -> int:
            for i, order in enumerate(orders):
                if order and rank(left, i) != rank(right, i):
                    return rank(left, i) - rank(right, i)
            return 0

        return sorted(outputs, key=cmp_to_key(compare))

    # -- why

    def detail(self, values: list[Any], matched: list[int], env_factory: Callable[[], Env]) -> tuple[list[dict], list[dict]]:
        """The rules that matched and those that missed by exactly one cell, as JSON values."""
        if not values:
            return [], []
        rules = [self._told(r, values) for r in matched]
        return rules, [{**self._told(r, values), "failed": self._condition(r, i, values)} for r, i in self._near(values, set(matched), env_factory)]

    def _near(self, values: list[Any], matched: set[int], env_factory: Callable[[], Env]) -> list[tuple[int, int]]:
        env = env_factory()
        scopes = [Env({}, env, env.run, value) for value in values]
        near = []
        for r, cells in enumerate(self._cells):
            if r in matched:
                continue
            failed = -1
            for i, (cell, scope) in enumerate(zip(cells, scopes, strict=True)):
                if cell is not None and cell(scope) is not True:
                    if failed >= 0:
                        failed = -2
                        break
                    failed = i
            if failed >= 0:
                near.append((r, failed))
                if len(near) >= 20:
                    break
        return near

    def _told(self, r: int, values: list[Any]) -> dict[str, Any]:
        rule = self.table.rules[r]
        names = self.table.annotation_names
        annotations = {(names[i] if i < len(names) and names[i] else str(i + 1)): text for i, text in enumerate(rule.annotations)}
        return {
            "index": r + 1, "id": rule.id, "annotations": annotations, "conditions": [self._condition(r, i, values) for i in range(len(values))],
            "outputs": {clause.name or clause.label or "": rule.outputs[i].text for i, clause in enumerate(self.table.outputs)},
        }

    def _condition(self, r: int, i: int, values: list[Any]) -> dict[str, Any]:
        return {"input": self.table.inputs[i].expression.text.strip(), "cell": self.table.rules[r].inputs[i].text.strip(), "value": to_json(values[i])}


def _same(left: Any, right: Any) -> bool:
    return equal(left, right) is True


def _order(allowed: Cell | None) -> dict[Any, int]:
    if allowed is None or allowed.tree is None:
        return {}
    from mingtang.engines.dmn.feel.values import Run

    env = Env({}, None, Run(100_000))
    return {key(compile_node(test)(env)): i for i, test in enumerate(allowed.tree.tests)}


def _literal(expression: LiteralExpression) -> Code:
    if expression.tree is not None:
        return compile_node(expression.tree)
    fault = expression.fault

    def code(env: Env) -> Any:
        if fault:
            env.run.fault(0, f"{expression.text.strip()[:80]}: {fault}")
        return None

    return code


def _cell(cell: Cell | None) -> Code | None:
    if cell is None or (cell.tree is not None and not cell.tree.tests):
        return None
    if cell.tree is None:
        def code(env: Env) -> Any:
            env.run.fault(0, f"{cell.text[:80]}: {cell.fault}")
            return None
        return code
    return compile_node(cell.tree)


def _fixed(rule: Rule) -> tuple[Any, ...] | None:
    from mingtang.engines.dmn.feel import ast
    from mingtang.engines.dmn.feel.values import Run

    parts = []
    for output in rule.outputs:
        tree = output.tree
        if isinstance(tree, ast.Unary) and isinstance(tree.operand, ast.Literal):
            parts.append(compile_node(tree)(Env({}, None, Run(100))))
        elif isinstance(tree, ast.Literal):
            parts.append(tree.value)
        else:
            return None
    return tuple(parts)
