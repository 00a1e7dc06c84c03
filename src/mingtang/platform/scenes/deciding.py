"""What a scene's contract says about facts on a day: without effect, so that it can be tried, re-reckoned and tested."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from mingtang.kernel import CallerMistake, Sentence, now
from mingtang.platform.scenes.checking_examples import differences
from mingtang.platform.scenes.packs import Pack

if TYPE_CHECKING:
    from mingtang.engines import dmn

_LATEST_DAY = date(9000, 1, 1)


class NothingToDecide(CallerMistake):
    """The scene has no decision of its own."""

    code = "scenes.nothing_to_decide"
    status = 404
    text = Sentence("场景“{name}”不作自动决定。", "The scene “{name}” decides nothing by itself.")
    next_step = Sentence("请按办事指南办理。", "Follow its guide.")


class NotInForce(CallerMistake):
    """The scene is not in force on the day asked for."""

    code = "scenes.not_in_force"
    text = Sentence("“{name}”在 {day} 没有效力。", "“{name}” is not in force on {day}.")
    next_step = Sentence("请选择有效期内的日期。", "Choose a day on which it is in force.")


def evaluate(pack: Pack, facts: Mapping[str, Any], on: date | None = None) -> tuple[dmn.Outcome, date]:
    """What the scene's contract says about ``facts`` on the day ``on``, without any effect."""
    if not pack.heading.decision:
        raise NothingToDecide(name=pack.name)
    day = on or now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    until = pack.heading.effective_until or _LATEST_DAY
    if not pack.heading.effective_from <= day <= until:
        raise NotInForce(name=pack.name, day=day.isoformat())
    return pack.contract().decide(pack.heading.decision, pack.scope(facts, day)), day


def again(document: Mapping[str, Any], pack_by_hash: Callable[[str], Pack]) -> Iterator[tuple[str, str, str]]:
    """Reckon the decision of ``document`` again from its own facts and the pack of its hash: where it comes out otherwise.

    Yields path, value in the document, value reckoned. A contract with another hash than the document names is a difference.
    Raises NoSuchScene where no pack with the hash was ever published here.
    """
    from mingtang.engines import dmn

    pack = pack_by_hash(str(document["pack"]))
    contract = pack.contract()
    if contract.hash != document["contract"]:
        yield "contract", str(document["contract"]), contract.hash
    stated = {fact["name"]: fact["value"] for fact in document["facts"]}
    outcome = contract.decide(document["decision"], pack.scope(stated, date.fromisoformat(document["on"])))
    yield from differences(document["value"], dmn.to_json(outcome.value), 0)


def secret_hash(secret: str) -> str:
    """How a secret is kept: SHA-256, hex. The secret has 192 random bits, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
