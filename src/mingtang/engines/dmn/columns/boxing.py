"""Boxed expressions over columns: literals, tables, contexts, conditionals and calls of knowledge have a way of their own, others go by cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mingtang.engines.dmn import model as m
from mingtang.engines.dmn.boxed import BoxedCompiler, output_type
from mingtang.engines.dmn.columns.column import Column, Unsupported
from mingtang.engines.dmn.columns.expressions import branched, by_cases, evaluate
from mingtang.engines.dmn.columns.fitting import fit
from mingtang.engines.dmn.columns.scope import MOST_DEEP, Scope, Work
from mingtang.engines.dmn.columns.tables import TableWay
from mingtang.engines.dmn.deciding import _static, knowledge_function
from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.values import Function


@dataclass
class Home:
    """Where an expression stands: its model, the label of its element, and the declared types of the names in scope."""

    model: m.Model
    label: str
    types: dict[str, str] = field(default_factory=dict)

    def compiler(self) -> BoxedCompiler:
        """The engine's compiler for this place."""
        return BoxedCompiler(self.model, self.label, self.types)


def boxed(expression: m.Expression | None, home: Home, scope: Scope, skip_type: str = "") -> Column:
    """The column of a boxed expression, of its type. Raises Unsupported."""
    if expression is None:
        raise Unsupported("an expression that is not there")
    made = _plainly(expression, home, scope)
    if not expression.type_ref or expression.type_ref == skip_type or isinstance(expression, m.FunctionExpression):
        return made
    return fit(made, home.model.type(expression.type_ref), scope.work)


def _plainly(expression: m.Expression, home: Home, scope: Scope) -> Column:
    if isinstance(expression, m.LiteralExpression):
        if expression.tree is None:
            raise Unsupported("text that is not FEEL")
        return evaluate(expression.tree, scope)
    if isinstance(expression, m.DecisionTable):
        return table_way(expression, home, scope.work).evaluate(scope)
    try:
        if isinstance(expression, m.ContextExpression):
            return _context(expression, home, scope)
        if isinstance(expression, m.ConditionalExpression):
            return branched(
                boxed(expression.condition, home, scope),
                lambda: boxed(expression.then, home, scope),
                lambda: boxed(expression.otherwise, home, scope),
                scope.work,
            )
        if isinstance(expression, m.InvocationExpression):
            return _invocation(expression, home, scope)
        raise Unsupported(type(expression).__name__)
    except Unsupported as why:
        return by_cases(expression, lambda: home.compiler().compile(expression), scope, why)


def table_way(table: m.DecisionTable, home: Home, work: Work) -> TableWay:
    """The way of a table over columns, made once a run."""

    def make() -> TableWay:
        code = home.compiler().table(table, home.label)
        compiled = getattr(code, "__self__", None)
        if compiled is None:
            raise Unsupported(f"the hit policy {table.hit_policy}")
        return TableWay(compiled, home.model)

    return work.keep(("table", id(table)), table, make)


def _context(expression: m.ContextExpression, home: Home, scope: Scope) -> Column:
    inner = Scope({}, scope, scope.work)
    for name, ref, value in expression.entries:
        if isinstance(value, m.FunctionExpression):
            raise Unsupported("functions as entries")
        made = fit(boxed(value, home, inner), home.model.type(ref), scope.work)
        if not name:
            return made
        inner.names[name] = made
    return Column("context", fields=inner.names)


def _invocation(expression: m.InvocationExpression, home: Home, scope: Scope) -> Column:
    callee = expression.callee
    tree = callee.tree if isinstance(callee, m.LiteralExpression) else None
    function = scope.find(tree.name) if isinstance(tree, ast.Name) else None
    if not isinstance(function, Function):
        raise Unsupported("a callee that is no knowledge model")
    given = [boxed(value, home, scope) for _, value in expression.bindings]
    return call_knowledge(function, given, [name for name, _ in expression.bindings], scope.work)


def static_names(owner: m.Model, knowledge: tuple[m.Href, ...], work: Work) -> dict[str, Any]:
    """What is in scope whatever the facts; the functions are noted, so that their bodies can be reckoned in columns."""
    for href in knowledge:
        element, home = owner.element(href), owner.model_of(href[0])
        if isinstance(element, m.KnowledgeModel) and home is not None:
            work.knowledge[id(knowledge_function(home, element))] = home, element
    return _static(owner, knowledge)


def call_knowledge(function: Function, given: list[Column], named: list[str] | None, work: Work) -> Column:
    """The value of a business knowledge model called with columns. Raises Unsupported."""
    owner, element = work.knowledge.get(id(function), (None, None))
    logic = element.logic if element is not None else None
    if owner is None or logic is None or logic.kind != "FEEL" or work.depth >= MOST_DEEP:
        raise Unsupported(f"the call of {function.name}")
    names = [name for name, _ in logic.parameters]
    if len(given) != len(names) or named is not None and sorted(named) != sorted(names):
        raise Unsupported("a call with other parameters")
    by_name = dict(zip(named or names, given, strict=True))
    scope = Scope(static_names(owner, element.knowledge, work) | {element.name: function}, None, work)
    for name, ref in logic.parameters:
        scope.names[name] = fit(by_name[name], owner.type(ref), work)
    work.depth += 1
    try:
        made = boxed(logic.body, Home(owner, element.name, dict(logic.parameters)), scope)
    finally:
        work.depth -= 1
    return fit(made, output_type(owner.type(logic.type_ref or element.type_ref)), work)
