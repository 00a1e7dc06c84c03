"""A column of values of one kind, as many people's values at once: integers under a null mask, never a float.

Kinds: number (whole numbers times 10^-scale), quotient (two such numbers, the division not yet rounded), date (day numbers), months
(durations), boolean, context (columns by name), null, and coded: places in a tuple of any FEEL values. A column of length one stands
for all rows. ``top`` bounds the absolute numbers, so that no sum or product can leave 64 bits unseen: it is refused as Unsupported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from mingtang.engines.dmn.feel.comparing import key
from mingtang.engines.dmn.feel.temporal import Date, YearMonthDuration
from mingtang.engines.dmn.feel.values import DECIMAL128

LIMIT = 2**62
_DEEPEST_SCALE = 18
_PLAIN = {"number": np.int64, "date": np.int64, "months": np.int64, "boolean": np.bool_}


class Unsupported(Exception):
    """Why something cannot be reckoned in columns with a result certain to be the engine's."""


@dataclass(slots=True)
class Column:
    """``data`` and ``null`` (None where nothing is null) have as many rows as the facts, or one for all of them."""

    kind: str
    data: Any = None
    null: np.ndarray | None = None
    scale: int = 0
    top: int = 0
    values: tuple = ()
    fields: dict[str, Column] = field(default_factory=dict)
    den: np.ndarray | None = None  # a quotient's divisor, above zero
    den_top: int = 0

    def masked(self, mask: np.ndarray | None) -> Column:
        """The same with null where ``mask`` is true."""
        if mask is None or self.kind == "null":
            return self
        null = mask if self.null is None else self.null | mask
        return Column(self.kind, self.data, null, self.scale, self.top, self.values, self.fields, self.den, self.den_top)

    def part(self, start: int, stop: int) -> Column:
        """The rows from ``start`` to ``stop``; a column for all rows stays as it is."""
        cut = {name: inner.part(start, stop) for name, inner in self.fields.items()}
        data, null, den = (a if a is None or len(a) == 1 else a[start:stop] for a in (self.data, self.null, self.den))
        return Column(self.kind, data, null, self.scale, self.top, self.values, cut, den, self.den_top)

    def take(self, codes: np.ndarray) -> Column:
        """The rows at ``codes``; the column must have as many rows as the codes count."""
        picked = {name: inner.take(codes) for name, inner in self.fields.items()}
        data, null, den = (a if a is None or len(a) == 1 else np.take(a, codes) for a in (self.data, self.null, self.den))
        return Column(self.kind, data, null, self.scale, self.top, self.values, picked, den, self.den_top)

    def true(self) -> np.ndarray:
        """Where a boolean column is true and not null; for any other kind nowhere."""
        if self.kind != "boolean":
            return np.zeros(1, np.bool_)
        return self.data if self.null is None else self.data & ~self.null

    def nulls(self) -> np.ndarray:
        """Where the column is null."""
        if self.kind == "null":
            return np.ones(1, np.bool_)
        return np.zeros(1, np.bool_) if self.null is None else self.null

    def to_list(self, rows: int) -> list[Any]:
        """The FEEL values of ``rows`` rows."""
        found = self._values()
        return found * rows if len(found) == 1 and rows != 1 else found

    def _values(self) -> list[Any]:
        if self.kind == "null":
            return [None]
        if self.kind == "context":
            size = max([1, len(self.nulls()), *(len(inner._values()) for inner in self.fields.values())])
            rows = zip(*(inner.to_list(size) for inner in self.fields.values()), strict=True) if self.fields else [()] * size
            made: list[Any] = [dict(zip(self.fields, row, strict=True)) for row in rows]
        elif self.kind == "quotient":
            pairs = np.broadcast_arrays(self.data, self.den)
            made = [DECIMAL128.divide(Decimal(a), Decimal(b)) for a, b in zip(pairs[0].tolist(), pairs[1].tolist(), strict=True)]
        else:
            make = {
                "number": lambda v: Decimal(v).scaleb(-self.scale) if self.scale else Decimal(v),
                "date": Date.from_number,
                "months": YearMonthDuration,
                "boolean": bool,
                "coded": lambda v: self.values[v],
            }[self.kind]
            made = [make(v) for v in self.data.tolist()]
        null = self.nulls()
        if len(made) == 1 and len(null) > 1:
            made = made * len(null)
        return [None if off else v for v, off in zip(made, null.tolist() * (len(made) if len(null) == 1 else 1), strict=True)]


NULL = Column("null")


