"""Unary tests and ``in``: does a value pass a test (DMN 1.5, table 55)?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.comparing import compare, contains, equal
from mingtang.engines.dmn.feel.scopes import Code, Env, compile_node
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Range


def test_value(tested: Any, test: Any) -> bool | None:
    """Whether ``tested`` passes ``test``: a value to equal, a range to lie in, a list to be in (DMN 1.5, table 55)."""
    if isinstance(test, Range):
        if isinstance(tested, Range):
            return equal(tested, test)
        return contains(test, tested)
    if isinstance(test, list):
        if isinstance(tested, list) and equal(tested, test) is True:
            return True
        return any(test_value(tested, item) is True for item in test)
    return equal(tested, test)


def compile_in(node: ast.In) -> Code:
    value = compile_node(node.value)
    tests = tuple(compile_test(test) for test in node.tests)

    def code(env: Env) -> Any:
        tested = value(env)
        inner = Env({}, env, env.run, tested)
        unknown = False
        for test in tests:
            found = test(inner)
            if found is True:
                return True
            unknown = unknown or found is None
        if unknown:
            env.run.fault(node.at, f"{type_name(tested)} cannot be compared with a test")
        return None if unknown else False

    return code


def compile_test(node: ast.Node) -> Code:
    """The closure that says whether the value under test passes ``node``."""
    if isinstance(node, ast.UnaryTests):
        return compile_unary_tests(node)
    if isinstance(node, ast.RangeNode) and node.op:
        return _open_range_test(node)
    code = compile_node(node)
    if _mentions_input(node):
        # An expression over ? is itself the test; where it gives no truth value it is compared.
        def over_input(env: Env) -> Any:
            found = code(env)
            return found if found is True or found is False else (None if found is None else test_value(env.tested, found))
        return over_input
    return lambda env: test_value(env.tested, code(env))


def _open_range_test(node: ast.RangeNode) -> Code:
    end = compile_node(node.high if node.op in ("<", "<=") else node.low)  # type: ignore[arg-type]
    op, at = node.op, node.at

    def code(env: Env) -> Any:
        limit = end(env)
        found = compare(op, env.tested, limit)
        if found is None:
            env.run.fault(at, f"{type_name(env.tested)} {op} {type_name(limit)} is not defined")
        return found

    return code


def _mentions_input(node: ast.Node) -> bool:
    return mentions(node, lambda one: isinstance(one, ast.Input))


def mentions(node: ast.Node, wanted: Callable[[ast.Node], bool]) -> bool:
    """Whether ``wanted`` holds of ``node`` or of anything below it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if wanted(one):
            return True
        waiting += ast.children(one)
    return False


def compile_unary_tests(node: ast.UnaryTests) -> Code:
    tests = tuple(compile_test(test) for test in node.tests)
    if not tests:
        return lambda env: True
    negated = node.negated

    def code(env: Env) -> Any:
        unknown = False
        for test in tests:
            found = test(env)
            if found is True:
                return not negated
            unknown = unknown or found is None
        return None if unknown else negated

    return code
