"""Tables of people: units, officials, role grants, second factors, passkeys.

Residents have no account: who files or follows a request needs none. Rows name each other by public codes. ``SEALED`` are the
fields whose state each act on the row fixes in the ledger, so a role or a key slipped into the table is found by the audit; for
the same reason no row is ever deleted: what is over carries the time of its end.
"""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from mingtang.kernel import now


class Unit(models.Model):
    """A unit of the city: the government itself, a district, a street office, an agency, a utility."""

    class Kind(models.TextChoices):
        CITY = "city"
        DISTRICT = "district"
        STREET = "street"
        AGENCY = "agency"
        UTILITY = "utility"

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    parent = models.CharField(max_length=40, blank=True, db_index=True)

    SEALED = ("code", "kind", "name_zh", "name_en", "parent")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class OfficialManager(BaseUserManager):
    """Finds officials by their code."""

    def get_by_natural_key(self, username):
        return self.get(code=username)


class Official(AbstractBaseUser):
    """A person in the city's service; ``code`` is the pseudonymous reference that acts carry."""

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    unit = models.CharField(max_length=40, db_index=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    SEALED = ("code", "name_zh", "name_en", "unit", "is_active", "password")
    USERNAME_FIELD = "code"

    objects = OfficialManager()

    def __str__(self) -> str:
        return self.code


class GrantQuerySet(models.QuerySet):
    """Grants by time."""

    def in_force(self, at=None):
        """Grants that hold at ``at`` (now)."""
        moment = at or now()
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)


class RoleGrant(models.Model):
    """``official`` holds ``role`` for ``unit`` from ``since`` up to, not including, ``until``."""

    official = models.ForeignKey(Official, models.CASCADE, to_field="code", related_name="grants")
    unit = models.CharField(max_length=40)
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    SEALED = ("official_id", "unit", "role", "since", "until")

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["unit", "role"], name="people_grant_unit_role")]

    def __str__(self) -> str:
        return f"{self.official_id}:{self.role}@{self.unit}"


class SecondFactor(models.Model):
    """The secret of a code app (TOTP, RFC 6238), encrypted; ``last_step`` stops a code from serving twice."""

    official = models.OneToOneField(Official, models.CASCADE, to_field="code", related_name="second_factor")
    secret = models.CharField(max_length=200)
    enrolled_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)

    SEALED = ("official_id", "secret", "enrolled_at", "removed_at")

    def __str__(self) -> str:
        return self.official_id


class Passkey(models.Model):
    """A passkey (WebAuthn credential) of an official; identifiers and key in base64url."""

    official = models.ForeignKey(Official, models.CASCADE, to_field="code", related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)
    public_key = models.TextField()
    label = models.CharField(max_length=60, blank=True)
    enrolled_at = models.DateTimeField()
    sign_count = models.BigIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    SEALED = ("official_id", "credential_id", "public_key", "enrolled_at", "removed_at")

    def __str__(self) -> str:
        return f"{self.official_id}:{self.pk}"
