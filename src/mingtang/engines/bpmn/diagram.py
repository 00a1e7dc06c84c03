"""Where things are drawn: the shapes and edges of BPMNDI. A file without a diagram gets a plain one, left to right."""

from __future__ import annotations

import math

from lxml import etree

from mingtang.engines.bpmn.errors import BpmnRefused
from mingtang.engines.bpmn.graph import Box
from mingtang.engines.bpmn.source import BPMNDI, DC, DI

_FAR = 1_000_000
_MOST = 12_000

Ways = dict[str, tuple[tuple[float, float], ...]]


def read(root: etree._Element) -> tuple[dict[str, Box], Ways, dict[str, Box]]:
    """Boxes, ways and places of labels by the id of the element drawn; empty where there is no diagram.

    Raises BpmnRefused for numbers that are none.
    """
    boxes: dict[str, Box] = {}
    labels: dict[str, Box] = {}
    ways: Ways = {}
    for count, element in enumerate(root.iter(f"{{{BPMNDI}}}BPMNShape", f"{{{BPMNDI}}}BPMNEdge")):
        if count > _MOST:
            raise BpmnRefused(path="BPMNDiagram", reason=f"more than {_MOST} shapes")
        drawn = element.get("bpmnElement", "")
        if element.tag == f"{{{BPMNDI}}}BPMNShape":
            bounds = element.find(f"{{{DC}}}Bounds")
            if bounds is None:
                raise BpmnRefused(path=element.get("id") or drawn, reason="a shape without Bounds")
            boxes[drawn] = _box(bounds)
        else:
            ways[drawn] = tuple((_number(p, "x"), _number(p, "y")) for p in element.findall(f"{{{DI}}}waypoint")[:100])
        place = element.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
        if place is not None:
            labels[drawn] = _box(place)
    return boxes, ways, labels


def _box(bounds: etree._Element) -> Box:
    return Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _number(element: etree._Element, name: str) -> float:
    try:
        value = float(element.get(name, ""))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > _FAR:
        raise BpmnRefused(path=f"line {element.sourceline}", reason=f"{name}={element.get(name)!r} is no place on a diagram")
    return value
