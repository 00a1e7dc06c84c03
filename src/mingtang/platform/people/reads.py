"""What other apps ask of people.

Example::

    from mingtang.platform.people import reads as people

    actor = people.actor(request)                     # for the act about to be sealed
    if people.may(request, "requests.dispatch"): ...
    people.unit("MZ-WATER").name("en")                # "Mingzhou Water"
"""

from __future__ import annotations

from typing import Any

from mingtang.kernel.errors import CallerMistake, Sentence
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import directory, gate, models, permissions
from mingtang.platform.people.unit import Official, Unit


class NoSuchOfficial(CallerMistake):
    """There is no official with the code."""

    code = "people.no_such_official"
    status = 404
    text = Sentence("没有代码为“{official}”的工作人员。", "There is no official with the code “{official}”.")
    next_step = Sentence("请核对工作人员代码。", "Check the official's code.")


def actor(request: Any) -> Actor:
    """The signed-in official behind ``request`` as an actor, else the anonymous actor."""
    found = gate.signed_in(request)
    return Actor("official", found.code, found.unit) if found else Actor("anonymous")


def unit(code: str) -> Unit:
    """The unit ``code``; raises NoSuchUnit (people.no_such_unit)."""
    return directory.unit(code)


def units(kind: str | None = None, parent: str | None = None) -> list[Unit]:
    """The units, ordered by code, narrowed to a ``kind`` and to those under ``parent``."""
    return [
        found for found in directory.all_units().values()
        if (kind is None or found.kind == kind) and (parent is None or found.parent == parent)
    ]


def may(request: Any, permission: str) -> bool:
    """Whether a role of the signed-in official has ``permission``; unknown permissions are had by nobody."""
    found = gate.signed_in(request)
    return found is not None and permissions.holds(gate.roles_of(found), permission)


def roles(request: Any) -> frozenset[str]:
    """The roles in force of the signed-in official; none for everybody else."""
    found = gate.signed_in(request)
    return gate.roles_of(found) if found else frozenset()


def head_of(unit_code: str) -> str:
    """The code of the official who heads the unit, or "" where nobody does."""
    found = (
        models.RoleGrant.objects.in_force().filter(unit=unit_code, role="head", official__is_active=True)
        .order_by("-since", "pk").values_list("official_id", flat=True).first()
    )
    return found or ""


def official(code: str) -> Official:
    """The official ``code`` with the roles in force; raises NoSuchOfficial."""
    row = models.Official.objects.filter(code=code).first()
    if row is None:
        raise NoSuchOfficial(official=str(code)[:40])
    return Official(row.code, row.name_zh, row.name_en, row.unit, gate.roles_of(row))


def officials(unit_code: str, role: str | None = None) -> list[str]:
    """The codes of the active officials of a unit, narrowed to those with ``role``."""
    rows = models.Official.objects.filter(unit=unit_code, is_active=True)
    if role is not None:
        rows = rows.filter(code__in=models.RoleGrant.objects.in_force().filter(role=role).values("official_id"))
    return list(rows.order_by("code").values_list("code", flat=True))


def is_seeded() -> bool:
    """Whether the city has units at all."""
    return models.Unit.objects.exists()
