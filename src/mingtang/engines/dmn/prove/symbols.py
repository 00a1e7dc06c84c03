"""FEEL values that are not yet known: terms of the solver with their null, and the operations of FEEL over them.

A number is a real term: decimal128's rounding at the 34th digit is left out, which every verdict says. A string is a whole number that
names a text of the model, or some other text. A date is three whole numbers, compared by year, month, day. What FEEL makes null is null
here too, by a condition; logic has three values. Whatever has no exact term raises Untranslated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import z3

from mingtang.engines.dmn.feel.temporal import Date, YearMonthDuration

FALSE, TRUE = z3.BoolVal(False), z3.BoolVal(True)


class Untranslated(Exception):
    """No exact term is known for this construct; the message names it."""


@dataclass(slots=True)
class Sym:
    """One value: ``kind`` number, boolean, string, date, months, context, list, set or null; ``null`` is when it is null.

    A set is a list of texts that is only ever asked what it contains: ``term`` is its name, ``fields`` its answers by text.
    """

    kind: str
    term: Any = None
    null: Any = FALSE
    fields: dict[str, Sym] = field(default_factory=dict)
    items: list[Sym] = field(default_factory=list)


NULL = Sym("null", None, TRUE)


class Texts:
    """Strings as whole numbers, the same text the same number."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        """The number of ``text``."""
        return self._codes.setdefault(text, len(self._codes))

    def text(self, code: int) -> str:
        """The text of ``code``; for a number that no text has, a text that the model does not name."""
        found = next((text for text, number in self._codes.items() if number == code), None)
        return found if found is not None else f"other {code}"


def constant(value: Any, texts: Texts) -> Sym:
    """A known FEEL value."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return Sym("boolean", z3.BoolVal(value))
    if isinstance(value, (Decimal, int)):
        return Sym("number", z3.RealVal(str(Decimal(value))))
    if isinstance(value, str):
        return Sym("string", z3.IntVal(texts.code(value)))
    if isinstance(value, Date):
        return Sym("date", tuple(z3.IntVal(part) for part in (value.year, value.month, value.day)))
    if isinstance(value, YearMonthDuration):
        return Sym("months", z3.IntVal(value.months))
    if isinstance(value, list):
        return Sym("list", items=[constant(one, texts) for one in value])
    raise Untranslated(f"constants of type {type(value).__name__}")


def day_key(date: tuple) -> Any:
    """A number that orders dates."""
    year, month, day = date
    return year * 372 + (month - 1) * 31 + day


def month_days(year: Any, month: Any) -> Any:
    """How many days the month has."""
    leap = z3.And(year % 4 == 0, z3.Or(year % 100 != 0, year % 400 == 0))
    short = z3.Or(month == 4, month == 6, month == 9, month == 11)
    return z3.If(month == 2, z3.If(leap, 29, 28), z3.If(short, 30, 31))


def either(*nulls: Any) -> Any:
    """Null if one of these is."""
    known = [null for null in nulls if not z3.is_false(null)]
    return FALSE if not known else known[0] if len(known) == 1 else z3.Or(known)


def choose(condition: Any, one: Sym, other: Sym) -> Sym:
    """``one`` where ``condition`` holds, else ``other``."""
    if z3.is_true(condition):
        return one
    if z3.is_false(condition):
        return other
    if one.kind == "null" and other.kind == "null":
        return NULL
    if one.kind == "null":
        return Sym(other.kind, other.term, z3.Or(condition, other.null), dict(other.fields), list(other.items))
    if other.kind == "null":
        return Sym(one.kind, one.term, z3.Or(z3.Not(condition), one.null), dict(one.fields), list(one.items))
    if one.kind != other.kind:
        raise Untranslated(f"a value that is {one.kind} or {other.kind}")
    null = z3.simplify(z3.If(condition, one.null, other.null))
    if one.kind == "context":
        names = dict.fromkeys([*one.fields, *other.fields])
        return Sym("context", None, null, {name: choose(condition, one.fields.get(name, NULL), other.fields.get(name, NULL)) for name in names})
    if one.kind == "list":
        if len(one.items) != len(other.items):
            raise Untranslated("a list of uncertain length")
        return Sym("list", None, null, items=[choose(condition, a, b) for a, b in zip(one.items, other.items, strict=True)])
    if one.kind == "date":
        return Sym("date", tuple(z3.If(condition, a, b) for a, b in zip(one.term, other.term, strict=True)), null)
    return Sym(one.kind, z3.If(condition, one.term, other.term), null)


