"""Monotone and independent over one decision table of a thousand rules and more, by pairs of rules instead of a solver.

Two people alike but for one fact meet two rules (or one) whose boxes meet in every other column. So a table is monotone where no such pair has
the wrong order of outcomes, and - where it is whole and without overlap - independent where no such pair has different ones. Exact for cells that
regions can express and for constant outcomes; everything else is left to the solver. Pairs are found by bit sets (geometry.py).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.temporal import Date
from mingtang.engines.dmn.model import DecisionTable, Model
from mingtang.engines.dmn.prove import cells, geometry
from mingtang.engines.dmn.prove.regions import ANYTHING, OTHER, Column

_KINDS = ("number", "date", "string", "boolean")
Pair = tuple[dict[str, Any], dict[str, Any]]


class NotByPairs(Exception):
    """This property or table is not one that pairs decide."""


def search(model: Model, one: Any) -> tuple[bool, list[Pair]]:
    """Whether the property is proved, and else up to a few pairs of facts to try on the engine. Raises NotByPairs."""
    decision = model.decisions.get(one.decision)
    table = decision.logic if decision is not None else None
    if one.kind not in ("monotone", "independent") or one.where or one.output or not isinstance(table, DecisionTable) or table.hit_policy != "UNIQUE":
        raise NotByPairs
    if len(table.outputs) != 1 or table.outputs[0].default is not None or table.outputs[0].type_ref not in ("", "number", "string", "boolean"):
        raise NotByPairs
    if model.items.get(decision.type_ref) is not None:
        raise NotByPairs
    names = [_input(model, clause) for clause in table.inputs]
    outcomes = [_constant(rule.outputs[0].tree) for rule in table.rules]
    if one.input not in names:
        return True, []
    at = names.index(one.input)
    if names.count(one.input) > 1:
        raise NotByPairs
    grid = _grid(model, table, names)
    if one.kind == "independent":
        if next(grid.overlaps(), None) is not None or grid.uncovered() is not None:
            raise NotByPairs
        pairs = geometry.conflicts(grid, at, outcomes, lambda a, b: a != b)
        found = [_facts(grid, names, i, j, at, grid.boxes[i][at] & -grid.boxes[i][at], grid.boxes[j][at] & -grid.boxes[j][at]) for i, j in _few(pairs)]
        return not found, found
    if not grid.columns[at].ordered or not all(isinstance(value, Decimal) for value in outcomes):
        raise NotByPairs
    wrong: Callable[[Any, Any], bool] = (lambda a, b: a > b) if one.direction == "rising" else (lambda a, b: a < b)
    found = []
    for i, j in geometry.conflicts(grid, at, outcomes, wrong):
        pieces = geometry.below(grid.boxes[i][at], grid.boxes[j][at])
        if pieces is not None:
            found.append(_facts(grid, names, i, j, at, *pieces))
            if len(found) >= 5:
                break
    return not found, found


def _few(pairs: Any) -> list[tuple[int, int]]:
    return [pair for pair, _ in zip(pairs, range(5), strict=False)]


def _input(model: Model, clause: Any) -> str:
    tree = clause.expression.tree
    if not isinstance(tree, ast.Name) or tree.name not in model.inputs or clause.allowed is not None:
        raise NotByPairs
    return tree.name


def _constant(tree: ast.Node | None) -> Any:
    if isinstance(tree, ast.Literal) and isinstance(tree.value, (Decimal, str, bool)):
        return tree.value
    if isinstance(tree, ast.Unary) and isinstance(tree.operand, ast.Literal) and isinstance(tree.operand.value, Decimal):
        return -tree.operand.value
    raise NotByPairs


def _grid(model: Model, table: DecisionTable, names: list[str]) -> geometry.Grid:
    columns: list[Column] = []
    regions = []
    for k, name in enumerate(names):
        kind, domain = _kind(model, model.inputs[name].type_ref)
        trees = [rule.inputs[k].tree for rule in table.rules]
        if any(tree is None for tree in trees):
            raise NotByPairs
        try:
            cut = [cells.region(tree, kind) for tree in trees if tree is not None]
            columns.append(cells.column(name, kind, cut, ANYTHING if domain is None else cells.region(domain, kind)))
        except cells.Beyond:
            raise NotByPairs from None
        regions.append(cut)
    boxes = [tuple(columns[k].mask(regions[k][r]) for k in range(len(names))) for r in range(len(table.rules))]
    return geometry.Grid(columns, boxes)


def _kind(model: Model, ref: str) -> tuple[str, ast.UnaryTests | None]:
    item = model.items.get(ref)
    if item is None:
        if ref not in _KINDS:
            raise NotByPairs
        return ref, None
    if item.is_collection or item.components or item.constraint is not None or item.parameters is not None or item.type_ref not in _KINDS:
        raise NotByPairs
    return item.type_ref, None if item.allowed is None else item.allowed.tree


def _facts(grid: geometry.Grid, names: list[str], i: int, j: int, at: int, first: int, second: int) -> Pair:
    """Two people in the boxes of rules ``i`` and ``j``, alike but for the column ``at``."""
    shared = {}
    for k, name in enumerate(names):
        if k != at:
            both = grid.boxes[i][k] & grid.boxes[j][k]
            shared[name] = _value(grid.columns[k], both & -both)
    return {**shared, names[at]: _value(grid.columns[at], first)}, {**shared, names[at]: _value(grid.columns[at], second)}


def _value(column: Column, piece: int) -> Any:
    value = column.pieces[piece.bit_length() - 1].value
    if value is OTHER:
        return "any other"
    return str(Date.from_number(value)) if isinstance(value, int) and not isinstance(value, bool) and column.ordered else value
