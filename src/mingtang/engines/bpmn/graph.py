"""The state graph that a process file is compiled to: nodes, flows, timers, where things are drawn.

A graph is immutable and named by the SHA-256 of its source. Node kinds::

    start end terminate error_end escalation_end          events at the ends
    user receive                                          wait for ``Complete``
    service send rule                                     done in passing: a handler is called, a contract decides
    xor and event                                         gateways
    catch throw boundary                                  intermediate events; ``event`` says which
    sub                                                   embedded subprocess, or a call activity put in its place
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from mingtang.engines.bpmn.expressions import Expression
from mingtang.engines.bpmn.timers import TimerRule

WAITING = frozenset({"user", "receive", "catch", "event", "sub"})


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` stands only on flows out of an exclusive gateway."""

    id: str
    source: str
    target: str
    name: str = ""
    name_en: str = ""
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """Several people do one user task: how many or who, and when it is enough (FEEL)."""

    cardinality: Expression | None
    people: str
    enough: Expression | None


@dataclass(frozen=True, slots=True)
class Node:
    """One element. ``scope`` is the id of the enclosing ``sub`` or ""; flows are ids in the order of the file."""

    id: str
    kind: str
    name: str = ""
    name_en: str = ""
    scope: str = ""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str = ""
    event: str = ""  # timer, message, error, escalation
    code: str = ""  # of an error or escalation; "" catches all
    attached_to: str = ""
    interrupting: bool = True
    boundary: tuple[str, ...] = ()
    timer: TimerRule | None = None
    handler: str = ""
    contract: str = ""
    decision: str = ""
    result: str = ""
    many: Many | None = None
    shape: str = ""  # id of the element that is drawn for it
    line: int = 0

    def label(self, language: str) -> str:
        """The name for people."""
        return (self.name if language.lower().startswith("zh") else self.name_en or self.name) or self.id


@dataclass(frozen=True, slots=True)
class Box:
    """Where an element is drawn."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Graph:
    """A compiled process. ``hash`` is ``sha256:`` and the hex digest of ``source``."""

    id: str
    name: str
    name_en: str
    source: bytes = field(repr=False)
    hash: str
    nodes: dict[str, Node] = field(repr=False)
    flows: dict[str, Flow] = field(repr=False)
    start: str
    starts: tuple[str, ...]  # message starts, by which an ended case is opened again
    boxes: dict[str, Box] = field(repr=False)
    ways: dict[str, tuple[tuple[float, float], ...]] = field(repr=False)
    labels: dict[str, Box] = field(repr=False, default_factory=dict)

    @cached_property
    def handlers(self) -> tuple[str, ...]:
        """Names of the handlers that the process calls, sorted."""
        return tuple(sorted({node.handler for node in self.nodes.values() if node.handler}))

    @cached_property
    def decisions(self) -> tuple[tuple[str, str], ...]:
        """The contracts and decisions that the process calls, sorted."""
        return tuple(sorted({(node.contract, node.decision) for node in self.nodes.values() if node.kind == "rule"}))

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """Ids of everything that a person or a message completes, in the order of the file."""
        return tuple(node.id for node in self.nodes.values() if node.kind in ("user", "receive") or node.event == "message" and node.kind != "throw")

    @cached_property
    def inner_start(self) -> dict[str, str]:
        """The start of each subprocess."""
        return {node.scope: node.id for node in self.nodes.values() if node.kind == "start" and node.scope}
