"""Functions of numbers, and not (DMN 1.5, 10.3.4.2 and 10.3.4.5)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, InvalidOperation, Overflow
from typing import Any

from mingtang.engines.dmn.feel.defining import define, whole
from mingtang.engines.dmn.feel.temporal import DayTimeDuration, YearMonthDuration
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import DECIMAL128, Function, Null, number

_WIDE = DECIMAL128.copy()
_WIDE.prec = 12_400


def _rounded(name: str, value: Decimal, scale: Decimal, rounding: str) -> Decimal:
    places = int(scale)
    if not -6111 <= places <= 6176:
        raise Null(f"{name}: scale is not within -6111 and 6176")
    if -value.as_tuple().exponent <= places:
        return value
    try:
        return number(value.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_WIDE))
    except InvalidOperation:
        raise Null(f"{name}: no value") from None


@define("decimal", "n: number, scale: number")
def decimal(value: Decimal, scale: Decimal) -> Decimal:
    return _rounded("decimal", value, scale, ROUND_HALF_EVEN)


def _rounding(name: str, rounding: str) -> Function:
    @define(name, "n: number, scale: number")
    def work(value: Decimal, scale: Decimal) -> Decimal:
        return _rounded(name, value, scale, rounding)
    return work


def _floor_like(name: str, rounding: str) -> Function:
    @define(name, "n: number, scale: number*")
    def work(value: Decimal, scale: Decimal = Decimal(0)) -> Decimal:
        return _rounded(name, value, scale, rounding)
    return work


@define("abs", "n: any")
def absolute(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, Decimal):
        return value.copy_abs()
    if isinstance(value, DayTimeDuration):
        return DayTimeDuration(abs(value.nanos))
    if isinstance(value, YearMonthDuration):
        return YearMonthDuration(abs(value.months))
    raise Null(f"abs: no value of a {type_name(value)}")


@define("modulo", "dividend: number, divisor: number")
def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise Null("modulo: division by zero")
    wide = DECIMAL128.copy()
    wide.prec = 6200
    rest = wide.remainder(dividend, divisor)
    return number(wide.add(rest, divisor) if rest and (rest < 0) != (divisor < 0) else rest)


@define("sqrt", "number: number")
def sqrt(value: Decimal) -> Decimal:
    if value < 0:
        raise Null("sqrt: below zero")
    return DECIMAL128.sqrt(value)


@define("log", "number: number")
def log(value: Decimal) -> Decimal:
    if value <= 0:
        raise Null("log: not above zero")
    return DECIMAL128.ln(value)


@define("exp", "number: number")
def exp(value: Decimal) -> Decimal:
    try:
        return DECIMAL128.exp(value)
    except (Overflow, InvalidOperation):
        raise Null("exp: beyond decimal128") from None


@define("odd", "number: number")
def odd(value: Decimal) -> bool:
    return whole("odd", value) % 2 == 1


@define("even", "number: number")
def even(value: Decimal) -> bool:
    return whole("even", value) % 2 == 0


@define("not", "negand: any?")
def negation(value: Any) -> bool:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if value is True or value is False:
        return not value
    raise Null(f"not: {type_name(value)} is no truth value")


NUMBER_FUNCTIONS = (
    decimal, _floor_like("floor", ROUND_FLOOR), _floor_like("ceiling", ROUND_CEILING), _rounding("round up", ROUND_UP),
    _rounding("round down", ROUND_DOWN), _rounding("round half up", ROUND_HALF_UP), _rounding("round half down", ROUND_HALF_DOWN), absolute, modulo,
    sqrt, log, exp, odd, even, negation,
)
