"""XML in: hardened, bounded, and held to the lists of elements and attributes that the subset declares.

No DOCTYPE, no entities, no network, at most 2 MB, 100 levels and 6,000 elements. What stands outside the lists is refused by
name with the id of its element. Foreign attributes are taken only where they cannot change the meaning: on ``definitions``
(an editor's signature) and inside the diagram.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from mingtang.engines.bpmn.errors import BpmnRefused, NotSupported

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "https://mingtang.example/ns/bpmn"

MOST_BYTES = 2_000_000
MOST_ELEMENTS = 6_000
MOST_DEPTH = 100
MOST_TEXT = 4_000
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,79}")

_ACTIVITY = {"id", "name", "default", "isForCompensation", "startQuantity", "completionQuantity"}
_ATTRIBUTES: dict[str, set[str]] = {
    "definitions": {"id", "name", "targetNamespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"},
    "process": {"id", "name", "isExecutable", "isClosed", "processType"},
    "documentation": {"id", "textFormat"},
    "extensionElements": set(),
    "message": {"id", "name"},
    "error": {"id", "name", "errorCode"},
    "escalation": {"id", "name", "escalationCode"},
    "startEvent": {"id", "name", "isInterrupting", "parallelMultiple"},
    "endEvent": {"id", "name"},
    "intermediateCatchEvent": {"id", "name", "parallelMultiple"},
    "intermediateThrowEvent": {"id", "name"},
    "boundaryEvent": {"id", "name", "attachedToRef", "cancelActivity", "parallelMultiple"},
    "userTask": _ACTIVITY | {"implementation"},
    "serviceTask": _ACTIVITY | {"implementation"},
    "businessRuleTask": _ACTIVITY | {"implementation"},
    "sendTask": _ACTIVITY | {"implementation", "messageRef"},
    "receiveTask": _ACTIVITY | {"implementation", "messageRef", "instantiate"},
    "callActivity": _ACTIVITY | {"calledElement"},
    "subProcess": _ACTIVITY | {"triggeredByEvent"},
    "exclusiveGateway": {"id", "name", "default", "gatewayDirection"},
    "parallelGateway": {"id", "name", "gatewayDirection"},
    "eventBasedGateway": {"id", "name", "gatewayDirection", "eventGatewayType", "instantiate"},
    "sequenceFlow": {"id", "name", "sourceRef", "targetRef"},
    "conditionExpression": {"id", "language"},
    "incoming": set(), "outgoing": set(), "text": set(),
    "textAnnotation": {"id", "textFormat"},
    "association": {"id", "sourceRef", "targetRef", "associationDirection"},
    "timerEventDefinition": {"id"}, "terminateEventDefinition": {"id"},
    "messageEventDefinition": {"id", "messageRef"}, "errorEventDefinition": {"id", "errorRef"}, "escalationEventDefinition": {"id", "escalationRef"},
    "timeDuration": {"id", "language"}, "timeDate": {"id", "language"}, "timeCycle": {"id", "language"},
    "multiInstanceLoopCharacteristics": {"id", "isSequential", "behavior"},
    "loopCardinality": {"id", "language"}, "completionCondition": {"id", "language"},
}
# Attributes that the subset takes at one value only: the standard's default.
_ONLY = {
    "isForCompensation": "false", "startQuantity": "1", "completionQuantity": "1", "parallelMultiple": "false", "instantiate": "false",
    "triggeredByEvent": "false", "eventGatewayType": "Exclusive", "isSequential": "false", "behavior": "All", "isInterrupting": "true",
}
_OURS = {
    "process": {"en"}, "startEvent": {"en"}, "endEvent": {"en"}, "intermediateCatchEvent": {"en"},
    "intermediateThrowEvent": {"en", "handler"}, "boundaryEvent": {"en"}, "userTask": {"en"}, "serviceTask": {"en", "handler"},
    "businessRuleTask": {"en", "contract", "decision", "result"}, "sendTask": {"en", "handler"}, "receiveTask": {"en"}, "callActivity": {"en"},
    "subProcess": {"en"}, "exclusiveGateway": {"en"}, "parallelGateway": {"en"}, "eventBasedGateway": {"en"}, "sequenceFlow": {"en"},
    "multiInstanceLoopCharacteristics": {"people"},
}
_FEEL = {"", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/", "https://www.omg.org/spec/DMN/20211108/FEEL/",
         "https://www.omg.org/spec/DMN/20230324/FEEL/", "https://www.omg.org/spec/DMN/20240513/FEEL/"}


def parse(xml: bytes) -> etree._Element:
    """The ``definitions`` element of ``xml``; raises BpmnRefused or NotSupported with the place of the fault."""
    if not isinstance(xml, bytes) or len(xml) > MOST_BYTES:
        raise BpmnRefused(reason=f"larger than {MOST_BYTES} bytes" if isinstance(xml, bytes) else "bytes are needed")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
                             remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        line = getattr(fault, "lineno", 0) or 0
        raise BpmnRefused(path=f"line {line}", reason=f"not well-formed XML ({str(getattr(fault, 'msg', fault))[:120]})") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BpmnRefused(path="line 1", reason="DOCTYPE and entities are not taken")
    if root.tag != f"{{{BPMN}}}definitions":
        raise BpmnRefused(path=place(root), reason="the root is not BPMN 2.0 “definitions”")
    _check(root)
    return root


def _check(root: etree._Element) -> None:
    seen: dict[str, etree._Element] = {}
    for count, element in enumerate(_model(root), 1):
        if count > MOST_ELEMENTS:
            raise BpmnRefused(path=place(element), reason=f"more than {MOST_ELEMENTS} elements")
        _check_element(element)
        if identifier := element.get("id"):
            if not _ID.fullmatch(identifier):
                raise BpmnRefused(path=place(element), reason="an id is a letter, then letters, digits, “_”, “-”, at most 80")
            if identifier in seen:
                raise BpmnRefused(path=identifier, reason=f"the id stands twice, on lines {seen[identifier].sourceline} and {element.sourceline}")
            seen[identifier] = element


def _model(root: etree._Element) -> Iterator[etree._Element]:
    """Every element of the model in the order of the file; the diagram's are left to the diagram's reader."""
    stack = [(root, 0)]
    while stack:
        element, level = stack.pop()
        if level > MOST_DEPTH:
            raise BpmnRefused(path=place(element), reason=f"nested deeper than {MOST_DEPTH}")
        yield element
        stack += [(child, level + 1) for child in reversed(element) if not _is_diagram(child)]


def _is_diagram(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith(f"{{{BPMNDI}}}")


def _check_element(element: etree._Element) -> None:
    if not isinstance(element.tag, str):
        raise NotSupported(path=place(element.getparent()), what="entity")
    name, space = local(element), etree.QName(element).namespace
    if space != BPMN or name not in _ATTRIBUTES:
        raise NotSupported(path=place(element), what=name if space == BPMN else f"{name} ({space or 'no namespace'})")
    for attribute, value in element.attrib.items():
        qualified = etree.QName(attribute)
        if qualified.namespace == OURS:
            if qualified.localname not in _OURS.get(name, ()):
                raise NotSupported(path=place(element), what=f"{name}/@mt:{qualified.localname}")
        elif qualified.namespace == XSI:
            if qualified.localname not in ("type", "schemaLocation"):
                raise NotSupported(path=place(element), what=f"{name}/@xsi:{qualified.localname}")
        elif qualified.namespace is not None:
            if name != "definitions":
                raise NotSupported(path=place(element), what=f"{name}/@{qualified.localname} ({qualified.namespace})")
        elif qualified.localname not in _ATTRIBUTES[name]:
            raise NotSupported(path=place(element), what=f"{name}/@{qualified.localname}")
        elif value != _ONLY.get(qualified.localname, value):
            raise NotSupported(path=place(element), what=f"{name}/@{qualified.localname}={value}")
        if len(value) > MOST_TEXT:
            raise BpmnRefused(path=place(element), reason=f"an attribute is longer than {MOST_TEXT} characters")
    if name == "extensionElements" and len(element):
        raise NotSupported(path=place(element), what=f"extensionElements/{local(element[0])} ({etree.QName(element[0]).namespace})")
    if element.get("language", "") not in _FEEL or (name == "definitions" and element.get("expressionLanguage", "") not in _FEEL | {_XPATH}):
        raise NotSupported(path=place(element), what=f"{name}: {element.get('language') or element.get('expressionLanguage')}")


# Editors write the standard's default language without meaning it; conditions are FEEL all the same and must parse as FEEL.
_XPATH = "http://www.w3.org/1999/XPath"


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname if isinstance(element.tag, str) else "entity"


def place(element: etree._Element) -> str:
    """Where the element is: its id, or that of the nearest enclosing one with the line."""
    at: etree._Element | None = element
    while at is not None and not at.get("id"):
        at = at.getparent()
    if at is element:
        return element.get("id") or f"line {element.sourceline}"
    return f"{at.get('id')}, line {element.sourceline}" if at is not None else f"line {element.sourceline}"


def content(element: etree._Element) -> str:
    """The element's own text, trimmed and bounded."""
    text = (element.text or "").strip()
    if len(text) > MOST_TEXT:
        raise BpmnRefused(path=place(element), reason=f"a text is longer than {MOST_TEXT} characters")
    return text


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of that BPMN name."""
    return element.findall(f"{{{BPMN}}}{name}")


def ours(element: etree._Element, name: str) -> str:
    """Our own attribute ``mt:name``, or ""."""
    return element.get(f"{{{OURS}}}{name}", "").strip()
