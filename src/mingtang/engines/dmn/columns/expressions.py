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
from mingtang.engines.dmn.columns.scope import MISSING, Scope, Work
from mingtang.engines.dmn.feel import ast
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
            marks.append(
                (name, found.kind, id(found.values) if found.kind == "coded" else tuple(map(key, values)), found.null is None)
            )
        elif found is not MISSING and found is not None:
            fixed[name] = found
            marks.append((name, id(found)))
    holds = (thing, scope.work, [found.values for name in wanted if isinstance(found := _found(scope, name), Column)], fixed)
    kept = work.keep(("cases", id(thing), tuple(marks)), holds, lambda: Cases([len(values) for _, _, values in cases]))
    code = work.code(thing, make)
    made, odd = kept.column([codes for _, codes, _ in cases], lambda at: _one(code, fixed, cases, at, scope))
    work.doubt(odd)
    return made


def _found(scope: Scope, name: str) -> Any:
    return scope.tested if name == "?" else scope.find(name)


def _one(
    code: Code, fixed: dict[str, Any], cases: Iterable[tuple[str, Any, list[Any]]], at: tuple[int, ...], scope: Scope
) -> tuple[Any, bool]:
    names = {name: value for name, value in fixed.items() if value is not MISSING}
    names |= {name: values[place] for (name, _, values), place in zip(cases, at, strict=True)}
    run = scope.work.run()
    env = Env(names, None, run, names.pop("?")) if "?" in names else Env(names, None, run)
    return bounded(run, lambda env, run: code(env), env), bool(run.faults)


def _literal(node: ast.Literal, scope: Scope) -> Column:
    return scope.work.keep(("literal", id(node)), node, lambda: of_values([node.value]))


def _name(node: ast.Name, scope: Scope) -> Column:
    found = scope.find(node.name)
    if isinstance(found, Column):
        return found
    raise Unsupported(f"{node.name} as a value")


def _input(node: ast.Input, scope: Scope) -> Column:
    if scope.tested is None:
        raise Unsupported("? outside tests")
    return scope.tested


def _comparison(node: ast.Comparison, scope: Scope) -> Column:
    return compared(node.op, evaluate(node.left, scope), evaluate(node.right, scope), scope.work)


def compared(op: str, left: Column, right: Column, work: Work) -> Column:
    """left op right; the engine is left to judge nulls, but for = and !=, to which they are values."""
    if op not in ("=", "!="):
        plain(work, left, right)
    found = numbers.compare(op, left, right)
    work.doubt(found.null)
    return found


def plain(work: Work, *columns: Column) -> None:
    """Leave the rows where a column is null to the engine."""
    for column in columns:
        work.doubt(column.nulls() if column.kind == "null" else column.null)


def _between(node: ast.Between, scope: Scope) -> Column:
    value, low, high = (evaluate(one, scope) for one in (node.value, node.low, node.high))
    first, second = compared(">=", value, low, scope.work), compared("<=", value, high, scope.work)
    return boolean(first.data & second.data)


def _if(node: ast.If, scope: Scope) -> Column:
    return branched(
        evaluate(node.condition, scope), lambda: evaluate(node.then, scope), lambda: evaluate(node.otherwise, scope), scope.work
    )


def branched(condition: Column, then: Callable[[], Column], otherwise: Callable[[], Column], work: Work) -> Column:
    """One where the condition is true, the other elsewhere. Raises Unsupported where the condition is no truth value."""
    if condition.kind not in ("boolean", "null"):
        raise Unsupported("a condition among other values")
    true = condition.true()
    if true.all():
        return then()
    if not true.any():
        return otherwise()
    with work.only(true):
        first = then()
    with work.only(~true):
        second = otherwise()
    return choose(true, first, second)


def _logic(node: ast.Logic, scope: Scope) -> Column:
    """Operands in order; one that has decided a row lets no later one be asked about it."""
    decisive = node.op == "or"
    decided: Any = np.zeros(1, np.bool_)
    unknown: Any = None
    for operand in node.operands:
        with scope.work.only(~decided):
            column = evaluate(operand, scope)
        if column.kind not in ("boolean", "null"):
            raise Unsupported("a truth value among others")
        hit = np.zeros(1, np.bool_) if column.kind == "null" else column.data if decisive else ~column.data
        null = column.nulls() if column.kind == "null" else column.null
        decided = decided | (hit if null is None else hit & ~null)
        unknown = either(unknown, null)
    return boolean(decided if decisive else ~decided, None if unknown is None else unknown & ~decided)


def _context(node: ast.ContextNode, scope: Scope) -> Column:
    if len({name for name, _ in node.entries}) != len(node.entries):
        raise Unsupported("a context with a name twice")
    inner = Scope({}, scope, scope.work)
    for name, value in node.entries:
        inner.names[name] = evaluate(value, inner)
    return Column("context", fields=inner.names)


