"""A person takes a licence: the agency looks into the registers under its legal ground, logged, and offers the credential to her wallet.

Example::

    acts.take("elder-card", visitor.ref, visitor.actor)      # -> Offered, or NotEntitled with the reason
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings

from mingtang.city.licences.faults import NotEntitled, NotOnline
from mingtang.kernel import CallerMistake, now
from mingtang.platform.exchange import acts as exchange
from mingtang.platform.exchange import reads as people
from mingtang.platform.ledger.acts import Actor, Sealed
from mingtang.platform.people import reads as units
from mingtang.platform.people.credentials import acts as credentials
from mingtang.platform.people.credentials import reads

SERVICE = "licences"
_SENIOR = 60
# Fields of the population register that each licence is made of.
_FIELDS = {
    "id": ("name", "birth", "sex", "standing"),
    "residence": ("name", "street", "registered_here", "standing"),
    "elder-card": ("name", "birth", "street", "standing"),
}

ONLINE = frozenset(_FIELDS)


def take(kind: str, person: str, actor: Actor) -> credentials.Offered:
    """Offer a licence to the person's wallet. Raises NotOnline, NotEntitled, and what asking the register raises."""
    fields = _FIELDS.get(kind)
    if fields is None:
        raise NotOnline()
    number = people.number_of(person)
    agency = next(one.agency for one in reads.kinds() if one.code == kind)
    asker = Actor("agency", actor.ref, agency, person)
    facts = exchange.ask(exchange.Ask("population", number, f"licence-{kind}", "duty", f"licences/{kind}", asker, fields))
    values = facts.values
    if not facts.found or values["standing"] != "registered":
        raise NotEntitled(
            zh="户籍登记中没有您，或状态不是正常", en="the register of residents does not hold you, or your entry is not in order"
        )
    if kind == "elder-card" and _age(values["birth"]) < _SENIOR:
        raise NotEntitled(zh="未满 60 周岁", en="you are not sixty yet")
    return credentials.issue(kind, person, _claims(kind, number, values), actor)


def _claims(kind: str, number: str, values: dict) -> dict:
    if kind == "id":
        return {"name": values["name"], "number": number, "birth_date": str(values["birth"]), "sex": values["sex"]}
    if kind == "residence":
        return {"name": values["name"], "street": _street(values["street"]), "registered_here": bool(values["registered_here"])}
    return {"name": values["name"], "birth_date": str(values["birth"]), "street": _street(values["street"])}


def _street(code: str) -> str:
    """The street's name as it stands on the papers; the code where the city does not know it."""
    try:
        return units.unit(code).name_zh
    except CallerMistake:
        return code


def _age(birth: str) -> int:
    born, today = date.fromisoformat(str(birth)), now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def suspend(number: str, person: str, actor: Actor) -> Sealed:
    """The holder suspends her own licence, for example a lost phone."""
    return credentials.suspend(number, "本人申请停用 · at the holder's wish", actor, person)


def restore(number: str, person: str, actor: Actor) -> Sealed:
    """The holder lifts the suspension."""
    return credentials.restore(number, "本人申请恢复 · at the holder's wish", actor, person)


def end(number: str, person: str, actor: Actor) -> Sealed:
    """The holder ends a licence for good, before taking it anew."""
    return credentials.revoke(number, "本人申请收回 · at the holder's wish", actor, person)
