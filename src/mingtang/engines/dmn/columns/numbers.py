"""Arithmetic, order and rounding of columns, as the engine has them for one value (DMN 1.5, tables 45 to 50): null where it says null.

A division is kept as a quotient, two whole numbers. Rounding it, or holding it against a number, is exact: with less than 2^62 above
and below the line no quotient lies so near a bound that rounding to 34 digits could carry it across.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from mingtang.engines.dmn.columns.column import LIMIT, NULL, Column, Unsupported, boolean, either, scaled

_COMPARE = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_ORDERED = ("number", "quotient", "date", "months")
_PLAIN = ("number", "date", "months", "boolean")


def _guard(top: int) -> int:
    if top >= LIMIT:
        raise Unsupported("numbers of more than 18 digits")
    return top


def arithmetic(op: str, left: Column, right: Column) -> Column:
    """left op right for + - * /. Raises Unsupported where the columns do not hold what it takes."""
    if left.kind == "null" or right.kind == "null":
        return NULL
    null = either(left.null, right.null)
    if left.kind == right.kind == "number":
        return _NUMBER[op](left, right, null)
    if left.kind == right.kind == "months" and op in "+-":
        data = left.data + right.data if op == "+" else left.data - right.data
        return Column("months", data, null, top=_guard(left.top + right.top))
    if "boolean" in (left.kind, right.kind) and {left.kind, right.kind} <= {*_PLAIN, "quotient"}:
        return NULL
    raise Unsupported(f"{left.kind} {op} {right.kind}")


def _add(left: Column, right: Column, null: Any, sign: int = 1) -> Column:
    scale = max(left.scale, right.scale)
    first, second = scaled(left, scale).astype(np.int64, copy=False), scaled(right, scale)
    top = _guard(left.top * 10 ** (scale - left.scale) + right.top * 10 ** (scale - right.scale))
    return Column("number", first + second if sign > 0 else first - second, null, scale, top)


def _multiply(left: Column, right: Column, null: Any) -> Column:
    top = _guard(left.top * right.top)
    if left.scale + right.scale > 18:
        raise Unsupported("numbers of more than 18 places")
    return Column("number", left.data.astype(np.int64, copy=False) * right.data, null, left.scale + right.scale, top)


def _divide(left: Column, right: Column, null: Any) -> Column:
    """A constant divisor of twos and fives is a factor; all else is a quotient. Division by zero is null."""
    if len(right.data) == 1 and right.null is None and (made := _by_constant(left, right, null)) is not None:
        return made
    scale = max(left.scale, right.scale)
    num, den = scaled(left, scale).astype(np.int64, copy=False), scaled(right, scale).astype(np.int64, copy=False)
    zero = den == 0
    null = either(null, zero if zero.any() else None)
    num, den = np.where(den < 0, -num, num), np.where(zero, 1, np.abs(den))
    num_top, den_top = (column.top * 10 ** (scale - column.scale) for column in (left, right))
    return Column("quotient", num, null, 0, num_top, den=den, den_top=max(1, den_top))


def _by_constant(left: Column, right: Column, null: Any) -> Column | None:
    divisor = int(right.data[0])
    for places in range(19):
        if divisor and 10**places % abs(divisor) == 0:
            scale = left.scale + places - right.scale
            if scale < 0:
                return None
            factor = 10**places // divisor
            top = left.top * abs(factor)
            if scale > 18 or top >= LIMIT:
                return None
            return Column("number", left.data.astype(np.int64, copy=False) * factor, null, scale, top)
    return None


_NUMBER = {"+": _add, "-": lambda a, b, null: _add(a, b, null, -1), "*": _multiply, "/": _divide}


def negate(column: Column) -> Column:
    """-column."""
    if column.kind in ("number", "months", "quotient"):
        return Column(
            column.kind,
            -column.data.astype(np.int64, copy=False),
            column.null,
            column.scale,
            column.top,
            den=column.den,
            den_top=column.den_top,
        )
    if column.kind in ("null", "boolean", "date"):
        return NULL
    raise Unsupported(f"- {column.kind}")


def compare(op: str, left: Column, right: Column) -> Column:
    """left op right, three-valued. Raises Unsupported for coded columns and contexts."""
    if left.kind == "null" or right.kind == "null":
        return _with_null(op, left, right)
    for column in (left, right):
        if column.kind not in (*_ORDERED, "boolean"):
            raise Unsupported(f"{left.kind} {op} {right.kind}")
    numeric = {left.kind, right.kind} <= {"number", "quotient"}
    comparable = numeric or left.kind == right.kind and (left.kind != "boolean" or op in ("=", "!="))
    first, second = _sides(left, right) if numeric else (left.data, right.data)
    found = _COMPARE[op](first, second) if comparable else np.zeros(1, np.bool_)
    null = either(left.null, right.null)
    if op not in ("=", "!="):
        return boolean(found, null if comparable else np.ones(1, np.bool_))
    if null is None:
        return boolean(found, None if comparable else np.ones(1, np.bool_))
    # null equals null alone, and says so; only two values of different kinds cannot be compared
    both, none = left.nulls() & right.nulls(), null
    data = np.where(none, both if op == "=" else ~both, found)
    return boolean(data, None if comparable else ~none)


def _with_null(op: str, left: Column, right: Column) -> Column:
    if op not in ("=", "!="):
        return boolean(np.zeros(1, np.bool_), np.ones(1, np.bool_))
    both = left.nulls() & right.nulls()
    return boolean(both if op == "=" else ~both)


def _sides(left: Column, right: Column) -> tuple[Any, Any]:
    """Whole numbers that stand to one another as the two columns do."""
    if left.kind == right.kind == "number":
        scale = max(left.scale, right.scale)
        return scaled(left, scale), scaled(right, scale)
    if left.kind == right.kind:
        _guard(left.top * right.den_top), _guard(right.top * left.den_top)
        # two quotients may be equal only after rounding to 34 digits; within 2^62 they differ by more
        return left.data * right.den, right.data * left.den
    if left.kind == "number":
        second, first = _sides(right, left)
        return first, second
    _guard(left.top * 10**right.scale), _guard(right.top * left.den_top)
    return left.data.astype(np.int64, copy=False) * 10**right.scale, right.data * left.den


def logic(op: str, operands: list[Column]) -> Column:
    """Conjunction or disjunction, three-valued; what is no truth value counts as unknown."""
    decisive = op == "or"
    decided: Any = np.zeros(1, np.bool_)
    unknown: Any = None
    for column in operands:
        if column.kind != "boolean":
            if column.kind == "coded":
                raise Unsupported("a truth value among others")
            unknown = np.ones(1, np.bool_)
            continue
        hit = column.data if decisive else ~column.data
        decided = decided | (hit if column.null is None else hit & ~column.null)
        unknown = either(unknown, column.null)
    null = None if unknown is None else unknown & ~decided
    return boolean(decided if decisive else ~decided, null)


def extreme(name: str, columns: list[Column]) -> Column:
    """min or max of several columns; null where one of them is."""
    if any(column.kind == "null" for column in columns):
        return NULL
    best = columns[0]
    for column in columns[1:]:
        if best.kind != column.kind or best.kind not in ("number", "date", "months"):
            raise Unsupported(f"{name} of {best.kind} and {column.kind}")
        scale = max(best.scale, column.scale)
        first, second = (scaled(best, scale), scaled(column, scale)) if best.kind == "number" else (best.data, column.data)
        top = max(best.top * 10 ** (scale - best.scale), column.top * 10 ** (scale - column.scale))
        picked = np.minimum(first, second) if name == "min" else np.maximum(first, second)
        best = Column(best.kind, picked, either(best.null, column.null), scale, top)
    if best.kind not in ("number", "date", "months"):
        raise Unsupported(f"{name} of {best.kind}")
    return best


ROUNDINGS = ("decimal", "floor", "ceiling", "round up", "round down", "round half up", "round half down")


def rounded(name: str, column: Column, places: int) -> Column:
    """``column`` rounded to ``places`` after the point, in the manner of the FEEL function ``name``."""
    if column.kind == "null":
        return NULL
    if not 0 <= places <= 18 or column.kind not in ("number", "quotient"):
        raise Unsupported(f"{name} of {column.kind} to {places} places")
    if column.kind == "number":
        if column.scale <= places:
            return column
        num, den, den_top, top = (
            column.data.astype(np.int64, copy=False),
            np.array([10 ** (column.scale - places)], np.int64),
            10 ** (column.scale - places),
            column.top,
        )
    else:
        top, den, den_top = _guard(column.top * 10**places), column.den, column.den_top
        num = column.data.astype(np.int64, copy=False) * 10**places
    _guard(den_top * 2)
    whole, rest = np.divmod(num, den)
    return Column("number", whole + _carry(name, whole, 2 * rest, rest, den), column.null, places, top + 1)


def _carry(name: str, whole: Any, twice: Any, rest: Any, den: Any) -> Any:
    """What is added to the number rounded down: 0 or 1."""
    below = whole < 0
    match name:
        case "floor":
            return 0
        case "ceiling":
            return rest > 0
        case "round up":
            return (rest > 0) & ~below
        case "round down":
            return (rest > 0) & below
        case "round half up":
            return (twice > den) | (twice == den) & ~below
        case "round half down":
            return (twice > den) | (twice == den) & below
        case _:
            return (twice > den) | (twice == den) & (whole % 2 == 1)


def absolute(column: Column) -> Column:
    """The size of each number or duration."""
    if column.kind in ("number", "months", "quotient"):
        return Column(
            column.kind,
            np.abs(column.data.astype(np.int64, copy=False)),
            column.null,
            column.scale,
            column.top,
            den=column.den,
            den_top=column.den_top,
        )
    if column.kind in ("null", "boolean", "date"):
        return NULL
    raise Unsupported(f"abs of {column.kind}")


def civil(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Year, month and day of day numbers counted from 1970-01-01."""
    era, doe = np.divmod(days.astype(np.int64) + 719468, 146097)
    yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
    doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
    mp = (5 * doy + 2) // 153
    month = np.where(mp < 10, mp + 3, mp - 9)
    return yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) // 5 + 1


