"""Deciding: the graph of requirements is followed, each decision reckoned once, in the scope of what it requires alone (DMN 1.5, 10.4).

Facts come by the name of the input data; those of an imported model also by ``(namespace, name)``, as a context under the import's name, or
plainly by name where only one input is so called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingtang.engines.dmn.boxed import compile_expression, make_function
from mingtang.engines.dmn.converting import read_as, to_feel
from mingtang.engines.dmn.errors import NoSuchDecision
from mingtang.engines.dmn.feel.compiling import Env
from mingtang.engines.dmn.feel.conforming import Type, coerce
from mingtang.engines.dmn.feel.text import normal
from mingtang.engines.dmn.feel.types import type_name
from mingtang.engines.dmn.feel.values import Exhausted, Function, Null, Run
from mingtang.engines.dmn.model import Decision, DecisionService, Element, Href, InputData, KnowledgeModel, Model
from mingtang.engines.dmn.outcome import Fault, Outcome, Step


def decide(model: Model, name: str, facts: Mapping[Any, Any], *, trace: bool, budget: int, clock: Any) -> Outcome:
    """See Model.decide."""
    target = model.decisions.get(normal(name)) or model.services.get(normal(name)) or model.bkms.get(normal(name))
    if target is None:
        raise NoSuchDecision(name=name, known=", ".join(sorted({*model.decisions, *model.services})) or "-")
    run = Run(budget, clock)
    work = _Deciding(model, facts, run, trace)
    try:
        if isinstance(target, DecisionService):
            value = work.service(target, model)
        elif isinstance(target, KnowledgeModel):
            value = work.value((model.namespace, target.id), model)
        else:
            value = work.value((model.namespace, target.id), model)
    except Exhausted:
        run.fault(0, "the evaluation takes too long")
        value = None
    except RecursionError:
        run.fault(0, "the evaluation goes too deep")
        value = None
    return Outcome(value, [Fault(message, work.place(at)) for at, message in run.faults], work.steps)


class _Deciding:
    def __init__(self, model: Model, facts: Mapping[Any, Any], run: Run, trace: bool) -> None:
        self._model = model
        self._facts = {(normal(key) if isinstance(key, str) else key): value for key, value in facts.items()}
        self._run = run
        self._trace = trace
        self._known: dict[Href, Any] = {}
        self._open: set[Href] = set()
        self.steps: list[Step] = []
        self._table: tuple | None = None

    @staticmethod
    def place(at: int) -> str:
        return f"character {at + 1}" if at else ""

    def value(self, href: Href, model: Model) -> Any:
        """The value of the element that ``href`` names, reckoned once."""
        if href in self._known:
            return self._known[href]
        element = model.element(href)
        if element is None:
            self._run.fault(0, f"there is no element {href[1]}")
            return None
        if href in self._open:
            self._run.fault(0, f"{element.name} requires itself")
            return None
        self._open.add(href)
        home = self._model.model_of(href[0]) or model.model_of(href[0]) or model
        value = self._reckon(element, home)
        self._open.discard(href)
        self._known[href] = value
        return value

    def _reckon(self, element: Element, home: Model) -> Any:
        if isinstance(element, InputData):
            return self._fact(element, home)
        if isinstance(element, Decision):
            given = self._given(element)
            return self._decision(element, home) if given is None else given[0]
        if isinstance(element, KnowledgeModel):
            if element.logic is None:
                return None
            return make_function(home, element.logic, element.name, Env(self._scope(element.knowledge, home), None, self._run), element.type_ref)
        return self._service_function(element, home)

    def _given(self, decision: Decision) -> tuple[Any] | None:
        """A decision whose value is among the facts is not reckoned."""
        if decision.namespace == self._model.namespace and decision.name in self._facts:
            return (to_feel(self._facts[decision.name]),)
        return None

    def _fact(self, element: InputData, home: Model) -> Any:
        for key in ((element.namespace, element.name), element.name):
            if key in self._facts:
                return self._typed(element, home, self._facts[key])
        for prefix, imported in self._model.imports.items():
            under = self._facts.get(prefix)
            if imported.namespace == element.namespace and isinstance(under, Mapping) and element.name in under:
                return self._typed(element, home, under[element.name])
        self._run.fault(0, f"the fact {element.name} is not given")
        return None

    def _typed(self, element: InputData, home: Model, given: Any) -> Any:
        kind = home.type(element.type_ref)
        value = to_feel(given)
        if kind is None:
            return value
        made = coerce(_temporal(value, kind), kind)
        if made is None and value is not None:
            self._run.fault(0, f"{element.name}: {type_name(value)} is not an allowed {kind.name}")
        return made

    def _scope(self, requirements: tuple[Href, ...], home: Model) -> dict[str, Any]:
        """The values of what is required, by name; of imported models, as a context under the import's name."""
        names: dict[str, Any] = {"\0types": _Types(home)}
        for href in requirements:
            element = home.element(href)
            if element is None:
                self._run.fault(0, f"there is no element {href[1]}")
                continue
            value = self.value(href, home)
            if href[0] == home.namespace:
                names[element.name] = value
                continue
            for prefix, imported in home.imports.items():
                if imported.model_of(href[0]) is not None:
                    if not prefix:
                        names[element.name] = value
                    else:
                        names.setdefault(prefix, {})[element.name] = value
        return names

    def _decision(self, decision: Decision, home: Model) -> Any:
        names = self._scope((*decision.inputs, *decision.decisions, *decision.knowledge), home)
        key = ("decision", decision.id)
        code = home._compiled.get(key)
        if code is None:
            code = home._compiled[key] = compile_expression(home, decision.logic), home.type(decision.type_ref)
        work, kind = code
        if self._trace:
            names["\0note"] = self._note
            self._table = None
        env = Env(names, None, self._run)
        value = work(env)
        if kind is not None and value is not None:
            made = coerce(value, kind, env)
            if made is None:
                self._run.fault(0, f"{decision.name}: the value is not an allowed {kind.name}")
            value = made
        if self._trace:
            self.steps.append(self._step(decision, value))
        return value

    def _note(self, *noted: Any) -> None:
        self._table = noted

    def _step(self, decision: Decision, value: Any) -> Step:
        if self._table is None:
            return Step(decision.name, value)
        compiled, values, matched, env = self._table
        self._table = None
        return Step(decision.name, value, compiled.table.id or decision.id, compiled.table.hit_policy,
                    lambda: compiled.detail(values, matched, lambda: Env(env.names, env.outer, Run())))

    # -- services

    def service(self, service: DecisionService, home: Model) -> Any:
        """Run a service on the facts: its input decisions are facts too."""
        inner = _Deciding(self._model, self._facts, self._run, self._trace)
        inner.steps = self.steps
        for href in service.input_decisions:
            element = home.element(href)
            if element is not None:
                given = self._facts.get((href[0], element.name), self._facts.get(element.name))
                inner._known[href] = self._as_declared(element, home.model_of(href[0]) or home, given)
        return inner._outputs(service, home)

    def _as_declared(self, element: Element, home: Model, given: Any) -> Any:
        kind = home.type(element.type_ref)
        value = to_feel(given)
        return value if kind is None else coerce(_temporal(value, kind), kind)

    def _outputs(self, service: DecisionService, home: Model) -> Any:
        values = {}
        for href in service.outputs:
            element = home.element(href)
            if element is not None:
                values[element.name] = self.value(href, home)
        made: Any = next(iter(values.values())) if len(values) == 1 else values
        kind = home.type(service.type_ref)
        if kind is not None and kind.name == "function":  # a service's variable is a function: its result is what counts
            kind = kind.parts[-1]
        return made if kind is None or made is None else coerce(made, kind)

    def _service_function(self, service: DecisionService, home: Model) -> Function:
        """A service as a function of its input decisions and input data, in this order."""
        given = (*service.input_data, *service.input_decisions)
        elements = [home.element(href) for href in given]
        names = tuple(element.name if element else "" for element in elements)

        def call(run: Run, arguments: list) -> Any:
            inner = _Deciding(self._model, {}, run, False)
            for href, element, argument in zip(given, elements, arguments, strict=True):
                if element is None:
                    raise Null(f"there is no element {href[1]}")
                made = inner._as_declared(element, home.model_of(href[0]) or home, argument)
                if made is None and argument is not None:
                    raise Null(f"{element.name}: {type_name(argument)} does not fit")
                inner._known[href] = made
            return inner._outputs(service, home)

        kinds = tuple(home.type(element.type_ref) if element else None for element in elements)
        return Function(service.name, (names,), call, type=(kinds, None))


class _Types:
    """The declared types of a model, for ``instance of``."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def get(self, name: str) -> Type | None:
        return self._model.type(name)


def _temporal(value: Any, kind: Type) -> Any:
    """Texts of facts as dates and times where the type wants them, throughout contexts and lists."""
    if isinstance(value, str):
        return read_as(value, kind.name) if kind.name != "list" else value
    if isinstance(value, list) and kind.name == "list" and kind.parts:
        return [_temporal(item, kind.parts[0]) for item in value]
    if isinstance(value, dict) and kind.fields:
        fields = dict(kind.fields)
        return {name: _temporal(inner, fields[name]) if name in fields else inner for name, inner in value.items()}
    return value
