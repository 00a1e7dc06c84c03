"""Regions: the set of values that one cell of a decision table accepts, and the grid that a column's regions cut.

A region is *anything*, a union of intervals over an ordered type (numbers, dates as day numbers), or a finite set of
literals or its complement. A column's regions cut its domain into *pieces* - points, the open intervals between them,
literals, and "any other" - such that every region is a union of pieces. A region then is a bit mask over the pieces, and
questions about infinitely many values become exact questions about finitely many pieces.

Example: the cells ``< 60``, ``[60..80)``, ``>= 80`` cut the numbers into five pieces: below 60, 60, between, 80, above.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Interval:
    """Values from ``low`` to ``high``; None means without end on that side."""

    low: Any = None
    high: Any = None
    low_closed: bool = False
    high_closed: bool = False

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))


@dataclass(frozen=True, slots=True)
class Region:
    """``intervals`` of an ordered column, or ``literals`` of an unordered one; ``negated`` turns it inside out.

    ``Region()`` with neither is everything (a dash). An empty tuple is nothing.
    """

    intervals: tuple[Interval, ...] | None = None
    literals: frozenset[Hashable] | None = None
    negated: bool = False

    @property
    def is_anything(self) -> bool:
        return self.intervals is None and self.literals is None and not self.negated


ANYTHING = Region()
OTHER = type("Other", (), {"__repr__": lambda self: "any other value"})()


@dataclass(frozen=True, slots=True)
class Piece:
    """One indivisible part of a column's domain with a value that stands for it."""

    value: Any
    low: Any = None
    high: Any = None
    is_point: bool = True

    def describe(self) -> str:
        """In words for a report: ``60``, ``between 60 and 80``, ``"A"``, ``any other value``."""
        if self.is_point:
            return repr(self.value) if self.value is OTHER else str(self.value)
        if self.low is None:
            return "any" if self.high is None else f"below {self.high}"
        return f"above {self.low}" if self.high is None else f"between {self.low} and {self.high}"


@dataclass(slots=True)
class Column:
    """The pieces of one input, in order where the type is ordered.

    ``domain`` restricts the values that can occur (allowed values, a declared range); ``integer`` leaves out the pieces
    that hold no whole number.
    """

    name: str
    ordered: bool
    pieces: tuple[Piece, ...] = ()
    full: int = 0
    _points: list = field(default_factory=list, repr=False)
    _index: dict = field(default_factory=dict, repr=False)

    def mask(self, region: Region) -> int:
        """The bit mask of ``region`` over the pieces, within the domain."""
        if region.is_anything:
            return self.full
        if region.intervals is not None:
            bits = 0
            for interval in region.intervals:
                bits |= self._span(interval)
        else:
            bits = 0
            for literal in region.literals or ():
                bits |= 1 << self._index[literal]
        return (self.full & ~bits) if region.negated else (bits & self.full)

    def _span(self, interval: Interval) -> int:
        if interval.is_empty:
            return 0
        start = 0 if interval.low is None else 2 * self._index[interval.low] + (1 if interval.low_closed else 2)
        end = 2 * len(self._points) + 1 if interval.high is None else 2 * self._index[interval.high] + (2 if interval.high_closed else 1)
        return ((1 << end) - 1) & ~((1 << start) - 1) if end > start else 0

    def values(self, mask: int) -> list[Piece]:
        """The pieces of ``mask``."""
        return [piece for i, piece in enumerate(self.pieces) if mask >> i & 1]


def ordered_column(name: str, regions: Iterable[Region], domain: Region = ANYTHING, integer: bool = False) -> Column:
    """Cut an ordered domain at every end of the ``regions`` and of the ``domain``."""
    points = sorted({end for region in (*regions, domain) for i in region.intervals or () for end in (i.low, i.high) if end is not None})
    column = Column(name, True, _points=points, _index={point: i for i, point in enumerate(points)})
    pieces: list[Piece] = []
    kept = 0
    for i in range(len(points) + 1):
        low = points[i - 1] if i else None
        high = points[i] if i < len(points) else None
        inner = _between(low, high, integer)
        if inner is not None:
            kept |= 1 << len(pieces)
        pieces.append(Piece(inner, low, high, is_point=False))
        if high is not None:
            if not integer or high == int(high):
                kept |= 1 << len(pieces)
            pieces.append(Piece(high))
    column.pieces = tuple(pieces)
    column.full = kept
    column.full = kept & column.mask(domain)
    return column


def _between(low: Any, high: Any, integer: bool) -> Any:
    """A value strictly between, or None where there is none (only for whole numbers and days)."""
    if low is None and high is None:
        return Decimal(0)
    whole = integer or isinstance(low if low is not None else high, int)
    if low is None:
        return high - 1 if not whole else math.ceil(high) - 1
    if high is None:
        return low + 1 if not whole else math.floor(low) + 1
    if whole:
        candidate = math.floor(low) + 1
        return candidate if candidate < high else None
    return (low + high) / 2


def literal_column(name: str, regions: Iterable[Region], domain: Region = ANYTHING) -> Column:
    """One piece for each literal named, and one for any other value unless the domain is a finite list."""
    named = {literal for region in (*regions, domain) for literal in region.literals or ()}
    ordered = sorted(named, key=lambda value: (str(type(value)), str(value)))
    pieces = [Piece(value) for value in ordered]
    if not (domain.literals is not None and not domain.negated):
        pieces.append(Piece(OTHER))
    column = Column(name, False, tuple(pieces), (1 << len(pieces)) - 1, _index={value: i for i, value in enumerate(ordered)})
    column.full = column.mask(domain)
    return column