def boolean(data: np.ndarray, null: np.ndarray | None = None) -> Column:
    """A column of truth values."""
    return Column("boolean", data, null)


def either(*masks: np.ndarray | None) -> np.ndarray | None:
    """Where any of the masks is true; None where none can be."""
    made = None
    for mask in masks:
        if mask is not None:
            made = mask if made is None else made | mask
    return made


def of_values(values: Sequence[Any]) -> Column:
    """The column of some FEEL values: of their common kind if there is one, else coded."""
    some = [value for value in values if value is not None]
    if not some:
        return Column("null") if len(values) != 1 else NULL
    kinds = {type(value) for value in some}
    null = np.array([value is None for value in values]) if len(some) != len(values) else None
    if kinds == {Decimal}:
        made = _numbers(values, null)
        if made is not None:
            return made
    elif kinds == {bool}:
        return boolean(np.array([bool(value) for value in values]), null)
    elif kinds == {Date}:
        days = [0 if value is None else value.number for value in values]
        return Column("date", np.array(days, np.int64), null, top=max(map(abs, days)))
    elif kinds == {YearMonthDuration} and all(abs(value.months) < LIMIT for value in some):
        months = [0 if value is None else value.months for value in values]
        return Column("months", np.array(months, np.int64), null, top=max(map(abs, months)))
    elif kinds == {dict} and len({tuple(value) for value in some}) == 1:
        fields = {name: of_values([None if value is None else value[name] for value in values]) for name in some[0]}
        return Column("context", null=null, fields=fields)
    return _coded(values, null)


def _coded(values: Sequence[Any], null: np.ndarray | None) -> Column:
    places: dict[Any, int] = {}
    distinct: list[Any] = []
    codes = np.zeros(len(values), np.int64)
    for i, value in enumerate(values):
        if value is None:
            continue
        try:
            mark = key(value)
            at = places.setdefault(mark, len(distinct))
        except TypeError:
            raise Unsupported("a value that cannot be told from others") from None
        if at == len(distinct):
            distinct.append(value)
        codes[i] = at
    return Column("coded", codes, null, values=tuple(distinct))


def _numbers(values: Sequence[Any], null: np.ndarray | None) -> Column | None:
    """The numbers at their common scale, or None where they need more than 64 bits or 18 places."""
    scale = 0
    for value in values:
        if value is not None:
            exponent = value.as_tuple().exponent
            if -exponent > scale:
                scale = max(scale, -value.normalize(DECIMAL128).as_tuple().exponent)
            if value.adjusted() > 18 or scale > _DEEPEST_SCALE:
                return None
    made = [0 if value is None else int(value.scaleb(scale, DECIMAL128)) for value in values]
    top = max(map(abs, made))
    return Column("number", np.array(made, narrow(top)), null, scale, top) if top < LIMIT else None


def narrow(top: int) -> type:
    """The smallest type for whole numbers from -top to top: what is small stays in the cache."""
    return np.int8 if top < 2**7 else np.int16 if top < 2**15 else np.int32 if top < 2**31 else np.int64


def scaled(column: Column, scale: int) -> np.ndarray:
    """The whole numbers of a number column at a finer ``scale``. Raises Unsupported beyond 64 bits."""
    by = 10 ** (scale - column.scale)
    if column.top * by >= LIMIT:
        raise Unsupported("numbers of more than 18 digits")
    return column.data if by == 1 else column.data.astype(np.int64) * by


def _empty(like: Column) -> Column:
    """All null, of the kind of ``like``."""
    everywhere = np.ones(1, np.bool_)
    if like.kind == "context":
        return Column("context", null=everywhere, fields={name: _empty(inner) for name, inner in like.fields.items()})
    zero = np.zeros(1, _PLAIN.get(like.kind, np.int64))
    return Column(
        like.kind, zero, everywhere, like.scale, 0, like.values, {}, None if like.den is None else np.ones(1, np.int64), 1
    )


