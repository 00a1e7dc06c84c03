"""A decision over its graph: facts are brought to their declared types, required decisions come first, each once.

A plan is made once for a decision or service and kept with the model; a run only fills it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.boxed import BoxedCompiler, fitted, output_type
from mingtang.engines.dmn.converting import converter
from mingtang.engines.dmn.errors import DmnRefused, NoSuchDecision
from mingtang.engines.dmn.feel.compiling import Code, Env
from mingtang.engines.dmn.feel.conforming import fit_arguments
from mingtang.engines.dmn.feel.evaluating import bounded, faults_of
from mingtang.engines.dmn.feel.values import Function, Null, Run
from mingtang.engines.dmn.outcome import Outcome
from mingtang.engines.dmn.tables import MOST_STEPS

Key = tuple[str, str]  # namespace, identifier


def decide(model: m.Model, name: str, facts: Mapping[str, Any], *, trace: bool, budget: int, clock: Any) -> Outcome:
    """See Model.decide."""
    plan = model._plans.get(name)
    if plan is None:
        plan = model._plans[name] = _plan(model, name)
    run = Run(budget, clock, [] if trace else None)
    value = bounded(run, plan.run, facts)
    return Outcome(value, faults_of(run) if run.faults else [], run.trace or [])


def _plan(model: m.Model, name: str) -> Plan:
    decision = model.decisions.get(name)
    if decision is not None:
        return Plan(model, (decision,), frozenset(), None)
    service = model.services.get(name)
    if service is None:
        raise NoSuchDecision(name=name, known=", ".join([*model.decisions, *model.services]))
    return service_plan(model, service)


def service_plan(model: m.Model, service: m.DecisionService) -> Plan:
    """The plan of a decision service: its input decisions are given, not decided."""
    outputs = tuple(element for href in service.outputs if isinstance(element := model.element(href), m.Decision))
    return Plan(model, outputs, frozenset(_key(model, href) for href in service.input_decisions), service)


def _key(model: m.Model, href: m.Href) -> Key:
    return href[0] or model.namespace, href[1]


@dataclass(slots=True)
class _Unit:
    """One decision ready to run: where its value goes, what it needs by name, and its closure."""

    key: Key
    name: str
    static: dict[str, Any]
    needs: tuple[tuple[str, Key], ...]
    imported: tuple[tuple[str, str, Key], ...]
    code: Code
    is_table: bool


class Plan:
    """The decisions to decide for some outputs, in order, and the facts they need."""

    def __init__(self, model: m.Model, outputs: tuple[m.Decision, ...], given: frozenset[Key], service: m.DecisionService | None) -> None:
        self._model = model
        self.outputs = [(output.name, (output.namespace, output.id)) for output in outputs]
        self.units: list[_Unit] = []
        self.inputs: dict[Key, tuple[str, Callable[[Any, Run], Any]]] = {}
        for owner, decision in _ordered(model, outputs, given):
            self._need_inputs(owner, decision.inputs)
            for href in decision.decisions:
                if _key(owner, href) in given:
                    self._need(owner, href)
            self.units.append(_unit(owner, decision))
        self._input_list: list[tuple[Key, str, Callable[[Any, Run], Any]]] = [(key, name, convert) for key, (name, convert) in self.inputs.items()]
        kind = output_type(model.type(service.type_ref)) if service is not None else None
        self._result = None if kind is None else fitted(lambda env: env.tested, kind, service.name)  # type: ignore[union-attr]

    def _need_inputs(self, owner: m.Model, hrefs: tuple[m.Href, ...]) -> None:
        for href in hrefs:
            self._need(owner, href)

    def _need(self, owner: m.Model, href: m.Href) -> None:
        element = owner.element(href)
        home = owner.model_of(href[0])
        if element is not None and home is not None:
            self.inputs[_key(owner, href)] = element.name, converter(home.type(element.type_ref), element.name)

    def run(self, facts: Mapping[Any, Any], run: Run) -> Any:
        """Decide over ``facts``."""
        values = {}
        for key, name, convert in self._input_list:
            value = facts[name] if name in facts else self._under_import(facts, key, name)
            values[key] = convert(value, run)
        return self.over(values, run)

    def _under_import(self, facts: Mapping[Any, Any], key: Key, name: str) -> Any:
        """A fact of an imported model by (namespace, name), or as an entry under the import's name; None where it is not given."""
        if (key[0], name) in facts:
            return facts[key[0], name]
        for prefix, imported in self._model.imports.items():
            under = facts.get(prefix)
            if imported.namespace == key[0] and isinstance(under, Mapping):
                return under.get(name)
        return None

    def over(self, values: dict[Key, Any], run: Run) -> Any:
        """Decide over values already brought to their types."""
        for unit in self.units:
            names = unit.static.copy()
            for name, key in unit.needs:
                names[name] = values.get(key)
            for prefix, name, key in unit.imported:
                names[prefix] = {**names.get(prefix, {}), name: values.get(key)}
            value = values[unit.key] = unit.code(Env(names, None, run))
            trace = run.trace
            if trace is not None and len(trace) < MOST_STEPS:
                last = trace[-1] if unit.is_table and trace else None
                if last is None or last[0] is not unit.name:
                    trace.append((unit.name, value))
                elif last[1] is not value:
                    trace[-1] = (unit.name, value, *last[2:])  # the value as the decision's type has it
        single = len(self.outputs) == 1
        result = values[self.outputs[0][1]] if single else {name: values[key] for name, key in self.outputs}
        return result if self._result is None else self._result(Env({}, None, run, result))


