"""From tree to closures: each node becomes a function of the environment, so a decision runs without walking the tree.

A fault while evaluating is null with a note of why and where (DMN 1.5, 10.3.2); nothing is raised but ``Exhausted``. Names are looked
up in the environment, from the innermost scope outwards, then among the built-in functions.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.arithmetic import OPERATIONS, negate
from mingtang.engines.dmn.feel.comparing import compare
from mingtang.engines.dmn.feel.conforming import conforms, fit_arguments, from_tree
from mingtang.engines.dmn.feel.compiling_loops import compile_for, compile_quantified
from mingtang.engines.dmn.feel.compiling_tests import compile_in, compile_unary_tests
from mingtang.engines.dmn.feel.paths import step
from mingtang.engines.dmn.feel.scopes import COMPILERS, MISSING, Code, Env, compile_node
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Function, Null, Range, Run

__all__ = ["MISSING", "MOST_DEPTH", "Code", "Env", "compile_node"]

MOST_DEPTH = 90


def _literal(node: ast.Literal) -> Code:
    value = node.value
    return lambda env: value


def _name(node: ast.Name) -> Code:
    from mingtang.engines.dmn.feel.builtins import BUILTINS

    name, at = node.name, node.at
    builtin = BUILTINS.get(name, MISSING)

    def code(env: Env) -> Any:
        found = env.names.get(name, MISSING)
        if found is MISSING and env.outer is not None:
            found = env.outer.find(name)
        if found is not MISSING:
            return found
        if builtin is not MISSING:
            return builtin
        if "." in name:  # an element may be named "a.b"; where it is not in scope, the dot is a path
            return _as_path(name, env, at)
        env.run.fault(at, f"no value is called {name}")
        return None

    return code


def _as_path(name: str, env: Env, at: int) -> Any:
    parts = [part.strip() for part in name.split(".")]
    value = env.find(parts[0])
    if value is MISSING:
        env.run.fault(at, f"no value is called {name}")
        return None
    try:
        for part in parts[1:]:
            value = step(value, part)
    except Null as why:
        env.run.fault(at, str(why))
        return None
    return value


def _input(node: ast.Input) -> Code:
    def code(env: Env) -> Any:
        if env.tested is MISSING:
            found = env.find("?")
            if found is not MISSING:
                return found
            env.run.fault(node.at, "? stands in tests alone")
            return None
        return env.tested

    return code


def _guarded(at: int, work: Callable[[Env], Any]) -> Code:
    def code(env: Env) -> Any:
        try:
            return work(env)
        except Null as why:
            env.run.fault(at, str(why))
            return None

    return code


def _unary(node: ast.Unary) -> Code:
    operand = compile_node(node.operand)
    return _guarded(node.at, lambda env: negate(operand(env)))


def _binary(node: ast.Binary) -> Code:
    left, right, operation, at = compile_node(node.left), compile_node(node.right), OPERATIONS[node.op], node.at

    def code(env: Env) -> Any:
        try:
            return operation(left(env), right(env))
        except Null as why:
            env.run.fault(at, str(why))
            return None

    return code


def _comparison(node: ast.Comparison) -> Code:
    left, right, op, at = compile_node(node.left), compile_node(node.right), node.op, node.at

    def code(env: Env) -> Any:
        a, b = left(env), right(env)
        found = compare(op, a, b)
        if found is None:
            env.run.fault(at, f"{type_name(a)} {op} {type_name(b)} is not defined")
        return found

    return code


def _logic(node: ast.Logic) -> Code:
    operands = tuple(compile_node(operand) for operand in node.operands)
    decisive = node.op == "or"

    def code(env: Env) -> Any:
        unknown = False
        for operand in operands:
            value = operand(env)
            if value is decisive:
                return decisive
            if value is not True and value is not False:
                unknown = True
        return None if unknown else not decisive

    return code


def _between(node: ast.Between) -> Code:
    value, low, high = compile_node(node.value), compile_node(node.low), compile_node(node.high)

    def code(env: Env) -> Any:
        tested, lowest, highest = value(env), low(env), high(env)
        first, second = compare(">=", tested, lowest), compare("<=", tested, highest)
        if first is None or second is None:
            env.run.fault(node.at, f"{type_name(tested)} between {type_name(lowest)} and {type_name(highest)} is not defined")
            return None
        return first and second

    return code


def _range(node: ast.RangeNode) -> Code:
    low = compile_node(node.low) if node.low is not None else None
    high = compile_node(node.high) if node.high is not None else None
    closed, op = (node.low_closed, node.high_closed), node.op
    if node.op == "!=":
        return _guarded(node.at, _no_such_range)

    def code(env: Env) -> Any:
        first, last = low(env) if low else None, high(env) if high else None
        if low is not None and high is not None:
            if first is None or last is None:
                if first is None and last is None:
                    env.run.fault(node.at, "a range needs an end")
                    return None
                return Range(first, last, *closed)
            order = compare("<=", first, last)
            if order is not True:
                env.run.fault(node.at, "the ends of the range are not in order")
                return None
        elif first is None and last is None:
            return None
        return Range(first, last, *closed, op)

    return code


def _no_such_range(env: Env) -> Any:
    raise Null("!= makes no range")


def _list(node: ast.ListNode) -> Code:
    items = tuple(compile_node(item) for item in node.items)

    def code(env: Env) -> Any:
        env.run.spend(len(items))
        return [item(env) for item in items]

    return code


def _context(node: ast.ContextNode) -> Code:
    entries = tuple((name, compile_node(value)) for name, value in node.entries)
    if len({name for name, _ in entries}) != len(entries):
        return _guarded(node.at, _twice)

    def code(env: Env) -> Any:
        inner = Env({}, env, env.run)
        for name, value in entries:
            inner.names[name] = value(inner)
        return inner.names

    return code


def _twice(env: Env) -> Any:
    raise Null("a context has each name once")


def _path(node: ast.Path) -> Code:
    source, name = compile_node(node.source), node.name
    return _guarded(node.at, lambda env: step(source(env), name))


def _filter(node: ast.Filter) -> Code:
    source, condition = compile_node(node.source), compile_node(node.condition)
    constant = node.condition.value if isinstance(node.condition, ast.Literal) else None

    def code(env: Env) -> Any:
        value = source(env)
        items = value if isinstance(value, list) else [] if value is None else [value]
        index = constant
        if not isinstance(index, Decimal) and not _needs_item(node.condition):
            found = condition(env)
            index = found if isinstance(found, Decimal) else None
        if isinstance(index, Decimal):
            return _nth(items, index, env, node.at)
        kept = []
        for item in items:
            env.run.spend()
            inner = Env({**item, "item": item} if isinstance(item, dict) else {"item": item}, env, env.run)
            found = condition(inner)
            if found is True:
                kept.append(item)
            elif isinstance(found, Decimal):
                return _nth(items, found, env, node.at)
            elif found is not False and found is not None:
                env.run.fault(node.at, f"a filter is a number or a truth value, not {type_name(found)}")
                return None
        return kept

    return code


def _needs_item(node: ast.Node) -> bool:
    """Whether a filter's condition could depend on the item: it is no constant and no bare name."""
    return not isinstance(node, (ast.Literal, ast.Unary)) or isinstance(node, ast.Unary) and not isinstance(node.operand, ast.Literal)


