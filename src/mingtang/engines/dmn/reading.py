"""From DMN XML (1.1 to 1.5) to a model. No entities, no network, bounded size; every fault names its element.

Text that is not FEEL does not refuse the model: the standard makes its value null, and ``contract check`` reports it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from lxml import etree

from mingtang.engines.dmn.errors import DmnRefused
from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.parser import parse, parse_unary_tests
from mingtang.engines.dmn.feel.text import normal
from mingtang.engines.dmn.model import (
    Cell, ConditionalExpression, ContextExpression, Decision, DecisionService, DecisionTable, Expression, FilterExpression, FunctionExpression, Href,
    InputClause, InputData, InvocationExpression, ItemDefinition, IterationExpression, KnowledgeModel, ListExpression, LiteralExpression, Model,
    OutputClause, RelationExpression, Rule,
)

LARGEST = 20 * 1024 * 1024
MOST_RULES = 20_000
_NAMESPACES = (
    "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "https://www.omg.org/spec/DMN/20240513/MODEL/",
)
_AGGREGATIONS = {"SUM", "COUNT", "MIN", "MAX", ""}
_POLICIES = {"UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER"}
_EXPRESSIONS = (
    "literalExpression", "decisionTable", "context", "invocation", "functionDefinition", "relation", "list", "conditional", "filter", "for", "some", "every",
)


def load(xml: bytes, imports: Mapping[str, bytes | Model] | None = None, name: str = "model.dmn") -> Model:
    """Read a model; ``imports`` holds the other files by file name or namespace. Raises DmnRefused with the element as path."""
    return _load(xml, dict(imports or {}), name, ())


def _load(xml: bytes, files: dict[str, bytes | Model], name: str, above: tuple[str, ...]) -> Model:
    root = _root(xml)
    if len(above) > 20:
        raise DmnRefused(path=name, reason="imports nested too deep")
    imported = _imports(root, files, name, above)
    digest = hashlib.sha256(xml)
    for prefix in sorted(imported):
        digest.update(prefix.encode() + b"\0" + imported[prefix].hash.encode())
    return _Reading(root, imported, f"sha256:{digest.hexdigest()}", name).model()


def _root(xml: bytes) -> etree._Element:
    if len(xml) > LARGEST:
        raise DmnRefused(reason="file over 20 MiB")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True,
                             remove_pis=True)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise DmnRefused(path=f"line {getattr(fault, 'lineno', 0) or 0}", reason=str(fault).split("\n")[0][:200]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise DmnRefused(path="DOCTYPE", reason="document type definitions are not taken")
    if etree.QName(root).localname != "definitions" or etree.QName(root).namespace not in _NAMESPACES:
        raise DmnRefused(path=str(root.tag)[:80], reason="the root is not definitions of DMN 1.1 to 1.5")
    return root


def _imports(root: etree._Element, files: dict[str, bytes | Model], name: str, above: tuple[str, ...]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for element in _children(root, "import"):
        namespace = element.get("namespace", "")
        if element.get("importType", "") not in (*_NAMESPACES, ""):
            continue
        if namespace in above or namespace == root.get("namespace"):
            raise DmnRefused(path=namespace, reason="models import one another in a circle")
        source = _imported_file(files, namespace, element.get("locationURI", ""))
        if source is None:
            raise DmnRefused(path=namespace, reason="the imported model is not here")
        if not isinstance(source, Model):
            source = _load(source, files, namespace, (*above, root.get("namespace", "")))
        found[normal(element.get("name", ""))] = source
    return found


def _imported_file(files: dict[str, bytes | Model], namespace: str, location: str) -> bytes | Model | None:
    for key in (namespace, location, location.rpartition("/")[2]):
        if key and key in files:
            return files[key]
    for source in files.values():
        if isinstance(source, Model):
            if source.namespace == namespace:
                return source
        elif namespace.encode() in source and _namespace_of(source) == namespace:
            return source
    return None


def _namespace_of(xml: bytes) -> str:
    try:
        return _root(xml).get("namespace", "")
    except DmnRefused:
        return ""


def _children(element: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str) and etree.QName(child).localname in names]


def _child(element: etree._Element, *names: str) -> etree._Element | None:
    found = _children(element, *names)
    return found[0] if found else None


def _text(element: etree._Element | None, name: str = "text") -> str:
    inner = _child(element, name) if element is not None else None
    return (inner.text or "") if inner is not None else ""


class _Reading:
    def __init__(self, root: etree._Element, imported: dict[str, Model], digest: str, file: str) -> None:
        self._root = root
        self._imports = imported
        self._hash = digest
        self._file = file
        self.namespace = root.get("namespace", "")
        self._names = sorted(self._all_names(root, imported))

    @staticmethod
    def _all_names(root: etree._Element, imported: dict[str, Model]) -> set[str]:
        """Every name that an expression of the model could use."""
        names = {normal(element.get("name", "")) for element in root.iter() if isinstance(element.tag, str)}
        names |= {normal(element.get("iteratorVariable", "")) for element in root.iter() if isinstance(element.tag, str)}
        waiting = list(imported.items())
        while waiting:
            prefix, model = waiting.pop()
            names.add(prefix)
            names |= model._compiled.get("names", set())
            waiting += model.imports.items()
        names.discard("")
        return names

    def model(self) -> Model:
        model = Model(
            name=self._root.get("name", ""), namespace=self.namespace, hash=self._hash, file=self._file, elements={}, items={}, imports=self._imports)
        model._compiled["names"] = set(self._names)
        for element in _children(self._root, "itemDefinition"):
            item = self._item(element)
            model.items[item.name] = item
        for kind, read in (("inputData", self._input), ("decision", self._decision), ("businessKnowledgeModel", self._knowledge),
                           ("decisionService", self._service)):
            for element in _children(self._root, kind):
                made = read(element)
                if made.id in model.elements:
                    raise DmnRefused(path=made.id, reason="an identifier stands twice")
                model.elements[made.id] = made
        return model

    # -- elements

    def _place(self, element: etree._Element) -> str:
        return element.get("id") or element.get("name") or f"line {element.sourceline}"

    def _identified(self, element: etree._Element) -> tuple[str, str, str, str]:
        name = normal(element.get("name", ""))
        variable = _child(element, "variable")
        if not name:
            raise DmnRefused(path=self._place(element), reason="an element without name")
        return element.get("id") or f"_{name}", name, (variable.get("typeRef", "") if variable is not None else "") or "", self.namespace

    def _input(self, element: etree._Element) -> InputData:
        return InputData(*self._identified(element))

    def _hrefs(self, element: etree._Element, outer: str | None, inner: str) -> tuple[Href, ...]:
        found = []
        holders = _children(element, outer) if outer else [element]
        for holder in holders:
            for reference in _children(holder, inner):
                namespace, _, identifier = reference.get("href", "").rpartition("#")
                found.append((namespace or self.namespace, identifier))
        return tuple(found)

    def _decision(self, element: etree._Element) -> Decision:
        return Decision(
            *self._identified(element), self._logic(element), self._hrefs(element, "informationRequirement", "requiredInput"),
            self._hrefs(element, "informationRequirement", "requiredDecision"), self._hrefs(element, "knowledgeRequirement", "requiredKnowledge"),
            _text(element, "question"))

    def _knowledge(self, element: etree._Element) -> KnowledgeModel:
        logic = _child(element, "encapsulatedLogic")
        made = self._function(logic, logic.get("id", "")) if logic is not None else None
        return KnowledgeModel(*self._identified(element), made, self._hrefs(element, "knowledgeRequirement", "requiredKnowledge"))

    def _service(self, element: etree._Element) -> DecisionService:
        lists = (self._hrefs(element, None, inner) for inner in ("outputDecision", "encapsulatedDecision", "inputDecision", "inputData"))
        return DecisionService(*self._identified(element), *lists)

    def _item(self, element: etree._Element) -> ItemDefinition:
        function = _child(element, "functionItem")
        parameters, output = None, ""
        if function is not None:
            parameters = tuple((normal(p.get("name", "")), p.get("typeRef", "")) for p in _children(function, "parameters"))
            output = function.get("outputTypeRef", "")
        return ItemDefinition(
            normal(element.get("name", "")), _text(element, "typeRef").strip(), element.get("isCollection", "false") == "true",
            tuple(self._item(child) for child in _children(element, "itemComponent")), self._optional_cell(_child(element, "allowedValues")),
            self._optional_cell(_child(element, "typeConstraint")), parameters, output)

    # -- expressions

    def _logic(self, element: etree._Element | None) -> Expression | None:
        found = _child(element, *_EXPRESSIONS) if element is not None else None
        return self._expression(found) if found is not None else None

    def _expression(self, element: etree._Element) -> Expression:
        identifier, type_ref = element.get("id", ""), element.get("typeRef", "")
        kind = etree.QName(element).localname
        if kind == "literalExpression":
            return self._literal(element)
        if kind == "decisionTable":
            return self._table(element)
        if kind == "context":
            return ContextExpression(identifier, type_ref, tuple(map(self._entry, _children(element, "contextEntry"))))
        if kind == "functionDefinition":
            return self._function(element, identifier)
        if kind == "invocation":
            bindings = []
            for binding in _children(element, "binding"):
                parameter = _child(binding, "parameter")
                bindings.append((normal(parameter.get("name", "")) if parameter is not None else "", self._logic(binding)))
            return InvocationExpression(identifier, type_ref, self._logic(element), tuple(bindings))
        if kind == "relation":
            columns = tuple(normal(column.get("name", "")) for column in _children(element, "column"))
            rows = tuple(tuple(self._expression(cell) for cell in _children(row, *_EXPRESSIONS)) for row in _children(element, "row"))
            return RelationExpression(identifier, type_ref, columns, rows)
        if kind == "list":
            return ListExpression(identifier, type_ref, tuple(self._expression(item) for item in _children(element, *_EXPRESSIONS)))
        if kind == "conditional":
            parts = (self._logic(_child(element, part)) for part in ("if", "then", "else"))
            return ConditionalExpression(identifier, type_ref, *parts)
        if kind == "filter":
            return FilterExpression(identifier, type_ref, self._logic(_child(element, "in")), self._logic(_child(element, "match")))
        body = self._logic(_child(element, "return" if kind == "for" else "satisfies"))
        return IterationExpression(identifier, type_ref, kind, normal(element.get("iteratorVariable", "")), self._logic(_child(element, "in")), body)

    def _entry(self, element: etree._Element) -> tuple[str, str, Expression | None]:
        variable = _child(element, "variable")
        if variable is None:
            return "", "", self._logic(element)
        return normal(variable.get("name", "")), variable.get("typeRef", ""), self._logic(element)

    def _function(self, element: etree._Element, identifier: str) -> FunctionExpression:
        parameters = tuple((normal(p.get("name", "")), p.get("typeRef", "")) for p in _children(element, "formalParameter"))
        return FunctionExpression(identifier, element.get("typeRef", ""), element.get("kind", "FEEL"), parameters, self._logic(element))

    def _literal(self, element: etree._Element) -> LiteralExpression:
        text = _text(element)
        language = element.get("expressionLanguage") or self._root.get("expressionLanguage") or ""
        if language and "feel" not in language.lower():
            return LiteralExpression(element.get("id", ""), element.get("typeRef", ""), text, None, f"the language {language} is not FEEL")
        return self._feel(element.get("id", ""), element.get("typeRef", ""), text)

    def _feel(self, identifier: str, type_ref: str, text: str) -> LiteralExpression:
        if not text.strip():
            return LiteralExpression(identifier, type_ref, text, None, "" if not text else "empty")
        try:
            return LiteralExpression(identifier, type_ref, text, parse(text, self._names))
        except FeelSyntax as fault:
            return LiteralExpression(identifier, type_ref, text, None, f"{fault.details['reason']} ({fault.path})")

    def _cell(self, element: etree._Element) -> Cell:
        text = _text(element)
        if not text.strip():
            text = "-"
        try:
            return Cell(element.get("id", ""), text, parse_unary_tests(text, self._names))
        except FeelSyntax as fault:
            return Cell(element.get("id", ""), text, None, f"{fault.details['reason']} ({fault.path})")

    def _optional_cell(self, element: etree._Element | None) -> Cell | None:
        return self._cell(element) if element is not None and _text(element).strip() else None

    def _table(self, element: etree._Element) -> DecisionTable:
        policy = element.get("hitPolicy", "UNIQUE")
        aggregation = element.get("aggregation", "")
        if policy not in _POLICIES or aggregation not in _AGGREGATIONS:
            raise DmnRefused(path=self._place(element), reason=f"hit policy {policy} {aggregation}".strip())
        inputs = tuple(self._input_clause(clause) for clause in _children(element, "input"))
        outputs = tuple(self._output_clause(clause) for clause in _children(element, "output"))
        rules = tuple(self._rule(rule, len(inputs), len(outputs)) for rule in _children(element, "rule"))
        if len(rules) > MOST_RULES:
            raise DmnRefused(path=self._place(element), reason=f"over {MOST_RULES} rules")
        names = tuple(normal(annotation.get("name", "")) for annotation in _children(element, "annotation"))
        return DecisionTable(element.get("id", ""), element.get("typeRef", ""), policy, aggregation, inputs, outputs, rules, names)

    def _input_clause(self, element: etree._Element) -> InputClause:
        expression = _child(element, "inputExpression")
        literal = self._literal(expression) if expression is not None else LiteralExpression("", "", "", None, "input without expression")
        return InputClause(element.get("id", ""), element.get("label", ""), literal, self._optional_cell(_child(element, "inputValues")))

    def _output_clause(self, element: etree._Element) -> OutputClause:
        default = _child(element, "defaultOutputEntry")
        return OutputClause(
            element.get("id", ""), normal(element.get("name", "")), element.get("label", ""), element.get("typeRef", ""),
            self._optional_cell(_child(element, "outputValues")), self._literal(default) if default is not None else None)

    def _rule(self, element: etree._Element, inputs: int, outputs: int) -> Rule:
        cells = tuple(self._cell(entry) for entry in _children(element, "inputEntry"))
        results = tuple(self._literal(entry) for entry in _children(element, "outputEntry"))
        if len(cells) != inputs or len(results) != outputs:
            raise DmnRefused(path=self._place(element), reason=f"a rule has {len(cells)} inputs and {len(results)} outputs, the table {inputs} and {outputs}")
        annotations = tuple(_text(annotation) for annotation in _children(element, "annotationEntry"))
        return Rule(element.get("id", ""), cells, results, annotations)


