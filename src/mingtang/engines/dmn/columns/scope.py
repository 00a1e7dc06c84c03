"""What a name means while columns are reckoned, and what one run keeps: its clock, its cases, its closures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns.column import NULL, Column
from mingtang.engines.dmn.feel.compiling import Code
from mingtang.engines.dmn.feel.values import Run

MISSING = object()
_MOST_KEPT = 5000
MOST_DEEP = 30


class Work:
    """One run over a population, chunk by chunk. ``odd`` are the rows of the chunk that the engine must decide by itself: a null where
    a value is wanted, a kind that does not fit, whatever makes a fault. So columns are never asked for more than the plain course.
    """

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.depth = 0
        self.rows = 0
        self.odd = np.zeros(0, np.bool_)
        self.knowledge: dict[int, Any] = {}  # functions in scope, by identity: their model and element
        self._only: np.ndarray | None = None
        self._kept: dict[Any, tuple[Any, Any]] = {}

    def begin(self, rows: int) -> None:
        """A new chunk of ``rows``."""
        self.rows, self.odd, self._only, self.depth = rows, np.zeros(rows, np.bool_), None, 0

    def doubt(self, mask: np.ndarray | None) -> None:
        """Leave the rows where ``mask`` is true to the engine, among those that are looked at."""
        if mask is not None:
            self.odd |= mask if self._only is None else mask & self._only

    @contextmanager
    def only(self, mask: np.ndarray) -> Iterator[None]:
        """Only these rows are looked at within: the others' faults never come about."""
        before = self._only
        self._only = mask if before is None else mask & before
        try:
            yield
        finally:
            self._only = before

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
