"""Tables of the scenes: files by their hash, publications, decisions.

A published pack's files never change and are never deleted: a decision of any day can be recomputed from them. A row of
``Decision`` holds no personal data; facts and reasons are the body of its act, in the ledger's vault, and can be erased there.
"""

from __future__ import annotations

from django.db import models


class StoredFile(models.Model):
    """One file of some published pack, by the SHA-256 of its bytes."""

    hash = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()


class Publication(models.Model):
    """One version of a scene, made public by one act. The latest of a name is in force."""

    SEALED = ("name", "version", "hash", "files", "published_at", "unit")

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=32)
    hash = models.CharField(max_length=80)
    files = models.JSONField()  # path -> SHA-256
    published_at = models.DateTimeField()
    unit = models.CharField(max_length=40, blank=True)
    proofs = models.JSONField(null=True)  # the verdicts at publication (proofs.py); None: published before they were kept
    act = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("name", "version"), name="scenes_version_once")]
        indexes = [models.Index(fields=("name", "-id"), name="scenes_latest"), models.Index(fields=("hash",), name="scenes_hash")]


class Decision(models.Model):
    """That a contract decided: which, for which day, how it went. Facts and reasons lie with the act."""

    SEALED = ("scene", "pack", "contract", "decided_at", "on", "kind", "channel")

    id = models.UUIDField(primary_key=True)
    scene = models.CharField(max_length=60)
    pack = models.CharField(max_length=80)
    contract = models.CharField(max_length=80)
    decided_at = models.DateTimeField()
    on = models.DateField()
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=16)
    secret = models.CharField(max_length=64)  # SHA-256 of the secret in the person's link
    act = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=("scene", "-decided_at"), name="scenes_decided")]
