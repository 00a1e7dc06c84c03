"""Boxed expressions to closures over an environment, as the FEEL tree is (DMN 1.5, 7.3 and 10.3.2.13)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.feel.calling import invoke
from mingtang.engines.dmn.feel.compiling import MOST_DEPTH, Code, Env, compile_node
from mingtang.engines.dmn.feel.conforming import Type, coerce, fit_arguments, plain_class
from mingtang.engines.dmn.feel.iterating import domain_values
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Function, Null, Range, Run
from mingtang.engines.dmn.hit_policies import AGGREGATIONS, COMBINERS
from mingtang.engines.dmn.tables import CompiledTable

def fitted(code: Code, kind: Type | None, label: str) -> Code:
    """``code`` with its value brought to ``kind``; what does not fit is null with a fault."""
    if kind is None:
        return code
    plain = plain_class(kind)

    def fit(env: Env) -> Any:
        value = code(env)
        if value is None or type(value) is plain:
            return value
        made = coerce(value, kind, env)
        if made is None:
            env.run.fault(0, f"{type_name(value)} is not {kind.shown}", label)
        return made

    return fit


def output_type(kind: Type | None) -> Type | None:
    """The type of what a function gives, where the function's own type is declared; else the type itself."""
    return kind.parts[-1] if kind is not None and kind.name == "function" and kind.parts else kind


class BoxedCompiler:
    """Compiles the boxed expressions of one element; ``types`` are the declared types of the names in scope."""

    def __init__(self, model: m.Model, label: str, types: Mapping[str, str] | None = None) -> None:
        self._model, self._label, self._types = model, label, dict(types or {})

    def compile(self, expression: m.Expression | None, entry: str = "", skip_type: str = "") -> Code:
        """The closure of ``expression``; ``entry`` names its place, and its type is not held where it is ``skip_type`` (held outside)."""
        label = f"{self._label}.{entry}" if entry else self._label
        if expression is None:
            return _nothing(label)
        code = _COMPILERS[type(expression)](self, expression, label)
        if not expression.type_ref or expression.type_ref == skip_type or isinstance(expression, m.FunctionExpression):
            return code
        return fitted(code, self._model.type(expression.type_ref), label)

    def _entry(self, label: str, part: str) -> str:
        inside = label.removeprefix(self._label).removeprefix(".")
        return ".".join(one for one in (inside, part) if one)

    def literal(self, expression: m.LiteralExpression, label: str) -> Code:
        if expression.tree is None:
            return _nothing(label, expression.fault)
        code, text = compile_node(expression.tree), expression.text

        def run_literal(env: Env) -> Any:
            before = len(env.run.faults)
            value = code(env)
            if len(env.run.faults) != before:
                env.run.locate(before, label, text)
            return value

        return run_literal

    def table(self, table: m.DecisionTable, label: str) -> Code:
        if table.hit_policy not in COMBINERS or table.aggregation not in AGGREGATIONS:
            return _nothing(label, f"the hit policy {table.hit_policy} {table.aggregation} is not known")
        inputs, kinds = [], []
        for clause in table.inputs:
            ref = clause.expression.type_ref
            held = bool(ref) and self._types.get(getattr(clause.expression.tree, "name", "")) == ref
            inputs.append(self._input(clause.expression, label))
            kinds.append(None if held else self._model.type(ref))
        outputs = [[self.literal(entry, label) for entry in rule.outputs] for rule in table.rules]
        coercers = [self._coercer(self._output_ref(table, output)) for output in table.outputs]
        defaults = [None if output.default is None else self.literal(output.default, label) for output in table.outputs]
        return CompiledTable(table, label, inputs, kinds, outputs, coercers, defaults).code

    def _input(self, expression: m.LiteralExpression, label: str) -> Code:
        return compile_node(expression.tree) if getattr(expression.tree, "name", "") else self.literal(expression, label)

    @staticmethod
    def _output_ref(table: m.DecisionTable, output: m.OutputClause) -> str:
        return output.type_ref

    def _coercer(self, ref: str) -> Callable[[Any], Any] | None:
        kind = self._model.type(ref)
        if kind is None:
            return None
        plain = plain_class(kind)
        return lambda value: value if type(value) is plain else coerce(value, kind)

    def context(self, expression: m.ContextExpression, label: str) -> Code:
        entries = []
        for name, ref, value in expression.entries:
            code = self.compile(value, self._entry(label, name))
            entries.append((name, fitted(code, self._model.type(ref), f"{label}.{name}" if name else label)))

        def run_context(env: Env) -> Any:
            inner = Env({}, env, env.run)
            for name, code in entries:
                value = code(inner)
                if not name:
                    return value
                inner.names[name] = value
            return inner.names

        return run_context

    def invocation(self, expression: m.InvocationExpression, label: str) -> Code:
        callee = self.compile(expression.callee, self._entry(label, ""))
        names = [name for name, _ in expression.bindings]
        codes = [self.compile(value, self._entry(label, name)) for name, value in expression.bindings]

        def run_invocation(env: Env) -> Any:
            function = callee(env)
            arguments = [code(env) for code in codes]
            return called(function, env.run, arguments, names, label)

        return run_invocation

    def function(self, expression: m.FunctionExpression, label: str) -> Code:
        make = self.function_maker(expression, label)
        return lambda env: make(env)

    def function_maker(self, expression: m.FunctionExpression, label: str, result: str = "") -> Callable[[Env], Function]:
        """What makes the function value over an environment; ``result`` is the declared type of its value."""
        output = output_type(self._model.type(result or expression.type_ref))
        names = tuple(name for name, _ in expression.parameters)
        kinds = tuple(self._model.type(ref) for _, ref in expression.parameters)
        if expression.kind != "FEEL":
            body: Code = _nothing(label, f"functions of kind {expression.kind} are not run")
        else:
            inside = BoxedCompiler(self._model, label, {**self._types, **dict(expression.parameters)})
            body = fitted(inside.compile(expression.body), output, label)

        def make(env: Env) -> Function:
            def call(run: Run, arguments: list) -> Any:
                return body(Env(dict(zip(names, fit_arguments(names, kinds, arguments, env), strict=True)), env, run))

            return Function(label, (names,), call, type=(kinds, output))

        return make

    def relation(self, expression: m.RelationExpression, label: str) -> Code:
        rows = [[self.compile(cell, self._entry(label, column)) for column, cell in zip(expression.columns, row, strict=True)] for row in expression.rows]
        return lambda env: [{name: code(env) for name, code in zip(expression.columns, row, strict=True)} for row in rows]

    def list(self, expression: m.ListExpression, label: str) -> Code:
        items = [self.compile(item, self._entry(label, "")) for item in expression.items]
        return lambda env: [item(env) for item in items]

    def conditional(self, expression: m.ConditionalExpression, label: str) -> Code:
        condition, then, otherwise = (
            self.compile(part, self._entry(label, "")) for part in (expression.condition, expression.then, expression.otherwise))

        def run_conditional(env: Env) -> Any:
            found = condition(env)
            if found is not None and not isinstance(found, bool):
                env.run.fault(0, f"a condition is a truth value, not {type_name(found)}", label)
                return None
            return then(env) if found is True else otherwise(env)

        return run_conditional

    def filter(self, expression: m.FilterExpression, label: str) -> Code:
        source, match = (self.compile(part, self._entry(label, "")) for part in (expression.source, expression.match))

        def run_filter(env: Env) -> Any:
            value = source(env)
            kept = []
            for item in value if isinstance(value, list) else [] if value is None else [value]:
                env.run.spend()
                inner = Env({**item, "item": item} if isinstance(item, dict) else {"item": item}, env, env.run)
                found = match(inner)
                if found is not None and not isinstance(found, bool):
                    env.run.fault(0, f"a filter's match is a truth value, not {type_name(found)}", label)
                    return None
                if found is True:
                    kept.append(item)
            return kept

        return run_filter

    def iteration(self, expression: m.IterationExpression, label: str) -> Code:
        source, body = (self.compile(part, self._entry(label, "")) for part in (expression.source, expression.body))
        work = _collected if expression.kind == "for" else _quantified(expression.kind == "some")

        def run_iteration(env: Env) -> Any:
            try:
                over = source(env)
                if not isinstance(over, (list, Range)):
                    raise Null(f"{expression.kind} runs over a list, not {type_name(over)}")
                return work(expression.variable, domain_values(over, None, None), body, env)
            except Null as why:
                env.run.fault(0, str(why), label)
                return None

        return run_iteration


