"""What a pack asks of registers, and what it should not ask of people: read from the agencies' declarations, without a database.

An error: a fact asked of a register that does not exist, or under a purpose that does not allow it. A note: a question for a thing that a register already
holds. Nobody is to bring a paper the government has (政务数据共享条例, in force since 1 August 2025); the note names register and field.
"""

from __future__ import annotations

from collections.abc import Iterator

from mingtang.kernel import Sentence
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.scenes.packs import Finding, Pack
from mingtang.platform.scenes.packs.facts import Fact


def check_exchange(pack: Pack) -> Iterator[Finding]:
    """Every finding about registers."""
    for i, fact in enumerate(pack.facts.values()):
        line = pack.source("facts.yaml").line(("facts", i))
        for zh, en in _faults(pack, fact):
            yield Finding("scenes.not_to_fetch", "facts.yaml", f"facts[{i}].ask", line, Sentence(zh, en))
        if fact.source == "resident":
            for source, field in exchange.held(Sentence(*fact.titles)):
                yield Finding(
                    "scenes.asked_twice",
                    "facts.yaml",
                    f"facts[{i}]",
                    line,
                    Sentence(
                        f"“{fact.titles.zh}”向本人询问，但{source.titles.zh}（{source.code}.{field}）已有",
                        f"“{fact.titles.en}” is asked of the person, but {source.titles.en} ({source.code}.{field}) holds it",
                    ),
                    level="note",
                )


def _faults(pack: Pack, fact: Fact) -> Iterator[tuple[str, str]]:
    ask = fact.ask
    if ask is None:
        return
    if not fact.register:
        yield f"“{fact.name}”不是登记库的事实", f"“{fact.name}” is no fact of a register"
        return
    for name in (ask.agreed, ask.by if ask.by not in ("applicant", "agreed") else ""):
        if name and (name not in pack.facts or pack.facts[name].source != "resident"):
            yield f"“{name}”不是本人说明的事实", f"“{name}” is no fact that the person states"
    if ask.by == "agreed" and not ask.agreed:
        yield "by: agreed 要写明 agreed", "by: agreed needs agreed"
    yield from exchange.undeclared(fact.register, ask.purpose, ask.ground, ask.field, ask.predicate)
