"""The one place where the engine meets FEEL.

Most conditions of a process are a path, or a path compared with a literal. Those are run here directly, with the meaning
that DMN 1.5 gives them; everything else goes to the FEEL engine. A name that is not there is an error, never null: a
misspelled deadline must not pass as "no deadline".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PATH = re.compile(rf"{_NAME}(?:\.{_NAME})*")
_COMPARED = re.compile(rf'({_NAME}(?:\.{_NAME})*)\s*(=|!=)\s*("[^"\\]*"|-?\d{{1,15}}|true|false|null)')
_WORDS = frozenset({"true", "false", "null", "not", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or",
                    "between", "instance", "of", "function", "external", "item", "date", "time", "duration"})
MOST = 4000  # characters


class ExpressionFailed(Exception):
    """The expression could not be compiled or has no value for these facts; ``reason`` says why. Caught inside the engine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled FEEL expression."""

    text: str
    run: Callable[[Mapping[str, Any]], Any] = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, Any]) -> Any:
        """The value over ``scope`` (JSON values): None, bool, str, int, float, Decimal, list, dict or a FEEL temporal value.

        Raises ExpressionFailed where FEEL reports an error.
        """
        return self.run(scope)


def compile_expression(text: str) -> Expression:
    """Compile FEEL ``text`` (a leading ``=`` as some editors write it is dropped). Raises ExpressionFailed."""
    text = text.strip().removeprefix("=").strip()
    if not text or len(text) > MOST:
        raise ExpressionFailed("empty" if not text else "too long")
    if _PATH.fullmatch(text) and not _WORDS & set(text.split(".")):
        return Expression(text, _path(text))
    compared = _COMPARED.fullmatch(text)
    if compared and not _WORDS & set(compared[1].split(".")):
        return Expression(text, _comparison(compared[1], compared[2] == "=", _literal(compared[3])))
    return Expression(text, _feel(text))


def _path(text: str) -> Callable[[Mapping[str, Any]], Any]:
    first, *rest = text.split(".")

    def run(scope: Mapping[str, Any]) -> Any:
        try:
            value = scope[first]
            for name in rest:
                value = value[name]
        except (KeyError, TypeError, IndexError):
            raise ExpressionFailed(f"{text}: not among the facts") from None
        return value

    return run


def _literal(text: str) -> Any:
    if text[0] == '"':
        return text[1:-1]
    return {"true": True, "false": False, "null": None}[text] if text in ("true", "false", "null") else int(text)


def _comparison(path: str, equal: bool, literal: Any) -> Callable[[Mapping[str, Any]], Any]:
    value_of = _path(path)
    numeric = isinstance(literal, int) and not isinstance(literal, bool)

    def run(scope: Mapping[str, Any]) -> bool | None:
        value = value_of(scope)
        if value is None or literal is None:
            same = value is literal
        elif numeric:
            if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
                return None  # DMN 1.5, 10.3.2.13: values of different kinds are neither equal nor unequal
            same = value == literal
        elif type(value) is not type(literal):
            return None
        else:
            same = value == literal
        return same is equal

    return run


def _feel(text: str) -> Callable[[Mapping[str, Any]], Any]:
    try:
        from mingtang.engines.dmn import feel, to_feel
    except ImportError:
        raise ExpressionFailed("only paths and comparisons with a literal are understood: the FEEL engine is not installed") from None
    from mingtang.kernel.errors import MingtangError

    try:
        compiled = feel.compile(text)
    except MingtangError as fault:
        raise ExpressionFailed(fault.message("en")) from None

    def run(scope: Mapping[str, Any]) -> Any:
        result = compiled.evaluate({name: to_feel(value) for name, value in scope.items()})
        if result.errors:
            raise ExpressionFailed("; ".join(str(getattr(error, "message", error)) for error in result.errors[:3])[:300])
        return result.value

    return run
