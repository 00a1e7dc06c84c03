"""What ``for``, ``some`` and ``every`` run over: lists, ranges of whole numbers, ranges of days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.temporal import Date
from mingtang.engines.dmn.feel.values import Null, Range

MOST = 1_000_000


def domain_values(first: Any, last: Any, missing: object) -> Iterable[Any]:
    """The values of a domain given as a value, or as ``first .. last`` where ``last`` is not ``missing``. Raises Null."""
    if last is not missing:
        return _steps(first, last, True, True, can_descend=True)
    if isinstance(first, Range):
        return _steps(first.low, first.high, first.low_closed, first.high_closed)
    if first is None:
        raise Null("nothing to run over")
    return first if isinstance(first, list) else [first]


def _steps(first: Any, last: Any, low_closed: bool, high_closed: bool, can_descend: bool = False) -> Iterator[Any]:
    if isinstance(first, Decimal) and isinstance(last, Decimal) and first == int(first) and last == int(last):
        return (Decimal(n) for n in _numbers(int(first), int(last), low_closed, high_closed, can_descend))
    if isinstance(first, Date) and isinstance(last, Date):
        found = _numbers(first.number, last.number, low_closed, high_closed, can_descend)
        return (date for date in map(Date.from_number, found) if date is not None)
    raise Null("a range to run over has two whole numbers or two dates as its ends")


def _numbers(first: int, last: int, low_closed: bool, high_closed: bool, can_descend: bool) -> range:
    if abs(last - first) > MOST:
        raise Null(f"a range to run over has at most {MOST} steps")
    if can_descend and last < first:
        return range(first, last - 1, -1)
    return range(first + (not low_closed), last + high_closed)
