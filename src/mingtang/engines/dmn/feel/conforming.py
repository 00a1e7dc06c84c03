"""Types as values: does a value conform to a type, and bringing it to one (DMN 1.5, 10.3.2.9.4: singleton lists, dates to dates and times)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.temporal import Date, DateTime, Time
from mingtang.engines.dmn.feel.types import canonical, type_name
from mingtang.engines.dmn.feel.values import Function, Null, Range


@dataclass(frozen=True)
class Type:
    """A type: ``name`` of a simple one, or list, range, context, function with ``parts`` and ``fields``; ``allows`` checks allowed values."""

    name: str
    parts: tuple[Type, ...] = ()
    fields: tuple[tuple[str, Type], ...] = ()
    allows: Callable[[Any], bool] | None = field(default=None, compare=False)

    @property
    def shown(self) -> str:
        """The type as a person reads it."""
        return f"an allowed {self.name}" if self.allows is not None else f"a {self.name}"


ANY = Type("Any")


def from_tree(node: ast.TypeNode) -> Type:
    """The type that ``node`` writes."""
    return Type(canonical(node.name), tuple(map(from_tree, node.parts)), tuple((name, from_tree(kind)) for name, kind in node.fields))


def conforms(value: Any, kind: Type, env: Any = None, allowed: bool = True) -> bool | None:
    """Whether ``value`` is an instance of ``kind``; None where the type is not known. ``allowed`` holds it against allowed values too."""
    if allowed and kind.allows is not None and value is not None and not kind.allows(value):
        return False
    if kind.name == "Any":
        return value is not None
    if kind.name == "Null":
        return value is None
    if kind.name not in _KNOWN:
        found = _declared(kind.name, env)
        return None if found is None else conforms(value, found, env, allowed)
    if value is None:
        return False
    if kind.name == "function" and isinstance(value, Function):
        return _function_conforms(value, kind)
    if type_name(value) != kind.name:
        return False
    if kind.name == "list" and kind.parts:
        return all(_inner(item, kind.parts[0], env, allowed) for item in value)
    if kind.name == "range" and kind.parts:
        return _range_conforms(value, kind.parts[0], env, allowed)
    if kind.name == "context" and kind.fields:
        return all(name in value and _inner(value[name], inner, env, allowed) for name, inner in kind.fields)
    return True


_KNOWN = {
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration", "list", "range", "context", "function",
}


def _declared(name: str, env: Any) -> Type | None:
    types = env.find("\0types") if env is not None else None
    return types.get(name) if hasattr(types, "get") else None


def _inner(value: Any, kind: Type, env: Any, allowed: bool = True) -> bool:
    return value is None or conforms(value, kind, env, allowed) is True


def _range_conforms(value: Range, kind: Type, env: Any, allowed: bool) -> bool:
    return all(end is None or conforms(end, kind, env, allowed) is True for end in (value.low, value.high))


def _function_conforms(value: Function, kind: Type) -> bool:
    if not kind.parts:
        return True
    wanted = kind.parts[:-1]
    if value.type is None:
        return any(len(variant) == len(wanted) for variant in value.variants)
    kinds, result = value.type
    if len(kinds) != len(wanted):
        return False
    fits = all(own is None or own.name == "Any" or own.name == want.name for own, want in zip(kinds, wanted, strict=True))
    return fits and (result is None or kind.parts[-1].name in ("Any", result.name))


_PLAIN = {"number": Decimal, "string": str, "boolean": bool}


def plain_class(kind: Type | None) -> type | None:
    """The Python class whose values all conform to ``kind`` without further check, or None."""
    return _PLAIN.get(kind.name) if kind is not None and kind.allows is None else None


def coerce(value: Any, kind: Type, env: Any = None) -> Any:
    """``value`` as ``kind``, or None where it cannot be: singleton lists opened and made, dates to midnight UTC."""
    if value is None or conforms(value, kind, env) is True:
        return value
    if isinstance(value, list) and len(value) == 1 and kind.name != "list" and conforms(value[0], kind, env) is True:
        return value[0]
    if kind.name == "list" and not isinstance(value, list):
        wrapped = [value]
        return wrapped if conforms(wrapped, kind, env) is True else None
    if kind.name == "date and time" and isinstance(value, Date):
        return DateTime(value, Time(0, 0))
    return None


def fit_arguments(names: tuple[str, ...], kinds: tuple[Type | None, ...], arguments: list, env: Any) -> list:
    """The arguments brought to the parameters' types; raises Null where one does not fit: the call is then null (DMN 1.5, 10.3.2.13.4)."""
    made = []
    for name, kind, value in zip(names, kinds, arguments, strict=True):
        fit = value if kind is None or value is None else coerce(value, kind, env)
        if fit is None and value is not None:
            raise Null(f"{name} is {type_name(value)}, not {kind.shown}")  # type: ignore[union-attr]
        made.append(fit)
    return made
