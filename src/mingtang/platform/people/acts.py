"""What may be done about posts: found units, appoint, dismiss, grant and revoke roles, renew credentials. Each is sealed.

Rules: nobody changes his own post; codes carry no personal data, for they stand in the log; names go to the vault alone.

Trust: a holder of ``people.appoint`` can give any role to anybody else. The log shows each grant, its time and its giver.

Example::

    acts.appoint(Appointment("q114", "季亦砚", "Ji Yiyan", "MZ-WATER"), actor)
    acts.grant("q114", "officer", "MZ-WATER", actor)
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal, seal_many
from mingtang.platform.people import directory, models, permissions
from mingtang.platform.people.faults import CodeRefused, CodeTaken, NoSuchGrant, NoSuchKind, NotToYourself
from mingtang.platform.people.reads import NoSuchOfficial

_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Founding:
    """A unit to be founded; ``kind`` as in Unit.Kind, ``parent`` a code or ""."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """An official to be appointed; ``roles`` are granted for ``unit`` in the same transaction; ``password`` may be a hash's source."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    roles: tuple[str, ...] = ()
    password: str = ""
    must_change_password: bool = True


def found(units: Iterable[Founding], actor: Actor) -> list[Sealed]:
    """Found units, parents before children; raises CodeTaken, CodeRefused, NoSuchKind, NoSuchUnit."""
    listed = list(units)
    with transaction.atomic():
        known = set(models.Unit.objects.values_list("code", flat=True))
        rows = []
        for unit in listed:
            _free_code(unit.code, unit.code in known)
            if unit.kind not in models.Unit.Kind.values:
                raise NoSuchKind(kind=unit.kind[:20])
            if unit.parent and unit.parent not in known:
                raise directory.NoSuchUnit(unit=unit.parent[:40])
            known.add(unit.code)
            rows.append(models.Unit(code=unit.code, kind=unit.kind, name_zh=unit.name_zh, name_en=unit.name_en, parent=unit.parent))
        models.Unit.objects.bulk_create(rows)
        sealed = seal_many([
            Draft("people.found", f"people/{row.code}", actor, {"unit": row.code, "kind": row.kind, "parent": row.parent}, rows=(row,))
            for row in rows
        ])
    directory.forget()
    return sealed


def appoint(appointment: Appointment, actor: Actor) -> Sealed:
    """Appoint one official; see appoint_many."""
    return appoint_many([appointment], actor)[0]


def appoint_many(appointments: Iterable[Appointment], actor: Actor) -> list[Sealed]:
    """Appoint officials with their first roles, one act each; raises CodeTaken, CodeRefused, NoSuchUnit, NoSuchRole."""
    listed = list(appointments)
    with transaction.atomic():
        taken = set(models.Official.objects.filter(code__in=[a.code for a in listed]).values_list("code", flat=True))
        rows, moment = [], now()
        for given in listed:
            _free_code(given.code, given.code in taken)
            taken.add(given.code)
            directory.unit(given.unit)
            rows.append(models.Official(
                code=given.code, name_zh=given.name_zh, name_en=given.name_en, unit=given.unit,
                password=make_password(given.password or None), must_change_password=given.must_change_password,
            ))
        models.Official.objects.bulk_create(rows)
        grants = {
            given.code: [models.RoleGrant(official_id=given.code, unit=given.unit, role=permissions.known(role), since=moment) for role in given.roles]
            for given in listed
        }
        models.RoleGrant.objects.bulk_create([grant for found in grants.values() for grant in found])
        return seal_many([
            Draft("people.appoint", f"people/{row.code}", actor, _about(row, roles=[grant.role for grant in grants[row.code]]),
                  rows=(row, *grants[row.code]))
            for row in rows
        ])


def dismiss(code: str, actor: Actor, reason: str = "") -> Sealed:
    """End an official's service: sign-in and all roles end now; raises NoSuchOfficial, NotToYourself."""
    with transaction.atomic():
        row = _official(code, actor)
        moment = now()
        row.is_active = False
        row.save(update_fields=["is_active"])
        grants = list(models.RoleGrant.objects.in_force(moment).filter(official_id=code))
        for grant_row in grants:
            grant_row.until = moment
        models.RoleGrant.objects.bulk_update(grants, ["until"])
        return seal(Draft("people.dismiss", f"people/{code}", actor, _about(row, reason=reason), rows=(row, *grants)))


def grant(code: str, role: str, unit: str, actor: Actor, until: datetime | None = None) -> Sealed:
    """Give ``role`` for ``unit`` to an official; raises NoSuchOfficial, NoSuchRole, NoSuchUnit, NotToYourself."""
    permissions.known(role)
    directory.unit(unit)
    with transaction.atomic():
        _official(code, actor)
        row = models.RoleGrant.objects.create(official_id=code, unit=unit, role=role, since=now(), until=until)
        body = {"official": code, "role": role, "unit": unit, "until": until.isoformat() if until else None}
        return seal(Draft("people.grant", f"people/{code}", actor, body, rows=(row,)))


def revoke(code: str, role: str, unit: str, actor: Actor, reason: str = "") -> Sealed:
    """Take ``role`` for ``unit`` from an official, now; raises NoSuchGrant, NotToYourself."""
    with transaction.atomic():
        _official(code, actor)
        moment = now()
        rows = list(models.RoleGrant.objects.in_force(moment).filter(official_id=code, role=role, unit=unit))
        if not rows:
            raise NoSuchGrant(official=code[:40], role=role[:20], unit=unit[:40])
        for row in rows:
            row.until = moment
        models.RoleGrant.objects.bulk_update(rows, ["until"])
        body = {"official": code, "role": role, "unit": unit, "reason": reason}
        return seal(Draft("people.revoke", f"people/{code}", actor, body, rows=tuple(rows)))


def reset(code: str, actor: Actor) -> tuple[str, Sealed]:
    """Give an official a one-time password and forget second factor and passkeys; returns the password, shown once."""
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    with transaction.atomic():
        row = _official(code, actor)
        row.password = make_password(password)
        row.must_change_password, row.failures, row.locked_until = True, 0, None
        row.save(update_fields=["password", "must_change_password", "failures", "locked_until"])
        ended = _ended(models.SecondFactor, code) + _ended(models.Passkey, code)
        return password, seal(Draft("people.reset", f"people/{code}", actor, {"official": code}, rows=(row, *ended)))


def _ended(table: type, code: str) -> list:
    """End every credential of the official in ``table``; returns the rows."""
    rows = list(table.objects.filter(official_id=code, removed_at=None))
    for row in rows:
        row.removed_at = now()
    table.objects.bulk_update(rows, ["removed_at"])
    return rows


def _official(code: str, actor: Actor) -> models.Official:
    """The official's row, locked; nobody acts upon himself."""
    if actor.kind == "official" and actor.ref == code:
        raise NotToYourself()
    row = models.Official.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise NoSuchOfficial(official=str(code)[:40])
    return row


def _free_code(code: str, is_taken: bool) -> None:
    if not _CODE.fullmatch(code):
        raise CodeRefused(given=str(code)[:60])
    if is_taken:
        raise CodeTaken(taken=code)


def _about(row: models.Official, **more: object) -> dict:
    return {"official": row.code, "unit": row.unit, "name": {"zh": row.name_zh, "en": row.name_en}, **more}
