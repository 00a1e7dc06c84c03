"""Decision tables of a contract: whole, without conflict, every rule within reach - by exact geometry.

Exact means: for cells that are constants, intervals or lists of them over numbers, dates, texts and booleans, "no gap" is proven,
and a gap or conflict that is reported is real and shown as values. A table with any other cell is reported as not proven, never
as whole. Null is left out: facts that may be missing are to be declared optional and met by a dash.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from mingtang.kernel import Sentence
from mingtang.platform.scenes.packs import Finding

if TYPE_CHECKING:
    from mingtang.engines import dmn
    from mingtang.engines.dmn.model import DecisionTable, Expression, InputClause
    from mingtang.engines.dmn.prove.geometry import Box, Grid

_MOST = 12  # findings of one kind for a table
_SINGLE = ("UNIQUE", "ANY", "FIRST", "PRIORITY")


def tables_of(logic: Expression | None, name: str) -> Iterator[tuple[str, DecisionTable]]:
    """Every decision table within ``logic`` with the name it goes by: entries of contexts and bodies of functions too."""
    from mingtang.engines.dmn import model

    if isinstance(logic, model.DecisionTable):
        yield name, logic
    elif isinstance(logic, model.ContextExpression):
        for entry, _type, inner in logic.entries:
            yield from tables_of(inner, f"{name}.{entry}" if entry else name)
    elif isinstance(logic, model.FunctionExpression):
        yield from tables_of(logic.body, name)
    elif isinstance(logic, model.ConditionalExpression):
        for inner in (logic.then, logic.otherwise):
            yield from tables_of(inner, name)


def check_tables(file: str, content: bytes, found: dmn.Model) -> Iterator[Finding]:
    """What is wrong with the tables of ``found``."""
    for element in (*found.decisions.values(), *found.bkms.values()):
        for name, table in tables_of(element.logic, element.name):
            yield from _Table(file, content, found, name, table).findings()


class _Table:
    def __init__(self, file: str, content: bytes, found: dmn.Model, name: str, table: DecisionTable) -> None:
        self._file, self._content, self._model, self.name, self.table = file, content, found, name, table
        self._kinds: list[str] = []

    def findings(self) -> Iterator[Finding]:
        from mingtang.engines.dmn.prove.geometry import TooLarge
        from mingtang.engines.dmn.prove.cells import Beyond

        if not self.table.rules:
            yield self._finding("scenes.empty_table", -1, "表中没有规则", "the table has no rule")
            return
        try:
            grid = self._grid()
            yield from self._gap(grid)
            yield from self._clashes(grid)
            yield from self._idle(grid)
        except Beyond:
            yield self._finding(
                "scenes.not_proven",
                -1,
                "表中有不是常量或区间的格子，不能用几何方法证明完整",
                "the table has cells that are no constants or intervals: geometry cannot prove it whole",
                "note",
            )
        except TooLarge:
            yield self._finding(
                "scenes.not_proven", -1, "表太大，未能证明完整", "the table is too large to be proven whole", "note"
            )

    def _grid(self) -> Grid:
        from mingtang.engines.dmn.prove.geometry import Grid
        from mingtang.engines.dmn.prove.regions import ANYTHING
        from mingtang.engines.dmn.prove.cells import Beyond, column, region

        columns, cells = [], []
        for c, clause in enumerate(self.table.inputs):
            kind = self._kind(clause)
            trees = [rule.inputs[c].tree for rule in self.table.rules]
            if any(tree is None for tree in trees):
                raise Beyond
            regions = [region(tree, kind) for tree in trees]
            allowed = self._allowed(clause)
            columns.append(
                column(clause.label or clause.expression.text, kind, regions, region(allowed, kind) if allowed else ANYTHING)
            )
            cells.append(regions)
            self._kinds.append(kind)
        boxes = [tuple(columns[c].mask(cells[c][r]) for c in range(len(columns))) for r in range(len(self.table.rules))]
        return Grid(columns, boxes)

    def _kind(self, clause: InputClause) -> str:
        from mingtang.engines.dmn.prove.cells import Beyond

        known = self._model.type(self._ref(clause))
        if known is None or known.name not in ("number", "string", "boolean", "date"):
            raise Beyond
        return known.name

    def _ref(self, clause: InputClause) -> str:
        from mingtang.engines.dmn.feel import ast

        if clause.expression.type_ref:
            return clause.expression.type_ref
        tree = clause.expression.tree
        if isinstance(tree, ast.Name):
            named = {**self._model.inputs, **self._model.decisions}.get(tree.name)
            return named.type_ref if named else ""
        return ""

    def _allowed(self, clause: InputClause):
        if clause.allowed is not None:
            return clause.allowed.tree
        ref = self._ref(clause)
        for _step in range(20):
            item = self._model.items.get(ref)
            if item is None:
                return None
            cell = item.allowed or item.constraint
            if cell is not None:
                return cell.tree
            ref = item.type_ref
        return None

    def _gap(self, grid: Grid) -> Iterator[Finding]:
        if self.table.hit_policy not in _SINGLE or all(output.default is not None for output in self.table.outputs):
            return
        hole = grid.uncovered()
        if hole is not None:
            where = self._where(grid, hole)
            yield self._finding("scenes.gap", -1, f"没有规则适用于 {where}", f"the table has no rule for {where}")

    def _clashes(self, grid: Grid) -> Iterator[Finding]:
        if self.table.hit_policy not in ("UNIQUE", "ANY"):
            return
        rules = self.table.rules
        for i, j in islice(grid.overlaps(), _MOST):
            if self.table.hit_policy == "ANY" and [o.text for o in rules[i].outputs] == [o.text for o in rules[j].outputs]:
                continue
            where = self._where(grid, tuple(a & b for a, b in zip(grid.boxes[i], grid.boxes[j], strict=True)))
            yield self._finding(
                "scenes.conflict",
                j,
                f"第 {i + 1} 条和第 {j + 1} 条规则都适用于 {where}",
                f"rules {i + 1} and {j + 1} both apply to {where}",
            )

    def _idle(self, grid: Grid) -> Iterator[Finding]:
        for i in islice(grid.empty_rules(), _MOST):
            yield self._finding("scenes.never_applies", i, f"第 {i + 1} 条规则永远不会适用", f"rule {i + 1} can never apply")
        if self.table.hit_policy == "FIRST":
            for i in range(1, len(grid.boxes)):
                if all(grid.boxes[i]) and grid.uncovered(grid.boxes[i], range(i)) is None:
                    yield self._finding(
                        "scenes.never_reached",
                        i,
                        f"第 {i + 1} 条规则总被前面的规则挡住",
                        f"rule {i + 1} is never reached: the rules before it cover it",
                    )

    def _where(self, grid: Grid, box: Box) -> str:
        from mingtang.engines.dmn.prove.cells import shown

        parts = []
        for column, mask, kind in zip(grid.columns, box, self._kinds, strict=True):
            if mask == column.full and len(column.pieces) > 1:
                continue
            piece = column.values(mask)[0]
            if piece.is_point:
                said = shown(kind, piece.value) if not repr(piece.value).startswith("any other") else "any other value"
            else:
                low, high = (None if end is None else shown(kind, end) for end in (piece.low, piece.high))
                said = (
                    f"between {low} and {high}"
                    if low and high
                    else f"above {low}"
                    if low
                    else f"below {high}"
                    if high
                    else "any value"
                )
            parts.append(f"{column.name} = {said}")
        return ", ".join(parts) or "any value"

    def _finding(self, code: str, rule: int, zh: str, en: str, level: str = "error") -> Finding:
        ident = self.table.rules[rule].id if rule >= 0 else self.table.id
        at = self._content.find(f'id="{ident}"'.encode()) if ident else -1
        line = self._content[:at].count(b"\n") + 1 if at >= 0 else 0
        return Finding(code, self._file, self.name, line, Sentence(zh, en), level)
