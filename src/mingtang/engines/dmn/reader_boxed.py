"""Reading boxed expressions: literal, table, context, invocation, function, relation, list, conditional, filter, iterators.

``known`` are the names in scope at the place, so that names with spaces are read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.errors import DmnRefused
from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.parser import parse, parse_unary_tests
from mingtang.engines.dmn.feel.text import normal

_DEEPEST = 60
_FEEL_LANGUAGES = ("FEEL", "http://www.omg.org/spec/FEEL/20140401")


def inner(element: Any, name: str = "") -> Iterator[Any]:
    """The children of ``element`` in its own namespace, of one name if given; extensions are passed over."""
    namespace = element.tag.rpartition("}")[0] + "}"
    for child in element:
        if isinstance(child.tag, str) and (child.tag == namespace + name if name else child.tag.startswith(namespace)):
            yield child


def text_of(element: Any) -> str:
    """The text within ``element``, or of its ``text`` child."""
    if element is None:
        return ""
    child = next(inner(element, "text"), None)
    return (element.text if child is None else child.text) or ""


def own_names(root: Any) -> set[str]:
    """Names that can stand after a dot: components of types, entries of contexts, outputs of tables, columns of relations."""
    found = set()
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = element.tag.rpartition("}")[2]
        if kind in ("itemComponent", "output", "column", "itemDefinition") or (kind == "variable" and element.getparent().tag.endswith("}contextEntry")):
            found.add(normal(element.get("name", "")))
    return found - {""}


class BoxedReader:
    """Reads the boxed expressions of one file."""

    def __init__(self, file: str, path_names: Iterable[str]) -> None:
        self._file = file
        self._path_names = frozenset(path_names)
        self._kinds = {
            "literalExpression": self._literal, "decisionTable": self._table, "context": self._context, "invocation": self._invocation,
            "functionDefinition": self._function, "relation": self._relation, "list": self._list, "conditional": self._conditional,
            "filter": self._filter, "for": self._iteration, "some": self._iteration, "every": self._iteration,
        }

    def first(self, parent: Any, known: set[str], owner: str, depth: int = 0) -> m.Expression | None:
        """The first boxed expression within ``parent``, or None."""
        for child in inner(parent):
            kind = child.tag.rpartition("}")[2]
            if kind in self._kinds:
                if depth > _DEEPEST:
                    raise DmnRefused(path=f"{self._file}: {owner}", reason="expressions nested too deep")
                return self._kinds[kind](child, known, owner, depth + 1)
        return None

    def function(self, element: Any, known: set[str], owner: str) -> m.FunctionExpression:
        """The function within a business knowledge model."""
        return self._function(element, known, owner, 0)

    def tests(self, element: Any, known: set[str]) -> m.Cell | None:
        """The unary tests within ``element``, or None where it is absent or empty."""
        text = text_of(element)
        return self._cell(element, known) if text.strip() else None

    def _cell(self, element: Any, known: set[str]) -> m.Cell:
        text = text_of(element)
        try:
            tree, fault = parse_unary_tests(text if text.strip() else "-", known | self._path_names), ""
        except FeelSyntax as why:
            tree, fault = None, f"{why.details['reason']}, {why.path}"
        return m.Cell(element.get("id", ""), text, tree, fault)

    def _literal(self, element: Any, known: set[str], owner: str, depth: int = 0) -> m.LiteralExpression:
        text, tree, fault = text_of(element), None, "no text"
        language = element.get("expressionLanguage") or "FEEL"
        if language not in _FEEL_LANGUAGES and "FEEL" not in language:
            fault = f"the expression language {language} is not run"
        elif text.strip():
            try:
                tree, fault = parse(text, known | self._path_names), ""
            except FeelSyntax as why:
                fault = f"{why.details['reason']}, {why.path}"
        return m.LiteralExpression(element.get("id", ""), normal(element.get("typeRef", "")), text, tree, fault)

    def _table(self, element: Any, known: set[str], owner: str, depth: int) -> m.DecisionTable:
        inputs = []
        for clause in inner(element, "input"):
            expression = next(inner(clause, "inputExpression"), None)
            if expression is None:
                raise DmnRefused(path=f"{self._file}: {owner}: {clause.get('id', 'input')}", reason="an input has no expression")
            inputs.append(m.InputClause(
                clause.get("id", ""), clause.get("label", ""), self._literal(expression, known, owner),
                self.tests(next(inner(clause, "inputValues"), None), known)))
        outputs = []
        for clause in inner(element, "output"):
            default = next(inner(clause, "defaultOutputEntry"), None)
            outputs.append(m.OutputClause(
                clause.get("id", ""), normal(clause.get("name", "")), clause.get("label", ""), normal(clause.get("typeRef", "")),
                self.tests(next(inner(clause, "outputValues"), None), known),
                self._literal(default, known, owner) if default is not None and text_of(default).strip() else None))
        rules = tuple(self._rule(rule, known, owner, len(inputs), len(outputs)) for rule in inner(element, "rule"))
        return m.DecisionTable(
            element.get("id", ""), normal(element.get("typeRef", "")), element.get("hitPolicy", "UNIQUE"), element.get("aggregation", ""),
            tuple(inputs), tuple(outputs), rules, tuple(one.get("name", "") for one in inner(element, "annotation")))

    def _rule(self, element: Any, known: set[str], owner: str, inputs: int, outputs: int) -> m.Rule:
        cells = tuple(self._cell(one, known | {"?"}) for one in inner(element, "inputEntry"))
        entries = tuple(self._literal(one, known, owner) for one in inner(element, "outputEntry"))
        if len(cells) != inputs or len(entries) != outputs:
            raise DmnRefused(path=f"{self._file}: {owner}: {element.get('id', 'rule')}", reason="a rule has more or fewer entries than the table has columns")
        return m.Rule(element.get("id", ""), cells, entries, tuple(text_of(one) for one in inner(element, "annotationEntry")))

    def _context(self, element: Any, known: set[str], owner: str, depth: int) -> m.ContextExpression:
        entries, seen = [], set(known)
        for entry in inner(element, "contextEntry"):
            variable = next(inner(entry, "variable"), None)
            name = "" if variable is None else normal(variable.get("name", ""))
            kind = "" if variable is None else normal(variable.get("typeRef", ""))
            entries.append((name, kind, self.first(entry, seen | {name}, owner, depth)))
            seen = seen | {name}
        return m.ContextExpression(*_head(element), tuple(entries))

    def _invocation(self, element: Any, known: set[str], owner: str, depth: int) -> m.InvocationExpression:
        bindings = []
        for binding in inner(element, "binding"):
            parameter = next(inner(binding, "parameter"), None)
            name = "" if parameter is None else normal(parameter.get("name", ""))
            bindings.append((name, self.first(binding, known, owner, depth)))
        return m.InvocationExpression(*_head(element), self.first(element, known, owner, depth), tuple(bindings))

    def _function(self, element: Any, known: set[str], owner: str, depth: int) -> m.FunctionExpression:
        parameters = tuple((normal(one.get("name", "")), normal(one.get("typeRef", ""))) for one in inner(element, "formalParameter"))
        inside = known | {name for name, _ in parameters}
        return m.FunctionExpression(*_head(element), element.get("kind", "FEEL"), parameters, self.first(element, inside, owner, depth))

    def _relation(self, element: Any, known: set[str], owner: str, depth: int) -> m.RelationExpression:
        columns = tuple(normal(one.get("name", "")) for one in inner(element, "column"))
        rows = tuple(tuple(self._each(row, known, owner, depth)) for row in inner(element, "row"))
        if any(len(row) != len(columns) for row in rows):
            raise DmnRefused(path=f"{self._file}: {owner}: {element.get('id', 'relation')}", reason="a row has more or fewer cells than the relation has columns")
        return m.RelationExpression(*_head(element), columns, rows)

    def _list(self, element: Any, known: set[str], owner: str, depth: int) -> m.ListExpression:
        return m.ListExpression(*_head(element), tuple(self._each(element, known, owner, depth)))

    def _each(self, element: Any, known: set[str], owner: str, depth: int) -> Iterator[m.Expression | None]:
        if depth > _DEEPEST:
            raise DmnRefused(path=f"{self._file}: {owner}", reason="expressions nested too deep")
        for child in inner(element):
            kind = child.tag.rpartition("}")[2]
            if kind in self._kinds:
                yield self._kinds[kind](child, known, owner, depth + 1)

    def _part(self, element: Any, name: str, known: set[str], owner: str, depth: int) -> m.Expression | None:
        part = next(inner(element, name), None)
        return None if part is None else self.first(part, known, owner, depth)

    def _conditional(self, element: Any, known: set[str], owner: str, depth: int) -> m.ConditionalExpression:
        return m.ConditionalExpression(*_head(element), *(self._part(element, name, known, owner, depth) for name in ("if", "then", "else")))

    def _filter(self, element: Any, known: set[str], owner: str, depth: int) -> m.FilterExpression:
        return m.FilterExpression(*_head(element), self._part(element, "in", known, owner, depth), self._part(element, "match", known | {"item"}, owner, depth))

    def _iteration(self, element: Any, known: set[str], owner: str, depth: int) -> m.IterationExpression:
        kind = element.tag.rpartition("}")[2]
        variable = normal(element.get("iteratorVariable", ""))
        body = self._part(element, "return" if kind == "for" else "satisfies", known | {variable, "partial"}, owner, depth)
        return m.IterationExpression(*_head(element), kind, variable, self._part(element, "in", known, owner, depth), body)


def _head(element: Any) -> tuple[str, str]:
    return element.get("id", ""), normal(element.get("typeRef", ""))
