"""Tables of the exchange: declarations in force, people by pseudonym, consents, the log of looks, cards, rights.

Values fetched from a source are never stored here. ``SEALED`` are the fields whose state each act fixes in the ledger. The log of looks only
grows: a row is written with the look itself, in one transaction, and is neither changed nor deleted afterwards.
"""

from __future__ import annotations

from django.db import models


class _Declaration(models.Model):
    """One version of a declaration. The latest of a code counts; ended, the code is out of use."""

    SEALED = ("code", "hash", "spec", "published_at", "ended_at", "unit")

    code = models.CharField(max_length=60)
    hash = models.CharField(max_length=80)
    spec = models.JSONField()
    published_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    unit = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.hash[:19]}"


class Source(_Declaration):
    """A source of an agency."""

    class Meta:
        indexes = [models.Index(fields=["code", "-id"], name="exchange_source_latest")]


class Purpose(_Declaration):
    """A purpose of an agency."""

    class Meta:
        indexes = [models.Index(fields=["code", "-id"], name="exchange_purpose_latest")]


class Person(models.Model):
    """A person who has shown who she is here: pseudonym, and the identity number closed with the installation's key ("" once erased)."""

    SEALED = ("ref", "closed", "made_at", "erased_at")

    ref = models.CharField(max_length=40, primary_key=True)
    closed = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.ref


class Consent(models.Model):
    """That a person agreed to one purpose, in the version of that day, until a day; withdrawn or used up, it holds no more."""

    SEALED = (
        "id",
        "person",
        "purpose",
        "purpose_hash",
        "given_at",
        "expires_at",
        "withdrawn_at",
        "single_use",
        "used_at",
        "code",
        "record",
    )

    id = models.UUIDField(primary_key=True)
    person = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60)
    purpose_hash = models.CharField(max_length=80)
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    single_use = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=20, null=True, unique=True)  # of a consent for one use: what the person hands on
    record = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-given_at"], name="exchange_consent_person")]

    def __str__(self) -> str:
        return str(self.id)


class AccessEntry(models.Model):
    """One look, or the refusal of one: who, about whom, for what, on which ground, which fields by name. Never a value."""

    SEALED = (
        "id",
        "at",
        "person",
        "source",
        "agency",
        "purpose",
        "purpose_hash",
        "ground",
        "ground_kind",
        "consent",
        "case",
        "actor_kind",
        "actor_ref",
        "actor_unit",
        "on_behalf_of",
        "fields",
        "predicates",
        "outcome",
        "reason",
        "excess",
        "digest",
        "signature",
        "visible_from",
        "delay_rule",
    )

    class Outcome(models.TextChoices):
        GIVEN = "given"  # handed out
        NONE = "none"  # the source holds no such record; that was told
        REFUSED = "refused"  # the gateway refused; the source was not asked, or nothing handed out
        FAILED = "failed"  # the source failed; nothing handed out
        WITHHELD = "withheld"  # fetched and thrown away, because another part of the same asking failed

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    person = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=60)
    agency = models.CharField(max_length=40)
    purpose = models.CharField(max_length=60)
    purpose_hash = models.CharField(max_length=80, blank=True)
    ground = models.CharField(max_length=60)
    ground_kind = models.CharField(max_length=20, blank=True)
    consent = models.UUIDField(null=True)
    case = models.CharField(max_length=120, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_ref = models.CharField(max_length=60, blank=True)
    actor_unit = models.CharField(max_length=40, blank=True)
    on_behalf_of = models.CharField(max_length=60, blank=True)
    fields = models.JSONField()
    predicates = models.JSONField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=60, blank=True)
    excess = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=120, blank=True)
    visible_from = models.DateTimeField()
    delay_rule = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="exchange_access_person"),
            models.Index(fields=["case"], name="exchange_access_case"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *args, **kwargs) -> None:
        """The log only grows: an entry is inserted, never changed."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs) -> None:
        """The log only grows."""
        raise TypeError("an entry of the access log is never deleted")


class Card(models.Model):
    """A paper card: its code stands in the QR, its PIN only as a slow hash here. Checked online, with a limit on tries."""

    SEALED = ("code", "person", "pin", "made_at", "until", "ended_at")

    code = models.CharField(max_length=24, primary_key=True)
    person = models.CharField(max_length=40, db_index=True)
    pin = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code[:4]


class RightsRequest(models.Model):
    """A person's use of a right: to have data corrected, or explained. ``words`` and ``answer`` are personal and can be erased."""

    SEALED = ("number", "person", "right", "source", "field", "words", "filed_at", "due_on", "state", "answer", "answered_at")

    number = models.CharField(max_length=24, unique=True)
    person = models.CharField(max_length=40, db_index=True)
    right = models.CharField(max_length=12)
    source = models.CharField(max_length=60)
    agency = models.CharField(max_length=40, db_index=True)
    field = models.CharField(max_length=60, blank=True)
    words = models.TextField(blank=True)
    filed_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=12)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number


class Delegation(models.Model):
    """That ``helper`` may act for ``person`` in the services named, until a day. Both by pseudonym; acts carry the number."""

    SEALED = ("number", "person", "helper", "services", "since", "until", "ended_at")

    number = models.CharField(max_length=24, unique=True)
    person = models.CharField(max_length=40, db_index=True)
    helper = models.CharField(max_length=40, db_index=True)
    services = models.JSONField()  # names of scenes; "my-data" for the person's own pages
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number


class CounterSession(models.Model):
    """That an official acts for a person who stands at the counter: one service, ten minutes."""

    SEALED = ("number", "person", "official", "unit", "service", "opened_at", "until", "closed_at")

    number = models.CharField(max_length=24, unique=True)
    person = models.CharField(max_length=40, db_index=True)
    official = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    service = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number
