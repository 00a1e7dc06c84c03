"""FEEL trees and boxed expressions as terms of the solver, over a scope of names.

The same tree that decides about a person is translated: node by node, with FEEL's nulls. A node without an exact term raises Untranslated, and the
property that needs it stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import z3

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.prove import symbols
from mingtang.engines.dmn.prove.rounding import ROUNDINGS, Known
from mingtang.engines.dmn.prove.symbols import NULL, TRUE, Sym, Untranslated, holds

_DEEPEST = 60


@dataclass(slots=True)
class Scope:
    """Values by name, functions by name, and the value under test in a cell (``?``)."""

    names: Mapping[str, Sym]
    functions: Mapping[str, Callable[[list[Sym]], Sym]]
    texts: Known
    tested: Sym | None = None
    depth: int = 0

    def within(self, **more: Any) -> Scope:
        """The scope one level deeper."""
        if self.depth >= _DEEPEST:
            raise Untranslated("knowledge that calls itself")
        given = {"names": self.names, "functions": self.functions, "texts": self.texts, "tested": self.tested, **more}
        return Scope(**given, depth=self.depth + 1)


def translate(node: ast.Node, scope: Scope) -> Sym:
    """The value of ``node``; raises Untranslated."""
    way = _WAYS.get(type(node))
    if way is None:
        raise Untranslated(f"{type(node).__name__} at character {node.at + 1}")
    return way(node, scope)


def _name(node: ast.Name, scope: Scope) -> Sym:
    if node.name in scope.names:
        return scope.names[node.name]
    head, dot, rest = node.name.rpartition(".")
    if dot and head.strip() in scope.names:
        return symbols.part(scope.names[head.strip()], rest.strip())
    raise Untranslated(f"the name {node.name}")


def _unary(node: ast.Unary, scope: Scope) -> Sym:
    value = translate(node.operand, scope)
    return value if value.kind == "null" else symbols.arithmetic("-", symbols.constant(0, scope.texts), value) if value.kind == "number" else _minus(value)


def _minus(value: Sym) -> Sym:
    if value.kind != "months":
        raise Untranslated(f"minus a {value.kind}")
    return Sym("months", -value.term, value.null)


def _in(node: ast.In, scope: Scope) -> Sym:
    value = translate(node.value, scope)
    return symbols.logic("or", [test(one, scope.within(tested=value)) for one in node.tests])


def _between(node: ast.Between, scope: Scope) -> Sym:
    value, low, high = (translate(one, scope) for one in (node.value, node.low, node.high))
    return symbols.logic("and", [symbols.compare(">=", value, low), symbols.compare("<=", value, high)])


def _if(node: ast.If, scope: Scope) -> Sym:
    condition = holds(translate(node.condition, scope))
    return symbols.choose(z3.simplify(condition), translate(node.then, scope), translate(node.otherwise, scope))


def _path(node: ast.Path, scope: Scope) -> Sym:
    return symbols.part(translate(node.source, scope), node.name)


def _context(node: ast.ContextNode, scope: Scope) -> Sym:
    fields: dict[str, Sym] = {}
    for name, inner in node.entries:
        fields[name] = translate(inner, scope.within(names={**scope.names, **fields}))
    return Sym("context", fields=fields)


def _quantified(node: ast.Quantified, scope: Scope) -> Sym:
    results = [translate(node.condition, inner) for inner in _over(node.domains, scope)]
    if not results:
        return symbols.constant(node.kind == "every", scope.texts)
    return symbols.logic("or" if node.kind == "some" else "and", results)


def _over(domains: tuple, scope: Scope) -> list[Scope]:
    scopes = [scope]
    for variable, start, end in domains:
        if end is not None:
            raise Untranslated("iteration over a range")
        widened = []
        for one in scopes:
            source = translate(start, one)
            if source.kind != "list" or not z3.is_false(source.null):
                raise Untranslated("iteration over what is no list")
            widened += [one.within(names={**one.names, variable: item}) for item in source.items]
        scopes = widened
        if len(scopes) > 2000:
            raise Untranslated("iteration over more than 2,000 items")
    return scopes


def _for(node: ast.For, scope: Scope) -> Sym:
    return Sym("list", items=[translate(node.body, inner) for inner in _over(node.domains, scope)])


def _call(node: ast.Call, scope: Scope) -> Sym:
    if not isinstance(node.function, ast.Name) or node.named is not None:
        raise Untranslated("calls by name of parameter")
    name = node.function.name
    arguments = [translate(one, scope) for one in node.arguments]
    if name in scope.functions:
        return scope.functions[name](arguments)
    if name in ("date", "duration", "date and time", "time", "number") and node.arguments and isinstance(node.arguments[0], ast.Literal):
        return symbols.constant(_known(name, node, scope), scope.texts)
    if name in ROUNDINGS:
        return _rounded(name, arguments, scope)
    if name in _OF_TEXTS:
        return symbols.about_text(name, arguments)
    if name not in _BUILTINS:
        raise Untranslated(f"the function {name}")
    return _BUILTINS[name](arguments)


def _known(name: str, node: ast.Call, scope: Scope) -> Any:
    """The value of a function over constants, by the engine itself."""
    from mingtang.engines.dmn.feel.compiling import Env, compile_node
    from mingtang.engines.dmn.feel.values import Run

    if not all(isinstance(one, ast.Literal) for one in node.arguments):
        raise Untranslated(f"{name} of what is not constant")
    return compile_node(node)(Env({}, None, Run(10_000)))


def _flat(arguments: list[Sym]) -> list[Sym]:
    return arguments[0].items if len(arguments) == 1 and arguments[0].kind == "list" else arguments


def _sum(arguments: list[Sym]) -> Sym:
    listed = _flat(arguments)
    return reduce(lambda a, b: symbols.arithmetic("+", a, b), listed) if listed else NULL


def _numeric(make: Callable[[Any], Any]) -> Callable[[list[Sym]], Sym]:
    def function(arguments: list[Sym]) -> Sym:
        if len(arguments) != 1 or arguments[0].kind not in ("number", "null"):
            raise Untranslated("rounding to decimal places")
        return NULL if arguments[0].kind == "null" else Sym("number", make(arguments[0].term), arguments[0].null)
    return function


def _rounded(name: str, arguments: list[Sym], scope: Scope) -> Sym:
    """A rounding function of a number, and of a constant scale."""
    value = arguments[0]
    if value.kind == "null":
        return NULL
    if value.kind != "number" or len(arguments) > 2:
        raise Untranslated(f"{name} of a {value.kind}")
    scale = 0
    if len(arguments) == 2:
        places = z3.simplify(arguments[1].term) if arguments[1].kind == "number" else None
        if places is None or not z3.is_rational_value(places) or places.denominator_as_long() != 1 or not 0 <= places.numerator_as_long() <= 12:
            raise Untranslated("rounding to a scale that is not constant")
        scale = places.numerator_as_long()
    return Sym("number", scope.texts.rounded(name, 10**scale, value.term), value.null)


def _count(arguments: list[Sym]) -> Sym:
    return Sym("number", z3.RealVal(len(_flat(arguments))))


_OF_TEXTS = frozenset({"matches", "contains", "starts with", "ends with", "string length", "upper case", "lower case", "substring"})
_BUILTINS: dict[str, Callable[[list[Sym]], Sym]] = {
    "min": lambda a: symbols.extreme(_flat(a), False), "max": lambda a: symbols.extreme(_flat(a), True), "sum": _sum, "count": _count,
    "abs": _numeric(lambda t: z3.If(t < 0, -t, t)), "not": lambda a: symbols.negation(a[0]), "all": lambda a: symbols.logic("and", _flat(a)), "any": lambda a: symbols.logic("or", _flat(a)),
    "list contains": lambda a: symbols.contains(*a), "years and months duration": lambda a: symbols.months_between(*a),
    "mean": lambda a: symbols.arithmetic("/", _sum(a), _count(a)),
}


def tests(tree: ast.UnaryTests, value: Sym, scope: Scope) -> Any:
    """When ``value`` passes the tests of a cell: a condition of the solver."""
    if not tree.tests:
        return TRUE
    results = [test(one, scope.within(tested=value)) for one in tree.tests]
    passed = symbols.logic("or", results) if len(results) > 1 else results[0]
    return symbols.fails(passed) if tree.negated else holds(passed)


def test(node: ast.Node, scope: Scope) -> Sym:
    """One test of ``?``: a range or comparison, a truth over ``?``, or equality with a value."""
    value = scope.tested
    if value is None:
        raise Untranslated("? outside tests")
    if isinstance(node, ast.RangeNode):
        return _in_range(node, value, scope)
    if isinstance(node, ast.UnaryTests):
        passed = tests(node, value, scope)
        return Sym("boolean", passed)
    if _speaks_of_input(node):
        return translate(node, scope)
    wanted = translate(node, scope)
    if wanted.kind == "boolean" and value.kind != "boolean":
        return wanted
    if wanted.kind == "list" and value.kind != "list":
        return Sym("boolean", z3.Or([symbols.same(one, value) for one in wanted.items]))
    return Sym("boolean", symbols.same(value, wanted))


def _speaks_of_input(node: ast.Node) -> bool:
    return isinstance(node, ast.Input) or any(_speaks_of_input(one) for one in ast.children(node))


def _in_range(node: ast.RangeNode, value: Sym, scope: Scope) -> Sym:
    if node.op:
        end = node.high if node.high is not None else node.low
        return symbols.compare(node.op, value, translate(end, scope))
    parts = []
    if node.low is not None:
        parts.append(symbols.compare(">=" if node.low_closed else ">", value, translate(node.low, scope)))
    if node.high is not None:
        parts.append(symbols.compare("<=" if node.high_closed else "<", value, translate(node.high, scope)))
    return symbols.logic("and", parts)


def _input(node: ast.Input, scope: Scope) -> Sym:
    if scope.tested is None:
        raise Untranslated("? outside tests")
    return scope.tested


_WAYS: dict[type, Callable[[Any, Scope], Sym]] = {
    ast.Literal: lambda node, scope: symbols.constant(node.value, scope.texts),
    ast.Name: _name,
    ast.Input: _input,
    ast.Unary: _unary,
    ast.Binary: lambda node, scope: symbols.arithmetic(node.op, translate(node.left, scope), translate(node.right, scope)),
    ast.Comparison: lambda node, scope: symbols.compare(node.op, translate(node.left, scope), translate(node.right, scope)),
    ast.Logic: lambda node, scope: symbols.logic(node.op, [translate(one, scope) for one in node.operands]),
    ast.Between: _between,
    ast.In: _in,
    ast.If: _if,
    ast.ListNode: lambda node, scope: Sym("list", items=[translate(one, scope) for one in node.items]),
    ast.ContextNode: _context,
    ast.Path: _path,
    ast.Call: _call,
    ast.Quantified: _quantified,
    ast.For: _for,
}

