"""Tables of the ledger.

``Act`` and the log's tables (``Tile``, ``Head``) hold commitments and nothing personal. ``Vault`` holds salt and document of each act under a
key of its own that lies outside the database (``vault.py``); to destroy the key is to erase the document, in every backup too. An act is
*pending* from the commit of the transaction that sealed it until the sequencer gives it an index.
"""

from __future__ import annotations

from django.db import models


class Act(models.Model):
    """One sealed act: what kind, about what, by whom (pseudonymous code), when, and its commitment.

    ``seq`` is the order of insertion: of two acts on one row the later has the larger, whatever the clocks said.
    """

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True)
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
            models.Index(fields=["subject", "seq"], name="act_subject"),
            models.Index(fields=["seq"], condition=models.Q(index=None), name="act_pending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Vault(models.Model):
    """What opens a commitment, encrypted: 32 bytes of fresh salt and the canonical document. ``block`` and ``slot`` name the key."""

    act = models.OneToOneField(Act, to_field="id", primary_key=True, on_delete=models.CASCADE, related_name="vault")
    block = models.CharField(max_length=32)
    slot = models.SmallIntegerField()
    sealed = models.BinaryField()


class DoomedKey(models.Model):
    """A key whose destruction is decided and not yet done; written with the erasure, so that a crash cannot forget it."""

    block = models.CharField(max_length=32)
    slot = models.SmallIntegerField()


class Tile(models.Model):
    """A tile of hashes (level 0 and up) or a bundle of entries (level -1), full or as wide as it is so far."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="tile_place")]


class Head(models.Model):
    """One row. ``size``, ``root``, ``checkpoint``: what is signed, written with the tiles it covers. ``published``: what the lock store knows too
    and readers are shown. ``cosigned``: the newest that a quorum of witnesses has cosigned too."""

    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    checkpoint = models.BinaryField()
    signed_at = models.DateTimeField(null=True)
    published = models.BinaryField(default=b"")
    published_size = models.BigIntegerField(default=0)
    cosigned = models.BinaryField(default=b"")
    cosigned_size = models.BigIntegerField(default=0)
