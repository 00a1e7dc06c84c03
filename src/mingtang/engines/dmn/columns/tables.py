"""Decision tables over columns: each input value is brought to the class of values that admit the same rules, the classes of one person
together to the set of rules that match, and the table's own hit policy is asked once for each such set.

Numbers and dates find their class by direct index where the breakpoints lie close, else by bisection; texts and truth values by their
code. Cells that no index holds are reckoned as conditions. The sets are the engine's (``ColumnIndex``), so is what is made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

import numpy as np

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.columns.column import Column, Unsupported, choose, of_values
from mingtang.engines.dmn.columns.expressions import evaluate, names_in
from mingtang.engines.dmn.columns.fitting import fit
from mingtang.engines.dmn.columns.scope import Scope
from mingtang.engines.dmn.feel.builtins import BUILTINS
from mingtang.engines.dmn.feel.compiling import Env
from mingtang.engines.dmn.feel.temporal import Date
from mingtang.engines.dmn.feel.values import Run
from mingtang.engines.dmn.table_index import ColumnIndex, bits
from mingtang.engines.dmn.tables import Column as TableColumn
from mingtang.engines.dmn.tables import CompiledTable

_DENSE = 1 << 17
_FEW = 32  # values of which each may be a class of its own
_EAGER = 1 << 12
_MOST_SETS = 65_000
_UNKNOWN = 65_535
_BY_CLOCK = {"now", "today"}


class _Classes:
    """Values of one kind to classes: ``of(data)`` gives codes, ``sets`` the rules that each class admits."""

    def __init__(self, thresholds: list[int], sets: list[int]) -> None:
        self.sets = list(dict.fromkeys(sets))
        place = {found: i for i, found in enumerate(self.sets)}
        kind = np.uint8 if len(self.sets) < 250 else np.uint16
        classes = np.array([place[found] for found in sets], kind)
        self._thresholds, self._classes = np.array(thresholds, np.int64), classes
        self._dense: np.ndarray | None = None

    def of(self, data: np.ndarray, top: int) -> np.ndarray:
        """The class of each whole number from -top to top."""
        if top >= _DENSE:
            return self._classes[np.searchsorted(self._thresholds, data, "right")]
        return np.take(self.table(top), data)

    def table(self, top: int) -> np.ndarray:
        """The classes of 0 to top, and then of what is below: an index below zero counts from the end."""
        if self._dense is None or len(self._dense) != 2 * top + 1:
            numbers = np.concatenate([np.arange(top + 1), np.arange(-top, 0)])
            self._dense = self._classes[np.searchsorted(self._thresholds, numbers, "right")]
        return self._dense


def _ordered_classes(index: ColumnIndex, column: Column) -> _Classes:
    """The classes of a column of numbers or dates by the index's breakpoints, in whole numbers at the column's scale."""
    kind = Decimal if column.kind == "number" else Date
    points, sets = index._ordered[kind]
    thresholds: list[int] = []
    for point in points:
        exact = point.scaleb(column.scale) if isinstance(point, Decimal) else Decimal(point.number)
        below = int(exact.to_integral_value(ROUND_FLOOR))
        thresholds += [int(exact.to_integral_value(ROUND_CEILING)), below + 1]
    if thresholds and max(map(abs, thresholds)) >= 2**62:
        raise Unsupported("bounds of more than 18 digits")
    return _Classes(thresholds, sets)


class _Joint:
    """Two numberings of sets made one: the intersection of each pair, at once where there are few, else when it first comes about."""

    def __init__(self, left: list[int], right: list[int], into: dict[int, int]) -> None:
        self._left, self._right, self._into = left, right, into
        self._size = len(left) * len(right)
        self.table = np.full(self._size, _UNKNOWN, np.uint16) if self._size <= 1 << 22 else None
        self.is_whole = self._size <= _EAGER
        if self.is_whole:
            self.table = np.array([self._number(pair) for pair in range(self._size)], np.uint16)

    def pairs(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """The number of each row's pair."""
        return _radix(left, right, self._size, len(self._right))

    def of(self, pairs: np.ndarray) -> np.ndarray:
        """The numbers of the joint sets."""
        if self.table is None:
            spread, back = np.unique(pairs, return_inverse=True)
            return np.array([self._number(pair) for pair in spread.tolist()], np.uint16)[back]
        found = self.table[pairs]
        missing = found == _UNKNOWN
        if missing.any():
            for pair in np.unique(pairs[missing]).tolist():
                self.table[pair] = self._number(pair)
            found = self.table[pairs]
        return found

    def _number(self, pair: int) -> int:
        first, second = divmod(pair, len(self._right))
        made = self._into.setdefault(self._left[first] & self._right[second], len(self._into))
        if made >= _MOST_SETS:
            raise Unsupported("too many sets of rules")
        return made


def _radix(left: np.ndarray, right: np.ndarray, size: int, base: int) -> np.ndarray:
    """left * base + right, in the smallest type that holds ``size`` numbers."""
    kind = np.uint8 if size <= 2**8 else np.uint16 if size <= 2**16 else np.int64
    made = left.astype(kind, copy=False) * kind(base)
    more = right.astype(kind, copy=False)
    if made.shape != more.shape:
        return made + more
    made += more
    return made


