"""FEEL, the expression language of DMN 1.5 (chapter 10): read to a tree, compiled to closures, evaluated with faults as values.

Who must trust it: everybody about whom an expression decides. It runs no code but FEEL's own functions; text, depth, steps, lists and
patterns are bounded.

Example::

    >>> from mingtang.engines.dmn import feel
    >>> feel.evaluate("sum(for x in 1..3 return x * rate)", {"rate": 2}).value
    Decimal('12')
"""

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.evaluating import Expression, Result, compile, evaluate, unary
from mingtang.engines.dmn.feel.parser import parse, parse_unary_tests
from mingtang.engines.dmn.feel.values import Function, Range

__all__ = ["Expression", "FeelSyntax", "Function", "Range", "Result", "ast", "compile", "evaluate", "parse", "parse_unary_tests", "unary"]
