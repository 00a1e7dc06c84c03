"""The built-in functions of FEEL, gathered from their rooms. ``BUILTINS`` maps each name to its function value."""

from __future__ import annotations

from mingtang.engines.dmn.feel.builtins_context import CONTEXT_FUNCTIONS
from mingtang.engines.dmn.feel.builtins_convert import CONVERSION_FUNCTIONS
from mingtang.engines.dmn.feel.builtins_list import LIST_FUNCTIONS
from mingtang.engines.dmn.feel.builtins_number import NUMBER_FUNCTIONS
from mingtang.engines.dmn.feel.builtins_range import RANGE_FUNCTIONS
from mingtang.engines.dmn.feel.builtins_text import TEXT_FUNCTIONS
from mingtang.engines.dmn.feel.builtins_time import TIME_FUNCTIONS
from mingtang.engines.dmn.feel.values import Function

BUILTINS: dict[str, Function] = {
    function.name: function
    for listed in (CONVERSION_FUNCTIONS, TEXT_FUNCTIONS, NUMBER_FUNCTIONS, LIST_FUNCTIONS, TIME_FUNCTIONS, RANGE_FUNCTIONS, CONTEXT_FUNCTIONS)
    for function in listed
}