def _path(node: ast.Path, scope: Scope) -> Column:
    source = evaluate(node.source, scope)
    plain(scope.work, source)
    made = step(source, node.name)
    if made.kind == "null":
        plain(scope.work, made)
    return made


def step(source: Column, name: str) -> Column:
    """``source.name``: an entry of a context, or a property."""
    if source.kind != "context":
        return numbers.part(source, name)
    found = source.fields.get(name)
    if found is None:
        raise Unsupported(f"an entry {name} that is not there")
    return _masked(found, source.null)


def _masked(column: Column, null: np.ndarray | None) -> Column:
    if column.kind == "context" and null is not None:
        return Column("context", null=either(column.null, null), fields=column.fields)
    return column.masked(null)


def _in(node: ast.In, scope: Scope) -> Column:
    return tests(ast.UnaryTests(node.at, node.tests), scope.under(evaluate(node.value, scope)))


def tests(node: ast.UnaryTests, scope: Scope) -> Column:
    """Whether the column under test passes the tests of a cell; the engine is asked about rows where one is neither true nor false."""
    true: Any = np.ones(1, np.bool_) if not node.tests else np.zeros(1, np.bool_)
    for test in node.tests:
        with scope.work.only(~true):
            found = _test(test, scope)
            if found.kind != "boolean":
                raise Unsupported("a test that is no truth value")
            plain(scope.work, found)
        true = true | found.data
    return boolean(~true if node.negated else true)


def _test(node: ast.Node, scope: Scope) -> Column:
    if isinstance(node, ast.UnaryTests):
        return evaluate(node, scope)
    if scope.tested is None:
        raise Unsupported("a test of nothing")
    if isinstance(node, ast.RangeNode):
        return _range_test(node, scope)
    found = evaluate(node, scope)
    if "?" in names_in(node):
        return found
    if found.kind in ("coded", "context"):
        raise Unsupported("a test that may be a list or range")
    return compared("=", scope.tested, found, scope.work)


def _range_test(node: ast.RangeNode, scope: Scope) -> Column:
    tested, work = scope.tested, scope.work
    if tested is None:
        raise Unsupported("a test of nothing")
    if node.op:
        end = node.high if node.op in ("<", "<=") else node.low
        if end is None:
            raise Unsupported("a test without end")
        return compared(node.op, tested, evaluate(end, scope), work)
    if node.low is None or node.high is None:
        raise Unsupported("a range without end")
    low, high = evaluate(node.low, scope), evaluate(node.high, scope)
    work.doubt(~compared("<=", low, high, work).true())
    first = compared(">=" if node.low_closed else ">", tested, low, work)
    second = compared("<=" if node.high_closed else "<", tested, high, work)
    return boolean(first.data & second.data)


def _call(node: ast.Call, scope: Scope) -> Column:
    from mingtang.engines.dmn.columns.boxing import call_knowledge  # boxed expressions and trees hold one another

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
    return _builtin(name, [evaluate(one, scope) for one in arguments], scope.work)


def _builtin(name: str, columns: list[Column], work: Work) -> Column:
    plain(work, *columns)
    if any(column.kind == "null" for column in columns):
        return NULL  # the engine is asked about every row
    if name in ("min", "max") and columns:
        return numbers.extreme(name, columns)
    if name == "sum" and columns:
        return _sum(columns)
    if name == "abs" and len(columns) == 1:
        return numbers.absolute(columns[0])
    if name == "not" and len(columns) == 1 and columns[0].kind == "boolean":
        return boolean(~columns[0].data)
    if name == "years and months duration" and len(columns) == 2:
        return numbers.months_between(*columns)
    if name in numbers.ROUNDINGS and (len(columns) == 2 or len(columns) == 1 and name in ("floor", "ceiling")):
        return numbers.rounded(name, columns[0], 0 if len(columns) == 1 else _places(columns[1]))
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
    if node.op == "**":
        raise Unsupported("powers")
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    plain(scope.work, left, right)
    made = numbers.arithmetic(node.op, left, right)
    plain(scope.work, made)  # divisions by zero, kinds that do not go together
    return made


def _negation(node: ast.Unary, scope: Scope) -> Column:
    made = numbers.negate(evaluate(node.operand, scope))
    plain(scope.work, made)
    return made


WAYS: dict[type, Way] = {
    ast.Literal: _literal,
    ast.Name: _name,
    ast.Input: _input,
    ast.Comparison: _comparison,
    ast.Between: _between,
    ast.If: _if,
    ast.In: _in,
    ast.Binary: _arithmetic,
    ast.Unary: _negation,
    ast.Logic: _logic,
    ast.UnaryTests: tests,
    ast.ContextNode: _context,
    ast.Path: _path,
    ast.Call: _call,
}
