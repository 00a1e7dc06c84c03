"""Tables of the market regulator. The founder is named by pseudonym; facts and reasons of the decision lie with its act in the vault."""

from __future__ import annotations

from django.db import models


class Enterprise(models.Model):
    """A company that was registered here. What a licence shows is public by law."""

    SEALED = ("code", "name", "trade", "capital", "years", "premises", "founded_on", "founder", "decision", "state")

    code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=60, unique=True)
    trade = models.CharField(max_length=30)
    capital = models.DecimalField(max_digits=20, decimal_places=2)
    years = models.PositiveSmallIntegerField()
    premises = models.CharField(max_length=40)
    founded_on = models.DateField()
    founder = models.CharField(max_length=40, db_index=True)
    decision = models.UUIDField(unique=True)
    state = models.CharField(max_length=12, default="operating")

    def __str__(self) -> str:
        return self.code


class Application(models.Model):
    """An application that the contract left to an official."""

    SEALED = (
        "number",
        "name",
        "founder",
        "decision",
        "received_at",
        "due",
        "state",
        "reason",
        "official",
        "decided_at",
        "overdue",
    )

    number = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=60)
    founder = models.CharField(max_length=40)
    decision = models.UUIDField(unique=True)
    received_at = models.DateTimeField()
    due = models.DateTimeField()
    state = models.CharField(max_length=12)  # examining, approved, refused
    reason = models.TextField(blank=True)
    official = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    overdue = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["state", "due"], name="enterprises_waiting")]

    def __str__(self) -> str:
        return self.number
