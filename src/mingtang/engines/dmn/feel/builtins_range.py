"""Relations of points and ranges after Allen (DMN 1.5, table 77), and range()."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.comparing import compare, contains
from mingtang.engines.dmn.feel.defining import define
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Function, Null, Range

_POINT_TYPES = ("number", "string", "date", "time", "date and time", "days and time duration", "years and months duration")


def _is(op: str, left: Any, right: Any) -> bool:
    found = compare(op, left, right)
    if found is None:
        raise Null(f"{type_name(left)} and {type_name(right)} have no order")
    return found


def _relation(name: str, work: Callable[[Any, Any], bool], names: tuple[tuple[str, str], ...], kinds: str) -> Function:
    """``kinds`` lists the admitted pairs: p point, r range, e.g. "pp pr rp rr"."""
    admitted = set(kinds.split())

    def call(run: Any, arguments: list) -> bool:
        if len(arguments) != 2:
            raise Null(f"{name} takes two arguments")
        left, right = (value[0] if isinstance(value, list) and len(value) == 1 else value for value in arguments)
        pair = "".join("r" if isinstance(value, Range) else "p" if type_name(value) in _POINT_TYPES else "-" for value in (left, right))
        if pair not in admitted:
            raise Null(f"{name} of {type_name(left)} and {type_name(right)} is not defined")
        for value in (left, right):
            if isinstance(value, Range) and (value.low is None or value.high is None) and name not in ("includes", "during"):
                raise Null(f"{name}: a range without an end")
        return work(left, right)

    return Function(name, names, call)


def _before(a: Any, b: Any) -> bool:
    if isinstance(a, Range) and isinstance(b, Range):
        return _is("<", a.high, b.low) or (not (a.high_closed and b.low_closed) and _is("=", a.high, b.low))
    if isinstance(a, Range):
        return _is("<", a.high, b) or (not a.high_closed and _is("=", a.high, b))
    if isinstance(b, Range):
        return _is("<", a, b.low) or (not b.low_closed and _is("=", a, b.low))
    return _is("<", a, b)


def _meets(a: Range, b: Range) -> bool:
    return a.high_closed and b.low_closed and _is("=", a.high, b.low)


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_before(a: Range, b: Range) -> bool:
    return _is("<", a.low, b.low) or (_is("=", a.low, b.low) and a.low_closed and not b.low_closed)


def _ends_before(a: Range, b: Range) -> bool:
    return _is("<", a.high, b.high) or (_is("=", a.high, b.high) and not a.high_closed and b.high_closed)


def _same_start(a: Range, b: Range) -> bool:
    return _is("=", a.low, b.low) and a.low_closed == b.low_closed


def _same_end(a: Range, b: Range) -> bool:
    return _is("=", a.high, b.high) and a.high_closed == b.high_closed


def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_before(a, b) and _overlaps(a, b) and (_ends_before(a, b) or _same_end(a, b))


def _overlaps_after(a: Range, b: Range) -> bool:
    return _ends_before(b, a) and _overlaps(a, b) and (_starts_before(b, a) or _same_start(a, b))


def _finishes(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.high_closed and _is("=", a, b.high)
    return _same_end(a, b) and not _starts_before(a, b)


def _starts(a: Any, b: Range) -> bool:
    if not isinstance(a, Range):
        return b.low_closed and _is("=", a, b.low)
    return _same_start(a, b) and not _ends_before(b, a)


def _includes(a: Range, b: Any) -> bool:
    if isinstance(b, Range):
        return not _starts_before(b, a) and not _ends_before(a, b)
    found = contains(a, b)
    if found is None:
        raise Null("no order between the range and the point")
    return found


def _coincides(a: Any, b: Any) -> bool:
    if isinstance(a, Range):
        return _same_start(a, b) and _same_end(a, b)
    return _is("=", a, b)


_RANGES = (("range1", "range2"),)
_ANY = (("point1", "point2"), ("point", "range"), ("range", "point"), *_RANGES)


@define("range", "from: string")
def to_range(text: str) -> Range:
    from mingtang.engines.dmn.feel import ast
    from mingtang.engines.dmn.feel.errors import FeelSyntax
    from mingtang.engines.dmn.feel.parser import parse

    try:
        node = parse(text)
    except FeelSyntax:
        raise Null("range: not a range") from None
    if not isinstance(node, ast.RangeNode) or node.op:
        raise Null("range: not a range")
    low, high = (_end(end) for end in (node.low, node.high))
    if low is None and high is None:
        raise Null("range: no end")
    if low is not None and high is not None:
        if type_name(low) != type_name(high) or compare("<=", low, high) is not True:
            raise Null("range: the ends are not in order")
        return Range(low, high, node.low_closed, node.high_closed)
    if (low is None and node.low_closed) or (high is None and node.high_closed):
        raise Null("range: an end that is open cannot be included")
    return Range(low, high, node.low_closed, node.high_closed)


def _end(node: Any) -> Any:
    """The value of a literal end; only literals and the temporal functions over literals may stand in a range's text."""
    from mingtang.engines.dmn.feel import ast
    from mingtang.engines.dmn.feel.compiling import Env, compile_node
    from mingtang.engines.dmn.feel.values import Run

    if node is None:
        return None
    literal = isinstance(node, ast.Literal) or (isinstance(node, ast.Unary) and isinstance(node.operand, ast.Literal))
    called = isinstance(node, ast.Call) and isinstance(node.function, ast.Name) and all(isinstance(a, ast.Literal) for a in node.arguments)
    if not literal and not (called and node.function.name in ("date", "time", "date and time", "duration", "@")):
        raise Null("range: an end is not a literal")
    value = compile_node(node)(Env({}, None, Run(1000)))
    if value is None and not (isinstance(node, ast.Literal) and node.value is None):
        raise Null("range: an end has no value")
    if value is not None and not isinstance(value, Decimal) and type_name(value) not in _POINT_TYPES:
        raise Null("range: ends are numbers, strings, dates, times or durations")
    return value


RANGE_FUNCTIONS = (
    _relation("before", _before, _ANY, "pp pr rp rr"), _relation("after", lambda a, b: _before(b, a), _ANY, "pp pr rp rr"),
    _relation("meets", _meets, _RANGES, "rr"), _relation("met by", lambda a, b: _meets(b, a), _RANGES, "rr"),
    _relation("overlaps", _overlaps, _RANGES, "rr"), _relation("overlaps before", _overlaps_before, _RANGES, "rr"),
    _relation("overlaps after", _overlaps_after, _RANGES, "rr"), _relation("finishes", _finishes, (("point", "range"), *_RANGES), "pr rr"),
    _relation("finished by", lambda a, b: _finishes(b, a), (("range", "point"), *_RANGES), "rp rr"),
    _relation("includes", _includes, (("range", "point"), *_RANGES), "rp rr"),
    _relation("during", lambda a, b: _includes(b, a), (("point", "range"), *_RANGES), "pr rr"),
    _relation("starts", _starts, (("point", "range"), *_RANGES), "pr rr"),
    _relation("started by", lambda a, b: _starts(b, a), (("range", "point"), *_RANGES), "rp rr"),
    _relation("coincides", _coincides, (("point1", "point2"), *_RANGES), "pp rr"), to_range,
)
