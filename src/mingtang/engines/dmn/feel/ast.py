"""The syntax tree of FEEL: one tree for decisions, for whole tables of people, and for proofs.

Every node carries ``at``, the offset of its first character in the text, so that faults and reports name their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree; ``at`` counts characters from the start of the text."""

    at: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant: Decimal, str, bool, None or a temporal value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable or function by its normalised name."""

    name: str


@dataclass(frozen=True, slots=True)
class Input(Node):
    """``?``: the value under test in a unary test."""


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """Arithmetic negation."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``op`` is one of + - * / **."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """``op`` is one of = != < <= > >=."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``op`` is "and" or "or"; two operands or more, three-valued."""

    op: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``value between low and high``, ends included."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``value in`` one of the tests."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class RangeNode(Node):
    """A range; an end that is None is open to that side. ``op`` is set for the unary forms < <= > >= = !=."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool
    op: str = ""


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextNode(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """An invocation with positional ``arguments`` or with ``named`` ones, never both."""

    function: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...] | None = None


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    """``domains``: (variable, list or start, end or None)."""

    domains: tuple[tuple[str, Node, Node | None], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """``kind`` is "some" or "every"."""

    kind: str
    domains: tuple[tuple[str, Node, Node | None], ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class TypeNode(Node):
    """A type in ``instance of`` or a parameter: name, and parts for list, range, context and function."""

    name: str
    parts: tuple[TypeNode, ...] = ()
    fields: tuple[tuple[str, TypeNode], ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeNode


@dataclass(frozen=True, slots=True)
class FunctionNode(Node):
    """A function definition; ``external`` ones are known and refused when called."""

    parameters: tuple[tuple[str, TypeNode | None], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """The tests of a cell; empty means "-", anything. ``negated`` is not(...)."""

    tests: tuple[Node, ...]
    negated: bool = False


def children(node: Node) -> list[Node]:
    """The nodes directly below ``node``."""
    found: list[Node] = []
    for name in node.__dataclass_fields__:
        _collect(getattr(node, name), found)
    return found


def _collect(value: Any, found: list[Node]) -> None:
    if isinstance(value, Node):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, found)
