"""Values of FEEL beyond Python's own: ranges and functions. Numbers are Decimal, lists list, contexts dict, null None."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

# IEEE 754 decimal128: 34 digits, half even.
DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow])


class Null(Exception):
    """Why a value is null; raised inside the engine, turned into null and a fault at the place of the call."""


@dataclass(frozen=True, slots=True)
class Range:
    """Values between two ends. ``op`` is set for the unary forms (``< 10``), in which alone an end may be missing:
    ``(null..10)`` is a value, but nothing can be said to lie in it.
    """

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool
    op: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """A function value: ``call(run, arguments)`` with as many arguments as parameters.

    ``variants`` are the accepted lists of parameter names; ``variadic`` functions take one or more values as a list too.
    """

    name: str
    variants: tuple[tuple[str, ...], ...]
    call: Callable[[Any, list], Any] = field(compare=False)
    optional: int = 0
    variadic: bool = False
    type: Any = None


class Run:
    """One evaluation: the faults so far, the budget of steps that is left, and the steps told (None: nothing is to be told)."""

    __slots__ = ("faults", "clock", "_left", "depth", "trace")

    def __init__(self, budget: int = 2_000_000, clock: Any = None, trace: list | None = None) -> None:
        self.faults: list[tuple[int, str, str]] = []  # offset in the text, message, place; a place not yet known is ""
        self.clock = clock
        self._left = budget
        self.depth = 0
        self.trace = trace

    def fault(self, at: int, message: str, place: str = "") -> None:
        """Note why a value is null; at most 200 are kept."""
        if len(self.faults) < 200:
            self.faults.append((at, message[:300], place))

    def locate(self, first: int, where: str, text: str) -> None:
        """Say of the faults from number ``first`` on, where not yet said, that they lie in ``text`` of the element ``where``."""
        for i in range(first, len(self.faults)):
            at, message, place = self.faults[i]
            if not place:
                line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
                self.faults[i] = at, message, f"{where}: line {line}, column {column}" if where else f"line {line}, column {column}"

    def spend(self, steps: int = 1) -> None:
        """Use up budget; raises Exhausted when none is left."""
        self._left -= steps
        if self._left < 0:
            raise Exhausted


class Exhausted(Exception):
    """The evaluation took more steps than allowed."""


def number(value: Decimal) -> Decimal:
    """``value`` rounded to decimal128; raises Null beyond its range."""
    try:
        return DECIMAL128.plus(value)
    except (Overflow, InvalidOperation):
        raise Null("number beyond decimal128") from None
