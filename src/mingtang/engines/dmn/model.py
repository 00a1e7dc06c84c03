"""A DMN model as read: decisions, tables, boxed expressions, knowledge, services, types. Cells and expressions are FEEL trees.

Every element keeps its identifier, so that reports, traces and proofs can name the place that an editor shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from mingtang.engines.dmn.feel import ast

if TYPE_CHECKING:
    from mingtang.engines.dmn.feel.conforming import Type
    from mingtang.engines.dmn.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Expression:
    """Any boxed expression; ``type_ref`` as written, "" for none."""

    id: str
    type_ref: str


@dataclass(frozen=True, slots=True)
class LiteralExpression(Expression):
    """FEEL text; ``tree`` is None where the text is not FEEL, and ``fault`` says why (the standard makes its value null)."""

    text: str
    tree: ast.Node | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """An input entry: its text and tests; ``tree`` None where the text is not FEEL."""

    id: str
    text: str
    tree: ast.UnaryTests | None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class InputClause:
    id: str
    label: str
    expression: LiteralExpression
    allowed: Cell | None


@dataclass(frozen=True, slots=True)
class OutputClause:
    id: str
    name: str
    label: str
    type_ref: str
    allowed: Cell | None
    default: LiteralExpression | None


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    inputs: tuple[Cell, ...]
    outputs: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable(Expression):
    """``hit_policy``: UNIQUE, FIRST, ANY, PRIORITY, COLLECT, RULE ORDER, OUTPUT ORDER; ``aggregation``: "", SUM, COUNT, MIN, MAX."""

    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotation_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContextExpression(Expression):
    """Named entries in order; an entry without name is the result."""

    entries: tuple[tuple[str, str, Expression | None], ...]  # name, type_ref, value


@dataclass(frozen=True, slots=True)
class InvocationExpression(Expression):
    callee: Expression | None
    bindings: tuple[tuple[str, Expression | None], ...]


@dataclass(frozen=True, slots=True)
class FunctionExpression(Expression):
    """``kind`` FEEL, Java or PMML; only FEEL bodies are run."""

    kind: str
    parameters: tuple[tuple[str, str], ...]
    body: Expression | None


@dataclass(frozen=True, slots=True)
class RelationExpression(Expression):
    columns: tuple[str, ...]
    rows: tuple[tuple[Expression | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ListExpression(Expression):
    items: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class ConditionalExpression(Expression):
    condition: Expression | None
    then: Expression | None
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class FilterExpression(Expression):
    source: Expression | None
    match: Expression | None


@dataclass(frozen=True, slots=True)
class IterationExpression(Expression):
    """``kind``: for, some, every."""

    kind: str
    variable: str
    source: Expression | None
    body: Expression | None


Href = tuple[str, str]  # namespace, identifier


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type_ref: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: its logic and what it requires, as (namespace, identifier)."""

    id: str
    name: str
    type_ref: str
    namespace: str
    logic: Expression | None
    inputs: tuple[Href, ...]
    decisions: tuple[Href, ...]
    knowledge: tuple[Href, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    id: str
    name: str
    type_ref: str
    namespace: str
    logic: FunctionExpression | None
    knowledge: tuple[Href, ...]


@dataclass(frozen=True, slots=True)
class DecisionService:
    id: str
    name: str
    type_ref: str
    namespace: str
    outputs: tuple[Href, ...]
    encapsulated: tuple[Href, ...]
    input_decisions: tuple[Href, ...]
    input_data: tuple[Href, ...]


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A declared type, as written: base, components, allowed values (on the items where ``is_collection``), or a function's signature."""

    name: str
    type_ref: str
    is_collection: bool
    components: tuple[ItemDefinition, ...]
    allowed: Cell | None
    constraint: Cell | None
    parameters: tuple[tuple[str, str], ...] | None = None
    output_ref: str = ""


Element = InputData | Decision | KnowledgeModel | DecisionService


@dataclass
class Model:
    """A read model with the models it imports, by the name each import has here.

    ``path_names`` are the names that can stand after a dot in its expressions: components, entries, outputs.
    """

    name: str
    namespace: str
    hash: str
    file: str
    elements: dict[str, Element]
    items: dict[str, ItemDefinition]
    imports: dict[str, Model]
    path_names: frozenset[str] = frozenset()
    _compiled: dict[Any, Any] = field(default_factory=dict, repr=False)
    _plans: dict[str, Any] = field(default_factory=dict, repr=False)

    def _named(self, kind: type) -> dict[str, Any]:
        return {element.name: element for element in self.elements.values() if isinstance(element, kind)}

    @property
    def decisions(self) -> dict[str, Decision]:
        return self._named(Decision)

    @property
    def inputs(self) -> dict[str, InputData]:
        return self._named(InputData)

    @property
    def services(self) -> dict[str, DecisionService]:
        return self._named(DecisionService)

    @property
    def bkms(self) -> dict[str, KnowledgeModel]:
        return self._named(KnowledgeModel)

    def model_of(self, namespace: str) -> Model | None:
        """The model with ``namespace`` among this one and all it imports."""
        if namespace in ("", self.namespace):
            return self
        for imported in self.imports.values():
            found = imported.model_of(namespace)
            if found is not None and found.namespace == namespace:
                return found
        return None

    def element(self, href: Href) -> Element | None:
        """The element that ``href`` names, in this model or an imported one."""
        model = self.model_of(href[0])
        return model.elements.get(href[1]) if model else None

    def type(self, ref: str) -> Type | None:
        """The type that ``ref`` names, or None for "" and Any."""
        from mingtang.engines.dmn.typing import resolve

        return resolve(self, ref)

    def decide(self, name: str, facts: Mapping[str, Any], *, trace: bool = True, budget: int = 2_000_000, clock: Any = None) -> Outcome:
        """Decide the decision or service ``name`` on ``facts`` (by input name; plain Python values are converted by their declared type).

        What is wrong with the facts or within the evaluation makes null with a fault in ``errors``; raises NoSuchDecision alone.
        ``budget`` bounds the steps; ``clock`` is the instant for now() and today().
        """
        return _decide()(self, name, facts, trace=trace, budget=budget, clock=clock)


@cache
def _decide() -> Any:
    """Deciding needs the model, so it is fetched at the first decision."""
    from mingtang.engines.dmn.deciding import decide

    return decide
