"""What a name means while columns are reckoned, and what one run keeps: its clock, its cases, its closures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mingtang.engines.dmn.columns.column import NULL, Column
from mingtang.engines.dmn.feel.compiling import Code
from mingtang.engines.dmn.feel.values import Run

MISSING = object()
_MOST_KEPT = 5000
MOST_DEEP = 30


class Work:
    """One run over a population. ``clock`` is the instant for now() and today()."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.depth = 0
        self._kept: dict[Any, tuple[Any, Any]] = {}

    def run(self) -> Run:
        """A fresh run of the engine, for one case."""
        return Run(2_000_000, self.clock)

    def keep(self, mark: Any, holds: Any, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, made once for ``mark``; ``holds`` are the things whose identity is in the mark."""
        found = self._kept.get(mark)
        if found is None:
            if len(self._kept) > _MOST_KEPT:
                self._kept.clear()
            found = self._kept[mark] = (make(), holds)
        return found[0]

    def code(self, node: Any, make: Callable[[], Code]) -> Code:
        """The engine's closure of ``node``."""
        return self.keep(("code", id(node)), node, make)


class Scope:
    """Names to columns, and to whatever the engine has for knowledge and types; ``tested`` is the column under test."""

    __slots__ = ("names", "outer", "work", "tested")

    def __init__(self, names: dict[str, Any], outer: Scope | None, work: Work, tested: Column | None = None) -> None:
        self.names, self.outer, self.work = names, outer, work
        self.tested = tested if tested is not None or outer is None else outer.tested

    def find(self, name: str) -> Any:
        """What ``name`` means, or MISSING."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name, MISSING)
            if found is not MISSING:
                return found
            scope = scope.outer
        return MISSING

    def under(self, tested: Column) -> Scope:
        """The same scope with another value under test."""
        return Scope({}, self, self.work, tested)


__all__ = ["MISSING", "MOST_DEEP", "NULL", "Scope", "Work"]
