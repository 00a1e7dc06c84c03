"""From a checked XML tree to a graph.

Call activities are put in place: the called process of the same file stands in the graph as a ``sub`` whose inner ids are
prefixed with the caller's, so a running case never needs a second graph.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace

from lxml import etree

from mingtang.engines.bpmn import diagram, source
from mingtang.engines.bpmn.errors import BpmnRefused, NotSupported
from mingtang.engines.bpmn.expressions import Expression, ExpressionFailed, compile_expression
from mingtang.engines.bpmn.graph import Flow, Graph, Many, Node
from mingtang.engines.bpmn.soundness import check
from mingtang.engines.bpmn.source import children, content, local, ours, place
from mingtang.engines.bpmn.timers import TimerRule, cycle, duration, instant

_KINDS = {
    "userTask": "user", "serviceTask": "service", "businessRuleTask": "rule", "sendTask": "send", "receiveTask": "receive",
    "exclusiveGateway": "xor", "parallelGateway": "and", "eventBasedGateway": "event", "startEvent": "start", "endEvent": "end",
    "intermediateCatchEvent": "catch", "intermediateThrowEvent": "throw", "boundaryEvent": "boundary", "subProcess": "sub", "callActivity": "sub",
}
_EVENTS = {"timerEventDefinition": "timer", "messageEventDefinition": "message", "errorEventDefinition": "error",
           "escalationEventDefinition": "escalation", "terminateEventDefinition": "terminate"}
_TAKEN = {  # which events may stand where
    "start": {"", "message"}, "end": {"", "terminate", "error", "escalation"}, "catch": {"timer", "message"},
    "throw": {"", "escalation", "message"}, "boundary": {"timer", "message", "error", "escalation"},
}
_NOTES = {"documentation", "extensionElements", "textAnnotation", "association"}
_MOST_NODES = 2_000


def load(xml: bytes, name: str = "") -> Graph:
    """Compile a BPMN 2.0 file (``name`` for its place in messages). Raises BpmnRefused (NotSupported among it) with the id of the faulty element.

    Of several processes the executable one that no other calls is taken; the others are there to be called.
    """
    root = source.parse(xml)
    reading = _Reading(root)
    process = reading.main()
    reading.scope(process, "", "", ())
    nodes, flows = reading.joined()
    starts = [node for node in nodes.values() if node.kind == "start" and not node.scope]
    plain = [node.id for node in starts if not node.event]
    if len(plain) != 1:
        raise BpmnRefused(path=process.get("id"), reason=f"a process has exactly one plain start event, not {len(plain)}")
    boxes, ways, labels = diagram.read(root)
    graph = Graph(
        id=process.get("id"), name=process.get("name", ""), name_en=ours(process, "en"), source=bytes(xml),
        hash="sha256:" + hashlib.sha256(xml).hexdigest(), nodes=nodes, flows=flows, start=plain[0],
        starts=tuple(node.id for node in starts if node.event == "message"), boxes=boxes, ways=ways, labels=labels,
    )
    check(graph)
    return graph


@dataclass
class _Reading:
    root: etree._Element
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.processes = {p.get("id"): p for p in children(self.root, "process")}
        self.codes = {e.get("id"): e.get("errorCode") or e.get("escalationCode") or e.get("id")
                      for name in ("error", "escalation") for e in children(self.root, name)}
        self.messages = {e.get("id") for e in children(self.root, "message")}
        if None in self.processes:
            raise BpmnRefused(path=place(self.processes[None]), reason="a process needs an id")

    def main(self) -> etree._Element:
        called = {e.get("calledElement") for e in self.root.iter(f"{{{source.BPMN}}}callActivity")}
        own = [p for p in self.processes.values() if p.get("id") not in called]
        runnable = [p for p in own if p.get("isExecutable") == "true"] or own
        if len(runnable) != 1:
            raise BpmnRefused(path="definitions", reason=f"one process to run is needed, {len(runnable)} found")
        return runnable[0]

    def scope(self, holder: etree._Element, prefix: str, scope: str, calls: tuple[str, ...]) -> None:
        plain = _NOTES | ({"incoming", "outgoing"} if local(holder) == "subProcess" else set())
        for element in holder:
            name = local(element)
            if name in _KINDS:
                self.node(element, prefix, scope, calls)
            elif name == "sequenceFlow":
                self.flow(element, prefix)
            elif name not in plain:
                raise NotSupported(path=place(element), what=f"{local(holder)}/{name}")

    def node(self, element: etree._Element, prefix: str, scope: str, calls: tuple[str, ...]) -> None:
        name, kind = local(element), _KINDS[local(element)]
        if not element.get("id"):
            raise BpmnRefused(path=place(element), reason=f"{name} needs an id")
        identifier = prefix + element.get("id")
        if len(self.nodes) >= _MOST_NODES or len(identifier) > 200:
            raise BpmnRefused(path=identifier, reason=f"more than {_MOST_NODES} elements with all calls put in place")
        common = {"name": element.get("name", ""), "name_en": ours(element, "en"), "scope": scope, "line": element.sourceline or 0,
                  "shape": calls[0] if calls else element.get("id"), "default": _prefixed(prefix, element.get("default", ""))}
        if kind in _TAKEN:
            self.nodes[identifier] = self.event(element, identifier, kind, prefix, common)
            return
        if name != "subProcess":
            self.only(element, {"multiInstanceLoopCharacteristics"} if kind == "user" else set())
        if kind in ("service", "send") and not ours(element, "handler"):
            raise BpmnRefused(path=identifier, reason=f"{name} needs mt:handler, the office's function that does it")
        if kind == "rule" and not (ours(element, "decision") and ours(element, "result")):
            raise BpmnRefused(path=identifier, reason="businessRuleTask needs mt:decision and mt:result (and mt:contract, rules if absent)")
        self.message_of(element)
        self.nodes[identifier] = Node(
            identifier, kind, handler=ours(element, "handler"), contract=ours(element, "contract") or ("rules" if kind == "rule" else ""),
            decision=ours(element, "decision"), result=ours(element, "result"), many=self.many(element) if kind == "user" else None, **common)
        if name == "subProcess":
            self.scope(element, prefix, identifier, calls)
        elif name == "callActivity":
            self.call(element, identifier, calls)

    def call(self, element: etree._Element, identifier: str, calls: tuple[str, ...]) -> None:
        called = self.processes.get(element.get("calledElement"))
        if called is None:
            raise BpmnRefused(path=identifier, reason=f"the called process {element.get('calledElement')!r} is not in this file")
        chain = [c for c in calls if c.startswith("process:")]
        mark = f"process:{called.get('id')}"
        if mark in chain or len(chain) > 20:
            raise BpmnRefused(path=identifier, reason="a process calls itself")
        shown = calls[0] if calls else element.get("id")
        self.scope(called, identifier + "/", identifier, (shown, *calls[1:], mark))

    def event(self, element: etree._Element, identifier: str, kind: str, prefix: str, common: dict) -> Node:
        self.only(element, set(_EVENTS))
        definitions = [child for child in element if local(child) in _EVENTS]
        if len(definitions) > 1:
            raise NotSupported(path=identifier, what=f"{local(element)} with several event definitions")
        event = _EVENTS[local(definitions[0])] if definitions else ""
        if event not in _TAKEN[kind]:
            raise NotSupported(path=identifier, what=f"{local(element)} ({event or 'none'})")
        timer, code = None, ""
        if event == "timer":
            timer = self.timer(definitions[0], identifier)
        elif event == "message":
            self.message_of(definitions[0])
        elif event in ("error", "escalation"):
            reference = definitions[0].get(f"{event}Ref", "")
            if reference and reference not in self.codes:
                raise BpmnRefused(path=identifier, reason=f"{event} {reference!r} is not declared")
            code = self.codes.get(reference, "")
            if kind != "boundary" and not code:
                raise BpmnRefused(path=identifier, reason=f"which {event} is thrown is not said")
        interrupting = element.get("cancelActivity", "true") == "true"
        if event == "error" and not interrupting:
            raise NotSupported(path=identifier, what="boundaryEvent (error, cancelActivity=false)")
        if kind == "end" and event:
            kind = {"terminate": "terminate", "error": "error_end", "escalation": "escalation_end"}[event]
        return Node(identifier, kind, event=event, code=code, timer=timer, interrupting=interrupting, handler=ours(element, "handler"),
                    attached_to=_prefixed(prefix, element.get("attachedToRef", "")), **common)

    def timer(self, definition: etree._Element, identifier: str) -> TimerRule:
        given = list(definition)
        if len(given) != 1 or local(given[0]) not in ("timeDuration", "timeDate", "timeCycle"):
            raise BpmnRefused(path=identifier, reason="a timer has exactly one of timeDuration, timeDate, timeCycle")
        kind, text = local(given[0])[4:].lower(), content(given[0])
        fixed = {"duration": duration, "cycle": cycle}.get(kind)
        if fixed is not None and fixed(text):
            return TimerRule(kind, text)
        if kind == "date" and text[:4].isdigit():
            try:
                instant(text)
            except ValueError as fault:
                raise BpmnRefused(path=identifier, reason=f"{text!r} is no date and time with zone ({fault})") from None
            return TimerRule(kind, text)
        return TimerRule(kind, text, self.feel(text, identifier))

    def many(self, element: etree._Element) -> Many | None:
        found = children(element, "multiInstanceLoopCharacteristics")
        if not found:
            return None
        if len(found) > 1:
            raise NotSupported(path=place(element), what="several multiInstanceLoopCharacteristics")
        self.only(found[0], {"loopCardinality", "completionCondition"})
        parts = {local(child): self.feel(content(child), element.get("id")) for child in found[0] if local(child) in ("loopCardinality", "completionCondition")}
        people = ours(found[0], "people")
        if ("loopCardinality" in parts) == bool(people):
            raise BpmnRefused(path=element.get("id"), reason="several people: give either loopCardinality or mt:people")
        return Many(parts.get("loopCardinality"), people, parts.get("completionCondition"))

    def flow(self, element: etree._Element, prefix: str) -> None:
        self.only(element, {"conditionExpression"})
        if not element.get("id"):
            raise BpmnRefused(path=place(element), reason="sequenceFlow needs an id")
        conditions = children(element, "conditionExpression")
        condition = self.feel(content(conditions[0]), element.get("id")) if conditions else None
        flow = Flow(prefix + element.get("id"), _prefixed(prefix, element.get("sourceRef", "")), _prefixed(prefix, element.get("targetRef", "")),
                    element.get("name", ""), ours(element, "en"), condition)
        self.flows[flow.id] = flow

    def feel(self, text: str, where: str) -> Expression:
        try:
            return compile_expression(text)
        except ExpressionFailed as fault:
            raise BpmnRefused(path=where, reason=f"{text[:80]!r} is not FEEL: {fault.reason}") from None

    def only(self, element: etree._Element, more: set[str]) -> None:
        for child in element:
            if local(child) not in more | _NOTES | {"incoming", "outgoing"}:
                raise NotSupported(path=place(element), what=f"{local(element)}/{local(child)}")

    def message_of(self, element: etree._Element) -> None:
        reference = element.get("messageRef")
        if reference and reference not in self.messages:
            raise BpmnRefused(path=place(element), reason=f"message {reference!r} is not declared")

    def joined(self) -> tuple[dict[str, Node], dict[str, Flow]]:
        """Nodes that know their flows and what is attached to them."""
        incoming, outgoing, attached = defaultdict(list), defaultdict(list), defaultdict(list)
        for flow in self.flows.values():
            for end, reference in (("source", flow.source), ("target", flow.target)):
                if reference not in self.nodes:
                    raise BpmnRefused(path=flow.id, reason=f"the flow's {end} {reference!r} is no step of this process")
            outgoing[flow.source].append(flow.id)
            incoming[flow.target].append(flow.id)
        for node in self.nodes.values():
            if node.kind == "boundary":
                if node.attached_to not in self.nodes:
                    raise BpmnRefused(path=node.id, reason=f"attached to {node.attached_to!r}, which is no step of this process")
                attached[node.attached_to].append(node.id)
        nodes = {
            key: replace(node, incoming=tuple(incoming[key]), outgoing=tuple(outgoing[key]), boundary=tuple(attached[key]))
            for key, node in self.nodes.items()
        }
        return nodes, self.flows


def _prefixed(prefix: str, identifier: str) -> str:
    return prefix + identifier if identifier else ""
