"""A FEEL tree over columns: each node is reckoned for everybody at once, in the way that has the engine's result.

Where a node has no way of its own, or its columns do not suit it, and it hangs on few distinct things, the engine's closure
is asked once for each case (``cases``). Raises Unsupported where neither goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns import numbers
from mingtang.engines.dmn.columns.cases import Cases, coded
from mingtang.engines.dmn.columns.column import NULL, Column, Unsupported, boolean, choose, either, of_values
from mingtang.engines.dmn.columns.scope import MISSING, Scope
from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.builtins import BUILTINS
from mingtang.engines.dmn.feel.comparing import key
from mingtang.engines.dmn.feel.compiling import Code, Env, compile_node
from mingtang.engines.dmn.feel.evaluating import bounded
from mingtang.engines.dmn.feel.values import Function

Way = Callable[[Any, Scope], Column]


def evaluate(node: ast.Node, scope: Scope) -> Column:
    """The column of ``node``. Raises Unsupported."""
    way = WAYS.get(type(node))
    if way is None:
        return by_cases(node, lambda: compile_node(node), scope, Unsupported(f"{type(node).__name__.lower()} expressions"))
    try:
        return way(node, scope)
    except Unsupported as why:
        return by_cases(node, lambda: compile_node(node), scope, why)


def names_in(thing: Any) -> set[str]:
    """Every name written anywhere in a tree or boxed expression; of dotted ones their beginning too."""
    found: set[str] = set()
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Name):
            found |= {one.name, one.name.partition(".")[0].strip()}
        elif isinstance(one, ast.Input):
            found.add("?")
        elif isinstance(one, tuple):
            waiting += one
        elif is_dataclass(one):
            waiting += [getattr(one, part.name) for part in fields(one)]
    return found


def by_cases(thing: Any, make: Callable[[], Code], scope: Scope, why: Unsupported) -> Column:
    """The engine's value of ``thing`` for each case of the columns it names. Raises ``why`` where they may hold too many."""
    work = scope.work
    wanted = work.keep(("names", id(thing)), thing, lambda: sorted(names_in(thing)))
    fixed, cases, marks = {"\0types": scope.find("\0types")}, [], []
    for name in wanted:
        found = scope.find(name) if name != "?" else scope.tested
        if isinstance(found, Column):
            try:
                codes, values = coded(found)
            except Unsupported:
                raise why from None
            cases.append((name, codes, values))
            marks.append((name, found.kind, id(found.values) if found.kind == "coded" else tuple(map(key, values)), found.null is None))
        elif found is not MISSING and found is not None:
            fixed[name] = found
            marks.append((name, id(found)))
    holds = (thing, scope.work, [found.values for name in wanted if isinstance(found := _found(scope, name), Column)], fixed)
    kept = work.keep(("cases", id(thing), tuple(marks)), holds, lambda: Cases([len(values) for _, _, values in cases]))
    code = work.code(thing, make)
    return kept.column([codes for _, codes, _ in cases], lambda at: _one(code, fixed, cases, at, scope))


def _found(scope: Scope, name: str) -> Any:
    return scope.tested if name == "?" else scope.find(name)


def _one(code: Code, fixed: dict[str, Any], cases: Iterable[tuple[str, Any, list[Any]]], at: tuple[int, ...], scope: Scope) -> Any:
    names = {name: value for name, value in fixed.items() if value is not MISSING}
    names |= {name: values[place] for (name, _, values), place in zip(cases, at, strict=True)}
    run = scope.work.run()
    env = Env(names, None, run, names.pop("?")) if "?" in names else Env(names, None, run)
    return bounded(run, lambda env, run: code(env), env)


def _literal(node: ast.Literal, scope: Scope) -> Column:
    return scope.work.keep(("literal", id(node)), node, lambda: of_values([node.value]))


