"""Expressions ready to run: text is read and compiled once, then evaluated over scopes of plain Python or FEEL values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.compiling import MISSING, Code, Env, compile_node
from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.parser import parse, parse_unary_tests
from mingtang.engines.dmn.feel.values import Exhausted, Run

BUDGET = 2_000_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something is null: in words, and where (element and place in its text)."""

    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The value of an expression and why parts of it are null."""

    value: Any
    errors: list[Fault]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression."""

    text: str
    tree: ast.Node
    _code: Code = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, Any], *, tested: Any = MISSING, budget: int = BUDGET, clock: datetime | None = None) -> Result:
        """The value over ``scope`` (plain Python values are converted); ``tested`` is the value under test of unary tests.

        ``budget`` bounds the steps, ``clock`` is the instant for now() and today(). Raises nothing: a fault makes null.
        """
        from mingtang.engines.dmn.converting import to_feel

        run = Run(budget, clock)
        names = {name: to_feel(value) for name, value in scope.items()}
        value = bounded(run, lambda env, run: self._code(env), Env(names, None, run, tested if tested is MISSING else to_feel(tested)))
        run.locate(0, "", self.text)
        return Result(value, faults_of(run))


def bounded(run: Run, work: Callable[[Any, Run], Any], on: Any) -> Any:
    """What ``work(on, run)`` gives; null with a fault where it takes too many steps or goes too deep."""
    try:
        return work(on, run)
    except Exhausted:
        run.fault(0, "the evaluation takes more steps than allowed")
    except RecursionError:
        run.fault(0, "the evaluation goes too deep")
    except MemoryError:
        run.fault(0, "the evaluation needs too much memory")
    return None


def faults_of(run: Run) -> list[Fault]:
    """The faults of a run as they are handed out, each once."""
    return list(dict.fromkeys(Fault(message, place) for _at, message, place in run.faults))


def compile(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile FEEL ``text``; ``names`` are the names with spaces in its scope. Raises FeelSyntax with line and column."""
    return _compiled(text, parse(text, names))


def unary(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile unary tests, the text of a table's input cell; evaluate with ``tested=``. Raises FeelSyntax."""
    return _compiled(text, parse_unary_tests(text, names))


def _compiled(text: str, tree: ast.Node) -> Expression:
    try:
        return Expression(text, tree, compile_node(tree))
    except RecursionError:
        raise FeelSyntax(path="line 1, column 1", reason="nested too deep") from None


def evaluate(text: str, scope: Mapping[str, Any] | None = None) -> Result:
    """The value of FEEL ``text`` over ``scope``. Raises FeelSyntax."""
    scope = scope or {}
    names: set[str] = set()
    _gather(scope, names, 0)
    return compile(text, names).evaluate(scope)


def _gather(value: Any, names: set[str], depth: int) -> None:
    """Names of entries at any depth: they may have spaces."""
    if depth > 20 or len(names) > 10_000:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            names.add(str(name))
            _gather(inner, names, depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value[:50]:
            _gather(item, names, depth + 1)