def _ordered(model: m.Model, outputs: tuple[m.Decision, ...], given: frozenset[Key]) -> Iterator[tuple[m.Model, m.Decision]]:
    """The decisions needed, each after what it requires. Raises DmnRefused where they require one another in a circle."""
    done: set[Key] = set()
    open_: set[Key] = set()
    waiting: list[tuple[m.Model, m.Decision, bool]] = []
    for output in reversed(outputs):
        home = model.model_of(output.namespace)
        waiting.append((home or model, output, False))
    while waiting:
        owner, decision, is_ready = waiting.pop()
        key = decision.namespace, decision.id
        if is_ready:
            open_.discard(key)
            done.add(key)
            yield owner, decision
            continue
        if key in done:
            continue
        if key in open_:
            raise DmnRefused(path=f"{model.file}: {decision.name}", reason="decisions require one another in a circle")
        open_.add(key)
        waiting.append((owner, decision, True))
        for href in reversed(decision.decisions):
            needed, home = owner.element(href), owner.model_of(href[0])
            if isinstance(needed, m.Decision) and home is not None and _key(owner, href) not in given and (needed.namespace, needed.id) not in done:
                waiting.append((home, needed, False))


def check(model: m.Model) -> None:
    """Refuse a model whose decisions go in a circle. Raises DmnRefused."""
    for _ in _ordered(model, tuple(model.decisions.values()), frozenset()):
        pass


def _unit(owner: m.Model, decision: m.Decision) -> _Unit:
    cached = owner._compiled.get(("unit", decision.id))
    if cached is not None:
        return cached
    needs, imported, types = [], [], {}
    for href in (*decision.inputs, *decision.decisions):
        element, key = owner.element(href), _key(owner, href)
        if element is None:
            continue
        prefix = _prefix(owner, element.namespace)
        if prefix:
            imported.append((prefix, element.name, key))
        else:
            needs.append((element.name, key))
            types[element.name] = element.type_ref
    compiler = BoxedCompiler(owner, decision.name, types)
    code = fitted(compiler.compile(decision.logic, skip_type=decision.type_ref), owner.type(decision.type_ref), decision.name)
    unit = _Unit((decision.namespace, decision.id), decision.name, _static(owner, decision.knowledge), tuple(needs), tuple(imported), code,
                 isinstance(decision.logic, m.DecisionTable))
    owner._compiled[("unit", decision.id)] = unit
    return unit


def _prefix(owner: m.Model, namespace: str) -> str:
    """The name under which ``owner`` imports ``namespace``; "" for its own and for imports without name."""
    if namespace == owner.namespace:
        return ""
    for name, imported in owner.imports.items():
        if imported.namespace == namespace:
            return "" if name.startswith("\0") else name
    return ""


class _Types(dict):
    """The declared types of a model by name, resolved when asked."""

    def __init__(self, model: m.Model) -> None:
        super().__init__()
        self._model = model

    def get(self, name: str, default: Any = None) -> Any:
        return self._model.type(name) or default


def _static(owner: m.Model, knowledge: tuple[m.Href, ...]) -> dict[str, Any]:
    """What is in scope whatever the facts: declared types and knowledge, under the import's name where imported."""
    names: dict[str, Any] = {"\0types": _Types(owner)}
    for href in knowledge:
        element, home = owner.element(href), owner.model_of(href[0])
        if element is None or home is None or not isinstance(element, (m.KnowledgeModel, m.DecisionService)):
            continue
        prefix = _prefix(owner, element.namespace)
        if prefix:
            names.setdefault(prefix, {})[element.name] = knowledge_function(home, element)
        else:
            names[element.name] = knowledge_function(home, element)
    return names


def knowledge_function(owner: m.Model, element: m.KnowledgeModel | m.DecisionService) -> Function:
    """The function value of a business knowledge model or decision service; its body is compiled at the first call."""
    cached = owner._compiled.get(("function", element.id))
    if cached is None:
        cached = _knowledge(owner, element) if isinstance(element, m.KnowledgeModel) else _service(owner, element)
        owner._compiled[("function", element.id)] = cached
    return cached


def _knowledge(owner: m.Model, element: m.KnowledgeModel) -> Function:
    logic = element.logic
    parameters = () if logic is None else tuple(name for name, _ in logic.parameters)
    made: list[Function] = []

    def call(run: Run, arguments: list) -> Any:
        if logic is None:
            raise Null(f"{element.name} has no logic")
        if not made:
            names = _static(owner, element.knowledge)
            names[element.name] = function
            maker = BoxedCompiler(owner, element.name).function_maker(logic, element.name, element.type_ref if not logic.type_ref else "")
            made.append(maker(Env(names, None, run)))
        return made[0].call(run, arguments)

    kinds = () if logic is None else tuple(owner.type(ref) for _, ref in logic.parameters)
    function = Function(element.name, (parameters,), call, type=(kinds, output_type(owner.type(element.type_ref))))
    return function


def _service(owner: m.Model, service: m.DecisionService) -> Function:
    parameters = []
    for href in (*service.input_data, *service.input_decisions):
        element, home = owner.element(href), owner.model_of(href[0])
        if element is not None and home is not None:
            parameters.append((element.name, _key(owner, href), home.type(element.type_ref)))
    names, keys, kinds = (tuple(one[i] for one in parameters) for i in range(3))
    plans: list[Plan] = []

    def call(run: Run, arguments: list) -> Any:
        if not plans:
            plans.append(service_plan(owner, service))
        values = dict(zip(keys, fit_arguments(names, kinds, arguments, None), strict=True))
        return plans[0].over(values, run)

    return Function(service.name, (names,), call, type=(kinds, output_type(owner.type(service.type_ref))))
