"""A process as SVG: drawn from its diagram, the present steps marked, told in words for those who do not see it.

No script, no style attribute, no reference to anything outside, so it may stand in a page under a strict content security
policy. Colours come from the page's stylesheet by class; the attributes are what holds without one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

from mingtang.engines.bpmn.graph import Box, Flow, Graph, Node

_INK, _PAPER, _QUIET, _CINNABAR, _JADE = "#1f2328", "#ffffff", "#6b7280", "#b3362b", "#0f7a5a"
_MARGIN = 24
_HALO = f'fill="{_INK}" stroke="{_PAPER}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"'  # words stay legible over lines
_WORDS = {
    "zh": {"now": "现在停在：{}。", "ended": "已经办结。", "all": "步骤：{}。", "join": "、", "process": "流程图"},
    "en": {"now": "It stands at: {}.", "ended": "It is over.", "all": "Steps: {}.", "join": ", ", "process": "Process diagram"},
}
_TASKS = {"user", "service", "rule", "send", "receive"}


def draw(graph: Graph, *, current: Sequence[str] = (), passed: Iterable[str] = (), language: str = "zh-hans", ended: bool | None = None,
         prefix: str = "process") -> str:
    """Return the SVG of ``graph``; ``current`` are the nodes where the case stands, ``passed`` those it has been through.

    ``prefix`` makes the ids of title and description unique within a page. Labels are in ``language``.
    """
    zh = language.lower().startswith("zh")
    words = _WORDS["zh" if zh else "en"]
    boxes, ways = (graph.boxes, graph.ways) if _is_drawn(graph) else _laid_out(graph)
    here = {graph.nodes[key].shape for key in current if key in graph.nodes and not _is_holder(graph, key, current)}
    been = {graph.nodes[key].shape for key in passed if key in graph.nodes}
    x0, y0, x1, y1 = _extent(boxes, ways)
    title = (graph.name if zh else graph.name_en or graph.name) or words["process"]
    parts = [
        (f'<svg xmlns="http://www.w3.org/2000/svg" class="process" role="img" aria-labelledby="{escape(prefix)}-title {escape(prefix)}-desc" '
        f'viewBox="{_n(x0)} {_n(y0)} {_n(x1 - x0)} {_n(y1 - y0)}" width="{_n(x1 - x0)}" height="{_n(y1 - y0)}" font-size="12" '
        f'font-family="system-ui, sans-serif" lang="{"zh-Hans" if zh else "en"}">'),
        f'<title id="{escape(prefix)}-title">{escape(title)}</title>',
        f'<desc id="{escape(prefix)}-desc">{escape(described(graph, current, language, ended=ended))}</desc>',
    ]
    nodes = {node.shape: node for node in reversed(graph.nodes.values()) if "/" not in node.id}
    parts += [_way(flow, ways[flow.id], graph.labels.get(flow.id), language) for flow in graph.flows.values() if flow.id in ways]
    for key in sorted(boxes, key=lambda key: -boxes[key].width * boxes[key].height):
        if key in nodes:
            parts.append(_shape(nodes[key], boxes[key], graph.labels.get(key), key in here, key in been, language))
    return "".join(parts) + "</svg>"


def described(graph: Graph, current: Sequence[str], language: str, *, ended: bool | None = None) -> str:
    """The drawing in words: where the case stands, then every step that people or the clock take."""
    words = _WORDS["zh" if language.lower().startswith("zh") else "en"]
    now = [graph.nodes[key].label(language) for key in dict.fromkeys(current) if key in graph.nodes and not _is_holder(graph, key, current)]
    out = []
    if now:
        out.append(words["now"].format(words["join"].join(now)))
    elif ended:
        out.append(words["ended"])
    steps = [node.label(language) for node in graph.nodes.values() if node.kind in _TASKS]
    return " ".join([*out, words["all"].format(words["join"].join(steps))])


def _is_holder(graph: Graph, key: str, current: Sequence[str]) -> bool:
    """Whether ``key`` is a subprocess within which another current step lies: the inner one is where the case stands."""
    return graph.nodes[key].kind == "sub" and any(other in graph.nodes and graph.nodes[other].scope == key for other in current)


def _is_drawn(graph: Graph) -> bool:
    return all(node.shape in graph.boxes for node in graph.nodes.values())


def _laid_out(graph: Graph) -> tuple[dict[str, Box], dict[str, tuple[tuple[float, float], ...]]]:
    """A plain layout for a file without a diagram: columns by distance from the start, inner steps after their subprocess."""
    column: dict[str, int] = {}
    queue = [(graph.start, 0), *((key, 0) for key in graph.starts)]
    while queue:
        key, depth = queue.pop(0)
        if key in column:
            continue
        column[key] = depth
        node = graph.nodes[key]
        inner = [graph.inner_start[key]] if node.kind == "sub" else []
        queue += [(target, depth + 1) for target in [*(graph.flows[f].target for f in node.outgoing), *node.boundary, *inner]]
    rows: dict[int, int] = {}
    boxes: dict[str, Box] = {}
    for key, depth in column.items():
        if "/" in key:
            continue
        row = rows[depth] = rows.get(depth, -1) + 1
        wide, high = (100.0, 70.0) if graph.nodes[key].kind in _TASKS | {"sub"} else (36.0, 36.0)
        boxes[key] = Box(depth * 160 + 50 - wide / 2, row * 120 + 40 - high / 2, wide, high)
    ways = {}
    for flow in graph.flows.values():
        if flow.source in boxes and flow.target in boxes:
            a, b = boxes[flow.source], boxes[flow.target]
            ways[flow.id] = ((a.x + a.width, a.y + a.height / 2), (b.x, b.y + b.height / 2))
    return boxes, ways


def _extent(boxes: dict[str, Box], ways: dict[str, tuple[tuple[float, float], ...]]) -> tuple[float, float, float, float]:
    xs = [x for box in boxes.values() for x in (box.x, box.x + box.width)] + [x for way in ways.values() for x, _ in way]
    ys = [y for box in boxes.values() for y in (box.y, box.y + box.height + 34)] + [y for way in ways.values() for _, y in way]
    return (min(xs) - _MARGIN, min(ys) - _MARGIN, max(xs) + _MARGIN, max(ys) + _MARGIN) if xs and ys else (0, 0, 100, 100)


def _way(flow: Flow, points: tuple[tuple[float, float], ...], place: Box | None, language: str) -> str:
    if len(points) < 2:
        return ""
    path = "M" + " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    (ax, ay), (bx, by) = points[-2], points[-1]
    length = max(((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5, 0.001)
    ux, uy = (bx - ax) / length, (by - ay) / length
    tip = f"{_n(bx)},{_n(by)} {_n(bx - 9 * ux - 4 * uy)},{_n(by - 9 * uy + 4 * ux)} {_n(bx - 9 * ux + 4 * uy)},{_n(by - 9 * uy - 4 * ux)}"
    out = f'<g class="flow"><path d="{path}" fill="none" stroke="{_QUIET}" stroke-width="1.5"/><polygon points="{tip}" fill="{_QUIET}"/>'
    label = flow.name if language.lower().startswith("zh") else flow.name_en or flow.name
    if label and place:
        out += _lines(label, place.x + place.width / 2, place.y + 11, place.width)
    elif label:
        (x, y), (x2, y2) = points[0], points[1]
        across = abs(x2 - x) >= abs(y2 - y)
        lx, ly = ((x + min(max(x2, x - 60), x + 60)) / 2, y - 6) if across else (x + 6, y + (18 if y2 > y else -12))
        out += f'<text x="{_n(lx)}" y="{_n(ly)}" text-anchor="{"middle" if across else "start"}" {_HALO}>{escape(label)}</text>'
    return out + "</g>"


def _shape(node: Node, box: Box, place: Box | None, here: bool, been: bool, language: str) -> str:
    state = "here" if here else "been" if been else "ahead"
    stroke, width = (_CINNABAR, 4) if here else (_JADE, 2) if been else (_INK, 1.5)
    label = node.label(language) if node.name or node.name_en else ""
    cx, cy = box.x + box.width / 2, box.y + box.height / 2
    current = ' aria-current="step"' if here else ""
    out = f'<g class="node {node.kind} {state}"{current}>'
    paint = f'fill="{_PAPER}" stroke="{stroke}" stroke-width="{width}"'
    if node.kind in ("xor", "and", "event"):
        out += f'<polygon points="{_n(cx)},{_n(box.y)} {_n(box.x + box.width)},{_n(cy)} {_n(cx)},{_n(box.y + box.height)} {_n(box.x)},{_n(cy)}" {paint}/>'
        mark = {"xor": "×", "and": "+", "event": "◇"}[node.kind]
        out += f'<text x="{_n(cx)}" y="{_n(cy + 6)}" text-anchor="middle" font-size="18" fill="{stroke}">{mark}</text>'
        out += _beside(label, place, cx, box.y + box.height + 14, 110)
    elif node.kind in _TASKS or node.kind == "sub":
        big = node.kind == "sub" and box.height > 110
        fill = "none" if big else _PAPER
        out += (f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="10" fill="{fill}" '
                f'stroke="{stroke}" stroke-width="{width}"/>')
        lines = wrapped(label, box.width - 12)
        left = box.x + 12 + min(_width(label), box.width - 24) / 2  # an open subprocess has its name in the corner
        out += _lines(label, left if big else cx, box.y + 18 if big else cy + 4 - 7 * (len(lines) - 1), box.width - 12, bold=here)
    else:
        out += _event(node, cx, cy, min(box.width, box.height) / 2, paint, stroke)
        out += _beside(label, place, cx, box.y + box.height + 13, 92)
    return out + "</g>"


def _beside(label: str, place: Box | None, x: float, y: float, width: float) -> str:
    """A label where the diagram puts it, else under its shape."""
    return _lines(label, place.x + place.width / 2, place.y + 11, place.width) if place else _lines(label, x, y, width)


def _event(node: Node, cx: float, cy: float, radius: float, paint: str, stroke: str) -> str:
    at = f'cx="{_n(cx)}" cy="{_n(cy)}"'
    dashes = ' stroke-dasharray="4 3"' if node.kind == "boundary" and not node.interrupting else ""
    heavy = paint.replace('stroke-width="1.5"', 'stroke-width="3.5"') if node.kind in ("end", "terminate", "error_end", "escalation_end") else paint
    out = f"<circle {at} r=\"{_n(radius)}\" {heavy}{dashes}/>"
    if node.kind in ("boundary", "catch", "throw"):
        out += f'<circle {at} r="{_n(radius - 4)}" fill="none" stroke="{stroke}"{dashes}/>'
    if node.kind == "terminate":
        out += f'<circle {at} r="{_n(radius - 7)}" fill="{stroke}"/>'
    elif node.event == "timer":
        out += (f'<circle {at} r="{_n(radius - 8)}" fill="none" stroke="{stroke}"/>'
                f'<path d="M{_n(cx)} {_n(cy - 6)} L{_n(cx)} {_n(cy)} L{_n(cx + 5)} {_n(cy + 3)}" fill="none" stroke="{stroke}"/>')
    elif node.event == "message":
        out += (f'<path d="M{_n(cx - 8)} {_n(cy - 5)} h16 v11 h-16 z m0 0 l8 6 l8 -6" fill="none" stroke="{stroke}"/>')
    elif node.event in ("error", "escalation"):
        zig = "m-7 7 l4 -13 l5 7 l5 -9" if node.event == "error" else "m0 -8 l6 14 l-6 -6 l-6 6 z"
        out += f'<path d="M{_n(cx)} {_n(cy)} {zig}" fill="none" stroke="{stroke}" stroke-width="1.5"/>'
    return out


def _lines(label: str, x: float, y: float, width: float, *, bold: bool = False) -> str:
    if not label:
        return ""
    weight = ' font-weight="700"' if bold else ""
    spans = "".join(f'<tspan x="{_n(x)}" y="{_n(y + 14 * i)}">{escape(line)}</tspan>' for i, line in enumerate(wrapped(label, width)))
    return f'<text text-anchor="middle" {_HALO}{weight}>{spans}</text>'


def wrapped(label: str, width: float, size: float = 12) -> list[str]:
    """``label`` in at most four lines of about ``width``: Chinese breaks anywhere, other words between words."""
    lines, line, used = [], "", 0.0
    for piece in _pieces(label):
        wide = _width(piece, size)
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            piece = piece.lstrip()
        line += piece
        used += wide
    lines.append(line.rstrip())
    return lines if len(lines) <= 4 else [*lines[:3], lines[3][:-1] + "…"]


def _width(text: str, size: float = 12) -> float:
    return sum(size if unicodedata.east_asian_width(c) in "WF" else size * 0.55 for c in text)


def _pieces(label: str) -> list[str]:
    pieces: list[str] = []
    for char in label[:200]:
        wide = unicodedata.east_asian_width(char) in "WF"
        if pieces and not wide and char != " " and not pieces[-1].endswith(" ") and unicodedata.east_asian_width(pieces[-1][-1]) not in "WF" or pieces and char == " ":
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
