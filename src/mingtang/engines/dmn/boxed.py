"""Boxed expressions to closures (DMN 1.5, chapter 10): context, invocation, function, relation, list, conditional, filter, iterators."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.calling import invoke
from mingtang.engines.dmn.feel.compiling import Code, Env, _nth
from mingtang.engines.dmn.feel.conforming import coerce
from mingtang.engines.dmn.feel.iterating import domain_values
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Function, Null, Run
from mingtang.engines.dmn.model import (
    ConditionalExpression, ContextExpression, DecisionTable, Expression, FilterExpression, FunctionExpression, InvocationExpression, IterationExpression,
    ListExpression, LiteralExpression, Model, RelationExpression,
)
from mingtang.engines.dmn.tables import CompiledTable, _literal

Noted = Callable[[CompiledTable, list, list, Env], None]


def compile_expression(model: Model, expression: Expression | None) -> Code:
    """The closure of a boxed expression; its value is coerced to its own declared type."""
    if expression is None:
        return lambda env: None
    code = _COMPILERS[type(expression)](model, expression)
    kind = model.type(expression.type_ref) if expression.type_ref and not isinstance(expression, (DecisionTable, FunctionExpression)) else None
    if kind is None:
        return code

    def typed(env: Env) -> Any:
        value = code(env)
        made = coerce(value, kind, env)
        if made is None and value is not None:
            env.run.fault(0, f"{type_name(value)} is not {kind.name}")
        return made

    return typed


def _literal_expression(model: Model, expression: LiteralExpression) -> Code:
    return _literal(expression)


def _table(model: Model, expression: DecisionTable) -> Code:
    compiled = CompiledTable(model, expression)

    def code(env: Env) -> Any:
        value, values, matched = compiled.run(env)
        note = env.find("\0note")
        if callable(note):
            note(compiled, values, matched, env)
        return value

    code.table = compiled  # type: ignore[attr-defined]
    return code


def _context(model: Model, expression: ContextExpression) -> Code:
    entries = [(name, model.type(ref), compile_expression(model, value)) for name, ref, value in expression.entries]

    def code(env: Env) -> Any:
        inner = Env({}, env, env.run)
        for name, kind, value in entries:
            made = value(inner)
            if kind is not None:
                made = coerce(made, kind, env)
            if not name:
                return made
            inner.names[name] = made
        return dict(inner.names)

    return code


def _invocation(model: Model, expression: InvocationExpression) -> Code:
    callee = compile_expression(model, expression.callee)
    bindings = [(name, compile_expression(model, value)) for name, value in expression.bindings]

    def code(env: Env) -> Any:
        called = callee(env)
        if not isinstance(called, Function):
            env.run.fault(0, "what is invoked is no function")
            return None
        return _called(called, env.run, [value(env) for _, value in bindings], [name for name, _ in bindings])

    return code


def _called(function: Function, run: Run, arguments: list, names: list[str]) -> Any:
    try:
        run.depth += 1
        if run.depth > 90:
            raise Null("functions call one another too deep")
        return invoke(function, run, arguments, names)
    except Null as why:
        run.fault(0, str(why))
        return None
    finally:
        run.depth -= 1


def _function(model: Model, expression: FunctionExpression) -> Code:
    return lambda env: make_function(model, expression, "", env)


def make_function(model: Model, expression: FunctionExpression, name: str, env: Env, result_ref: str = "") -> Function:
    """The function value of a definition, closed over ``env``."""
    key = ("function", id(expression))
    body = model._compiled.get(key)
    if body is None:
        body = model._compiled[key] = compile_expression(model, expression.body)
    parameters = tuple(parameter for parameter, _ in expression.parameters)
    kinds = tuple(model.type(ref) for _, ref in expression.parameters)
    result = model.type(result_ref or expression.type_ref)
    result = None if result is not None and result.name == "function" and not result_ref else result
    is_feel = expression.kind in ("", "FEEL")

    def call(run: Run, arguments: list) -> Any:
        if not is_feel:
            raise Null(f"functions of kind {expression.kind} are not run")
        given = {}
        for parameter, kind, value in zip(parameters, kinds, arguments, strict=True):
            made = value if kind is None else coerce(value, kind, env)
            if made is None and value is not None:
                raise Null(f"{parameter}: {type_name(value)} does not fit")
            given[parameter] = made
        value = body(Env(given, env, run))
        if result is None or value is None:
            return value
        made = coerce(value, result, env)
        if made is None:
            run.fault(0, f"{name}: the result is no {result.name}")
        return made

    return Function(name, (parameters,), call, type=(kinds, result))


def _relation(model: Model, expression: RelationExpression) -> Code:
    rows = [[compile_expression(model, cell) for cell in row] for row in expression.rows]
    columns = expression.columns
    return lambda env: [{name: cell(env) for name, cell in zip(columns, row, strict=False)} for row in rows]


def _list(model: Model, expression: ListExpression) -> Code:
    items = [compile_expression(model, item) for item in expression.items]
    return lambda env: [item(env) for item in items]


def _conditional(model: Model, expression: ConditionalExpression) -> Code:
    condition, then, otherwise = (compile_expression(model, part) for part in (expression.condition, expression.then, expression.otherwise))

    def code(env: Env) -> Any:
        found = condition(env)
        if found is not None and found is not True and found is not False:
            env.run.fault(0, f"the condition is a {type_name(found)}, no truth value")
            return None
        return then(env) if found is True else otherwise(env)

    return code


def _filter(model: Model, expression: FilterExpression) -> Code:
    source, match = compile_expression(model, expression.source), compile_expression(model, expression.match)
    tree = expression.match.tree if isinstance(expression.match, LiteralExpression) else None
    constant = tree.value if isinstance(tree, ast.Literal) else None

    def code(env: Env) -> Any:
        value = source(env)
        if value is None:
            env.run.fault(0, "nothing to filter")
            return None
        items = value if isinstance(value, list) else [value]
        if isinstance(constant, Decimal):
            return _nth(items, constant, env, 0)
        kept = []
        for item in items:
            env.run.spend()
            found = match(Env({**item, "item": item} if isinstance(item, dict) else {"item": item}, env, env.run))
            if isinstance(found, Decimal):
                return _nth(items, found, env, 0)
            if found is not True and found is not False:
                env.run.fault(0, "a filter's match is no truth value")
                return None
            if found:
                kept.append(item)
        return kept

    return code


def _iteration(model: Model, expression: IterationExpression) -> Code:
    source, body = compile_expression(model, expression.source), compile_expression(model, expression.body)
    name, kind = expression.variable, expression.kind
    missing = object()

    def code(env: Env) -> Any:
        try:
            values = list(domain_values(source(env), missing, missing))
        except Null as why:
            env.run.fault(0, str(why))
            return None
        if kind == "for":
            results: list[Any] = []
            for value in values:
                env.run.spend(1 + len(results) // 64)
                results.append(body(Env({name: value, "partial": list(results)}, env, env.run)))
            return results
        unknown = False
        for value in values:
            env.run.spend()
            found = body(Env({name: value}, env, env.run))
            if found is (kind == "some"):
                return kind == "some"
            unknown = unknown or (found is not True and found is not False)
        return None if unknown else kind == "every"

    return code


_COMPILERS: dict[type, Callable[[Model, Any], Code]] = {
    LiteralExpression: _literal_expression, DecisionTable: _table, ContextExpression: _context, InvocationExpression: _invocation,
    FunctionExpression: _function, RelationExpression: _relation, ListExpression: _list, ConditionalExpression: _conditional, FilterExpression: _filter,
    IterationExpression: _iteration,
}