def _name(node: ast.Name, scope: Scope) -> Column:
    found = scope.find(node.name)
    if isinstance(found, Column):
        return found
    if found is MISSING and node.name not in BUILTINS and "." not in node.name:
        return NULL
    raise Unsupported(f"{node.name} as a value")


def _input(node: ast.Input, scope: Scope) -> Column:
    if scope.tested is None:
        raise Unsupported("? outside tests")
    return scope.tested


def _comparison(node: ast.Comparison, scope: Scope) -> Column:
    return numbers.compare(node.op, evaluate(node.left, scope), evaluate(node.right, scope))


def _between(node: ast.Between, scope: Scope) -> Column:
    value, low, high = (evaluate(one, scope) for one in (node.value, node.low, node.high))
    first, second = numbers.compare(">=", value, low), numbers.compare("<=", value, high)
    return boolean(first.data & second.data, either(first.null, second.null))


def _if(node: ast.If, scope: Scope) -> Column:
    condition = evaluate(node.condition, scope)
    if condition.kind == "coded":
        raise Unsupported("a condition among other values")
    true = condition.true()
    if len(true) == 1:
        return evaluate(node.then if true[0] else node.otherwise, scope)
    return choose(true, evaluate(node.then, scope), evaluate(node.otherwise, scope))


def _context(node: ast.ContextNode, scope: Scope) -> Column:
    if len({name for name, _ in node.entries}) != len(node.entries):
        raise Unsupported("a context with a name twice")
    inner = Scope({}, scope, scope.work)
    for name, value in node.entries:
        inner.names[name] = evaluate(value, inner)
    return Column("context", fields=inner.names)


def _path(node: ast.Path, scope: Scope) -> Column:
    return step(evaluate(node.source, scope), node.name)


def step(source: Column, name: str) -> Column:
    """``source.name``: an entry of a context, or a property."""
    if source.kind != "context":
        return numbers.part(source, name)
    found = source.fields.get(name)
    return NULL if found is None else _masked(found, source.null)


def _masked(column: Column, null: np.ndarray | None) -> Column:
    if column.kind == "context" and null is not None:
        return Column("context", null=either(column.null, null), fields=column.fields)
    return column.masked(null)


def _in(node: ast.In, scope: Scope) -> Column:
    return _any_test(node.tests, scope.under(evaluate(node.value, scope)))


def tests(node: ast.UnaryTests, scope: Scope) -> Column:
    """Whether the column under test passes the tests of a cell, three-valued."""
    if not node.tests:
        return boolean(np.ones(1, np.bool_))
    found = _any_test(node.tests, scope)
    return boolean(~found.data & ~found.nulls(), found.null) if node.negated else found


def _any_test(nodes: tuple[ast.Node, ...], scope: Scope) -> Column:
    true: Any = np.zeros(1, np.bool_)
    unknown = None
    for node in nodes:
        found = _test(node, scope)
        true, unknown = true | found.true(), either(unknown, found.null if found.kind == "boolean" else np.ones(1, np.bool_))
    return boolean(true, None if unknown is None else unknown & ~true)


def _test(node: ast.Node, scope: Scope) -> Column:
    if isinstance(node, ast.UnaryTests):
        return evaluate(node, scope)
    if scope.tested is None:
        raise Unsupported("a test of nothing")
    if isinstance(node, ast.RangeNode):
        return _range_test(node, scope)
    found = evaluate(node, scope)
    if found.kind == "coded" and any(type(value) is not str for value in found.values):
        raise Unsupported("a test that is a list or range")
    if "?" not in names_in(node):
        return numbers.compare("=", scope.tested, found)
    if found.kind == "boolean":
        return found
    same = numbers.compare("=", scope.tested, found)
    return same.masked(found.nulls() if found.kind == "null" else found.null)


