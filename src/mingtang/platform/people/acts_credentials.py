"""What an official may do about his own credentials: password, second factor, passkeys. Each is sealed; no secret enters the act."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction

from mingtang.kernel import now
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal
from mingtang.platform.people import closed_secret, models
from mingtang.platform.people.faults import NoSuchPasskey, PasswordRefused


def change_password(code: str, password: str, actor: Actor) -> Sealed:
    """Set a new password; raises PasswordRefused."""
    with transaction.atomic():
        row = models.Official.objects.select_for_update().get(code=code)
        try:
            password_validation.validate_password(password, row)
        except ValidationError:
            raise PasswordRefused(path="password") from None
        if code.lower() in password.lower():
            raise PasswordRefused(path="password")
        row.password, row.must_change_password = make_password(password), False
        row.save(update_fields=["password", "must_change_password"])
        return seal(Draft("people.change_password", f"people/{code}", actor, {"official": code}, rows=(row,)))


def enrol_second_factor(code: str, secret: str, actor: Actor, used_step: int = 0) -> Sealed:
    """Keep ``secret`` (base32) as the official's code app in place of any other; ``used_step`` was used up by proving it."""
    with transaction.atomic():
        row, _ = models.SecondFactor.objects.update_or_create(
            official_id=code, defaults={"secret": closed_secret.close(secret), "enrolled_at": now(), "removed_at": None, "last_step": used_step},
        )
        return seal(Draft("people.enrol_second_factor", f"people/{code}", actor, {"official": code}, rows=(row,)))


def enrol_passkey(code: str, verified: Any, label: str, actor: Actor) -> Sealed:
    """Keep a passkey whose registration was verified (credential_id, public_key: base64url; sign_count)."""
    with transaction.atomic():
        row = models.Passkey.objects.create(
            official_id=code, credential_id=verified.credential_id, public_key=verified.public_key,
            sign_count=verified.sign_count, label=label.strip()[:60], enrolled_at=now(),
        )
        return seal(Draft("people.enrol_passkey", f"people/{code}", actor, {"official": code, "passkey": row.pk}, rows=(row,)))


def remove_passkey(code: str, key: int, actor: Actor) -> Sealed:
    """Forget a passkey of the official; raises NoSuchPasskey."""
    with transaction.atomic():
        row = models.Passkey.objects.filter(official_id=code, pk=key, removed_at=None).first()
        if row is None:
            raise NoSuchPasskey()
        row.removed_at = now()
        row.save(update_fields=["removed_at"])
        return seal(Draft("people.remove_passkey", f"people/{code}", actor, {"official": code, "passkey": key}, rows=(row,)))
