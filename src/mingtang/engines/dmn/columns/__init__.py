"""Deciding a whole population at once: the same model over numpy columns, equal to the engine on every row.

Exact: numbers are integers under a scale, never floats; a row beyond the plain course is decided by the engine itself, and the result
says how many were. Trust: as the engine; hostile models cost no more than the engine's own bounds for each row.

Example::

    plan = columns.compile(model, "Allowance")
    result = plan.run({"age": ages, "district": districts})
    result.to_list(), result.errors, result.matched["Allowance"].counts()
"""

from mingtang.engines.dmn.columns.column import Column
from mingtang.engines.dmn.columns.facts import constant
from mingtang.engines.dmn.columns.plan import Plan, compile
from mingtang.engines.dmn.columns.result import Matched, Result

__all__ = ["Column", "Matched", "Plan", "Result", "compile", "constant"]