def _collected(variable: str, values: Any, body: Code, env: Env) -> list[Any]:
    results: list[Any] = []
    for value in values:
        env.run.spend(1 + len(results) // 64)
        results.append(body(Env({variable: value, "partial": list(results)}, env, env.run)))
    return results


def _quantified(decisive: bool) -> Callable[[str, Any, Code, Env], bool | None]:
    def work(variable: str, values: Any, body: Code, env: Env) -> bool | None:
        unknown = False
        for value in values:
            env.run.spend()
            found = body(Env({variable: value}, env, env.run))
            if found is decisive:
                return decisive
            if not isinstance(found, bool):
                unknown = True
        if unknown:
            raise Null("a condition has no truth value")
        return not decisive
    return work


def called(function: Any, run: Run, arguments: list, names: list[str] | None, label: str) -> Any:
    """Call ``function`` if it is one; null with a fault where it is none, the arguments do not fit, or calls go too deep."""
    run.spend()
    run.depth += 1
    try:
        if not isinstance(function, Function):
            raise Null(f"{type_name(function)} is no function")
        if run.depth > MOST_DEPTH:
            raise Null(f"functions call one another deeper than {MOST_DEPTH}")
        return invoke(function, run, arguments, names)
    except Null as why:
        run.fault(0, str(why), label)
        return None
    finally:
        run.depth -= 1


def _nothing(label: str, why: str = "there is no expression") -> Code:
    def code(env: Env) -> Any:
        env.run.fault(0, why, label)
        return None

    return code


_COMPILERS: dict[type, Callable[[BoxedCompiler, Any, str], Code]] = {
    m.LiteralExpression: BoxedCompiler.literal, m.DecisionTable: BoxedCompiler.table, m.ContextExpression: BoxedCompiler.context,
    m.InvocationExpression: BoxedCompiler.invocation, m.FunctionExpression: BoxedCompiler.function, m.RelationExpression: BoxedCompiler.relation,
    m.ListExpression: BoxedCompiler.list, m.ConditionalExpression: BoxedCompiler.conditional, m.FilterExpression: BoxedCompiler.filter,
    m.IterationExpression: BoxedCompiler.iteration,
}