def months_between(start: Column, end: Column) -> Column:
    """Whole months from one date to another: years and months duration(start, end)."""
    if "null" in (start.kind, end.kind):
        return NULL
    if start.kind != "date" or end.kind != "date":
        raise Unsupported(f"a duration from {start.kind} to {end.kind}")
    (y1, m1, d1), (y2, m2, d2) = civil(start.data), civil(end.data)
    months = (y2 - y1) * 12 + m2 - m1
    months = months - ((months > 0) & (d2 < d1)) + ((months < 0) & (d2 > d1))
    return Column("months", months, either(start.null, end.null), top=(start.top + end.top) // 28 + 24)


def part(column: Column, name: str) -> Column:
    """A property of dates or durations of months: year, month, day, weekday; years, months."""
    if column.kind == "date" and name in ("year", "month", "day", "weekday"):
        data = (
            (column.data.astype(np.int64) + 3) % 7 + 1
            if name == "weekday"
            else civil(column.data)[("year", "month", "day").index(name)]
        )
        return Column("number", data, column.null, 0, column.top // 365 + 1971 if name == "year" else 31)
    if column.kind == "months" and name in ("years", "months"):
        size = np.abs(column.data)
        size = size // 12 if name == "years" else size % 12
        return Column("number", np.where(column.data < 0, -size, size), column.null, 0, column.top)
    if column.kind in ("null", *_PLAIN):
        return NULL
    raise Unsupported(f"{column.kind}.{name}")
