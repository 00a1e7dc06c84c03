"""Facts as they come - numpy arrays, Polars series or frames, lists - to columns. A missing value, also a NaN, is null.

Binary floating point is read as the engine reads a float: by its shortest decimal form. Sums of money come whole if they can.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns.column import Column, narrow, of_values
from mingtang.engines.dmn.converting import to_feel

_MOST_FLOAT = 10**15
_MOST_PLACES = 6


def columns_of(facts: Any) -> tuple[dict[str, Column], int]:
    """The columns of ``facts`` by name, and their number of rows; a Column is one value for all. Raises ValueError where they are of different lengths."""
    named = facts if isinstance(facts, Mapping) else {name: facts[name] for name in facts.columns}
    lengths = {len(values) for values in named.values() if not isinstance(values, Column)}
    if len(lengths) > 1:
        raise ValueError("the facts have different numbers of rows")
    return {name: column(values) for name, values in named.items()}, lengths.pop() if lengths else 0


def column(values: Any) -> Column:
    """The column of one fact."""
    if isinstance(values, Column):
        return values
    if hasattr(values, "to_physical"):
        return _of_series(values)
    return _of_array(values) if isinstance(values, np.ndarray) else _of_list(list(values))


def _of_series(series: Any) -> Column:
    import polars as pl

    kind = series.dtype
    null = series.is_null().to_numpy() if series.null_count() else None
    if kind == pl.Enum and 0 < len(kind.categories) < 65_000:
        codes = series.to_physical()
        return Column(
            "coded", (codes if null is None else codes.fill_null(0)).to_numpy(), null, values=tuple(kind.categories.to_list())
        )
    if kind in (pl.Categorical, pl.Enum, pl.String):
        return _words(series.cast(pl.Categorical) if kind == pl.String else series, null)
    if kind == pl.Date:
        return _dates(series.to_physical().fill_null(0).to_numpy(), null)
    if kind == pl.Boolean:
        return Column("boolean", series.fill_null(False).to_numpy(), null)
    if kind.is_integer() or kind in (pl.Float32, pl.Float64):
        made = _of_array(series.fill_null(0).to_numpy())
        return made if null is None else made.masked(null)
    return _of_list(series.to_list())


def _words(series: Any, null: np.ndarray | None) -> Column:
    """A categorical series by the words that occur in it; Polars numbers all words of the process, so they are numbered anew."""
    import polars as pl

    found = series.unique().drop_nulls()
    words, marks = found.cast(pl.String).to_list(), found.to_physical().to_numpy()
    renumbered = np.zeros(
        int(marks.max(initial=0)) + 1, np.uint8 if len(words) < 250 else np.uint16 if len(words) < 65_000 else np.int64
    )
    renumbered[marks] = np.arange(len(words))
    return Column(
        "coded",
        renumbered[series.to_physical().fill_null(int(marks[0]) if len(marks) else 0).to_numpy()],
        null,
        values=tuple(words) or ("",),
    )


def _of_array(array: np.ndarray) -> Column:
    if array.ndim != 1:
        raise ValueError("a fact has one value a person")
    kind = array.dtype.kind
    if kind == "b":
        return Column("boolean", array)
    if kind in "iu" and len(array):
        top = max(abs(int(array.min())), abs(int(array.max())))
        if top < 2**62:
            return Column("number", array.astype(narrow(top), copy=False), top=top)
    if kind == "f" and array.dtype.itemsize == 8 and len(array):
        return _floats(array)
    if kind == "M":
        days = array.astype("datetime64[D]")
        if (days == array).all():
            missing = np.isnat(array)
            return _dates(np.where(missing, 0, days.astype(np.int64)), missing if missing.any() else None)
    if kind == "U":
        spread, codes = np.unique(array, return_inverse=True)
        return Column("coded", codes.astype(np.uint8 if len(spread) < 250 else np.int64), values=tuple(spread.tolist()) or ("",))
    return _of_list(array.tolist())


def _dates(days: np.ndarray, null: np.ndarray | None) -> Column:
    top = int(np.abs(days).max()) if len(days) else 0
    return Column("date", days.astype(np.int64), null, top=top)


def _floats(array: np.ndarray) -> Column:
    """Floats that are decimals of few places as whole numbers: up to 15 digits each such decimal has a float of its own."""
    missing = np.isnan(array)
    null = missing if missing.any() else None
    held = np.where(missing, 0, array) if null is not None else array
    for places in range(_MOST_PLACES + 1):
        whole = np.rint(held * 10**places)
        if np.isfinite(whole).all() and np.abs(whole).max() < _MOST_FLOAT and (whole / 10**places == held).all():
            top = int(np.abs(whole).max())
            return Column("number", whole.astype(narrow(top)), null, places, top)
    return _of_list([None if off else value for value, off in zip(array.tolist(), missing.tolist(), strict=True)])


def _of_list(values: list[Any]) -> Column:
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int} and max(map(abs, (v for v in values if v is not None))) < 2**62:
        null = np.array([v is None for v in values]) if None in values else None
        made = _of_array(np.array([v or 0 for v in values], np.int64))
        return made if null is None else made.masked(null)
    if kinds <= {int, float} and kinds:
        values = [None if value != value else value for value in values]
    made = of_values([to_feel(value) for value in values])
    if made.kind == "coded" and len(made.values) < 250:
        made.data = made.data.astype(np.uint8)
    return made


def constant(value: Any) -> Column:
    """One value for everybody, as a fact: a number of the law, the day of effect."""
    return of_values([to_feel(value)])
