"""From a DMN file to a model: XML read without entities, every expression and cell parsed to its tree.

What is not XML or not DMN is refused with the element's name. Text that is not FEEL is kept with its fault: the standard makes
its value null, and a checker can report it.

Example::

    model = load(Path("rules.dmn").read_bytes())
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.errors import DmnRefused
from mingtang.engines.dmn.reader_boxed import BoxedReader, inner, own_names, text_of
from mingtang.engines.dmn.feel.text import normal

_MOST_BYTES = 20_000_000
_MOST_ELEMENTS = 500_000
_DEEPEST_IMPORT = 20
NAMESPACES = {
    "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/", "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "http://www.omg.org/spec/DMN/20180521/MODEL/", "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
}


def load(xml: bytes, imports: Mapping[str, bytes | m.Model] | None = None, name: str = "file.dmn") -> m.Model:
    """Read a DMN 1.1 to 1.5 model; ``imports`` holds the imported models by file name, name or namespace.

    Raises DmnRefused where the file is not XML, not DMN, too large, or an import is missing; ``path`` names the file and element.
    """
    from mingtang.engines.dmn.deciding import check

    model = _Library(imports or {}).load(xml, name, 0)
    check(model)
    return model


class _Library:
    """The models at hand for imports, each read once."""

    def __init__(self, imports: Mapping[str, bytes | m.Model]) -> None:
        self._given = imports
        self._read: dict[str, m.Model] = {}
        self._namespaces: dict[str, str] | None = None

    def load(self, xml: bytes, name: str, depth: int) -> m.Model:
        if depth > _DEEPEST_IMPORT:
            raise DmnRefused(path=name, reason="imports go in a circle")
        root = _root(xml, name)
        return _ModelReader(root, xml, name, self, depth).read()

    def find(self, namespace: str, hints: tuple[str, ...], asker: str, depth: int) -> m.Model:
        """The model that an import asks for. Raises DmnRefused."""
        key = self._by_namespace().get(namespace) or next((hint for hint in hints if hint in self._given), None)
        if key is None:
            raise DmnRefused(path=asker, reason=f"the imported model {hints[0] or namespace} is not at hand")
        given = self._given[key]
        if isinstance(given, m.Model):
            return given
        if key not in self._read:
            self._read[key] = self.load(given, key, depth + 1)
        return self._read[key]

    def _by_namespace(self) -> dict[str, str]:
        if self._namespaces is None:
            self._namespaces = {}
            for key, given in self._given.items():
                found = given.namespace if isinstance(given, m.Model) else _root(given, key).get("namespace", "")
                self._namespaces.setdefault(found, key)
        return self._namespaces


def _root(xml: bytes, name: str) -> Any:
    from lxml import etree

    if len(xml) > _MOST_BYTES:
        raise DmnRefused(path=name, reason=f"over {_MOST_BYTES} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(bytes(xml), parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise DmnRefused(path=f"{name}: {getattr(fault, 'lineno', None) or 1}", reason=f"not XML: {fault}") from None
    if root is None or root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise DmnRefused(path=name, reason="a document type is not allowed")
    tag = etree.QName(root)
    if tag.localname != "definitions" or tag.namespace not in NAMESPACES:
        raise DmnRefused(path=name, reason=f"the root is {tag.localname} of {tag.namespace or 'no namespace'}, not definitions of DMN")
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise DmnRefused(path=name, reason=f"over {_MOST_ELEMENTS} elements")
    return root


class _ModelReader:
    """Reads one ``definitions``."""

    def __init__(self, root: Any, xml: bytes, file: str, library: _Library, depth: int) -> None:
        self._root, self._xml, self._file, self._library, self._depth = root, xml, file, library, depth
        self._namespace = root.get("namespace", "")

    def read(self) -> m.Model:
        imports = dict(self._imports())
        made = m.Model(
            normal(self._root.get("name", "")), self._namespace, self._hash(imports), self._file, {}, {}, imports,
        )
        path_names = own_names(self._root) | {name for imported in imports.values() for name in imported.path_names}
        for imported in imports.values():
            path_names |= {element.name for element in imported.elements.values()} | set(imported.items)
        made.path_names = frozenset(path_names)
        self._boxed = BoxedReader(self._file, made.path_names)
        for item in inner(self._root, "itemDefinition"):
            read = self._item(item, 0)
            made.items[read.name] = read
        for element in self._elements(made):
            if element.id in made.elements:
                raise DmnRefused(path=f"{self._file}: {element.id}", reason="an identifier stands twice")
            made.elements[element.id] = element
        return made

    def _hash(self, imports: Mapping[str, m.Model]) -> str:
        own = hashlib.sha256(self._xml).hexdigest()
        if not imports:
            return f"sha256:{own}"
        # With imports: the digest over the line of the file itself and a line of each import, sorted.
        lines = [own, *sorted(imported.hash for imported in imports.values())]
        return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _imports(self) -> Iterator[tuple[str, m.Model]]:
        for element in inner(self._root, "import"):
            kind = element.get("importType", "")
            if kind not in NAMESPACES and "DMN" not in kind:
                continue  # schemas and PMML documents bring no decisions
            name, namespace = normal(element.get("name", "")), element.get("namespace", "")
            location = element.get("locationURI", "").rpartition("/")[2]
            found = self._library.find(namespace, (name, location), self._file, self._depth)
            # An import without a name brings its elements in without prefix (DMN 1.5, 6.3.3).
            yield name or f"\0{namespace}", found

    def _elements(self, made: m.Model) -> Iterator[m.Element]:
        ids = {child.get("id"): normal(child.get("name", "")) for child in self._root if child.get("id")}
        for number, child in enumerate(inner(self._root)):
            kind = child.tag.rpartition("}")[2]
            if kind not in ("inputData", "decision", "businessKnowledgeModel", "decisionService"):
                continue
            name = normal(child.get("name", ""))
            if not name:
                raise DmnRefused(path=f"{self._file}: {child.get('id') or kind}", reason="an element has no name")
            ident = child.get("id") or f"{kind}-{number}"
            variable = next(inner(child, "variable"), None)
            type_ref = _type_ref(variable) if variable is not None else ""
            yield self._element(made, kind, child, (ident, name, type_ref, self._namespace), ids)

    def _element(self, made: m.Model, kind: str, child: Any, head: tuple[str, str, str, str], ids: Mapping[str, str]) -> m.Element:
        if kind == "inputData":
            return m.InputData(*head)
        if kind == "decisionService":
            return m.DecisionService(*head, *(tuple(_href(one) for one in inner(child, part)) for part in (
                "outputDecision", "encapsulatedDecision", "inputDecision", "inputData")))
        needs = {part: tuple(_href(one) for wrapper in inner(child, outer) for one in inner(wrapper, part)) for outer, part in (
            ("informationRequirement", "requiredInput"), ("informationRequirement", "requiredDecision"), ("knowledgeRequirement", "requiredKnowledge"))}
        known = {ids.get(ident, "") for hrefs in needs.values() for namespace, ident in hrefs if namespace in ("", self._namespace)}
        known |= set(self._visible(made, needs))
        if kind == "businessKnowledgeModel":
            logic = next(inner(child, "encapsulatedLogic"), None)
            body = None if logic is None else self._boxed.function(logic, known | {head[1]}, head[1])
            return m.KnowledgeModel(*head, body, needs["requiredKnowledge"])
        return m.Decision(
            *head, self._boxed.first(child, known, head[1]), needs["requiredInput"], needs["requiredDecision"], needs["requiredKnowledge"],
            text_of(next(inner(child, "question"), None)),
        )

    def _visible(self, made: m.Model, needs: Mapping[str, tuple[m.Href, ...]]) -> Iterator[str]:
        """Names that imports bring: their own names, and without prefix those of imports that have none."""
        for name, imported in made.imports.items():
            if not name.startswith("\0"):
                yield name
            else:
                yield from (element.name for element in imported.elements.values())

    def _item(self, element: Any, depth: int) -> m.ItemDefinition:
        if depth > 40:
            raise DmnRefused(path=f"{self._file}: {element.get('id') or element.get('name')}", reason="a type nested too deep")
        signature = next(inner(element, "functionItem"), None)
        parameters = None
        if signature is not None:
            parameters = tuple((normal(one.get("name", "")), _type_ref(one)) for one in inner(signature, "parameters"))
        return m.ItemDefinition(
            normal(element.get("name", "")), _type_ref(element), element.get("isCollection") in ("true", "1"),
            tuple(self._item(one, depth + 1) for one in inner(element, "itemComponent")),
            self._boxed.tests(next(inner(element, "allowedValues"), None), set()), self._boxed.tests(next(inner(element, "typeConstraint"), None), set()),
            parameters, "" if signature is None else signature.get("outputTypeRef", ""),
        )


def _type_ref(element: Any) -> str:
    """The type named in an attribute, or in a child as item definitions have it."""
    child = next(inner(element, "typeRef"), None)
    return normal(element.get("typeRef") or (child.text if child is not None else "") or "")


def _href(element: Any) -> m.Href:
    namespace, _mark, ident = element.get("href", "").rpartition("#")
    return namespace, ident
