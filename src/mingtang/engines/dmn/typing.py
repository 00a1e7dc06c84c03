"""Declared types (item definitions) as types that values can be held against."""

from __future__ import annotations

from typing import Any

from mingtang.engines.dmn.feel.compiling import Env, compile_node
from mingtang.engines.dmn.feel.conforming import ANY, Type
from mingtang.engines.dmn.feel.types import canonical
from mingtang.engines.dmn.feel.values import Run
from mingtang.engines.dmn.model import Cell, ItemDefinition, Model

_SIMPLE = {
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration", "list", "context", "function",
    "range",
}
_DEEPEST = 40


def resolve(model: Model, ref: str, depth: int = 0) -> Type | None:
    """The type that ``ref`` names in ``model``; None for no type, Any, and names that are not declared."""
    name = ref.removeprefix("feel:").strip() if ref else ""
    if not name or name == "Any" or depth > _DEEPEST:
        return None
    if canonical(name) in _SIMPLE and name not in model.items:
        return Type(canonical(name))
    cache = model._compiled.setdefault("types", {})
    if name not in cache:
        cache[name] = None  # a type that refers to itself is Any within
        cache[name] = _resolve(model, name, depth)
    return cache[name]


def _resolve(model: Model, name: str, depth: int) -> Type | None:
    item = model.items.get(name)
    if item is not None:
        return build(model, item, depth)
    prefix, dot, rest = name.partition(".")
    if dot and prefix in model.imports:
        return resolve(model.imports[prefix], rest, depth + 1)
    return None


def build(model: Model, item: ItemDefinition, depth: int = 0) -> Type | None:
    """The type of an item definition."""
    if item.parameters is not None:
        parts = [resolve(model, ref, depth + 1) or ANY for _, ref in item.parameters] + [resolve(model, item.output_ref, depth + 1) or ANY]
        return Type("function", tuple(parts))
    if item.components:
        fields = tuple((part.name, build(model, part, depth + 1) or ANY) for part in item.components)
        base: Type | None = Type("context", (), fields)
    else:
        base = resolve(model, item.type_ref, depth + 1)
    if item.allowed is not None and base is not None:
        base = _allowing(base, item.allowed)
    elif item.allowed is not None:
        base = _allowing(Type("Any"), item.allowed)
    if item.is_collection:
        base = Type("list", (base or ANY,))
    if item.constraint is not None:
        base = _allowing(base or ANY, item.constraint)
    return base


def _allowing(base: Type, cell: Cell) -> Type:
    if cell.tree is None:
        return base
    code = compile_node(cell.tree)
    before = base.allows

    def allows(value: Any) -> bool:
        if before is not None and not before(value):
            return False
        return code(Env({}, None, Run(100_000), value)) is True

    return Type(base.name, base.parts, base.fields, allows)
