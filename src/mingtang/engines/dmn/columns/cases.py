"""Reckoning once for each case instead of once for each person: where a value hangs on few distinct things, the engine is asked for
each of them, and everybody looks theirs up. Whatever the engine says is so right by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns.column import NULL, Column, Unsupported, of_values

_DENSE = 1 << 20


def coded(column: Column) -> tuple[np.ndarray, list[Any]]:
    """Codes and the value each stands for. Raises Unsupported for kinds of which there may be too many values."""
    if column.kind == "null":
        return np.zeros(1, np.uint8), [None]
    if column.kind == "boolean":
        codes, values = column.data.view(np.uint8), [False, True]
    elif column.kind == "coded":
        codes, values = column.data, list(column.values)
    elif column.data is not None and len(column.data) == 1:
        codes, values = np.zeros(1, np.uint8), [next((v for v in column._values() if v is not None), None)]
    else:
        raise Unsupported(f"a {column.kind} that may be any")
    if column.null is None:
        return codes, values
    return np.where(column.null, len(values), codes), [*values, None]


class Cases:
    """Values by case, filled as the cases come. ``sizes`` are the numbers of codes of the columns that make a case."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = tuple(sizes)
        self.count = int(np.prod([float(size) for size in sizes]))
        if self.count > _DENSE:
            raise Unsupported(f"{self.count} cases")
        self._done = np.zeros(self.count, np.bool_)
        self._places = np.zeros(self.count, np.int32)  # of each case among the values reckoned
        self._values: list[Any] = []
        self._odd = np.zeros(self.count, np.bool_)  # cases with a fault: the engine is asked for each such row
        self._column = NULL

    def place(self, codes: Sequence[np.ndarray]) -> np.ndarray:
        """The number of each row's case."""
        kind = np.uint8 if self.count <= 2**8 else np.uint16 if self.count <= 2**16 else np.int32
        made = None
        for size, own in zip(self.sizes, codes, strict=True):
            if size == 1:
                continue
            narrow = own.astype(kind, copy=False)
            made = narrow if made is None else made * kind(size) + narrow
        return np.zeros(1, kind) if made is None else made

    def column(
        self, codes: Sequence[np.ndarray], reckon: Callable[[tuple[int, ...]], tuple[Any, bool]]
    ) -> tuple[Column, np.ndarray | None]:
        """Each row's value, and the rows with a fault; ``reckon`` is asked for the cases not yet known, by their codes."""
        places = self.place(codes)
        seen = np.zeros(self.count, np.bool_)
        seen[places] = True
        missing = np.flatnonzero(seen & ~self._done)
        if len(missing):
            for number in missing.tolist():
                self._places[number] = len(self._values)
                value, self._odd[number] = reckon(tuple(int(at) for at in np.unravel_index(number, self.sizes)))
                self._values.append(value)
            self._done[missing] = True
            found = of_values(self._values)
            self._column = found if found.kind == "null" else found.take(self._places)
        odd = self._odd[places] if self._odd.any() else None
        return (self._column if self.count == 1 or self._column.kind == "null" else self._column.take(places)), odd
