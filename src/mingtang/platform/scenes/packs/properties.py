"""``properties.yaml``: what is to be proven of a contract before it is published.

Kinds:

    monotone     more of ``input`` never gives less (``direction: rising``) or never gives more (``falling``) of the output
    independent  the output never depends on ``input``, not through another decision either
    bounds       the output lies between ``low`` and ``high``
    free         the FEEL condition ``holds`` is true for every case; it speaks of facts and decisions by name

``where`` is FEEL over the facts and narrows the cases. A ``required`` property that is refuted keeps the pack from being
published; one that could not be decided is told as such, never as proven.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingtang.platform.scenes.packs.located import Cursor, Words

KINDS = ("monotone", "independent", "bounds", "free")
DIRECTIONS = ("rising", "falling")


@dataclass(frozen=True, slots=True)
class Property:
    """One property. ``output`` names a component of the decision's value, "" the value itself."""

    id: str
    kind: str
    titles: Words
    contract: str
    decision: str
    output: str
    input: str
    direction: str
    low: float | None
    high: float | None
    where: str
    holds: str
    required: bool
    line: int


def read_properties(at: Cursor, contract: str, decision: str) -> tuple[Property, ...]:
    """Read ``properties.yaml``; ``contract`` and ``decision`` serve where a property names none."""
    at.fields(needed=("properties",))
    found: dict[str, Property] = {}
    for item in at.at("properties").items(needed=True):
        one = _property(item, contract, decision)
        if one.id in found:
            item.at("id").fault(f"性质“{one.id}”重复", f"the property “{one.id}” is given twice")
        found[one.id] = one
    return tuple(found.values())


def _property(at: Cursor, contract: str, decision: str) -> Property:
    kind = at.at("kind").one_of(KINDS)
    needs = {"monotone": ("input", "direction"), "independent": ("input",), "bounds": (), "free": ("holds",)}[kind or "bounds"]
    optional = ("contract", "decision", "output", "input", "direction", "low", "high", "where", "holds", "required")
    at.fields(*optional, needed=("id", "kind", "titles", *needs))
    low, high = at.at("low").number(), at.at("high").number()
    if kind == "bounds" and low is None and high is None:
        at.fault("须有 low 或 high", "needs low or high")
    return Property(
        at.at("id").text(pattern=r"[a-z][a-z0-9-]{0,60}"),
        kind,
        at.at("titles").words(),
        at.at("contract").text(contract),
        at.at("decision").text(decision),
        at.at("output").text(),
        at.at("input").text(),
        at.at("direction").one_of(DIRECTIONS),
        low,
        high,
        at.at("where").text(),
        at.at("holds").text(),
        at.at("required").flag(True),
        at.source.line(at.path),
    )