def holds(value: Sym) -> Any:
    """When a condition is true (neither false nor null)."""
    if value.kind == "null":
        return FALSE
    if value.kind != "boolean":
        return FALSE
    return value.term if z3.is_false(value.null) else z3.And(z3.Not(value.null), value.term)


def fails(value: Sym) -> Any:
    """When a condition is false (neither true nor null)."""
    if value.kind != "boolean":
        return FALSE
    return z3.Not(value.term) if z3.is_false(value.null) else z3.And(z3.Not(value.null), z3.Not(value.term))


def three_valued(true: Any, false: Any) -> Sym:
    """The boolean that is true, false, or else null."""
    return Sym("boolean", true, z3.simplify(z3.And(z3.Not(true), z3.Not(false))))


def logic(op: str, operands: Sequence[Sym]) -> Sym:
    """``and`` and ``or`` of three values."""
    yes, no = [holds(one) for one in operands], [fails(one) for one in operands]
    return three_valued(z3.And(yes), z3.Or(no)) if op == "and" else three_valued(z3.Or(yes), z3.And(no))


def negation(value: Sym) -> Sym:
    """``not`` of three values."""
    return three_valued(fails(value), holds(value))


def same(one: Sym, other: Sym) -> Any:
    """When two values are equal, null being equal to null alone."""
    if one.kind == "null" or other.kind == "null":
        return z3.And(one.null, other.null)
    if one.kind != other.kind:
        return z3.And(one.null, other.null)
    both, none = z3.And(one.null, other.null), z3.And(z3.Not(one.null), z3.Not(other.null))
    if one.kind == "context":
        names = dict.fromkeys([*one.fields, *other.fields])
        equal = z3.And([same(one.fields.get(name, NULL), other.fields.get(name, NULL)) for name in names])
    elif one.kind == "list":
        if len(one.items) != len(other.items):
            return both
        equal = z3.And([same(a, b) for a, b in zip(one.items, other.items, strict=True)])
    elif one.kind == "date":
        equal = z3.And([a == b for a, b in zip(one.term, other.term, strict=True)])
    else:
        equal = one.term == other.term
    return z3.Or(both, z3.And(none, equal))


def compare(op: str, one: Sym, other: Sym) -> Sym:
    """A comparison; null where the kinds differ or one is null, but for = and != with null."""
    if op in ("=", "!="):
        if one.kind != other.kind and "null" not in (one.kind, other.kind):
            return three_valued(z3.And(one.null, other.null), either(one.null, other.null)) if op == "=" else three_valued(
                either(one.null, other.null), z3.And(one.null, other.null))
        equal = same(one, other)
        return Sym("boolean", equal if op == "=" else z3.Not(equal))
    if one.kind != other.kind or one.kind not in ("number", "date", "months"):
        if "string" in (one.kind, other.kind) and one.kind == other.kind:
            raise Untranslated("the order of texts")
        return Sym("boolean", FALSE, TRUE)
    left, right = (day_key(one.term), day_key(other.term)) if one.kind == "date" else (one.term, other.term)
    term = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]
    return Sym("boolean", term, either(one.null, other.null))


def arithmetic(op: str, one: Sym, other: Sym) -> Sym:
    """+ - * / ** over numbers, dates and year-month durations."""
    if one.kind == "null" or other.kind == "null":
        return NULL
    null = either(one.null, other.null)
    if one.kind == other.kind == "number":
        if op == "/":
            return Sym("number", one.term / other.term, either(null, other.term == 0))
        if op == "**":
            return _power(one, other, null)
        return Sym("number", {"+": lambda: one.term + other.term, "-": lambda: one.term - other.term, "*": lambda: one.term * other.term}[op](), null)
    if one.kind == other.kind == "months" and op in "+-":
        return Sym("months", one.term + other.term if op == "+" else one.term - other.term, null)
    if one.kind == "date" and other.kind == "months" and op in "+-":
        return _later(one, other.term if op == "+" else -other.term, null)
    if one.kind == "months" and other.kind == "date" and op == "+":
        return _later(other, one.term, null)
    if {one.kind, other.kind} <= {"number", "string", "boolean", "context", "list"} and one.kind != other.kind:
        return NULL
    raise Untranslated(f"{one.kind} {op} {other.kind}")


