"""Exact questions about one decision table as a set of boxes over a grid.

Each rule is a box: one bit mask a column (regions.py). Every answer here is exact for the cells that regions can
express; what they cannot express is not asked here but of the solver.

- *Overlaps*: for each rule the rules that meet it, by one AND a column over bit sets of rules (Calvanese et al., BPM 2016, ask the
  same by sweeping; bit sets do it in one pass).
- *Completeness*: disjoint boxes cover the grid exactly when their volumes add up to the grid's volume - a sum of
  integers. Where they do not, the missing place is found by descending into the part whose sum is short. Boxes that overlap
  are asked by recursion over the columns with memory.
- *Reachability* of a rule under FIRST or PRIORITY: whether the rules that win over it cover its box.
- *Monotone* and *independent*: pairs of rules that meet in all columns but one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from mingtang.engines.dmn.prove.regions import Column

Box = tuple[int, ...]


class TooLarge(Exception):
    """The recursion passed its budget: the answer is unknown, not no."""


@dataclass
class Grid:
    """``boxes[i]`` is rule i, one mask for each of ``columns``."""

    columns: list[Column]
    boxes: list[Box]

    def __post_init__(self) -> None:
        self._meeting: list[dict[int, int]] = [{} for _ in self.columns]
        self._active = [self._rules_by_piece(c) for c in range(len(self.columns))]

    def _rules_by_piece(self, c: int) -> list[int]:
        """For each piece of column ``c``, the bit set of rules whose box holds it."""
        by_mask: dict[int, int] = {}
        for i, box in enumerate(self.boxes):
            by_mask[box[c]] = by_mask.get(box[c], 0) | 1 << i
        active = [0] * len(self.columns[c].pieces)
        for mask, rules in by_mask.items():
            rest = mask
            while rest:
                low = rest & -rest
                active[low.bit_length() - 1] |= rules
                rest ^= low
        return active

    def meeting(self, c: int, mask: int) -> int:
        """The bit set of rules whose cell in column ``c`` shares a piece with ``mask``."""
        known = self._meeting[c].get(mask)
        if known is None:
            known = 0
            for i, rules in enumerate(self._active[c]):
                if mask >> i & 1:
                    known |= rules
            self._meeting[c][mask] = known
        return known

    def neighbours(self, i: int, without: int | None = None) -> int:
        """The bit set of rules other than ``i`` that meet its box in every column (but ``without``)."""
        rules = (1 << len(self.boxes)) - 1
        for c, mask in enumerate(self.boxes[i]):
            if c != without:
                rules &= self.meeting(c, mask)
                if not rules:
                    break
        return rules & ~(1 << i)

    def empty_rules(self) -> list[int]:
        """Rules with a cell that accepts nothing of the column's domain."""
        return [i for i, box in enumerate(self.boxes) if not all(box)]

    def overlaps(self) -> Iterator[tuple[int, int]]:
        """Pairs i < j of rules whose boxes meet."""
        for i, box in enumerate(self.boxes):
            if all(box):
                for j in _bits(self.neighbours(i) >> (i + 1)):
                    yield i, i + 1 + j

    def whole(self) -> Box:
        """The box of everything."""
        return tuple(column.full for column in self.columns)

    def uncovered(self, within: Box | None = None, rules: Sequence[int] | None = None, budget: int = 400_000) -> Box | None:
        """A smallest-grained box inside ``within`` that none of ``rules`` covers, or None. Raises TooLarge past ``budget`` steps."""
        area = within or self.whole()
        chosen = range(len(self.boxes)) if rules is None else rules
        parts = [part for i in chosen if all(part := tuple(map(and_, self.boxes[i], area)))]
        if _disjoint(parts):
            return _short_place(area, parts)
        return _Cover(budget).gap(area, parts, 0)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _volume(box: Box) -> int:
    size = 1
    for mask in box:
        size *= mask.bit_count()
    return size


def _disjoint(boxes: list[Box]) -> bool:
    """Whether no two boxes meet, by the same bit-set argument as ``overlaps``."""
    if len(boxes) < 2:
        return True
    width = len(boxes[0])
    meets: list[dict[int, int]] = [{} for _ in range(width)]
    for c in range(width):
        masks = {}
        for i, box in enumerate(boxes):
            masks[box[c]] = masks.get(box[c], 0) | 1 << i
        pieces: dict[int, int] = {}
        for mask, rules in masks.items():
            for bit in _bits(mask):
                pieces[bit] = pieces.get(bit, 0) | rules
        for mask in masks:
            meets[c][mask] = reduce(lambda got, bit: got | pieces[bit], _bits(mask), 0)
    for i, box in enumerate(boxes):
        rules = meets[0][box[0]]
        for c in range(1, width):
            rules &= meets[c][box[c]]
        if rules != 1 << i:
            return False
    return True


