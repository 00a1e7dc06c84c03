"""What one question knows: its texts by number, and what rounding makes of its terms.

Whole-number reasoning about rounded products is beyond the solver, so rounding is first only bounded: the result lies within the
unit, and a larger number is never rounded to a smaller one. That admits more than FEEL does: what is proven so is proven. ``exact``
has the whole numbers themselves, for the questions that the bounds leave open.
"""

from __future__ import annotations

from typing import Any

import z3

from mingtang.engines.dmn.prove.symbols import Texts

_HALF = z3.RealVal("1/2")


def _floor(term: Any) -> Any:
    return z3.ToReal(z3.ToInt(term))


def _ceiling(term: Any) -> Any:
    return -z3.ToReal(z3.ToInt(-term))


def _half_even(term: Any) -> Any:
    low = z3.ToInt(term)
    rest = term - z3.ToReal(low)
    return z3.ToReal(low + z3.If(z3.Or(rest > _HALF, z3.And(rest == _HALF, low % 2 == 1)), 1, 0))


# Name in FEEL -> the exact function to whole numbers, and how far the result may lie below and above.
ROUNDINGS: dict[str, tuple[Any, Any, Any]] = {
    "floor": (_floor, 1, 0),
    "ceiling": (_ceiling, 0, 1),
    "decimal": (_half_even, _HALF, _HALF),
    "round half up": (lambda t: z3.If(t >= 0, _floor(t + _HALF), -_floor(-t + _HALF)), _HALF, _HALF),
    "round half down": (lambda t: z3.If(t >= 0, _ceiling(t - _HALF), -_ceiling(-t - _HALF)), _HALF, _HALF),
    "round up": (lambda t: z3.If(t >= 0, _ceiling(t), _floor(t)), 1, 1),
    "round down": (lambda t: z3.If(t >= 0, _floor(t), _ceiling(t)), 1, 1),
}


class Known(Texts):
    """Texts and roundings of one question; ``axioms`` go to the solver with it."""

    def __init__(self, exact: bool = False) -> None:
        super().__init__()
        self.exact = exact
        self.axioms: list[Any] = []
        self.roundings = 0
        self._made: dict[tuple[str, int], list[tuple[Any, Any]]] = {}

    def rounded(self, name: str, power: int, term: Any) -> Any:
        """``term`` rounded to a multiple of 1 / ``power``."""
        function, below, above = ROUNDINGS[name]
        self.roundings += 1
        if self.exact:
            return function(term * power) / power
        result = z3.Real(f"rounded {self.roundings}")
        self.axioms += [result * power >= term * power - below, result * power <= term * power + above, z3.Implies(term == 0, result == 0),
                        z3.Implies(term >= 0, result >= 0), z3.Implies(term <= 0, result <= 0)]
        for other, made in self._made.setdefault((name, power), []):
            self.axioms += [z3.Implies(term <= other, result <= made), z3.Implies(term >= other, result >= made)]
        self._made[name, power].append((term, result))
        return result