def _power(one: Sym, other: Sym, null: Any) -> Sym:
    exponent = z3.simplify(other.term)
    if not z3.is_rational_value(exponent) or exponent.denominator_as_long() != 1 or not 0 <= exponent.numerator_as_long() <= 6:
        raise Untranslated("powers that are not 0 to 6")
    term: Any = z3.RealVal(1)
    for _ in range(exponent.numerator_as_long()):
        term = term * one.term
    return Sym("number", term, null)


def _later(date: Sym, months: Any, null: Any) -> Sym:
    year, month, day = date.term
    total = year * 12 + month - 1 + months
    to_year, to_month = total / 12, total % 12 + 1
    last = month_days(to_year, to_month)
    return Sym("date", (to_year, to_month, z3.If(day > last, last, day)), null)


def months_between(start: Sym, end: Sym) -> Sym:
    """``years and months duration(start, end)``: whole months, towards zero."""
    if start.kind == "null" or end.kind == "null":
        return NULL
    if start.kind != "date" or end.kind != "date":
        raise Untranslated("years and months duration of other than dates")
    (y1, m1, d1), (y2, m2, d2) = start.term, end.term
    forward = (y2 * 12 + m2) - (y1 * 12 + m1)
    ahead = day_key(end.term) >= day_key(start.term)
    return Sym("months", z3.If(ahead, forward - z3.If(d2 < d1, 1, 0), forward + z3.If(d2 > d1, 1, 0)), either(start.null, end.null))


def part(value: Sym, name: str) -> Sym:
    """The component ``name`` of a value: an entry of a context, years of a duration, the year of a date."""
    if value.kind == "null":
        return NULL
    if value.kind == "context":
        inner = value.fields.get(name, NULL)
        return choose(value.null, NULL, inner) if not z3.is_false(value.null) else inner
    if value.kind == "months" and name in ("years", "months"):
        years = z3.If(value.term >= 0, value.term / 12, -((-value.term) / 12))
        return Sym("number", z3.ToReal(years if name == "years" else value.term - years * 12), value.null)
    if value.kind == "date" and name in ("year", "month", "day"):
        return Sym("number", z3.ToReal(value.term[("year", "month", "day").index(name)]), value.null)
    if value.kind == "list":
        return Sym("list", None, value.null, items=[part(one, name) for one in value.items])
    raise Untranslated(f".{name} of a {value.kind}")


def extreme(values: Iterable[Sym], largest: bool) -> Sym:
    """max or min of numbers; null where one is null or there is none."""
    listed = list(values)
    if not listed or any(one.kind == "null" for one in listed):
        return NULL
    if any(one.kind != listed[0].kind or one.kind not in ("number", "months") for one in listed):
        raise Untranslated("min or max of other than numbers")
    term = listed[0].term
    for one in listed[1:]:
        term = z3.If(one.term > term, one.term, term) if largest else z3.If(one.term < term, one.term, term)
    return Sym(listed[0].kind, term, either(*(one.null for one in listed)))


def contains(listed: Sym, wanted: Sym) -> Sym:
    """``list contains``."""
    if listed.kind == "list":
        return Sym("boolean", z3.Or([same(one, wanted) for one in listed.items]), listed.null)
    code = z3.simplify(wanted.term) if wanted.kind == "string" else None
    if listed.kind != "set" or code is None or not z3.is_int_value(code):
        raise Untranslated("list contains of this kind")
    key = str(code)
    if key not in listed.fields:
        listed.fields[key] = Sym("boolean", z3.Bool(f"{listed.term}[{key}]"))
    return listed.fields[key]


def about_text(function: str, arguments: Sequence[Sym]) -> Sym:
    """A function of texts whose result the solver need not know: the same for the same arguments, anything at all otherwise.

    That admits more than FEEL does, so what is proven holds, and what is refuted is replayed on the engine before it is shown.
    """
    if any(one.kind == "null" for one in arguments):
        return NULL
    kinds = {"string length": z3.IntSort(), "upper case": z3.IntSort(), "lower case": z3.IntSort(), "substring": z3.IntSort()}
    sorts = [one.term.sort() for one in arguments if one.kind in ("string", "number")]
    if len(sorts) != len(arguments):
        raise Untranslated(f"{function} of other than texts and numbers")
    made = z3.Function(f"feel {function}", *sorts, kinds.get(function, z3.BoolSort()))(*(one.term for one in arguments))
    null = either(*(one.null for one in arguments))
    if function == "string length":
        return Sym("number", z3.If(made < 0, 0, z3.ToReal(made)), null)
    return Sym("string", made, null) if function in kinds else Sym("boolean", made, null)