def _short_place(area: Box, parts: list[Box]) -> Box | None:
    """For disjoint ``parts`` of ``area``: None if their volumes add up to it, else one uncovered cell of the grid."""
    if sum(map(_volume, parts)) == _volume(area):
        return None
    place = list(area)
    for c, mask in enumerate(area):
        rest_of_area = _volume(tuple(place[c + 1:])) if c + 1 < len(place) else 1
        held: dict[int, int] = {}
        for part in parts:
            size = _volume(part[c + 1:])
            for bit in _bits(part[c] & mask):
                held[bit] = held.get(bit, 0) + size
        bit = next(b for b in _bits(mask) if held.get(b, 0) < rest_of_area)
        place[c] = 1 << bit
        parts = [part for part in parts if part[c] >> bit & 1]
    return tuple(place)


class _Cover:
    """Recursion over the columns with memory, for boxes that overlap."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._covered: set[tuple[int, frozenset[Box]]] = set()

    def gap(self, area: Box, parts: list[Box], c: int) -> Box | None:
        """An uncovered cell of ``area`` in the columns from ``c`` on, or None."""
        self._budget -= 1 + len(parts) // 64
        if self._budget < 0:
            raise TooLarge
        if not parts:
            return tuple(mask & -mask for mask in area)
        if c == len(area) or any(part[c:] == area[c:] for part in parts):
            return None
        key = (c, frozenset(part[c:] for part in parts))
        if key in self._covered:
            return None
        for bits in _classes(area[c], [part[c] for part in parts]):
            low = bits & -bits
            found = self.gap(area[:c] + (low,) + area[c + 1:], [p for p in parts if p[c] & low], c + 1)
            if found is not None:
                return found
        self._covered.add(key)
        return None


def _classes(area: int, masks: list[int]) -> list[int]:
    """Split ``area`` into the sets of pieces that the same masks hold."""
    classes = [area]
    for mask in set(masks):
        split = []
        for part in classes:
            inside, outside = part & mask, part & ~mask
            split += [bits for bits in (inside, outside) if bits]
        classes = split
    return classes


def conflicts(grid: Grid, column: int, outcome: Sequence, differs: Callable) -> Iterator[tuple[int, int]]:
    """Pairs of rules that meet in every column but ``column`` and for which ``differs(outcome_i, outcome_j)``.

    For a table whose rules are disjoint each pair is a real pair of cases that differ in that column alone; otherwise a
    candidate that has to be confirmed on the engine.
    """
    groups: dict = {}
    for i, value in enumerate(outcome):
        groups[value] = groups.get(value, 0) | 1 << i
    unlike = {
        value: reduce(lambda got, other: got | groups[other] if differs(value, other) else got, groups, 0) for value in groups
    }
    for i in range(len(grid.boxes)):
        if unlike[outcome[i]]:
            for j in _bits(grid.neighbours(i, without=column) & unlike[outcome[i]]):
                yield i, j


def below(mask_i: int, mask_j: int) -> tuple[int, int] | None:
    """Pieces p in ``mask_i`` and q in ``mask_j`` with p before q in the order, or the same open piece; None if there is no such pair.

    Returned as single-bit masks. Equal pieces are not returned: within one piece a table of boxes cannot change.
    """
    if not mask_i or not mask_j:
        return None
    p = mask_i & -mask_i
    q = 1 << (mask_j.bit_length() - 1)
    return (p, q) if p < q else None


def mergeable(grid: Grid, outcome: Sequence) -> list[tuple[int, int, int]]:
    """Triples (i, j, column): rules with equal outcome and equal cells in all columns but one, so that one rule can say both."""
    found = []
    for c in range(len(grid.columns)):
        seen: dict = {}
        for i, box in enumerate(grid.boxes):
            key = (outcome[i], box[:c] + box[c + 1:])
            if key in seen:
                found.append((seen[key], i, c))
            else:
                seen[key] = i
    return found
