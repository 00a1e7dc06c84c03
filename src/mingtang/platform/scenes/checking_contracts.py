"""The contracts of a pack: they load, their inputs are declared, nothing protected decides, tables are whole, properties hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mingtang.kernel import MingtangError, Sentence
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
        found += _inputs(pack, name, model)
    found += _unused(pack, models)
    return models, found


def _inputs(pack: Pack, name: str, model: dmn.Model) -> Iterator[Finding]:
    for needed in model.inputs:
        if needed not in pack.facts and needed not in pack.parameters:
            yield _of(name, "scenes.undeclared_fact", needed, f"合约用到的“{needed}”没有在 facts.yaml 或 parameters.yaml 中声明",
                      f"the contract uses “{needed}”, which neither facts.yaml nor parameters.yaml declares")


def _unused(pack: Pack, models: Mapping[str, dmn.Model]) -> Iterator[Finding]:
    if not models or pack.has_process:
        return
    used = {needed for model in models.values() for needed in model.inputs}
    for i, fact in enumerate(pack.facts.values()):
        if fact.name not in used:
            yield Finding("scenes.unused_fact", "facts.yaml", f"facts[{i}]", pack.source("facts.yaml").line(("facts", i)), Sentence(
                f"没有合约用到“{fact.name}”；不需要就不要收集", f"no contract uses “{fact.name}”; do not collect what is not needed"), "note")


def _of(contract: str, code: str, path: str, zh: str, en: str, level: str = "error") -> Finding:
    return Finding(code, f"{contract}.dmn", path, 0, Sentence(zh, en), level)
