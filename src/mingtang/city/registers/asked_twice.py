"""What the services in force ask of people although a register holds it: each a breach of the rule that nobody brings a paper the government has.

Found from the packs' facts and the agencies' declarations, by their titles; whoever wrote a title differently is not found here.
"""

from __future__ import annotations

from dataclasses import dataclass

from mingtang.kernel import Sentence
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.scenes import reads as scenes


@dataclass(frozen=True, slots=True)
class Breach:
    """One question, the scene and agency that ask it, and where the answer is already."""

    scene: str
    scene_title: Sentence
    agency: str
    fact: Sentence
    source: Sentence
    holder: str


def breaches() -> list[Breach]:
    """Every breach of the services in force, by scene."""
    found = []
    for entry in scenes.catalogue():
        pack = entry.pack
        for fact in pack.facts.values():
            if fact.source == "resident":
                for source, _field in exchange.held(Sentence(*fact.titles)):
                    found.append(
                        Breach(
                            pack.name,
                            Sentence(*pack.titles),
                            pack.heading.agency,
                            Sentence(*fact.titles),
                            source.titles,
                            source.agency,
                        )
                    )
    return found
