"""Tables: offers that wait for a wallet, what was issued and its status, nonces, requests to show something and their answers.

Personal data stands here closed with the installation's key and only while needed: an offer's claims until the wallet took them, an answer's until its
service read it. ``SEALED`` are the fields whose state each act fixes in the ledger.
"""

from __future__ import annotations

from django.db import models


class Offer(models.Model):
    """A credential that waits for its holder's wallet. Codes stand here as hashes only; ``claims`` is closed, and "" once taken."""

    SEALED = ("id", "kind", "person", "made_at", "until", "taken_at", "ended_at")

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    person = models.CharField(max_length=60, db_index=True)
    claims = models.TextField(blank=True)
    code = models.CharField(max_length=64, unique=True)
    tx_code = models.CharField(max_length=200)
    tries = models.PositiveSmallIntegerField(default=0)
    token = models.CharField(max_length=64, null=True, unique=True)
    token_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.id)


class Issue(models.Model):
    """One taking: a batch of copies of one credential, revoked and suspended together. ``number`` is what people say at the counter."""

    SEALED = ("number", "kind", "agency", "person", "copies", "issued_at", "until", "status", "reason", "changed_at")

    number = models.CharField(max_length=24, primary_key=True)
    kind = models.CharField(max_length=60)
    agency = models.CharField(max_length=40)
    person = models.CharField(max_length=60, db_index=True)
    copies = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()
    until = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=400, blank=True)
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.number


class StatusPage(models.Model):
    """One status list of an agency; ``changes`` counts, so that a signed list kept in memory is known to be old."""

    agency = models.CharField(max_length=40, db_index=True)
    size = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.agency}/{self.pk}"


class Place(models.Model):
    """The place of one copy in a status list, drawn at random so that neighbours tell nothing."""

    page = models.ForeignKey(StatusPage, models.PROTECT)
    place = models.PositiveIntegerField()
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="places")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "place"], name="credentials_place_once")]

    def __str__(self) -> str:
        return f"{self.page_id}:{self.place}"


class Nonce(models.Model):
    """A nonce given to a wallet; taken once."""

    value = models.CharField(max_length=64, primary_key=True)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.value[:6]


class Showing(models.Model):
    """A request to show something, made from a registered purpose. ``answer`` is closed, and "" once read by the service."""

    SEALED = ("id", "purpose", "purpose_hash", "agency", "case", "made_at", "until", "answered_at", "shown", "issuer")

    id = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=60)
    purpose_hash = models.CharField(max_length=80)
    agency = models.CharField(max_length=40)
    case = models.CharField(max_length=120, blank=True)
    nonce = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    back = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    shown = models.JSONField(default=list)
    issuer = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.id)