def choose(first: np.ndarray, then: Column, other: Column) -> Column:
    """``then`` where ``first`` is true, ``other`` elsewhere. Raises Unsupported where the two are of different kinds."""
    if then.kind == "null" and other.kind == "null":
        return NULL
    if then.kind == "null":
        then = _empty(other)
    if other.kind == "null":
        other = _empty(then)
    then, other = _alike(then, other)
    null = None if then.null is None and other.null is None else np.where(first, then.nulls(), other.nulls())
    if then.kind == "context":
        return Column("context", null=null, fields={n: choose(first, then.fields[n], other.fields[n]) for n in then.fields})
    top = max(then.top, other.top)
    if then.kind == "number":
        scale = max(then.scale, other.scale)
        data = np.where(first, scaled(then, scale), scaled(other, scale))
        return Column(
            "number", data, null, scale, max(then.top * 10 ** (scale - then.scale), other.top * 10 ** (scale - other.scale))
        )
    if then.kind == "coded" and then.values is not other.values:
        return _choose_coded(first, then, other, null)
    den = None if then.den is None or other.den is None else np.where(first, then.den, other.den)
    return Column(
        then.kind, np.where(first, then.data, other.data), null, 0, top, then.values, {}, den, max(then.den_top, other.den_top)
    )


def _alike(then: Column, other: Column) -> tuple[Column, Column]:
    if then.kind == other.kind:
        if then.kind == "context" and then.fields.keys() != other.fields.keys():
            raise Unsupported("contexts of different entries")
        return then, other
    pair = []
    if {then.kind, other.kind} == {"number", "quotient"}:
        return _as_quotient(then), _as_quotient(other)
    for one, fellow in ((then, other), (other, then)):
        if fellow.kind == "coded" and one.data is not None and len(one.data) == 1:
            one = _coded([v for v in one._values() if v is not None][:1] or [None], one.null)
        pair.append(one)
    if pair[0].kind != pair[1].kind:
        raise Unsupported(f"{then.kind} or {other.kind}, as the case may be")
    return pair[0], pair[1]


def _as_quotient(column: Column) -> Column:
    if column.kind == "quotient":
        return column
    below = 10**column.scale
    return Column(
        "quotient", column.data.astype(np.int64), column.null, 0, column.top, den=np.array([below], np.int64), den_top=below
    )


def _choose_coded(first: np.ndarray, then: Column, other: Column, null: np.ndarray | None) -> Column:
    merged = _coded([*then.values, *other.values], None)
    codes = merged.data
    mine = codes[: len(then.values)] if then.values else np.zeros(1, np.int64)
    theirs = codes[len(then.values) :] if other.values else np.zeros(1, np.int64)
    return Column("coded", np.where(first, mine[then.data], theirs[other.data]), null, values=merged.values)


def joined(parts: Sequence[tuple[Column, int]]) -> Column:
    """The columns one under another; with each the number of its rows."""
    if len(parts) == 1 and parts[0][0].kind != "null" and (parts[0][0].data is None or len(parts[0][0].data) == parts[0][1]):
        return parts[0][0]
    kinds = {column.kind for column, _ in parts} - {"null"}
    if not kinds:
        return NULL
    if len(kinds) > 1 or kinds == {"quotient"}:
        return of_values([value for column, rows in parts for value in column.to_list(rows)])
    like = next(column for column, _ in parts if column.kind != "null")
    parts = [(_empty(like) if column.kind == "null" else column, rows) for column, rows in parts]
    null = None
    if any(column.null is not None for column, _ in parts):
        null = np.concatenate([np.broadcast_to(column.nulls(), rows) for column, rows in parts])
    if like.kind == "context":
        if any(column.fields.keys() != like.fields.keys() for column, _ in parts):
            return of_values([value for column, rows in parts for value in column.to_list(rows)])
        return Column("context", null=null, fields={n: joined([(c.fields[n], rows) for c, rows in parts]) for n in like.fields})
    return _stacked(like, parts, null)


def _stacked(like: Column, parts: Sequence[tuple[Column, int]], null: np.ndarray | None) -> Column:
    values, scale, top = like.values, max(column.scale for column, _ in parts), max(column.top for column, _ in parts)
    if like.kind == "number":
        try:
            arrays = [scaled(column, scale) for column, _ in parts]
        except Unsupported:
            return of_values([value for column, rows in parts for value in column.to_list(rows)])
        top = max(column.top * 10 ** (scale - column.scale) for column, _ in parts)
    elif like.kind == "coded" and any(column.values is not values for column, _ in parts):
        merged = _coded([value for column, _ in parts for value in column.values], None)
        arrays, at = [], 0
        for column, _ in parts:
            own = merged.data[at : at + len(column.values)] if column.values else np.zeros(1, np.int64)
            arrays.append(own[column.data])
            at += len(column.values)
        values = merged.values
    else:
        arrays = [column.data for column, _ in parts]
    data = np.concatenate([np.broadcast_to(array, rows) for array, (_, rows) in zip(arrays, parts, strict=True)])
    return Column(like.kind, data, null, scale, top, values)
