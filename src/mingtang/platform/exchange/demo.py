"""Cards of the demo's people: their numbers and PINs are public, shown on the sign-in page of a demo city alone.

The file ``demo-cards.json`` in the data folder holds what the page shows; a city in earnest never has it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from mingtang.kernel import Sentence
from mingtang.platform.exchange import acts
from mingtang.platform.exchange.commands import publish_all
from mingtang.platform.ledger.acts import Actor

_FILE = "demo-cards.json"


def seed(people: Sequence[tuple[str, str, Sentence]]) -> None:
    """Put every declaration in force and give each ``(number, PIN, story)`` a card."""
    actor = Actor("system", "demo")
    publish_all(actor)
    made = []
    for number, pin, story in people:
        card = acts.issue_card(number, actor, pin=pin)
        made.append({"code": card.code, "pin": pin, "zh": story.zh, "en": story.en})
    path = Path(settings.DATA) / _FILE
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


def cards(language: str) -> list[dict[str, str]]:
    """The demo's cards with their stories in ``language``; none where the city is no demo."""
    try:
        kept = json.loads((Path(settings.DATA) / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [{"code": one["code"], "pin": one["pin"], "story": one["zh" if language.startswith("zh") else "en"]} for one in kept]
