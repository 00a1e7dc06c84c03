"""Who has a part in a request: checks that every act of an official begins with. The role itself is checked by the route
(@access).
"""

from __future__ import annotations

import hmac
from typing import Any

from mingtang.city.requests import hotline
from mingtang.city.requests.faults import GroundRefused, NoSuchUnit, NotYourUnit, ReasonNeeded, SecondOfficialNeeded, TextRefused, WrongSecret
from mingtang.city.requests.filing import TEXT_MOST, tidy
from mingtang.city.requests.models import Proposal, Request
from mingtang.city.requests.prepare import hashed
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people


def in_charge(request: Request, actor: Actor) -> None:
    """The unit that handles the request, the one that leads it, the district above either, the city, or the system; else
    NotYourUnit.
    """
    if actor.kind == "system" or actor.unit in (request.unit, request.lead_unit):
        return
    if actor.unit and (_is_city(actor.unit) or actor.unit in (_parent(request.unit), _parent(request.lead_unit))):
        return
    raise NotYourUnit(number=request.number, unit=request.unit or "-")


def of_the_city(request: Request, actor: Actor) -> None:
    """The desk or the supervision of the city, or the system; else NotYourUnit."""
    if actor.kind != "system" and not _is_city(actor.unit):
        raise NotYourUnit(number=request.number, unit="12345")


def of_the_resident(request: Request, secret: str) -> None:
    """The secret is the one of the resident's link; raises WrongSecret."""
    if not isinstance(secret, str) or not hmac.compare_digest(hashed(secret), request.secret):
        raise WrongSecret()


def second(proposal: Proposal, actor: Actor) -> None:
    """Another official than the one who proposed; raises SecondOfficialNeeded."""
    if not actor.ref or actor.ref == proposal.proposed_by:
        raise SecondOfficialNeeded()


def unit(code: str, path: str = "unit") -> str:
    """``code`` if there is such a unit; raises NoSuchUnit."""
    try:
        return people.unit(code).code
    except Exception as fault:
        if getattr(fault, "status", None) is None:
            raise
        raise NoSuchUnit(path=path, unit=str(code)[:40]) from None


def reason(text: str, path: str = "reason") -> str:
    """``text`` tidied, long enough to be a reason; raises ReasonNeeded or FieldRefused."""
    tidied = tidy(text, path, TEXT_MOST)
    least = hotline.desk(hotline.pack())["reason_least"]
    if len(tidied) < least:
        raise ReasonNeeded(path=path, least=least)
    return tidied


def words(text: str, path: str = "text", least: int = 2) -> str:
    """``text`` tidied, of ``least`` to 5,000 characters; raises TextRefused."""
    tidied = tidy(text, path)
    if not least <= len(tidied) <= TEXT_MOST:
        raise TextRefused(path=path, least=least, most=TEXT_MOST, given=len(tidied))
    return tidied


def ground(kind: str, code: str) -> dict[str, Any]:
    """The ground ``code`` that the pack names for ``kind`` ("pause", "park", "exclusion", "return"); raises GroundRefused."""
    listed = hotline.desk(hotline.pack())["grounds"][kind]
    for entry in listed:
        if entry["code"] == code:
            return entry
    raise GroundRefused(path="ground", ground=str(code)[:40], grounds=", ".join(entry["code"] for entry in listed))


def _is_city(code: str) -> bool:
    return bool(code) and people.unit(code).kind == "city"


def _parent(code: str) -> str:
    return people.unit(code).parent if code else ""
