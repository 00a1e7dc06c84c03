"""The contracts of a pack: they load, their inputs are declared, nothing protected decides, tables are whole, properties hold."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mingtang.kernel import MingtangError, Sentence
from mingtang.platform.scenes.checking_tables import check_tables, tables_of
from mingtang.platform.scenes.explain import law_of, spoken
from mingtang.platform.scenes.packs import Finding, Pack

if TYPE_CHECKING:
    from mingtang.engines import dmn


def check_contracts(pack: Pack) -> tuple[dict[str, dmn.Model], list[Finding]]:
    """The contracts that load, by name, and what was found."""
    models: dict[str, dmn.Model] = {}
    found: list[Finding] = []
    for name in pack.contracts:
        try:
            models[name] = pack.contract(name)
        except MingtangError as fault:
            found.append(_of(name, "scenes.bad_contract", fault.path, fault.message("zh"), fault.message("en")))
    for name, model in models.items():
        broken = list(_broken(pack, name, model))
        found += broken
        found += _inputs(pack, name, model)
        found += _protected(pack, name, model)
        found += _law(pack, name, model)
        if not broken:
            found += check_tables(f"{name}.dmn", pack.content(f"{name}.dmn"), model)
    found += _unused(pack, models)
    found += _result(pack, models)
    found += _words(pack, models)
    return models, found


def _broken(pack: Pack, name: str, model: dmn.Model) -> Iterator[Finding]:
    """Expressions and cells that are not FEEL: the standard makes them null, an author did not mean that."""
    content = pack.content(f"{name}.dmn")
    for element in (*model.decisions.values(), *model.bkms.values()):
        for ident, text, fault in _faulty(element.logic):
            at = content.find(f'id="{ident}"'.encode()) if ident else -1
            line = content[:at].count(b"\n") + 1 if at >= 0 else 0
            yield Finding(
                "scenes.bad_expression",
                f"{name}.dmn",
                element.name,
                line,
                Sentence(f"表达式有语法错误：{text[:80]}（{fault}）", f"not FEEL: {text[:80]} ({fault})"),
            )


def _faulty(value: Any) -> Iterator[tuple[str, str, str]]:
    """Every part of a boxed expression whose text could not be read."""
    fields = getattr(value, "__dataclass_fields__", None)
    if isinstance(value, tuple):
        for item in value:
            yield from _faulty(item)
    elif fields and "logic" not in fields:
        if "tree" in fields and value.tree is None and value.text.strip():
            yield value.id, value.text, value.fault
        for key in fields:
            if key != "tree":
                yield from _faulty(getattr(value, key))


def _inputs(pack: Pack, name: str, model: dmn.Model) -> Iterator[Finding]:
    for needed in model.inputs:
        if needed not in pack.facts and needed not in pack.parameters:
            yield _of(
                name,
                "scenes.undeclared_fact",
                needed,
                f"合约用到的“{needed}”没有在 facts.yaml 或 parameters.yaml 中声明",
                f"the contract uses “{needed}”, which neither facts.yaml nor parameters.yaml declares",
            )


def _protected(pack: Pack, name: str, model: dmn.Model) -> Iterator[Finding]:
    """A way from a protected fact to any decision, by what each decision requires."""
    after: dict[str, list[str]] = {}
    for decision in model.decisions.values():
        for href in (*decision.inputs, *decision.decisions):
            element = model.element(href)
            if element is not None:
                after.setdefault(element.name, []).append(decision.name)
    for fact in pack.facts.values():
        if fact.protected and fact.name in after:
            way = " → ".join(_way(after, fact.name, pack.heading.decision))
            yield _of(
                name,
                "scenes.forbidden_dependence",
                fact.name,
                f"不得影响决定的事实影响了决定：{way}",
                f"a protected fact decides: {way}",
            )


def _way(after: Mapping[str, list[str]], start: str, goal: str) -> list[str]:
    """The shortest way from ``start`` to ``goal``, or to the farthest decision where the goal is not on the way."""
    ways = {start: [start]}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        for there in after.get(here, ()):
            if there not in ways:
                ways[there] = [*ways[here], there]
                queue.append(there)
    return ways.get(goal) or max(ways.values(), key=len)


def _law(pack: Pack, name: str, model: dmn.Model) -> Iterator[Finding]:
    for decision in model.decisions.values():
        for table_name, table in tables_of(decision.logic, decision.name):
            for rule in spoken(table):
                ident = law_of(rule)["id"]
                if ident and pack.heading.law_of(ident) is None:
                    yield _of(
                        name,
                        "scenes.unknown_law",
                        f"{table_name}, rule {rule['rule']}",
                        f"scene.yaml 没有列出法规“{ident}”",
                        f"scene.yaml lists no law “{ident}”",
                    )


def _unused(pack: Pack, models: Mapping[str, dmn.Model]) -> Iterator[Finding]:
    if not models or pack.has_process:
        return
    used = {needed for model in models.values() for needed in model.inputs}
    for i, fact in enumerate(pack.facts.values()):
        if fact.name not in used:
            yield Finding(
                "scenes.unused_fact",
                "facts.yaml",
                f"facts[{i}]",
                pack.source("facts.yaml").line(("facts", i)),
                Sentence(
                    f"没有合约用到“{fact.name}”；不需要就不要收集",
                    f"no contract uses “{fact.name}”; do not collect what is not needed",
                ),
                "note",
            )


def _result(pack: Pack, models: Mapping[str, dmn.Model]) -> Iterator[Finding]:
    model = models.get(pack.heading.contract)
    if pack.heading.decision and model is not None and pack.heading.decision not in model.decisions:
        yield Finding(
            "scenes.no_decision",
            "scene.yaml",
            "decision",
            pack.source("scene.yaml").line(("decision",)),
            Sentence(f"合约中没有决定“{pack.heading.decision}”", f"the contract has no decision “{pack.heading.decision}”"),
        )


def _words(pack: Pack, models: Mapping[str, dmn.Model]) -> Iterator[Finding]:
    """What a person reads on the page of a decision stands in both languages: names of tables, reasons of rules."""
    model = models.get(pack.heading.contract)
    if model is None or not pack.decides:
        return
    for decision in model.decisions.values():
        for table_name, table in tables_of(decision.logic, decision.name):
            if decision.name not in pack.heading.decisions:
                yield Finding(
                    "scenes.no_words",
                    "scene.yaml",
                    "decisions",
                    pack.source("scene.yaml").line(("decisions",)),
                    Sentence(
                        f"缺少“{decision.name}”的中英文名称", f"the name of “{decision.name}” in Chinese and English is missing"
                    ),
                )
            for rule in spoken(table):
                if not (rule["zh"] and rule["en"]):
                    yield _of(
                        pack.heading.contract,
                        "scenes.no_words",
                        f"{table_name}, rule {rule['rule']}",
                        "规则缺少中英文理由（注释列 zh、en）",
                        "the rule gives no reason in both languages (annotations zh, en)",
                    )


def _of(contract: str, code: str, path: str, zh: str, en: str, level: str = "error") -> Finding:
    return Finding(code, f"{contract}.dmn", path, 0, Sentence(zh, en), level)
