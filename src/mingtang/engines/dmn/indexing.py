"""An index over a table whose cells compare inputs with constants: a few dictionary look-ups and ANDs of integers for a decision.

For each column the constants cut the ordered values into pieces (points and the open intervals between); for each piece one
integer has a bit for every rule whose cell accepts it. A decision ANDs one integer a column. Equal in every case to running
the cells one by one, null and values of another kind included: those match dashes alone, as the standard's comparisons give null.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.temporal import Date
from mingtang.engines.dmn.model import Cell, DecisionTable

_Interval = tuple[Any, Any, bool, bool]


class _Other(Exception):
    """The cell is no comparison with constants."""


class _Column:
    """Bits by value for one input; ``dash`` has the rules that accept anything."""

    def __init__(self, cells: list[tuple[type | None, Any, bool] | None]) -> None:
        self.everything = (1 << len(cells)) - 1
        self.dash = 0
        kinds = {cell[0] for cell in cells if cell is not None}
        if len(kinds) > 1:
            raise _Other
        self.kind: type | None = next(iter(kinds), None)
        self._points: list[Any] = []
        self._pieces: list[int] = []
        self._literals: dict[Any, int] = {}
        self._otherwise = 0
        for r, cell in enumerate(cells):
            if cell is None:
                self.dash |= 1 << r
        if self.kind in (Decimal, Date):
            self._intervals(cells)
        elif self.kind is not None:
            self._values(cells)

    def _intervals(self, cells: list) -> None:
        ends = {end for cell in cells if cell for low, high, _, _ in cell[1] for end in (low, high) if end is not None}
        self._points = sorted(ends)
        place = {point: i for i, point in enumerate(self._points)}
        pieces = [self.dash] * (2 * len(self._points) + 1)
        for r, cell in enumerate(cells):
            if cell is None:
                continue
            _, intervals, negated = cell
            bit = 1 << r
            inside = set()
            for low, high, low_closed, high_closed in intervals:
                start = 0 if low is None else 2 * place[low] + (1 if low_closed else 2)
                stop = len(pieces) if high is None else 2 * place[high] + (2 if high_closed else 1)
                inside.update(range(start, stop))
            for piece in set(range(len(pieces))) - inside if negated else inside:
                pieces[piece] |= bit
        self._pieces = pieces

    def _values(self, cells: list) -> None:
        named = {value for cell in cells if cell for value in cell[1]}
        self._otherwise = self.dash
        self._literals = dict.fromkeys(named, self.dash)
        for r, cell in enumerate(cells):
            if cell is None:
                continue
            bit = 1 << r
            if cell[2]:
                self._otherwise |= bit
            for value in named:
                if (value in cell[1]) != cell[2]:
                    self._literals[value] |= bit

    def rules(self, value: Any) -> int:
        """The bits of the rules whose cell accepts ``value``."""
        kind = self.kind
        if kind is None:
            return self.everything
        if type(value) is not kind:
            return self.dash
        if self._pieces:
            at = bisect_left(self._points, value)
            return self._pieces[2 * at + 1 if at < len(self._points) and self._points[at] == value else 2 * at]
        return self._literals.get(value, self._otherwise)


class TableIndex:
    """The columns of a table; ``matching`` gives the rules in order."""

    def __init__(self, columns: list[_Column], rules: int) -> None:
        self._columns = columns
        self._all = (1 << rules) - 1
        self._rules = [column.rules for column in columns]

    def bits(self, values: Sequence[Any]) -> int:
        """The rules that match, as bits."""
        found = self._all
        for rules, value in zip(self._rules, values, strict=True):
            found &= rules(value)
            if not found:
                return 0
        return found

    def matching(self, values: Sequence[Any], first_only: bool = False) -> list[int]:
        """The indexes of the rules that match, ascending."""
        found = self.bits(values)
        matched = []
        while found:
            low = found & -found
            matched.append(low.bit_length() - 1)
            if first_only:
                break
            found ^= low
        return matched


def build_index(table: DecisionTable) -> TableIndex | None:
    """The index of ``table``, or None where a cell is more than a comparison with constants."""
    if not table.rules:
        return None
    try:
        columns = [_Column([_read(rule.inputs[i]) for rule in table.rules]) for i in range(len(table.inputs))]
    except _Other:
        return None
    return TableIndex(columns, len(table.rules))


def _read(cell: Cell) -> tuple[type, Any, bool] | None:
    if cell.tree is None:
        raise _Other
    if not cell.tree.tests:
        return None
    parts = [_test(test) for test in cell.tree.tests]
    kinds = {kind for kind, _ in parts}
    if len(kinds) != 1:
        raise _Other
    kind = kinds.pop()
    if kind in (Decimal, Date):
        return kind, tuple(interval for _, interval in parts), cell.tree.negated
    return kind, frozenset(value for _, value in parts), cell.tree.negated


def _test(test: ast.Node) -> tuple[type, Any]:
    if isinstance(test, ast.RangeNode):
        if test.op == "!=":
            raise _Other
        low = None if test.low is None else constant(test.low)
        high = None if test.high is None else constant(test.high)
        kinds = {type(end) for end in (low, high) if end is not None}
        if len(kinds) != 1 or not kinds <= {Decimal, Date}:
            raise _Other
        if low is not None and high is not None and not low <= high:
            raise _Other
        return kinds.pop(), (low, high, test.low_closed, test.high_closed)
    value = constant(test)
    kind = type(value)
    if kind in (Decimal, Date):
        return kind, (value, value, True, True)
    if kind in (str, bool):
        return kind, value
    raise _Other


def constant(node: ast.Node) -> Any:
    """The value of a literal, a negated number or ``date("...")``; raises _Other for anything else."""
    if isinstance(node, ast.Literal) and node.value is not None:
        return node.value
    if isinstance(node, ast.Unary) and isinstance(node.operand, ast.Literal) and isinstance(node.operand.value, Decimal):
        return -node.operand.value
    if isinstance(node, ast.Call) and isinstance(node.function, ast.Name) and node.function.name == "date" and len(node.arguments) == 1:
        from mingtang.engines.dmn.feel.temporal import parse_date

        inner = node.arguments[0]
        found = parse_date(inner.value) if isinstance(inner, ast.Literal) and isinstance(inner.value, str) else None
        if found is not None:
            return found
    raise _Other