def _range_test(node: ast.RangeNode, scope: Scope) -> Column:
    tested = scope.tested
    if tested is None:
        raise Unsupported("a test of nothing")
    if node.op:
        if node.op == "!=" and (node.low is None):
            raise Unsupported("a test without end")
        end = node.high if node.op in ("<", "<=") else node.low
        return numbers.compare(node.op, tested, evaluate(end, scope))  # type: ignore[arg-type]
    if node.low is None or node.high is None:
        raise Unsupported("a range without end")
    low, high = evaluate(node.low, scope), evaluate(node.high, scope)
    if low.null is not None or high.null is not None or "null" in (low.kind, high.kind) or not numbers.compare("<=", low, high).true().all():
        raise Unsupported("a range whose ends may not be in order")
    first = numbers.compare(">=" if node.low_closed else ">", tested, low)
    second = numbers.compare("<=" if node.high_closed else "<", tested, high)
    return boolean(first.data & second.data, either(first.null, second.null))


def _call(node: ast.Call, scope: Scope) -> Column:
    from mingtang.engines.dmn.columns.boxing import call_knowledge

    if not isinstance(node.function, ast.Name):
        raise Unsupported("functions as values")
    name = node.function.name
    found = scope.find(name)
    if isinstance(found, Function):
        given = node.arguments if node.named is None else tuple(value for _, value in node.named)
        named = None if node.named is None else [one for one, _ in node.named]
        return call_knowledge(found, [evaluate(one, scope) for one in given], named, scope.work)
    if found is not MISSING or node.named is not None:
        raise Unsupported(f"the call of {name}")
    arguments = node.arguments
    if name in ("min", "max", "sum") and len(arguments) == 1 and isinstance(arguments[0], ast.ListNode):
        arguments = arguments[0].items
    return _builtin(name, [evaluate(one, scope) for one in arguments])


def _builtin(name: str, columns: list[Column]) -> Column:
    if name in ("min", "max") and columns:
        return numbers.extreme(name, columns)
    if name == "sum" and columns:
        return _sum(columns)
    if name == "abs" and len(columns) == 1:
        return numbers.absolute(columns[0])
    if name == "not" and len(columns) == 1 and columns[0].kind in ("boolean", "null"):
        return NULL if columns[0].kind == "null" else boolean(~columns[0].data, columns[0].null)
    if name == "years and months duration" and len(columns) == 2:
        return numbers.months_between(*columns)
    if name in numbers.ROUNDINGS and len(columns) == (1 if name in ("floor", "ceiling") else 2):
        return numbers.rounded(name, columns[0], 0 if len(columns) == 1 else _places(columns[1]))
    if name in numbers.ROUNDINGS and len(columns) == 2:
        return numbers.rounded(name, columns[0], _places(columns[1]))
    raise Unsupported(f"the function {name}")


def _sum(columns: list[Column]) -> Column:
    if any(column.kind not in ("number", "null") for column in columns):
        raise Unsupported("a sum of other than numbers")
    made = columns[0]
    for column in columns[1:]:
        made = numbers.arithmetic("+", made, column)
    return made


def _places(column: Column) -> int:
    if column.kind != "number" or len(column.data) != 1 or column.null is not None or column.scale:
        raise Unsupported("rounding to places that vary")
    return int(column.data[0])


def _arithmetic(node: ast.Binary, scope: Scope) -> Column:
    if node.op not in "+-*/" or node.op == "**":
        raise Unsupported("powers")
    return numbers.arithmetic(node.op, evaluate(node.left, scope), evaluate(node.right, scope))


WAYS: dict[type, Way] = {
    ast.Literal: _literal, ast.Name: _name, ast.Input: _input, ast.Comparison: _comparison, ast.Between: _between, ast.If: _if, ast.In: _in,
    ast.Binary: _arithmetic, ast.Unary: lambda node, scope: numbers.negate(evaluate(node.operand, scope)),
    ast.Logic: lambda node, scope: numbers.logic(node.op, [evaluate(one, scope) for one in node.operands]), ast.UnaryTests: tests,
    ast.ContextNode: _context, ast.Path: _path, ast.Call: _call,
}
