"""Tables of the ledger.

``Act`` and the log's tables (``Tile``, ``Head``) hold commitments and nothing personal; ``Vault`` holds the salt and the document of each
act, and only it can be erased. An act is *pending* from the commit of the transaction that sealed it until the sequencer
gives it an index.
"""

from __future__ import annotations

from django.db import models


class Act(models.Model):
    """One sealed act: what kind, about what, by whom (pseudonymous code), when, and its commitment."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor_kind = models.CharField(max_length=12)
    actor_ref = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()  # legal time
    sealed_at = models.DateTimeField()
    contract = models.CharField(max_length=80, blank=True)
    commitment = models.BinaryField(max_length=32)
    index = models.BigIntegerField(null=True, unique=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="act_subject"),
            models.Index(fields=["id"], condition=models.Q(index=None), name="act_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Vault(models.Model):
    """What opens a commitment: 32 bytes of fresh salt and the canonical document. Erasing deletes the row, nothing else."""

    act = models.OneToOneField(Act, primary_key=True, on_delete=models.CASCADE, related_name="vault")
    salt = models.BinaryField(max_length=32)
    document = models.BinaryField()


class Tile(models.Model):
    """A tile of hashes (level 0 and up) or a bundle of entries (level -1), full or as wide as it is so far."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_place")]


class Head(models.Model):
    """The newest signed checkpoint: one row, written with the tiles it covers."""

    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    checkpoint = models.BinaryField()
    signed_at = models.DateTimeField(null=True)