class TableWay:
    """One table over columns. After ``evaluate``, ``hits`` holds each row's number in ``sets``, the rules that matched as bits."""

    def __init__(self, compiled: CompiledTable, home: m.Model) -> None:
        self.compiled, self.table = compiled, compiled.table
        self.sets: dict[int, int] = {}
        self._rows = np.zeros(0, np.uint16)  # of each row its number in _numbers, or in sets where that is None
        self._numbers: np.ndarray | None = None
        self._home = home
        self._closed = [all(_is_closed(entry) for entry in rule.outputs) for rule in self.table.rules]
        self._default_closed = all(clause.default is None or _is_closed(clause.default) for clause in self.table.outputs)
        self._kept: dict[Any, Any] = {}

    @property
    def hits(self) -> np.ndarray:
        """Each row's number in ``sets``."""
        return self._rows if self._numbers is None else self._numbers[self._rows]

    def matched(self) -> tuple[np.ndarray, list[int]]:
        """Each row's code, and the rules that matched, as bits, of each code."""
        sets = list(self.sets)
        return self._rows, sets if self._numbers is None else [sets[number] for number in self._numbers.tolist()]

    def evaluate(self, scope: Scope) -> Column:
        """The table's value for everybody. Raises Unsupported."""
        parts: list[tuple[np.ndarray, list[int]]] = []
        for number, (name, _code, kind, _plain, _rules, column) in enumerate(self.compiled._steps):
            tree = self.table.inputs[number].expression.tree
            found = scope.find(name) if name else None
            if not isinstance(found, Column):
                if tree is None:
                    raise Unsupported("an input that is not FEEL")
                found = evaluate(tree, scope)
            found = fit(found, kind, scope.work)
            self._hold_allowed(number, column, found, scope)
            parts += self._parts(number, column, found, scope)
        self._rows, self._numbers = self._joined(parts)
        return self._valued(scope)

    def _hold_allowed(self, number: int, column: TableColumn, found: Column, scope: Scope) -> None:
        index, cell = column.allowed
        if index is None or cell is None or cell.tree is None:
            return
        if index.dynamic:
            scope.work.doubt(~evaluate(cell.tree, scope.under(found)).true())
            return
        codes, sets = self._classified(("allowed", number), index, found)
        scope.work.doubt(~np.array([bool(one) for one in sets])[codes])

    def _parts(self, number: int, column: TableColumn, found: Column, scope: Scope) -> list[tuple[np.ndarray, list[int]]]:
        dynamic = column.index.dynamic
        codes, sets = self._classified(number, column.index, found)
        made = [(codes, self._keep((number, "sets", tuple(sets)), lambda: [one | dynamic for one in sets]))]
        for rule in bits(dynamic):
            tree = self.table.rules[rule].inputs[number].tree
            if tree is not None:
                admits = evaluate(tree, scope.under(found)).true()
                made.append(
                    (admits.view(np.uint8), self._keep((number, rule), lambda rule=rule: [column.all & ~(1 << rule), column.all]))
                )
        return made

    def _keep(self, mark: Any, make: Any) -> Any:
        if mark not in self._kept:
            self._kept[mark] = make()
        return self._kept[mark]

    def _classified(self, mark: Any, index: ColumnIndex, found: Column) -> tuple[np.ndarray, list[int]]:
        """The class of each row, and the rules of each class; null has one of its own."""
        null = index.rules(None) or 0
        if found.kind == "null":
            return np.zeros(1, np.uint8), self._keep((mark, "null"), lambda: [null])
        if found.kind in ("number", "date"):
            classes = self._keep((mark, found.kind, found.scale), lambda: _ordered_classes(index, found))
            if found.top < _FEW and found.data.min() >= 0:
                codes = found.data.view(np.uint8) if found.data.dtype == np.int8 else found.data.astype(np.uint8)
                sets = self._keep(
                    (mark, "few", found.kind, found.scale), lambda: [classes.sets[c] for c in classes.table(_FEW)[:_FEW]]
                )
            else:
                codes, sets = classes.of(found.data, found.top), classes.sets
        elif found.kind in ("boolean", "coded"):
            values = (False, True) if found.kind == "boolean" else found.values
            data = found.data.view(np.uint8) if found.kind == "boolean" else found.data
            translated, sets, _held = self._keep(
                (mark, id(found.values), found.kind), lambda: (*_by_value(index, values), found.values)
            )
            if len(values) < _FEW and data.dtype.kind == "u":
                sets = self._keep((mark, "own", id(found.values), found.kind), lambda: [sets[c] for c in translated])
                codes = data
            else:
                codes = np.take(translated, data)
        else:
            raise Unsupported(f"a table over {found.kind}")
        if found.null is None:
            return codes, sets
        sets = self._keep((mark, found.kind, tuple(sets)), lambda: [*sets, null])
        return np.where(found.null, np.array(len(sets) - 1, np.uint16), codes), sets

    def _joined(self, parts: Sequence[tuple[np.ndarray, list[int]]]) -> tuple[np.ndarray, np.ndarray | None]:
        """Each row's number in ``sets``, or its number in an array of such numbers."""
        if not parts:
            return np.full(1, self.sets.setdefault(self.compiled._all, len(self.sets)), np.uint16), None
        codes, sets = parts[0]
        for i, (more, others) in enumerate(parts[1:]):
            is_last = i == len(parts) - 2
            size = len(sets) * len(others)
            if not is_last and size <= _EAGER:
                codes = _radix(codes, more, size, len(others))
                sets = self._keep(("pairs", i, id(sets), id(others)), lambda s=sets, o=others: [a & b for a in s for b in o])
                continue
            into = self.sets if is_last else self._keep(("numbers", i), dict)
            joint, _s, _o = self._keep(
                ("joint", i, id(sets), len(sets), id(others)), lambda s=sets, o=others, t=into: (_Joint(s, o, t), s, o)
            )
            pairs = joint.pairs(codes, more)
            if is_last and joint.is_whole:
                return pairs, joint.table
            codes = joint.of(pairs)
            sets = self._keep(("list", i, len(into)), lambda t=into: list(t))
        if len(parts) > 1:
            return codes, None
        return codes, np.array([self.sets.setdefault(one, len(self.sets)) for one in sets], np.uint16)

    def _valued(self, scope: Scope) -> Column:
        """What the hit policy makes of each set; rules whose outputs hang on facts are reckoned for those they match."""
        made, odd, open_ = self._keep(("values", len(self.sets)), lambda: self._outcomes(scope))
        if odd is not None:
            scope.work.doubt(odd[self.hits])
        if made.kind == "null":
            column = made
        elif self._numbers is None:
            column = made.take(self._rows)
        else:
            by_pair, _n = self._keep(
                ("pair values", len(self.sets), id(self._numbers)), lambda n=self._numbers: (made.take(n), n)
            )
            column = by_pair.take(self._rows)
        return self._opened(open_[self.hits], column, scope) if open_.any() else column

    def _outcomes(self, scope: Scope) -> tuple[Column, np.ndarray | None, np.ndarray]:
        """For each set: its value, whether the engine must be asked, and the rule (from 1) whose outputs are to be reckoned, or 0."""
        values: list[Any] = []
        odd, open_ = np.zeros(len(self.sets), np.bool_), np.zeros(len(self.sets), np.int32)
        for number, hits in enumerate(self.sets):
            value = None
            if (
                self._default_closed
                if not hits and self.compiled._has_default
                else all(self._closed[rule] for rule in bits(hits))
            ):
                run = Run(100_000)
                value = self.compiled._result(hits, [], Env({"\0types": scope.find("\0types")}, None, run))
                odd[number] = bool(run.faults)
            elif hits and (not hits & (hits - 1) or self.table.hit_policy == "FIRST") and self._is_single():
                open_[number] = (hits & -hits).bit_length()
            else:
                odd[number] = True
            values.append(value)
        return of_values(values), odd if odd.any() else None, open_

    def _is_single(self) -> bool:
        return self.table.hit_policy in ("UNIQUE", "FIRST", "ANY", "PRIORITY")

    def _opened(self, rules: np.ndarray, column: Column, scope: Scope) -> Column:
        by_text: dict[tuple[str, ...], list[int]] = {}
        for rule in np.flatnonzero(np.bincount(rules, minlength=1)).tolist():
            if rule:
                by_text.setdefault(tuple(entry.text.strip() for entry in self.table.rules[rule - 1].outputs), []).append(rule)
        for members in by_text.values():
            mask = rules == members[0]
            for rule in members[1:]:
                mask |= rules == rule
            with scope.work.only(mask):
                column = choose(mask, self._row(members[0] - 1, scope), column)
        return column

    def _row(self, rule: int, scope: Scope) -> Column:
        row = {}
        for clause, entry in zip(self.table.outputs, self.table.rules[rule].outputs, strict=True):
            if entry.tree is None or clause.allowed is not None:
                raise Unsupported("an output that is not FEEL or held against allowed values")
            row[clause.name] = fit(evaluate(entry.tree, scope), self._home.type(clause.type_ref), scope.work)
        return next(iter(row.values())) if len(self.table.outputs) == 1 else Column("context", fields=row)


def _is_closed(entry: m.LiteralExpression) -> bool:
    """Whether an output is the same for everybody, whenever it is asked."""
    return entry.tree is not None and names_in(entry.tree) <= BUILTINS.keys() - _BY_CLOCK


def _by_value(index: ColumnIndex, values: Sequence[Any]) -> tuple[np.ndarray, list[int]]:
    """For each value of a column its class, and the rules of each class. Raises Unsupported for values that no index holds."""
    found = [index.rules(value) for value in values]
    if any(one is None for one in found):
        raise Unsupported("a table over values that no index holds")
    sets = list(dict.fromkeys(one for one in found if one is not None)) or [0]
    place = {one: i for i, one in enumerate(sets)}
    return np.array([place[one] for one in found if one is not None] or [0], np.uint8 if len(sets) < 250 else np.uint16), sets
