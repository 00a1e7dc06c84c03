"""What an author easily gets wrong in a model: a name that nothing has, a cell of another kind than its input, rules that could be one.

Names: an expression sees what its decision requires, the functions of FEEL, and what it names itself; a requirement that was not drawn is
the usual fault. Mergeable: two rules that differ in one cell alone, with the same outputs and annotations; under FIRST and PRIORITY only
neighbours, for order counts there. Mergeable rules are a note, all else is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mingtang.kernel import Sentence
from mingtang.platform.scenes.checking_tables import tables_of
from mingtang.platform.scenes.packs import Finding

if TYPE_CHECKING:
    from mingtang.engines import dmn
    from mingtang.engines.dmn.model import DecisionTable

_MOST = 40
_WIDEST = 200  # inputs of a table whose rules are compared
_IDENT = re.compile(rb'\bid="([^"]*)"')
_KINDS = {"Decimal": "number", "str": "string", "bool": "boolean", "Date": "date"}
_ORDERED = ("FIRST", "PRIORITY", "OUTPUT ORDER", "RULE ORDER")


def check_names(file: str, content: bytes, model: dmn.Model) -> Iterator[Finding]:
    """Unknown names, wrong kinds and mergeable rules in ``model``, at most 40 of each decision."""
    lines = lines_of(content)
    for element in (*model.decisions.values(), *model.bkms.values()):
        found = [*_unknown(model, element), *_kinds(model, element), *_mergeable(element)]
        for code, ident, zh, en, level in found[:_MOST]:
            yield Finding(code, file, element.name, lines.get(ident, 0), Sentence(zh, en), level)


def lines_of(content: bytes) -> dict[str, int]:
    """The line, from 1, of each element that has an identifier."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for match in _IDENT.finditer(content):
        line += content.count(b"\n", at, match.start())
        at = match.start()
        found.setdefault(match[1].decode("utf-8", "replace"), line)
    return found


_Told = tuple[str, str, str, str, str]  # code, identifier, zh, en, level


def _unknown(model: dmn.Model, element: Any) -> Iterator[_Told]:
    from mingtang.engines.dmn.feel.builtins import BUILTINS

    known = {*BUILTINS, "?", "item", "partial", element.name, *model.imports}
    for href in (*getattr(element, "inputs", ()), *getattr(element, "decisions", ()), *element.knowledge):
        needed = model.element(href)
        if needed is not None:
            known.add(needed.name)
    texts: list[tuple[str, str, Any]] = []
    _gather(element.logic, known, texts)
    for ident, text, tree in texts:
        for name in sorted(_names(tree) - known):
            if name.partition(".")[0].strip() not in known:
                zh, en = (
                    f"没有名为“{name}”的输入或决定：{text[:60]}",
                    f"nothing that is required here is called “{name}”: {text[:60]}",
                )
                yield "scenes.unknown_name", ident, zh, en, "error"


def _gather(value: Any, known: set[str], texts: list[tuple[str, str, Any]]) -> None:
    """Every text of a boxed expression with its tree; the names that it gives itself go to ``known``."""
    fields = getattr(value, "__dataclass_fields__", None)
    if isinstance(value, tuple):
        for item in value:
            _gather(item, known, texts)
    elif fields and "logic" not in fields:
        if getattr(value, "tree", None) is not None:
            texts.append((value.id, value.text.strip(), value.tree))
        known.update(name for name, *_ in (*getattr(value, "entries", ()), *getattr(value, "parameters", ())))
        known.update(getattr(value, "columns", ()))
        known.add(getattr(value, "variable", ""))
        for key in fields:
            if key != "tree":
                _gather(getattr(value, key), known, texts)


def _names(tree: Any) -> set[str]:
    """The names that an expression uses and does not give itself."""
    from mingtang.engines.dmn.feel import ast

    used, own, waiting = set(), set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            used.add(node.name)
        elif isinstance(node, ast.For | ast.Quantified):
            own.update(name for name, *_ in node.domains)
        elif isinstance(node, ast.FunctionNode):
            own.update(name for name, _ in node.parameters)
        elif isinstance(node, ast.ContextNode):
            own.update(name for name, _ in node.entries)
        elif isinstance(node, ast.Filter):
            waiting.append(node.source)  # its condition sees the entries of items, which only the facts know
            continue
        waiting += ast.children(node)
    return used - own


def _kinds(model: dmn.Model, element: Any) -> Iterator[_Told]:
    """Cells whose constants are of another kind than their input."""
    for _name, table in tables_of(element.logic, element.name):
        for number, clause in enumerate(table.inputs):
            ref = clause.expression.type_ref or _declared(model, clause.expression.text.strip())
            kind = model.type(ref)
            if ref and kind is None and ref.removeprefix("feel:") != "Any":
                zh, en = f"没有声明的类型“{ref}”", f"the type “{ref}” is not declared"
                yield "scenes.unknown_type", clause.id or table.id, zh, en, "error"
            if kind is None or kind.name not in _KINDS.values():
                continue
            for row, rule in enumerate(table.rules, 1):
                for other in sorted(_constants(rule.inputs[number].tree) - {kind.name}):
                    cell = rule.inputs[number]
                    zh = f"第 {row} 条规则：{cell.text} 是 {other}，该列是 {kind.name}"
                    yield (
                        "scenes.wrong_kind",
                        rule.id,
                        zh,
                        f"rule {row}: {cell.text} is a {other}, the input a {kind.name}",
                        "error",
                    )


def _declared(model: dmn.Model, name: str) -> str:
    named = {**model.inputs, **model.decisions}.get(name)
    return named.type_ref if named else ""


def _constants(tree: Any) -> set[str]:
    """The kinds of the constants that a cell holds a value against."""
    from mingtang.engines.dmn.feel import ast

    if not isinstance(tree, ast.UnaryTests):
        return set()
    ends: list[Any] = []
    for test in tree.tests:
        ends += [test.low, test.high] if isinstance(test, ast.RangeNode) else [test]
    return {
        _KINDS[type(one.value).__name__] for one in ends if isinstance(one, ast.Literal) and type(one.value).__name__ in _KINDS
    }


def _mergeable(element: Any) -> Iterator[_Told]:
    for name, table in tables_of(element.logic, element.name):
        for first, second, number in mergeable(table):
            label = table.inputs[number].label or table.inputs[number].expression.text.strip()
            zh = f"{name}：第 {first + 1} 条和第 {second + 1} 条规则只有“{label}”一格不同，可以合并"
            en = f"{name}: rules {first + 1} and {second + 1} differ in “{label}” alone and could be one"
            yield "scenes.mergeable", table.rules[second].id, zh, en, "note"


def mergeable(table: DecisionTable) -> Iterator[tuple[int, int, int]]:
    """Pairs of rules that could be one, and the input in which they differ."""
    rows = [
        (tuple(c.text.strip() for c in rule.inputs), (tuple(o.text.strip() for o in rule.outputs), rule.annotations))
        for rule in table.rules
    ]
    for number in range(len(table.inputs) if len(table.inputs) <= _WIDEST else 0):
        seen: dict[Any, int] = {}
        for place, (cells, told) in enumerate(rows):
            mark = cells[:number] + cells[number + 1 :], told
            before = seen.get(mark)
            is_near = table.hit_policy not in _ORDERED or before == place - 1
            if (
                before is not None
                and is_near
                and rows[before][0][number] != cells[number]
                and not any(c.startswith("not(") for c in cells)
            ):
                yield before, place, number
            seen[mark] = place
