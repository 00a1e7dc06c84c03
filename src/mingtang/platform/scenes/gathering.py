"""Facts from the registers: what a pack declares is asked of the exchange, once a record, before the contract decides.

Over-asking is impossible by construction: only facts of ``facts.yaml`` with ``ask`` are fetched, and the exchange hands out only what the purpose
allows. A code that a person gave (an owner, a co-founder) leads to her consent; what is wrong with it is told at the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mingtang.kernel import CallerMistake, MingtangError, Sentence, new_id
from mingtang.platform.exchange import acts as exchange
from mingtang.platform.exchange import reads as exchange_reads
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.scenes.answers import BadAnswer
from mingtang.platform.scenes.packs import Pack
from mingtang.platform.scenes.packs.facts import Fact

APPLICANT, AGREED = "applicant", "agreed"
_OF_A_CODE = ("exchange.no_such_code", "exchange.not_consented", "exchange.person_needed")


class RegistersDecide(CallerMistake):
    """The scene decides on facts of registers, which are not asked for a trial."""

    code = "scenes.registers_decide"
    status = 409
    text = Sentence("“{name}”要查登记库才能决定，不能试算。", "“{name}” decides on what registers say; it cannot be tried.")
    next_step = Sentence("请登录“我的数据”后正式申请。", "Sign in under “My data” and apply.")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the registers said: facts by name, the entries of the looks, the person who applies, the id that the decision will have."""

    ident: UUID
    facts: dict[str, Any]
    looks: tuple[str, ...]
    person: str


def asks_of(pack: Pack) -> list[Fact]:
    """The facts that the exchange is asked for."""
    return [fact for fact in pack.facts.values() if fact.ask]


def gather(pack: Pack, stated: Mapping[str, Any], visitor: exchange_reads.Visitor) -> Gathered:
    """Ask the registers, for the person behind ``visitor``; all answer, or what the exchange raises.

    A fact whose key was not stated is null and nothing is asked. Raises BadAnswer (``path`` the fact) for a code that does not serve.
    """
    ident = new_id()
    actor = Actor("agency", visitor.actor.ref, pack.heading.agency, visitor.ref)
    applicant = exchange_reads.number_of(visitor.ref)
    groups: dict[tuple, list[Fact]] = {}
    facts: dict[str, Any] = {}
    agreed: dict[str, tuple[UUID, str]] = {}
    for fact in asks_of(pack):
        group = _group(fact, stated, applicant, agreed)
        if group is None:
            facts[fact.name] = None
        else:
            groups.setdefault(group, []).append(fact)
    asked = [_ask(group, members, f"scenes/decisions/{ident}", actor) for group, members in groups.items()]
    try:
        answers = exchange.ask_many(asked) if asked else []
    except MingtangError as fault:
        raise _at_question(fault, groups) from None
    for members, answer in zip(groups.values(), answers, strict=True):
        for fact in members:
            facts[fact.name] = answer.holds[fact.ask.predicate] if fact.ask.predicate else answer.values.get(fact.ask.field)
    return Gathered(ident, facts, tuple(str(answer.entry) for answer in answers), visitor.ref)


def _group(fact: Fact, stated: Mapping[str, Any], applicant: str, agreed: dict[str, tuple[UUID, str]]) -> tuple | None:
    """What one asking has in common: source, key, purpose, ground, consent, compared person; None where nothing is to be asked."""
    ask, consent, compared = fact.ask, None, applicant
    if ask.agreed:
        code = stated.get(ask.agreed)
        if not code:
            return None
        if ask.agreed not in agreed:
            try:
                agreed[ask.agreed] = exchange_reads.agreed(str(code))
            except MingtangError as fault:
                raise BadAnswer(path=ask.agreed, zh=_both(fault, "zh"), en=_both(fault, "en")) from None
        consent, compared = agreed[ask.agreed]
    key = applicant if ask.by == APPLICANT else compared if ask.by == AGREED else stated.get(ask.by)
    return (fact.register, str(key), ask.purpose, ask.ground, consent, compared, ask.agreed) if key else None


def _ask(group: tuple, members: list[Fact], case: str, actor: Actor) -> exchange.Ask:
    source, key, purpose, ground, consent, compared, _agreed = group
    fields = tuple(dict.fromkeys(fact.ask.field for fact in members if fact.ask.field))
    predicates = tuple(dict.fromkeys(fact.ask.predicate for fact in members if fact.ask.predicate))
    return exchange.Ask(source, key, purpose, ground, case, actor, fields, predicates, consent, compared)


def _at_question(fault: MingtangError, groups: dict[tuple, list[Fact]]) -> MingtangError:
    """A consent that failed, as a fault of the question that asked for its code."""
    codes = {group[6] for group in groups if group[6]}
    if fault.code in _OF_A_CODE and len(codes) == 1:
        return BadAnswer(path=codes.pop(), zh=_both(fault, "zh"), en=_both(fault, "en"))
    return fault


def _both(fault: MingtangError, language: str) -> str:
    return f"{fault.message(language)}{' ' if language == 'en' else ''}{fault.advice(language)}"
