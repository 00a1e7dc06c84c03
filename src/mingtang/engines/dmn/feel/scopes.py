"""Scopes, and the way from a node to its closure: each kind of node registers its compiler in ``COMPILERS``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.values import Run

MISSING = object()


class Env:
    """A scope: its variables, the scope around it, the run, and the value under test."""

    __slots__ = ("names", "outer", "run", "tested")

    def __init__(self, names: dict[str, Any], outer: Env | None, run: Run, tested: Any = MISSING) -> None:
        self.names = names
        self.outer = outer
        self.run = run
        self.tested = outer.tested if tested is MISSING and outer is not None else tested

    def find(self, name: str) -> Any:
        """The value of ``name`` or MISSING."""
        env: Env | None = self
        while env is not None:
            found = env.names.get(name, MISSING)
            if found is not MISSING:
                return found
            env = env.outer
        return MISSING


Code = Callable[[Env], Any]


def compile_node(node: ast.Node) -> Code:
    """The closure of ``node``."""
    return COMPILERS[type(node)](node)


COMPILERS: dict[type, Callable[[Any], Code]] = {}
