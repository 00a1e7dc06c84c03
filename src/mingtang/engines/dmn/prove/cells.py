"""From the cells of a decision table to regions: what exact geometry can speak of.

Numbers and dates become intervals, texts and booleans sets of literals. A cell that compares with anything but constants, or that
reckons, is beyond geometry: ``Beyond`` names it, and the table is then not claimed to be complete.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.temporal import Date, parse_date
from mingtang.engines.dmn.prove.regions import ANYTHING, Column, Interval, Region, literal_column, ordered_column

ORDERED = ("number", "date")
_NOTHING = Region(literals=frozenset())


class Beyond(Exception):
    """Geometry cannot express the cell."""


def region(cell: ast.UnaryTests, kind: str) -> Region:
    """The values of type ``kind`` (number, date, string, boolean) that ``cell`` accepts. Raises Beyond.

    Null is not among them: only a dash accepts null, and a fact that may be missing is to be declared so.
    """
    if not cell.tests:
        return ANYTHING
    if kind in ORDERED:
        return Region(intervals=tuple(_interval(test) for test in cell.tests), negated=cell.negated)
    return Region(literals=frozenset(value for test in cell.tests for value in _literals(test)), negated=cell.negated)


def column(name: str, kind: str, regions: Iterable[Region], domain: Region) -> Column:
    """The column that ``regions`` cut."""
    regions = list(regions)
    if kind in ORDERED:
        return ordered_column(name, regions, domain)
    if kind == "boolean":
        domain = Region(literals=frozenset((True, False)))
    return literal_column(name, regions, domain)


def _interval(test: ast.Node) -> Interval:
    if isinstance(test, ast.RangeNode):
        low = None if test.low is None else _constant(test.low)
        high = None if test.high is None else _constant(test.high)
        if test.op == "!=":
            raise Beyond
        if test.op == "=":
            end = low if low is not None else high
            return Interval(end, end, True, True)
        return Interval(low, high, test.low_closed, test.high_closed)
    value = _constant(test)
    if value is None:
        raise Beyond
    return Interval(value, value, True, True)


def _literals(test: ast.Node) -> list[Any]:
    if isinstance(test, ast.Literal) and isinstance(test.value, (str, bool)):
        return [test.value]
    raise Beyond


def _constant(node: ast.Node) -> Decimal | int:
    """A number, or a date as its day number."""
    if isinstance(node, ast.Unary):
        inner = _constant(node.operand)
        if isinstance(inner, Decimal):
            return -inner
    elif isinstance(node, ast.Literal):
        if isinstance(node.value, Decimal):
            return node.value
        if isinstance(node.value, Date):
            return node.value.number
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.function, ast.Name)
        and node.function.name == "date"
        and len(node.arguments) == 1
    ):
        text = node.arguments[0]
        found = parse_date(text.value) if isinstance(text, ast.Literal) and isinstance(text.value, str) else None
        if found is not None:
            return found.number
    raise Beyond


def shown(kind: str, value: Any) -> str:
    """A value of a piece as an author writes it."""
    if kind == "date" and isinstance(value, int):
        return str(Date.from_number(value) or date.max)
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
