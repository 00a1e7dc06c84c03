"""Runs test cases in the layout of the DMN TCK: folders with ``*.dmn`` and ``*-test-*.xml`` over them.

A case passes when each of its results equals what is expected: numbers to a relative 1e-8 (the files hold doubles), everything else
exactly; a result that must be an error is null with a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from mingtang.engines.dmn.converting import to_json
from mingtang.engines.dmn.errors import DmnRefused
from mingtang.engines.dmn.feel.comparing import equal
from mingtang.engines.dmn.feel.temporal import DateTime, Time, parse_date, parse_date_time, parse_duration, parse_time
from mingtang.engines.dmn.model import Model
from mingtang.engines.dmn.reader import load
from mingtang.kernel.errors import MingtangError

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_CLOCK = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_TOLERANCE = Decimal("1e-8")


@dataclass(slots=True)
class CaseResult:
    """One test case: whether it passed, whether it expects something else than null, and what differs."""

    file: str
    case: str
    passed: bool
    wants_value: bool
    differences: list[str] = field(default_factory=list)


def folders(root: Path) -> list[Path]:
    """The folders under ``root`` (itself included) that hold test files."""
    return sorted({path.parent for path in root.rglob("*.xml") if _is_tests(path)})


def _is_tests(path: Path) -> bool:
    return b"testCases" in path.read_bytes()[:4000]


def run_folder(folder: Path) -> list[CaseResult]:
    """The results of every case of every test file in ``folder``."""
    results: list[CaseResult] = []
    for path in sorted(folder.glob("*.xml")):
        if _is_tests(path):
            results += run_file(path)
    return results


def run_file(path: Path) -> list[CaseResult]:
    """The results of the cases of one test file, its model read from the same folder."""
    from lxml import etree

    root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    namespace = root.tag.rpartition("}")[0] + "}"
    name = (root.findtext(f"{namespace}modelName") or "").strip()
    try:
        model = _model(path.parent, name)
    except (MingtangError, OSError) as fault:
        return [CaseResult(path.name, case.get("id", ""), False, _wants_value(case, namespace), [f"the model: {fault}"])
                for case in root.iter(f"{namespace}testCase")]
    return [_run_case(path.name, model, case, namespace) for case in root.iter(f"{namespace}testCase")]


def _model(folder: Path, name: str) -> Model:
    others = {}
    for other in sorted(folder.glob("*.dmn")):
        if other.name != name:
            others[other.name] = other.read_bytes()
    return load((folder / name).read_bytes(), _usable(others), name)


def _usable(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files that are DMN at all: a broken neighbour does not spoil a model that never asks for it."""
    from mingtang.engines.dmn.reader import _root

    kept = {}
    for name, content in files.items():
        try:
            _root(content, name)
        except DmnRefused:
            continue
        kept[name] = content
    return kept


def _wants_value(case: Any, namespace: str) -> bool:
    return any(_value(expected, namespace) is not None for expected in case.iter(f"{namespace}expected"))


def _run_case(file: str, model: Model, case: Any, namespace: str) -> CaseResult:
    facts = {node.get("name"): _value(node, namespace) for node in case.findall(f"{namespace}inputNode")}
    is_service = case.get("type") == "decisionService"
    differences = []
    for node in case.findall(f"{namespace}resultNode"):
        differences += _differences(model, node, facts, namespace, case.get("invocableName") if is_service else "")
    return CaseResult(file, case.get("id", ""), not differences, _wants_value(case, namespace), differences)


def _differences(model: Model, node: Any, facts: dict[str, Any], namespace: str, service: str) -> Iterator[str]:
    name = node.get("name")
    expected_node = node.find(f"{namespace}expected")
    expected = _value(expected_node, namespace) if expected_node is not None else None
    try:
        outcome = model.decide(service or name, facts, clock=_CLOCK)
    except MingtangError as fault:
        yield f"{name}: {fault}"
        return
    value = outcome.value
    if service and isinstance(value, dict) and name in value and len(model.services[service].outputs) > 1:
        value = value[name]
    if not same(expected, value):
        yield f"{name}: expected {to_json(expected)!r}, got {to_json(value)!r} {'; '.join(f.message for f in outcome.errors[:3])}"
    elif node.get("errorResult") == "true" and not outcome.errors:
        yield f"{name}: null, as expected, but without a fault"


def same(expected: Any, value: Any) -> bool:
    """Whether a value is what a test expects."""
    if isinstance(expected, Decimal) and isinstance(value, Decimal):
        return abs(expected - value) <= _TOLERANCE * max(abs(expected), abs(value), Decimal("1e-20"))
    if isinstance(expected, list):
        return isinstance(value, list) and len(expected) == len(value) and all(map(same, expected, value))
    if isinstance(expected, dict):
        return isinstance(value, dict) and expected.keys() == value.keys() and all(same(expected[name], value[name]) for name in expected)
    if isinstance(expected, (Time, DateTime)):
        return type(expected) is type(value) and (expected == value or equal(expected, value) is True)
    return type(expected) is type(value) and expected == value


def _value(element: Any, namespace: str) -> Any:
    """The value that a node of a test file holds: ``value``, ``list`` or ``component``."""
    children = [child for child in element if isinstance(child.tag, str)]
    components = [child for child in children if child.tag == f"{namespace}component"]
    if components:
        return {child.get("name"): _value(child, namespace) for child in components}
    for child in children:
        if child.tag == f"{namespace}list":
            return None if child.get(f"{_XSI}nil") == "true" else [_value(item, namespace) for item in child if isinstance(item.tag, str)]
        if child.tag == f"{namespace}value":
            return None if child.get(f"{_XSI}nil") == "true" else _simple(child)
    return None


_READERS = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration}


def _simple(element: Any) -> Any:
    text = element.text or ""
    kind = (element.get(f"{_XSI}type") or "string").rpartition(":")[2]
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        try:
            return Decimal(text.strip())
        except InvalidOperation:
            return None
    reader = _READERS.get(kind)
    if reader is None:
        return text
    found = reader(text.strip())
    return found
