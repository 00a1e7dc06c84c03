"""Functions of contexts (DMN 1.5, 10.3.4.11)."""

from __future__ import annotations

from typing import Any

from mingtang.engines.dmn.feel.defining import define
from mingtang.engines.dmn.feel.values import Null


@define("get value", "m: context, key: string", "context: context, key: string")
def get_value(variant: int, context: dict, key: str) -> Any:
    if key not in context:
        raise Null(f"the context has no entry {key}")
    return context[key]


@define("get entries", "m: context", "context: context")
def get_entries(variant: int, context: dict) -> list:
    return [{"key": key, "value": value} for key, value in context.items()]


@define("context", "entries: list")
def context(entries: list) -> dict:
    made: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or "key" not in entry or "value" not in entry or not isinstance(entry["key"], str):
            raise Null("context: an entry has key and value")
        if entry["key"] in made:
            raise Null(f"context: {entry['key']} stands twice")
        made[entry["key"]] = entry["value"]
    return made


@define("context put", "context: context, key: string, value: any?", "context: context, keys: list, value: any?")
def context_put(variant: int, base: dict, key: Any, value: Any) -> dict:
    if variant == 0:
        return {**base, key: value}
    if not key or not all(isinstance(part, str) for part in key):
        raise Null("context put: keys are strings, one at least")
    return _put(base, key, value)


def _put(base: Any, keys: list[str], value: Any) -> dict:
    if not isinstance(base, dict):
        raise Null(f"context put: there is no context under {keys[0]}")
    if len(keys) == 1:
        return {**base, keys[0]: value}
    return {**base, keys[0]: _put(base.get(keys[0]), keys[1:], value)}


@define("context merge", "contexts: list")
def context_merge(contexts: list) -> dict:
    merged: dict[str, Any] = {}
    for one in contexts:
        if not isinstance(one, dict):
            raise Null("context merge: the list holds more than contexts")
        merged |= one
    return merged


CONTEXT_FUNCTIONS = (get_value, get_entries, context, context_put, context_merge)
