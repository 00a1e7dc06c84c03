"""An index over one column of a decision table: from a value to the set of rules whose cell admits it, as the bits of an integer.

Cells of constants, intervals and lists of them over numbers, dates, texts and truth values are indexed; the sets of rules between
two neighbouring breakpoints are reckoned once. Any other cell is *dynamic*: its closure runs where its rule is still in question.
The index answers exactly as the closures do, null and mismatched kinds included (tests hold the two together).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.temporal import Date, parse_date

_ORDERED = (Decimal, Date)
_LITERAL = (Decimal, Date, str, bool)


class _Dynamic(Exception):
    """The cell cannot be indexed."""


@dataclass(slots=True)
class _Cell:
    """A cell as atoms: spans over one ordered kind, equal literals, and whether null is named."""

    spans: list[tuple[Any, Any, bool, bool]] = field(default_factory=list)
    literals: list[Any] = field(default_factory=list)
    has_null: bool = False
    negated: bool = False
    any: bool = False

    def kinds(self) -> set[type]:
        return {type(low if low is not None else high) for low, high, *_ in self.spans} | {type(value) for value in self.literals}


def constant(node: ast.Node) -> Any:
    """The value of a literal, a negated number or date("..."); raises LookupError for anything else."""
    if isinstance(node, ast.Literal) and (node.value is None or type(node.value) in _LITERAL):
        return node.value
    if isinstance(node, ast.Unary):
        value = constant(node.operand)
        if type(value) is Decimal:
            return value.copy_negate() if value else value
    if isinstance(node, ast.Call) and isinstance(node.function, ast.Name) and node.function.name == "date" and len(node.arguments) == 1:
        text = node.arguments[0]
        found = parse_date(text.value) if isinstance(text, ast.Literal) and isinstance(text.value, str) else None
        if found is not None:
            return found
    raise LookupError


def _cell(tree: ast.UnaryTests) -> _Cell:
    cell = _Cell(negated=tree.negated, any=not tree.tests)
    for test in tree.tests:
        try:
            _atom(test, cell)
        except LookupError:
            raise _Dynamic from None
    return cell


def _atom(test: ast.Node, cell: _Cell) -> None:
    if not isinstance(test, ast.RangeNode):
        value = constant(test)
        if value is None:
            cell.has_null = True
        else:
            cell.literals.append(value)
        return
    low, high = (None if end is None else constant(end) for end in (test.low, test.high))
    ends = [end for end, node in ((low, test.low), (high, test.high)) if node is not None]
    if test.op == "=" and type(low) in _LITERAL:
        cell.literals.append(low)
    elif test.op == "!=" or not all(type(end) in _ORDERED for end in ends) or len({type(end) for end in ends}) != 1:
        raise _Dynamic
    elif low is not None and high is not None and not low <= high:
        raise _Dynamic  # no range at all: null, as the closure says
    else:
        cell.spans.append((low, high, test.low_closed, test.high_closed))


class ColumnIndex:
    """The rules that admit a value, for one column. ``dynamic`` are the rules whose cell must be run.

    ``rules(value)`` gives the indexed rules that admit ``value`` as bits; None where the closures must say (lists, ranges, times).
    """

    __slots__ = ("dynamic", "rules", "_ordered", "_literals", "_else", "_null")

    def __init__(self, trees: Sequence[ast.UnaryTests | None]) -> None:
        self.dynamic = 0
        cells: list[tuple[int, _Cell]] = []
        always = 0
        for i, tree in enumerate(trees):
            try:
                cell = _cell(tree) if tree is not None else None
            except _Dynamic:
                self.dynamic |= 1 << i
                continue
            if cell is None:
                continue  # text that is not FEEL admits nothing
            if cell.any:
                always |= 1 << i
            else:
                cells.append((1 << i, cell))
        # null: a cell that names it; a negated cell that does not, unless it holds a span (null has no order)
        self._null = always | sum(bit for bit, c in cells if (not c.spans and not c.has_null if c.negated else c.has_null))
        self._literals, self._else = _literal_sets(cells, always)
        self._ordered = {kind: _sweep(cells, kind, always) for kind in _ORDERED}
        self.rules = self._lookup()

    def _lookup(self) -> Callable[[Any], int | None]:
        """See ``rules``. A closure, because a decision spends most of its time here."""
        decimals, date_sets = self._ordered[Decimal], self._ordered[Date]
        points, sets, size = decimals[0], decimals[1], len(decimals[0])
        literals, otherwise, null = self._literals, self._else, self._null

        def rules(value: Any) -> int | None:
            kind = type(value)
            if kind is Decimal:
                at = bisect_left(points, value)
                return sets[2 * at + 1] if at < size and points[at] == value else sets[2 * at]
            if kind is str:
                return literals.get(value, otherwise[str])
            if kind is bool:
                return literals.get((bool, value), otherwise[bool])
            if kind is Date:
                at = bisect_left(date_sets[0], value)
                return date_sets[1][2 * at + 1] if at < len(date_sets[0]) and date_sets[0][at] == value else date_sets[1][2 * at]
            return null if value is None else None

        return rules


def _literal_sets(cells: Iterable[tuple[int, _Cell]], always: int) -> tuple[dict[Any, int], dict[type, int]]:
    """For each text or truth value that is named the rules that admit it, and for all others of each kind."""
    named: dict[Any, int] = {}
    excluded: dict[Any, int] = {}
    otherwise = {str: always, bool: always}
    for bit, cell in cells:
        kinds = cell.kinds()
        for kind in (str, bool):
            if cell.negated and kinds <= {kind}:
                otherwise[kind] |= bit
        for value in cell.literals:
            if type(value) in (str, bool):
                mark = value if type(value) is str else (bool, value)
                if not cell.negated:
                    named[mark] = named.get(mark, 0) | bit
                else:
                    excluded[mark] = excluded.get(mark, 0) | bit
    sets = {}
    for mark in {*named, *excluded}:
        rest = otherwise[str if isinstance(mark, str) else bool]
        sets[mark] = (rest & ~excluded.get(mark, 0)) | named.get(mark, 0)
    return sets, otherwise


def _sweep(cells: Iterable[tuple[int, _Cell]], kind: type, always: int) -> tuple[list[Any], list[int]]:
    """Breakpoints in order, and the admitted rules at positions: before the first point, at it, after it, and so on."""
    spans: list[tuple[int, bool, list[tuple[Any, Any, bool, bool]]]] = []
    points: set[Any] = set()
    for bit, cell in cells:
        own = [span for span in cell.spans if type(span[0] if span[0] is not None else span[1]) is kind]
        own += [(value, value, True, True) for value in cell.literals if type(value) is kind]
        if cell.negated and cell.kinds() - {kind}:
            continue  # a value of this kind compared with another kind is unknown, and so is its negation
        if own or cell.negated:
            spans.append((bit, cell.negated, own))
            points |= {end for span in own for end in span[:2] if end is not None}
    ordered = sorted(points)
    place = {point: 2 * i + 1 for i, point in enumerate(ordered)}
    size = 2 * len(ordered) + 1
    toggles = [0] * (size + 1)
    for bit, negated, own in spans:
        if negated:
            toggles[0] ^= bit
        for first, last in _merged(own, place, size):
            toggles[first] ^= bit
            toggles[last + 1] ^= bit
    sets, current = [], always
    for change in toggles[:size]:
        current ^= change
        sets.append(current)
    return ordered, sets


def _merged(own: Iterable[tuple[Any, Any, bool, bool]], place: dict[Any, int], size: int) -> list[tuple[int, int]]:
    """The spans as intervals of positions, disjoint and in order."""
    made = []
    for low, high, low_closed, high_closed in own:
        first = 0 if low is None else place[low] + (not low_closed)
        last = size - 1 if high is None else place[high] - (not high_closed)
        if first <= last:
            made.append((first, last))
    merged: list[tuple[int, int]] = []
    for first, last in sorted(made):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        else:
            merged.append((first, last))
    return merged


def bits(rules: int) -> Iterable[int]:
    """The numbers of the rules in a set, ascending."""
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest

