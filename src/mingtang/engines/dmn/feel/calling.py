"""Invocation: arguments are brought to the parameters, by place or by name, then the function is called."""

from __future__ import annotations

from typing import Any

from mingtang.engines.dmn.feel.values import Function, Null, Run


def invoke(function: Function, run: Run, arguments: list, names: list[str] | None = None) -> Any:
    """Call ``function``; with ``names`` the arguments are named. Raises Null where they do not fit a list of parameters."""
    if names is not None:
        return function.call(run, _by_name(function, arguments, names))
    if function.variadic:
        return function.call(run, arguments)
    if not any(len(variant) - function.optional <= len(arguments) <= len(variant) for variant in function.variants):
        raise Null(f"{function.name or 'the function'} takes {' or '.join(str(len(v)) for v in function.variants)} arguments, {len(arguments)} given")
    if function.type is not None and len(arguments) < len(function.variants[0]):
        raise Null("too few arguments")
    return function.call(run, arguments)


def _by_name(function: Function, arguments: list, names: list[str]) -> list:
    given = dict(zip(names, arguments, strict=True))
    if len(given) != len(names):
        raise Null("an argument is given twice")
    for variant in function.variants:
        required = variant[: len(variant) - function.optional]
        if set(given) <= set(variant) and set(required) <= set(given):
            if function.variadic:
                return [given[name] for name in variant if name in given]
            ordered = [given.get(name) for name in variant]
            while function.optional and ordered and variant[len(ordered) - 1] not in given:
                ordered.pop()
            return _Named(ordered, variant)
    raise Null(f"{function.name or 'the function'} has no parameters {', '.join(names)}")


class _Named(list):
    """Arguments in order that also know which list of parameters they were named after."""

    def __init__(self, values: list, variant: tuple[str, ...]) -> None:
        super().__init__(values)
        self.variant = variant
