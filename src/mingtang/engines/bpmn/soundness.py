"""What must hold of a graph before it may run: shape, reachability, no endless loop.

``check`` refuses at load; whether joins can deadlock takes a walk over the markings, see explore.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from mingtang.engines.bpmn.errors import BpmnRefused, NotSupported
from mingtang.engines.bpmn.graph import WAITING, Graph, Node

_ENDS = {"end", "terminate", "error_end", "escalation_end"}


def check(graph: Graph) -> None:
    """Refuse what cannot run; raises BpmnRefused or NotSupported with the id of the element."""
    for node in graph.nodes.values():
        _check_flows(graph, node)
        _check_kind(graph, node)
    for node in graph.nodes.values():
        if node.kind == "sub":
            starts = [n for n in graph.nodes.values() if n.scope == node.id and n.kind == "start"]
            if len(starts) != 1 or starts[0].event:
                raise BpmnRefused(path=node.id, reason=f"a subprocess has exactly one plain start event, not {len(starts)}")
    _check_reached(graph)
    _check_endless(graph)


def _check_flows(graph: Graph, node: Node) -> None:
    for key in node.outgoing:
        flow = graph.flows[key]
        if graph.nodes[flow.target].scope != node.scope:
            raise BpmnRefused(path=key, reason="a flow crosses the border of a subprocess")
        if flow.condition is not None and node.kind != "xor":
            raise NotSupported(path=key, what=f"conditionExpression on a flow out of {node.id}; put an exclusive gateway there")
    if node.kind in _ENDS:
        if node.outgoing or not node.incoming:
            raise BpmnRefused(path=node.id, reason="an end event has flows in and none out")
    elif node.kind in ("start", "boundary"):
        if node.incoming or len(node.outgoing) != 1:
            raise BpmnRefused(path=node.id, reason=f"this event has no flow in and exactly one out, not {len(node.outgoing)}")
    elif not node.incoming:
        raise BpmnRefused(path=node.id, reason="no flow leads here")
    elif node.kind in ("xor", "and", "event"):
        if not node.outgoing:
            raise BpmnRefused(path=node.id, reason="no flow leads on from here")
    elif len(node.outgoing) != 1:
        reason = "several flows out are a hidden parallel gateway; draw the gateway" if node.outgoing else "no flow leads on from here"
        raise BpmnRefused(path=node.id, reason=reason)


def _check_kind(graph: Graph, node: Node) -> None:
    if node.default and node.kind != "xor":
        raise NotSupported(path=node.id, what="default way out of something that is no exclusive gateway")
    if node.kind == "xor" and len(node.outgoing) > 1:
        if node.default not in node.outgoing:
            raise BpmnRefused(path=node.id, reason="an exclusive gateway names its default way, so that no case is left standing")
        for key in node.outgoing:
            if (graph.flows[key].condition is None) != (key == node.default):
                raise BpmnRefused(path=key, reason="every way out but the default has a condition")
    if node.kind == "event":
        for key in node.outgoing:
            target = graph.nodes[graph.flows[key].target]
            if target.kind not in ("catch", "receive") or len(target.incoming) != 1 or target.boundary:
                raise BpmnRefused(path=node.id, reason=f"after an event gateway come catching events only, each with one way in: {target.id}")
    if node.kind == "boundary":
        _check_boundary(graph, node)
    if node.kind == "error_end" and node.scope and catcher(graph, node, "error") is None:
        raise BpmnRefused(path=node.id, reason=f"nobody catches the error {node.code!r}")


def _check_boundary(graph: Graph, node: Node) -> None:
    host = graph.nodes[node.attached_to]
    if host.scope != node.scope:
        raise BpmnRefused(path=node.id, reason="attached across the border of a subprocess")
    if host.kind not in ("user", "receive", "sub"):
        raise NotSupported(path=node.id, what=f"boundary event on {host.id}, which does not wait")
    if node.event in ("error", "escalation") and host.kind != "sub":
        raise NotSupported(path=node.id, what=f"boundary {node.event} on {host.id}, which is no subprocess")
    if node.timer and node.timer.kind == "cycle" and node.interrupting:
        raise NotSupported(path=node.id, what="a repeating timer that interrupts")


def catcher(graph: Graph, node: Node, event: str) -> Node | None:
    """The boundary event of the nearest enclosing subprocess that catches ``node``'s code, or None."""
    scope = node.scope
    while scope:
        for key in graph.nodes[scope].boundary:
            found = graph.nodes[key]
            if found.event == event and found.code in ("", node.code):
                return found
        scope = graph.nodes[scope].scope
    return None


def _next(graph: Graph, node: Node) -> Iterator[str]:
    for key in node.outgoing:
        yield graph.flows[key].target
    yield from node.boundary
    if node.kind == "sub":
        yield graph.inner_start[node.id]


def _check_reached(graph: Graph) -> None:
    seen: set[str] = set()
    stack = [graph.start, *graph.starts]
    while stack:
        key = stack.pop()
        if key not in seen:
            seen.add(key)
            stack += _next(graph, graph.nodes[key])
    for key, node in graph.nodes.items():
        if key not in seen:
            raise BpmnRefused(path=key, reason="no way leads here from the start")
    ends = [key for key, node in graph.nodes.items() if node.kind in _ENDS]
    back: dict[str, list[str]] = {key: [] for key in graph.nodes}
    for node in graph.nodes.values():
        for target in _next(graph, node):
            back[target].append(node.id)
    good: set[str] = set()
    while ends:
        key = ends.pop()
        if key not in good:
            good.add(key)
            ends += back[key]
    for key in graph.nodes:
        if key not in good:
            raise BpmnRefused(path=key, reason="no way leads from here to an end")


def _check_endless(graph: Graph) -> None:
    """No loop without a step that waits: such a loop would turn for ever within one transaction."""
    state: dict[str, int] = {}
    for root in graph.nodes:
        stack: list[tuple[str, Iterator[str]]] = [(root, iter(_flowing(graph, root)))] if root not in state else []
        if stack:
            state[root] = 1
        while stack:
            key, ways = stack[-1]
            for target in ways:
                if state.get(target) == 1:
                    raise BpmnRefused(path=target, reason="a loop without a step that waits")
                if target not in state:
                    state[target] = 1
                    stack.append((target, iter(_flowing(graph, target))))
                    break
            else:
                state[key] = 2
                stack.pop()


def _flowing(graph: Graph, key: str) -> list[str]:
    """Where a token may come from ``key`` without waiting for anybody."""
    node = graph.nodes[key]
    after = [graph.flows[f].target for f in node.outgoing]
    if node.kind == "sub":
        return [graph.inner_start[key], *(after if _runs_through(graph, key) else [])]
    if node.kind in WAITING:
        return []
    event = {"error_end": "error", "escalation_end": "escalation"}.get(node.kind, node.event if node.kind == "throw" else "")
    found = catcher(graph, node, event) if event in ("error", "escalation") else None
    return [*after, found.id] if found is not None else after


def _runs_through(graph: Graph, sub: str) -> bool:
    """Whether some way leads from the start of the subprocess to one of its ends without waiting."""
    seen: set[str] = set()
    stack = [graph.inner_start[sub]]
    while stack:
        node = graph.nodes[stack.pop()]
        if node.id in seen or node.scope != sub:
            continue
        seen.add(node.id)
        if node.kind in ("end", "terminate", "escalation_end"):
            return True
        if node.kind not in WAITING or node.kind == "sub" and _runs_through(graph, node.id):
            stack += [graph.flows[f].target for f in node.outgoing]
    return False
