"""Run test cases of the DMN TCK from a folder: what passes, by directory, and in all.

A case passes when every result node equals what is expected; numbers equal when they differ by less than 1e-8 relative or absolute. A
case counts as non-null when one of its results is expected to be something.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from mingtang.engines.dmn.converting import to_feel
from mingtang.engines.dmn.errors import DmnRefused, NoSuchDecision
from mingtang.engines.dmn.feel.comparing import equal
from mingtang.engines.dmn.feel.temporal import parse_any, parse_date, parse_date_time, parse_duration, parse_time
from mingtang.engines.dmn.model import Model
from mingtang.engines.dmn.reading import load

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test case: did it pass, did it expect something, and if not passed, expected and got."""

    case: str
    passed: bool
    non_null: bool
    note: str = ""


def run_directory(folder: Path) -> list[CaseResult]:
    """Run every test file of ``folder``, its .dmn files beside it."""
    results: list[CaseResult] = []
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    for path in sorted(folder.glob("*.xml")):
        root = etree.fromstring(path.read_bytes())
        if etree.QName(root).localname != "testCases":
            continue
        name = root.findtext("{*}modelName") or ""
        model = _model(files, name.strip())
        results += (_run_case(model, case) for case in root.findall("{*}testCase"))
    return results


def _model(files: dict[str, bytes], name: str) -> Model | DmnRefused:
    if name not in files:
        return DmnRefused(path=name, reason="the model is not in the folder")
    try:
        return load(files[name], {other: data for other, data in files.items() if other != name}, name)
    except DmnRefused as fault:
        return fault


def _run_case(model: Model | DmnRefused, case: Any) -> CaseResult:
    name = case.get("id", "")
    expected = [(node.get("name", ""), _expected(node)) for node in case.findall("{*}resultNode")]
    non_null = any(value is not None for _, value in expected)
    if isinstance(model, DmnRefused):
        return CaseResult(name, not non_null, non_null, str(model))
    facts: dict[Any, Any] = {}
    for node in case.findall("{*}inputNode"):
        key = (node.get("namespace"), node.get("name")) if node.get("namespace") else node.get("name")
        facts[key] = _value(node)
    for result, wanted in expected:
        target = case.get("invocableName") if case.get("type") == "decisionService" else result
        try:
            outcome = model.decide(target or result, facts, trace=False)
        except NoSuchDecision as fault:
            return CaseResult(name, False, non_null, str(fault))
        got = outcome.value
        if case.get("type") == "decisionService" and isinstance(got, dict) and len(model.services[target].outputs) > 1:
            got = got.get(result)
        if not same(got, wanted):
            why = "; ".join(fault.message for fault in outcome.errors[:3])
            return CaseResult(name, False, non_null, f"{result}: expected {wanted!r}, got {got!r} {why}")
    return CaseResult(name, True, non_null)


def same(got: Any, wanted: Any) -> bool:
    """Whether ``got`` is what was expected, numbers within 1e-8."""
    if isinstance(got, Decimal) and isinstance(wanted, Decimal):
        return abs(got - wanted) <= Decimal("1e-8") * max(1, abs(wanted))
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(same, got, wanted))
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(same(value, wanted[name]) for name, value in got.items())
    return equal(got, wanted) is True


def _expected(node: Any) -> Any:
    inner = node.find("{*}expected")
    return None if inner is None else _value(inner)


def _value(node: Any) -> Any:
    """The value in ``node``: a value, a list or components."""
    if node.get(f"{_XSI}nil") == "true":
        return None
    listed = node.find("{*}list")
    if listed is not None:
        return None if listed.get(f"{_XSI}nil") == "true" else [_value(item) for item in listed.findall("{*}item")]
    components = node.findall("{*}component")
    if components:
        return {" ".join(c.get("name", "").split()): _value(c) for c in components}
    value = node.find("{*}value")
    if value is None or value.get(f"{_XSI}nil") == "true":
        return None
    return _typed(value.text or "", (value.get(f"{_XSI}type") or "").rpartition(":")[2])


def _typed(text: str, kind: str) -> Any:
    if kind in ("decimal", "double", "integer", "int", "long", "float"):
        return to_feel(Decimal(text.strip())) if text.strip() not in ("NaN", "INF", "-INF") else None
    if kind == "boolean":
        return text.strip() in ("true", "1")
    reader = {"date": parse_date, "time": parse_time, "dateTime": parse_date_time, "duration": parse_duration, "dayTimeDuration": parse_duration,
              "yearMonthDuration": parse_duration}.get(kind)
    if reader is not None:
        found = reader(text.strip())
        return found if found is not None else parse_any(text.strip())
    return text


def directories(root: Path) -> Iterator[Path]:
    """Every folder below ``root`` that holds a model and tests."""
    for folder in sorted({path.parent for path in root.rglob("*.dmn")}):
        if any(folder.glob("*.xml")):
            yield folder


def main(arguments: list[str]) -> int:
    """Print a line a directory and the sum; ``--failures`` names each case that did not pass. Returns 0 when all passed, else 1."""
    folders = [argument for argument in arguments if not argument.startswith("--")]
    root = Path(folders[0]) if folders else Path()
    if not root.is_dir():
        print(f"{root} is no folder", file=sys.stderr)
        return 2
    done: list[tuple[str, list[CaseResult]]] = []
    for folder in directories(root):
        results = run_directory(folder)
        done.append((str(folder.relative_to(root)), results))
        print(f"{done[-1][0]}: {sum(result.passed for result in results)} of {len(results)}")
        if "--failures" in arguments:
            for result in results:
                if not result.passed:
                    print(f"    {result.case}: {result.note}")
    cases = [result for _, results in done for result in results]
    whole = sum(all(result.passed for result in results) for _, results in done)
    non_null = [result for result in cases if result.non_null]
    print(f"passed {sum(r.passed for r in cases)} of {len(cases)} (non-null {sum(r.passed for r in non_null)} of {len(non_null)}, "
          f"directories {whole} of {len(done)})")
    return 0 if all(result.passed for result in cases) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
