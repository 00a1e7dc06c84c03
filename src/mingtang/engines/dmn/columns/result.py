"""What a run over a population says: everybody's value, the rules that matched, and which rows the engine itself decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns.column import Column, Unsupported, choose, joined, narrow, of_values
from mingtang.engines.dmn.converting import to_json
from mingtang.engines.dmn.table_index import bits


class Matched:
    """The rules of one decision's table that matched: ``codes`` has for each row a place in ``rules`` (numbers from 1)."""

    def __init__(self, parts: Sequence[tuple[np.ndarray, np.ndarray, int]], rules: list[tuple[int, ...]]) -> None:
        self.rules = rules
        self._parts = parts

    @cached_property
    def codes(self) -> np.ndarray:
        """For each row a place in ``rules``; put together when first asked for."""
        kind = np.uint8 if len(self.rules) < 2**8 else np.uint16 if len(self.rules) < 2**16 else np.int32
        return np.concatenate([np.broadcast_to(places.astype(kind)[codes], rows) for codes, places, rows in self._parts])

    def of(self, row: int) -> tuple[int, ...]:
        """The rules that matched in a row."""
        return self.rules[int(self.codes[row])]

    def counts(self) -> dict[tuple[int, ...], int]:
        """How many rows each set of rules matched in."""
        found = np.bincount(self.codes, minlength=len(self.rules))
        return {rules: int(count) for rules, count in zip(self.rules, found, strict=True) if count}


@dataclass(slots=True)
class Result:
    """``column`` holds the decision's values; ``errors`` counts the rows with a fault, ``by_engine`` those that the engine decided
    row by row, ``reasons`` why whole chunks were (with the rows), ``matched`` the rules by decision.
    """

    decision: str
    rows: int
    column: Column
    errors: int = 0
    by_engine: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    matched: dict[str, Matched] = field(default_factory=dict)

    def to_list(self) -> list[Any]:
        """FEEL values, a row each."""
        return self.column.to_list(self.rows)

    def nulls(self) -> np.ndarray:
        """Where the value is null, as truth values."""
        return np.broadcast_to(self.column.nulls(), self.rows)

    def field(self, name: str) -> Column:
        """One entry of a decision that gives contexts. Raises KeyError."""
        if self.column.kind != "context":
            raise KeyError(name)
        inner = self.column.fields[name]
        return inner if inner.kind == "null" else inner.masked(self.column.null)

    def numbers(self, name: str = "") -> tuple[np.ndarray, int, np.ndarray]:
        """Whole numbers, the number of decimal places, and where they are null: the value is numbers / 10**places, exactly.

        Raises TypeError where the decision (or its entry ``name``) is no number of at most 18 digits.
        """
        column = self.field(name) if name else self.column
        if column.kind == "null":
            return np.zeros(self.rows, np.int64), 0, np.ones(self.rows, np.bool_)
        if column.kind != "number":
            raise TypeError(f"{self.decision} is no number")
        return np.broadcast_to(column.data, self.rows), column.scale, np.broadcast_to(column.nulls(), self.rows)

    def codes(self, name: str = "") -> tuple[np.ndarray, list[Any]]:
        """Codes, and the JSON value that each stands for: for counting. Equal values have equal codes; null is a value here."""
        column = self.field(name) if name else self.column
        if column.kind in ("number", "date", "months", "boolean"):
            spread, codes = np.unique(column.data, return_inverse=True)
            values = Column(column.kind, spread, None, column.scale, column.top)._values()
        elif column.kind == "coded":
            codes, values = column.data, list(column.values)
        else:
            held = of_values([str(to_json(value)) for value in column.to_list(self.rows)])
            codes, values = held.data, list(held.values)
        shown = [*map(to_json, values), None]
        codes = np.broadcast_to(codes, self.rows)
        return (codes if column.null is None else np.where(column.null, len(values), codes)), shown


class Gathering:
    """The chunks of a run put together."""

    def __init__(self, decision: str, decisions: Sequence[str], rows: int) -> None:
        self.reasons: Counter[str] = Counter()
        self._decision, self._rows = decision, rows
        self._parts: list[tuple[Column, int]] = []
        self._hits: dict[str, list[tuple[np.ndarray, np.ndarray, int]]] = {name: [] for name in decisions}
        self._sets: dict[str, dict[int, int]] = {name: {} for name in decisions}
        self._errors = self._by_engine = 0

    def add(
        self, value: Column, hits: dict[str, tuple[np.ndarray, list[int]]], rows: int, asked: np.ndarray, outcomes: list[Any]
    ) -> None:
        """One chunk: its columns, and the outcomes of the rows that the engine was asked about."""
        if len(asked):
            value = _overlaid(value, rows, asked, [one[0] for one in outcomes])
            self._by_engine += len(asked)
            self._errors += sum(one[1] for one in outcomes)
        self._parts.append((_small(value), rows))
        for name in {*hits, *(name for one in outcomes for name in one[2])}:
            self._add_hits(name, *hits.get(name, (np.zeros(1, np.uint16), [0])), rows, asked, outcomes)

    def _add_hits(self, name: str, codes: np.ndarray, sets: list[int], rows: int, asked: np.ndarray, outcomes: list[Any]) -> None:
        own = self._sets[name]
        places = np.array([own.setdefault(one, len(own)) for one in sets], np.int32)
        if len(asked):
            codes = np.broadcast_to(places[codes], rows).copy()
            codes[asked] = [own.setdefault(one[2].get(name, 0), len(own)) for one in outcomes]
            places = np.arange(len(own), dtype=np.int32)
        self._hits[name].append((codes, places, rows))

    def result(self) -> Result:
        """Everything together."""
        column = joined(self._parts) if self._parts else of_values([])
        matched = {
            name: Matched(chunks, [tuple(rule + 1 for rule in bits(one)) for one in self._sets[name]])
            for name, chunks in self._hits.items()
            if chunks and sum(rows for *_, rows in chunks) == self._rows
        }
        return Result(self._decision, self._rows, column, self._errors, self._by_engine, dict(self.reasons), matched)


def _small(column: Column) -> Column:
    """Numbers in the smallest type, for a population is kept of them."""
    if column.kind == "number":
        column.data = column.data.astype(narrow(column.top), copy=False)
    return column


def _overlaid(value: Column, rows: int, asked: np.ndarray, given: list[Any]) -> Column:
    """The column with the engine's values at the rows ``asked``."""
    own = of_values(given)
    if len(asked) == rows:
        return own
    back = np.zeros(rows, np.int64)
    back[asked] = np.arange(len(asked))
    mask = np.zeros(rows, np.bool_)
    mask[asked] = True
    try:
        return choose(mask, own if own.kind == "null" else own.take(back), value)
    except Unsupported:
        listed = value.to_list(rows)
        for row, one in zip(asked.tolist(), given, strict=True):
            listed[row] = one
        return of_values(listed)
