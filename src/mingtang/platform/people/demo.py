"""The demo city's people: every unit of Mingzhou with a head and an officer, and a few demo sign-ins, through the real acts.

The demo password is public; ``settings.DEMO`` alone shows it, and ``mingtang doctor`` refuses a demo city under a public address.
Second factors of the demo sign-ins are real: their secrets are drawn once and the page computes the six digits of the moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from django.db import transaction

from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import closed_secret, demo_city, models
from mingtang.platform.people.acts import Appointment, Founding, appoint_many, found
from mingtang.platform.people.acts_credentials import enrol_second_factor

PASSWORD = "mingzhou-demo-2026"

# Demo sign-in: code, unit, roles. Two of a kind where an act needs a second official.
SIGN_INS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("clerk", "MZ", ("clerk",)),
    ("officer", "MZ-D1-S1", ("officer",)),
    ("head", "MZ-D1-S1", ("head",)),
    ("water", "MZ-WATER", ("officer",)),
    ("urban", "MZ-URBAN", ("officer",)),
    ("supervisor", "MZ", ("supervisor", "head")),
    ("supervisor2", "MZ", ("supervisor",)),
    ("auditor", "MZ", ("auditor",)),
    ("author", "MZ-SERVICE", ("author",)),
    ("operator", "MZ", ("operator",)),
)

CODES = frozenset(code for code, _, _ in SIGN_INS)


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """What the sign-in page shows of a demo sign-in; ``digits`` are the six digits that hold now."""

    code: str
    password: str
    digits: str
    unit: str
    roles: tuple[str, ...]


def seed() -> bool:
    """Found the demo city's units and people; returns whether anything was done (a city that has units is left alone)."""
    actor = Actor("system", "demo")
    with transaction.atomic():
        if models.Unit.objects.exists():
            return False
        found([Founding(*unit) for unit in demo_city.units()], actor)
        appoint_many(_appointments(), actor)
        for code, _, _ in SIGN_INS:
            enrol_second_factor(code, pyotp.random_base32(), actor)
    return True


def is_founded() -> bool:
    """Whether the units and people of this database are the demo city's."""
    return models.Official.objects.filter(code__in=CODES).count() == len(CODES)


def _appointments() -> list[Appointment]:
    listed = []
    for code, unit, roles in SIGN_INS:
        listed.append(Appointment(code, *demo_city.name(len(listed)), unit, roles, PASSWORD, must_change_password=False))
    have = {(unit, role) for _, unit, roles in SIGN_INS for role in roles}
    for unit, kind, *_ in demo_city.units():
        for role, mark in (("head", "1"), ("officer", "2")):
            if (unit, role) not in have and not (kind == "city" and role == "officer"):
                listed.append(Appointment(f"{unit}-{mark}", *demo_city.name(len(listed)), unit, (role,)))
    return listed


def sign_ins(at: int) -> list[DemoSignIn]:
    """The demo sign-ins of this installation with the digits that hold at ``at`` (Unix seconds)."""
    kept = dict(models.SecondFactor.objects.filter(official_id__in=CODES, removed_at=None)
                .values_list("official_id", "secret"))
    return [
        DemoSignIn(code, PASSWORD, pyotp.TOTP(closed_secret.reveal(kept[code])).at(at), unit, roles)
        for code, unit, roles in SIGN_INS if code in kept
    ]
