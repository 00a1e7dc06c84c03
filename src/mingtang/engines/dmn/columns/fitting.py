"""Bringing columns to declared types: as the engine does it for one value, once for each different value where the type is more than a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns.column import Column, Unsupported, of_values
from mingtang.engines.dmn.columns.scope import Work
from mingtang.engines.dmn.feel.conforming import Type, coerce

_KINDS = {"number": "number", "quotient": "number", "boolean": "boolean", "date": "date", "months": "years and months duration"}
_DENSE = 1 << 20
_MOST_VALUES = 100_000


def fit(column: Column, kind: Type | None, work: Work, convert: Callable[[Any], Any] | None = None) -> Column:
    """``column`` as ``kind``; rows whose value does not fit are left to the engine. ``convert`` brings one value to the type, None where it
    does not fit; without it the engine's own coercion does. Raises Unsupported.
    """
    if kind is None or column.kind == "null" or (kind.allows is None and _is_of(column, kind)):
        return column
    one = convert or (lambda value: coerce(value, kind))
    if column.kind == "coded":
        return _each_value(column, one, work)
    if column.kind == "boolean":
        return _each_value(Column("coded", column.data.view(np.uint8), column.null, values=(False, True)), one, work)
    if column.kind in ("number", "date") and _KINDS[column.kind] == kind.name:
        work.doubt(_refused(column, one, work, kind))
        return column
    raise Unsupported(f"{column.kind} as {kind.name}")


def _is_of(column: Column, kind: Type) -> bool:
    """Whether all values of the column are of the type as they stand."""
    if kind.name == "Any":
        return True
    if column.kind == "coded":
        return kind.name == "string" and all(type(value) is str for value in column.values)
    if column.kind == "context":
        return kind.name == "context" and all(
            name in column.fields
            and (column.fields[name].kind == "null" or inner.allows is None and _is_of(column.fields[name], inner))
            for name, inner in kind.fields
        )
    return _KINDS.get(column.kind) == kind.name


def _each_value(column: Column, one: Callable[[Any], Any], work: Work) -> Column:
    made, odd = work.keep(
        ("fit", id(column.values), id(one)) if column.values else ("fit", 0),
        (column.values, one),
        lambda: _converted(column.values, one),
    )
    if odd.any():
        work.doubt(odd[column.data] if column.null is None else odd[column.data] & ~column.null)
    if made is None:
        return column
    return made if made.kind == "null" else made.take(column.data).masked(column.null)


def _converted(values: tuple, one: Callable[[Any], Any]) -> tuple[Column | None, np.ndarray]:
    """The converted values as a column (None where they are the same), and which do not fit."""
    made = [one(value) for value in values]
    odd = np.array([value is None for value in made], np.bool_)
    if all(new is old or new is None for new, old in zip(made, values, strict=True)):
        return None, odd
    return of_values(made), odd


def _refused(column: Column, one: Callable[[Any], Any], work: Work, kind: Type) -> np.ndarray | None:
    """Where a number or date is not among the allowed values; each different one is asked once."""
    low, high = int(column.data.min()), int(column.data.max())

    def judged(whole: int) -> bool:
        return one(Column(column.kind, np.array([whole], np.int64), None, column.scale)._values()[0]) is None

    if -_DENSE < low and high < _DENSE:
        known = work.keep(("allowed", id(kind), column.kind, column.scale), kind, lambda: np.full(2 * _DENSE, 2, np.uint8))
        places = column.data.astype(np.int64) + _DENSE
        found = known[places]
        if (found == 2).any():
            for place in np.unique(places[found == 2]).tolist():
                known[place] = judged(place - _DENSE)
            found = known[places]
        refused = found == 1
    else:
        spread, back = np.unique(column.data, return_inverse=True)
        if len(spread) > _MOST_VALUES:
            raise Unsupported("more values than can be held against what is allowed")
        refused = np.array([judged(whole) for whole in spread.tolist()], np.bool_)[back]
    if not refused.any():
        return None
    return refused if column.null is None else refused & ~column.null
