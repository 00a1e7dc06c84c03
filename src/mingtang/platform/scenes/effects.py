"""What offices do when a scene has decided: a licence is issued, a case for an official begins. In the decision's own transaction.

    effects.register("enterprise-registration", on_decided, ways)      on_decided(Made) -> None; ways(Made without facts) -> list[(Sentence, address)]

``on_decided`` seals its own acts and raises to undo decision and all; ``ways`` gives the links that the decision's page shows to the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mingtang.kernel import Sentence
from mingtang.platform.ledger.acts import Actor

if TYPE_CHECKING:
    from mingtang.platform.scenes.acts import Decided
    from mingtang.platform.scenes.packs import Pack
    from mingtang.platform.scenes.reads import DecisionView


@dataclass(frozen=True, slots=True)
class Made:
    """A decision as an office sees it; ``facts`` are those the contract saw, ``person`` the pseudonym of who applied ("" where nobody was known)."""

    id: UUID
    secret: str
    pack: Pack
    kind: str
    value: Any
    facts: Mapping[str, Any]
    actor: Actor
    person: str
    contract: str


Effect = Callable[[Made], None]
Ways = Callable[[UUID, str], list[tuple[Sentence, str]]]

_effects: dict[str, tuple[Effect, Ways]] = {}


def register(scene: str, on_decided: Effect, ways: Ways) -> None:
    """Register what happens when ``scene`` has decided; the last one registered holds."""
    _effects[scene] = (on_decided, ways)


def carry_out(pack: Pack, decided: Decided, facts: Mapping[str, Any], actor: Actor, person: str) -> None:
    """Do what is registered for the scene, in the open transaction."""
    if pack.name in _effects:
        value = decided.document["value"]
        made = Made(decided.id, decided.secret, pack, decided.kind, value, facts, actor, person, pack.contract().hash)
        _effects[pack.name][0](made)


def ways(view: DecisionView, secret: str, language: str) -> list[dict[str, str]]:
    """The links of a decision's page, in words."""
    if view.pack.name not in _effects:
        return []
    return [{"text": words.fill(language, {}), "href": href} for words, href in _effects[view.pack.name][1](view.id, secret)]
