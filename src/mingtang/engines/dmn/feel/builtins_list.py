"""Functions of lists (DMN 1.5, 10.3.4.4), and sort (10.3.4.9)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cmp_to_key, reduce
from typing import Any

from mingtang.engines.dmn.feel.arithmetic import add, divide
from mingtang.engines.dmn.feel.calling import invoke
from mingtang.engines.dmn.feel.comparing import before, equal, key
from mingtang.engines.dmn.feel.defining import define, variadic, whole
from mingtang.engines.dmn.feel.values import DECIMAL128, Function, Null, Run, number

_MOST = 5_000_000


def _same(left: Any, right: Any) -> bool:
    return equal(left, right) is True


def _numbers(name: str, items: list) -> list[Decimal]:
    if not all(isinstance(item, Decimal) for item in items):
        raise Null(f"{name}: the list holds more than numbers")
    return items


@define("list contains", "list: list, element: any?")
def list_contains(items: list, element: Any) -> bool:
    return any(_same(item, element) for item in items)


@define("count", "list: list")
def count(items: list) -> Decimal:
    return Decimal(len(items))


def _extreme(name: str, wants_least: bool) -> Function:
    @variadic(name)
    def work(run: Run, items: list) -> Any:
        if not items:
            raise Null(f"{name}: empty list")
        best = items[0]
        for item in items[1:] or [best]:
            smaller = before(item, best) if item is not best else before(best, best)
            if smaller is None:
                raise Null(f"{name}: the items have no order")
            larger = before(best, item)
            if smaller if wants_least else larger:
                best = item
        return best
    return work


@variadic("sum")
def total(run: Run, items: list) -> Any:
    if not items:
        raise Null("sum: empty list")
    result = items[0]
    if len(items) == 1 and not isinstance(result, Decimal):
        add(result, result)
    for item in items[1:]:
        if isinstance(item, str):
            raise Null("sum: strings have no sum")
        result = add(result, item)
    if isinstance(result, str):
        raise Null("sum: strings have no sum")
    return result


@variadic("mean")
def mean(run: Run, items: list) -> Any:
    if not items or any(isinstance(item, str) for item in items):
        raise Null("mean: numbers wanted")
    result = items[0]
    for item in items[1:]:
        result = add(result, item)
    return divide(result, Decimal(len(items)))


def _truth(name: str, decisive: bool) -> Function:
    @variadic(name)
    def work(run: Run, items: list) -> bool | None:
        if any(item is decisive for item in items):
            return decisive
        if any(item is not True and item is not False for item in items):
            raise Null(f"{name}: the list holds more than truth values")
        return not decisive
    return work


@define("sublist", "list: list, start position: number, length: number?*")
def sublist(items: list, start: Decimal, length: Decimal | None = None) -> list:
    at = whole("sublist", start)
    if at == 0 or abs(at) > len(items):
        raise Null("sublist: start position lies outside the list")
    begin = at - 1 if at > 0 else len(items) + at
    if length is None:
        return items[begin:]
    size = whole("sublist", length)
    if size < 0 or begin + size > len(items):
        raise Null("sublist: length reaches beyond the list")
    return items[begin:begin + size]


def _append(run: Run, arguments: list) -> list:
    if not arguments:
        raise Null("append takes a list and items")
    head = arguments[0]
    return [*(head if isinstance(head, list) else [head]), *arguments[1:]]


def _concatenate(run: Run, arguments: list) -> list:
    if not arguments or any(argument is None for argument in arguments):
        raise Null("concatenate: a list is null")
    joined = [item for argument in arguments for item in (argument if isinstance(argument, list) else [argument])]
    run.spend(len(joined))
    return joined


@define("insert before", "list: list, position: number, newItem: any?")
def insert_before(items: list, position: Decimal, item: Any) -> list:
    at = _position("insert before", items, position)
    return [*items[:at], item, *items[at:]]


@define("remove", "list: list, position: number")
def remove(items: list, position: Decimal) -> list:
    at = _position("remove", items, position)
    return [*items[:at], *items[at + 1:]]


def _position(name: str, items: list, position: Decimal) -> int:
    at = whole(name, position)
    if at == 0 or abs(at) > len(items):
        raise Null(f"{name}: position lies outside the list")
    return at - 1 if at > 0 else len(items) + at


@define("list replace", "list: list, position: number, newItem: any?", "list: list, match: function, newItem: any?", takes_run=True)
def list_replace(run: Run, variant: int, items: list, place: Any, item: Any) -> list:
    if variant == 0:
        at = _position("list replace", items, Decimal(int(place)))
        return [*items[:at], item, *items[at + 1:]]
    if not any(len(names) == 2 for names in place.variants):
        raise Null("list replace: match takes an item and the new item")
    replaced = []
    for old in items:
        found = invoke(place, run, [old, item])
        if found is not True and found is not False:
            raise Null("list replace: match gives no truth value")
        replaced.append(item if found else old)
    return replaced


@define("reverse", "list: list")
def reverse(items: list) -> list:
    return items[::-1]


@define("index of", "list: list, match: any?")
def index_of(items: list, match: Any) -> list:
    return [Decimal(i) for i, item in enumerate(items, 1) if _same(item, match)]


def _distinct(items: list) -> list:
    kept, seen = [], set()
    for item in items:
        mark = key(item)
        if mark not in seen:
            seen.add(mark)
            kept.append(item)
    return kept


def _union(run: Run, arguments: list) -> list:
    return _distinct(_concatenate(run, arguments))


@define("distinct values", "list: list")
def distinct_values(items: list) -> list:
    return _distinct(items)


@define("flatten", "list: list")
def flatten(items: list) -> list:
    flat: list[Any] = []

    def walk(values: list, depth: int) -> None:
        if depth > 100:
            raise Null("flatten: nested too deep")
        for value in values:
            if isinstance(value, list):
                walk(value, depth + 1)
            else:
                flat.append(value)

    walk(items, 0)
    return flat


@variadic("product")
def product(run: Run, items: list) -> Decimal:
    if not items:
        raise Null("product: empty list")
    result = Decimal(1)
    for item in _numbers("product", items):
        result = number(DECIMAL128.multiply(result, item))
    return result


@variadic("median")
def median(run: Run, items: list) -> Decimal:
    if not items:
        raise Null("median: empty list")
    ranked = sorted(_numbers("median", items))
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else DECIMAL128.divide(DECIMAL128.add(ranked[half - 1], ranked[half]), Decimal(2))


@variadic("stddev")
def stddev(run: Run, items: list) -> Decimal:
    if len(items) < 2:
        raise Null("stddev: at least two numbers")
    values = _numbers("stddev", items)
    wide = DECIMAL128.copy()
    wide.prec = 60
    middle = wide.divide(reduce(wide.add, values), Decimal(len(values)))
    squares = Decimal(0)
    for value in values:
        away = wide.subtract(value, middle)
        squares = wide.add(squares, wide.multiply(away, away))
    return DECIMAL128.sqrt(wide.divide(squares, Decimal(len(values) - 1)))


@variadic("mode")
def mode(run: Run, items: list) -> list:
    counted = Counter(_numbers("mode", items))
    most = max(counted.values(), default=0)
    return sorted(value for value, times in counted.items() if times == most)


@define("sort", "list: list, precedes: function?*", takes_run=True)
def sort(run: Run, items: list, precedes: Function | None = None) -> list:
    def order(left: Any, right: Any) -> int:
        run.spend()
        if precedes is None:
            found = before(left, right)
            if found is None:
                raise Null("sort: the items have no order")
            return -1 if found else int(bool(before(right, left)))
        if invoke(precedes, run, [left, right]) is True:
            return -1
        return 1 if invoke(precedes, run, [right, left]) is True else 0

    return sorted(items, key=cmp_to_key(order))


LIST_FUNCTIONS = (
    list_contains, count, _extreme("min", True), _extreme("max", False), total, mean, _truth("all", False), _truth("any", True), sublist,
    Function("append", (("list", "item"),), _append, variadic=True), Function("concatenate", (("list",),), _concatenate, variadic=True), insert_before, remove,
    list_replace, reverse, index_of, Function("union", (("list",),), _union, variadic=True), distinct_values, flatten, product, median, stddev, mode, sort,
)
