"""A solver's answer as a person's case: facts that the engine itself can decide on, in round numbers where there are any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import z3

from mingtang.engines.dmn.feel.temporal import YearMonthDuration
from mingtang.engines.dmn.prove.symbols import Sym, Texts


def facts(inputs: Mapping[str, Sym], answer: z3.ModelRef, texts: Texts) -> dict[str, Any]:
    """The facts of ``answer`` as JSON values: numbers as int or Decimal, dates as ISO texts."""
    return {name: _plain(value, answer, texts) for name, value in inputs.items()}


def _plain(value: Sym, answer: z3.ModelRef, texts: Texts) -> Any:
    if value.kind == "context":
        return {name: _plain(inner, answer, texts) for name, inner in value.fields.items()}
    if value.kind == "set":
        return [texts.text(int(code)) for code, one in value.fields.items() if z3.is_true(answer.eval(one.term, model_completion=True))]
    if value.kind == "date":
        year, month, day = (answer.eval(part, model_completion=True).as_long() for part in value.term)
        return f"{year:04d}-{month:02d}-{day:02d}"
    found = answer.eval(value.term, model_completion=True)
    if value.kind == "boolean":
        return z3.is_true(found)
    if value.kind == "string":
        return texts.text(found.as_long())
    if value.kind == "months":
        return str(YearMonthDuration(found.as_long()))
    return _number(found)


def _number(found: Any) -> int | Decimal:
    if z3.is_algebraic_value(found):
        found = found.approx(12)
    fraction = Fraction(found.numerator_as_long(), found.denominator_as_long())
    if fraction.denominator == 1:
        return int(fraction)
    rest = fraction.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return exact if rest == 1 else Decimal(round(fraction * 10**6)) / 10**6


def ordinary(inputs: Mapping[str, Sym]) -> list[Any]:
    """Conditions under which a case looks like a person's: numbers that are nothing, or one to a hundred thousand; dates of this age."""
    wanted: list[Any] = []
    for value in inputs.values():
        if value.kind == "number":
            wanted.append(z3.Or(value.term == 0, z3.And(value.term >= 1, value.term <= 100_000)))
        elif value.kind == "date":
            wanted += [value.term[0] >= 1900, value.term[0] <= 2100]
        elif value.kind == "context":
            wanted += ordinary(value.fields)
    return wanted


def readable(case: dict[str, Any], against: dict[str, Any] | None, still: Callable[[dict[str, Any], dict[str, Any] | None], bool]) -> None:
    """Make the numbers of a case round, one after the other, as long as it ``still`` shows what it shows. Changes both in place."""
    for name, value in case.items():
        beside = against.get(name) if against is not None else None
        shared = against is not None and beside == value
        for target in (case,) if against is None or shared else (case, against):
            if not isinstance(target[name], (int, Decimal)) or isinstance(target[name], bool):
                continue
            old = target[name]
            for candidate in _rounder(old):
                target[name] = candidate
                if shared and against is not None:
                    against[name] = candidate
                if still(case, against):
                    break
                target[name] = old
                if shared and against is not None:
                    against[name] = old


def _rounder(number: int | Decimal) -> list[int | Decimal]:
    """Rounder numbers near ``number``, the roundest first."""
    found: list[int | Decimal] = []
    for places in (-4, -3, -2, -1, 0, 1, 2):
        unit = Decimal(10) ** -places
        for how in (ROUND_HALF_EVEN, ROUND_FLOOR, ROUND_CEILING):
            made = (Decimal(number) / unit).to_integral_value(how) * unit
            plain = int(made) if made == made.to_integral_value() else made
            if plain not in found and (abs(Decimal(plain)) <= 10 * abs(Decimal(number)) + 1):
                found.append(plain)
    return found
