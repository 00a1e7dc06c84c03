"""The properties that a pack declares, asked of the prover of the DMN engine: proved, refuted with a case, or unknown.

The seam is one function, ``mingtang.engines.dmn.prove.check(model, properties) -> list of verdicts``: each verdict has
``property`` (the id), ``status`` ("proved", "refuted", "unknown"), ``reason`` (a Sentence) and ``case`` (facts that refute it, replayed on
the engine). Where the prover is not there every property is unknown, and said to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mingtang.kernel import Sentence
from mingtang.platform.scenes.packs import Finding, Pack
from mingtang.platform.scenes.packs.properties import Property

if TYPE_CHECKING:
    from mingtang.engines import dmn


def check_properties(pack: Pack, models: Mapping[str, dmn.Model]) -> Iterator[Finding]:
    """A finding for each property that names what is not there, is refuted, or could not be decided."""
    from mingtang.engines.dmn import prove

    ask = getattr(prove, "check", None)
    for name, model in models.items():
        sound = []
        for one in (one for one in pack.properties if one.contract == name):
            faults = list(_named(model, one))
            yield from faults
            if not faults:
                sound.append(one)
        verdicts = {verdict.property: verdict for verdict in ask(model, sound)} if ask and sound else {}
        for one in sound:
            yield from _told(one, verdicts.get(one.id))


def _named(model: dmn.Model, one: Property) -> Iterator[Finding]:
    if one.decision not in model.decisions:
        yield _finding(
            one, "scenes.no_decision", f"合约中没有决定“{one.decision}”", f"the contract has no decision “{one.decision}”"
        )
    if one.input and one.input not in model.inputs:
        yield _finding(one, "scenes.undeclared_fact", f"合约没有输入“{one.input}”", f"the contract has no input “{one.input}”")


def _told(one: Property, verdict: object | None) -> Iterator[Finding]:
    status = getattr(verdict, "status", "unknown")
    if status == "proved":
        return
    reason = getattr(verdict, "reason", Sentence("", ""))
    case = getattr(verdict, "case", None)
    shown = f"：{case}" if case else "", f": {case}" if case else ""
    if status == "refuted":
        level = "error" if one.required else "note"
        zh, en = (
            f"性质不成立：{one.titles.zh}{shown[0]} {reason.zh}",
            f"the property does not hold: {one.titles.en}{shown[1]} {reason.en}",
        )
        yield _finding(one, "scenes.refuted", zh.strip(), en.strip(), level)
    else:
        zh, en = f"性质尚未证明：{one.titles.zh} {reason.zh}", f"the property is not proven: {one.titles.en} {reason.en}"
        yield _finding(one, "scenes.not_proven", zh.strip(), en.strip(), "note")


def _finding(one: Property, code: str, zh: str, en: str, level: str = "error") -> Finding:
    return Finding(code, "properties.yaml", one.id, one.line, Sentence(zh, en), level)
