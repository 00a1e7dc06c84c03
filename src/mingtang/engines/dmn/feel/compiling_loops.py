"""``for``, ``some`` and ``every``: nested domains, the innermost fastest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.compiling_tests import mentions
from mingtang.engines.dmn.feel.iterating import domain_values
from mingtang.engines.dmn.feel.scopes import MISSING, Code, Env, compile_node
from mingtang.engines.dmn.feel.values import Null


def compile_for(node: ast.For) -> Code:
    domains = _domains(node.domains)
    body = compile_node(node.body)
    wants_partial = mentions(node.body, lambda one: isinstance(one, ast.Name) and one.name == "partial")

    def code(env: Env) -> Any:
        results: list[Any] = []

        def deeper(scope: Env, i: int) -> None:
            if i == len(domains):
                if wants_partial:
                    scope.run.spend(len(results) // 16)
                    scope.names["partial"] = list(results)
                results.append(body(scope))
                return
            name, values = domains[i]
            for value in values(scope):
                scope.run.spend()
                deeper(Env({name: value}, scope, scope.run), i + 1)

        try:
            deeper(env, 0)
        except Null as why:
            env.run.fault(node.at, str(why))
            return None
        return results

    return code


def _domains(domains: tuple) -> list[tuple[str, Callable[[Env], Any]]]:
    made = []
    for name, start, stop in domains:
        first, last = compile_node(start), compile_node(stop) if stop is not None else None
        made.append((name, lambda env, first=first, last=last: domain_values(first(env), last(env) if last else MISSING, MISSING)))
    return made


def compile_quantified(node: ast.Quantified) -> Code:
    domains = _domains(node.domains)
    condition = compile_node(node.condition)
    decisive = node.kind == "some"

    def code(env: Env) -> Any:
        unknown = False

        def deeper(scope: Env, i: int) -> bool:
            nonlocal unknown
            if i == len(domains):
                found = condition(scope)
                unknown = unknown or (found is not True and found is not False)
                return found is decisive
            name, values = domains[i]
            for value in values(scope):
                scope.run.spend()
                if deeper(Env({name: value}, scope, scope.run), i + 1):
                    return True
            return False

        try:
            if deeper(env, 0):
                return decisive
        except Null as why:
            env.run.fault(node.at, str(why))
            return None
        return None if unknown else not decisive

    return code
