"""FEEL, the expression language of DMN 1.5. Spec: docs/specs/feel.md.

Example::

    evaluate("if age >= 80 then 100 else 0", {"age": 84}).value      # Decimal("100")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.compiling import Code, Env, compile_node
from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.parser import parse, parse_unary_tests
from mingtang.engines.dmn.feel.values import Exhausted, Function, Range, Run

__all__ = ["Expression", "FeelSyntax", "Function", "Range", "Result", "ast", "compile", "evaluate", "parse", "unary"]


@dataclass(slots=True)
class Result:
    """A value and, where something is null by fault, why."""

    value: Any
    errors: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression or unary test."""

    text: str
    tree: ast.Node
    _code: Code

    def evaluate(self, scope: Mapping[str, Any] | None = None, *, tested: Any = None, budget: int = 2_000_000, clock: Any = None) -> Result:
        """Evaluate over ``scope`` (FEEL or plain Python values); ``tested`` is the value under test of unary tests. Never raises."""
        from mingtang.engines.dmn.converting import to_feel
        from mingtang.engines.dmn.feel.text import normal
        from mingtang.engines.dmn.outcome import Fault

        run = Run(budget, clock)
        names = {normal(name): to_feel(value) for name, value in (scope or {}).items()}
        try:
            value = self._code(Env(names, None, run, to_feel(tested)))
        except Exhausted:
            run.fault(0, "the evaluation takes too long")
            value = None
        except RecursionError:
            run.fault(0, "the evaluation goes too deep")
            value = None
        return Result(value, [Fault(message, f"character {at + 1}") for at, message in run.faults])


def compile(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile ``text``; ``names`` are known variables, needed where they have spaces. Raises FeelSyntax."""
    tree = parse(text, names)
    return Expression(text, tree, compile_node(tree))


def unary(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile the unary tests of a cell. Raises FeelSyntax."""
    tree = parse_unary_tests(text, names)
    return Expression(text, tree, compile_node(tree))


def evaluate(text: str, scope: Mapping[str, Any] | None = None) -> Result:
    """Compile and evaluate ``text`` over ``scope``. Raises FeelSyntax."""
    return compile(text, scope or ()).evaluate(scope)
