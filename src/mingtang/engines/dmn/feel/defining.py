"""How a built-in function is defined: its parameters with their types, and what it does once the arguments fit.

A type in a signature is a FEEL type's name; ``T?`` admits null, ``T*`` makes the parameter optional, ``any`` admits all but null,
``any?`` all. A single value where a list is wanted becomes a list of one; a list of one where a value is wanted is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel.temporal import Date, DateTime, DayTimeDuration, Time, YearMonthDuration
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Function, Null, Range, Run

_CLASSES: dict[str, tuple[type, ...]] = {
    "number": (Decimal,), "string": (str,), "boolean": (bool,), "list": (list,), "context": (dict,), "range": (Range,), "function": (Function,),
    "date": (Date,), "time": (Time,), "datetime": (DateTime,), "dates": (Date, DateTime), "duration": (DayTimeDuration, YearMonthDuration),
}


def fit(name: str, parameter: str, kind: str, value: Any) -> Any:
    """``value`` as the parameter wants it; raises Null."""
    nullable = "?" in kind
    wanted = kind.rstrip("?*")
    if value is None:
        if nullable:
            return None
        raise Null(f"{name}: {parameter} is null")
    if wanted == "any":
        return value
    classes = _CLASSES[wanted]
    if isinstance(value, classes):
        return value
    if wanted == "list":
        return [value]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], classes):
        return value[0]
    raise Null(f"{name}: {parameter} is {type_name(value)}, not {wanted}")


def define(name: str, *signatures: str, takes_run: bool = False) -> Callable[[Callable[..., Any]], Function]:
    """Make a Function of a Python function. A signature is ``"string: string, start position: number, length: number*"``.

    With several signatures the Python function gets ``variant`` (0, 1, ...) first. All optional parameters stand last.
    """
    parsed = [[tuple(part.strip() for part in parameter.split(":")) for parameter in s.split(",")] if s else [] for s in signatures]
    variants = tuple(tuple(parameter for parameter, _ in signature) for signature in parsed)
    optional = max(sum(kind.endswith("*") for _, kind in signature) for signature in parsed)

    def wrap(work: Callable[..., Any]) -> Function:
        def call(run: Run, arguments: list) -> Any:
            variant = getattr(arguments, "variant", None)
            faults = []
            for number, signature in enumerate(parsed):
                least = sum(not kind.endswith("*") for _, kind in signature)
                if not least <= len(arguments) <= len(signature) or (variant is not None and variants[number] != variant):
                    continue
                try:
                    fitted = [fit(name, *pair, value) for pair, value in zip(signature, arguments, strict=False)]
                except Null as why:
                    faults.append(why)
                    continue
                before = ([run] if takes_run else []) + ([number] if len(parsed) > 1 else [])
                return work(*before, *fitted)
            raise faults[0] if faults else Null(f"{name} takes other arguments")

        return Function(name, variants, call, optional=optional)

    return wrap


def variadic(name: str, parameter: str = "list") -> Callable[[Callable[[Run, list], Any]], Function]:
    """Make a Function that takes one list, or its items one by one."""
    def wrap(work: Callable[[Run, list], Any]) -> Function:
        def call(run: Run, arguments: list) -> Any:
            if not arguments:
                raise Null(f"{name} takes at least one argument")
            if len(arguments) == 1:
                items = arguments[0] if isinstance(arguments[0], list) else [arguments[0]]
                if arguments[0] is None:
                    raise Null(f"{name}: {parameter} is null")
            else:
                items = list(arguments)
            run.spend(len(items))
            return work(run, items)

        return Function(name, ((parameter,),), call, variadic=True)

    return wrap


def whole(name: str, value: Decimal) -> int:
    """A number that is whole, as an int; raises Null."""
    if value != value.to_integral_value() or abs(value) > 10**15:
        raise Null(f"{name}: {value} is not a whole number")
    return int(value)