def _nth(items: list, index: Decimal, env: Env, at: int) -> Any:
    whole = int(index)
    if whole == index and 1 <= abs(whole) <= len(items):
        return items[whole - 1 if whole > 0 else whole]
    env.run.fault(at, f"the list has no item {index}")
    return None


def _if(node: ast.If) -> Code:
    condition, then, otherwise = compile_node(node.condition), compile_node(node.then), compile_node(node.otherwise)
    return lambda env: then(env) if condition(env) is True else otherwise(env)


def _call(node: ast.Call) -> Code:
    from mingtang.engines.dmn.feel.calling import invoke

    function = compile_node(node.function)
    arguments = tuple(compile_node(argument) for argument in node.arguments)
    named = None if node.named is None else tuple((name, compile_node(value)) for name, value in node.named)
    at = node.at

    def code(env: Env) -> Any:
        run = env.run
        run.spend()
        called = function(env)
        try:
            if not isinstance(called, Function):
                raise Null(f"{type_name(called)} is no function")
            run.depth += 1
            if run.depth > MOST_DEPTH:
                raise Null(f"functions call one another deeper than {MOST_DEPTH}")
            if named is None:
                value = invoke(called, run, [argument(env) for argument in arguments])
            else:
                value = invoke(called, run, [value(env) for _, value in named], [name for name, _ in named])
            if type(value) is list:
                run.spend(len(value))
            return value
        except Null as why:
            run.fault(at, str(why))
            return None
        finally:
            if isinstance(called, Function):
                run.depth -= 1

    return code


def _instance(node: ast.InstanceOf) -> Code:
    value = compile_node(node.value)
    kind = from_tree(node.type)

    def code(env: Env) -> Any:
        return conforms(value(env), kind, env, allowed=False)

    return code


def _function(node: ast.FunctionNode) -> Code:
    parameters = tuple(name for name, _ in node.parameters)
    kinds = tuple(from_tree(kind) if kind is not None else None for _, kind in node.parameters)
    body = compile_node(node.body)

    def code(env: Env) -> Any:
        def call(run: Run, arguments: list) -> Any:
            if node.external:
                raise Null("external functions are not run")
            return body(Env(dict(zip(parameters, fit_arguments(parameters, kinds, arguments, env), strict=True)), env, run))

        return Function("", (parameters,), call, type=(kinds, None))

    return code


COMPILERS.update({
    ast.Literal: _literal, ast.Name: _name, ast.Input: _input, ast.Unary: _unary, ast.Binary: _binary, ast.Comparison: _comparison,
    ast.Logic: _logic, ast.Between: _between, ast.In: compile_in, ast.RangeNode: _range, ast.ListNode: _list, ast.ContextNode: _context,
    ast.Path: _path, ast.Filter: _filter, ast.Call: _call, ast.If: _if, ast.For: compile_for, ast.Quantified: compile_quantified,
    ast.InstanceOf: _instance, ast.FunctionNode: _function, ast.UnaryTests: compile_unary_tests,
})
