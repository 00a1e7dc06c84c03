"""Keys of agencies' systems: given and revoked, each an act. The key itself is shown once; what is kept is its SHA-256 (it has 192 random bits)."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction

from mingtang.city.requests import standing
from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.filing import tidy
from mingtang.city.requests.models import ApiKey
from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal


def give_key(name: str, unit: str, actor: Actor) -> tuple[str, Sealed]:
    """Give a key to the system ``name``, of the unit ``unit`` where it belongs to one; returns the key, shown once. Raises FieldRefused, NoSuchUnit."""
    name = tidy(name, "name", 120)
    if not name:
        raise FieldRefused(path="name", field="name", reason="1..120")
    unit = standing.unit(unit) if unit else ""
    key = secrets.token_urlsafe(24)
    with transaction.atomic():
        row = ApiKey.objects.create(name=name, unit=unit, sha256=hashlib.sha256(key.encode()).hexdigest(), made_at=now())
        return key, seal(Draft("requests.give_key", f"requests/keys/{row.pk}", actor, {"name": name, "unit": unit}, rows=(row,)))


def revoke_key(name: str, actor: Actor) -> Sealed:
    """Revoke every key in force of the system ``name``; web processes know it within ten seconds. Raises FieldRefused where there is none."""
    with transaction.atomic():
        rows = list(ApiKey.objects.filter(name=name, revoked_at=None).order_by("pk"))
        if not rows:
            raise FieldRefused(path="name", field="name", reason=str(name)[:60])
        for row in rows:
            row.revoked_at = now()
            row.save(update_fields=["revoked_at"])
        return seal(Draft("requests.revoke_key", f"requests/keys/{rows[0].pk}", actor, {"name": name, "keys": [row.pk for row in rows]}, rows=tuple(rows)))
