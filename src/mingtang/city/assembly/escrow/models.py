"""Tables of the escrow: budget lines, projects, milestones, what happened, the transfers that followed, payment orders.

``Entry`` is the log from which everything else is derived again (``reads.replayed``); the other tables are what it says, kept for
reading. Residents of a jury are pseudonyms; contractors are companies.
"""

from __future__ import annotations

from django.db import models


class Line(models.Model):
    """A line of the budget."""

    SEALED = ("code", "title_zh", "title_en", "unit")

    code = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    unit = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.code


class Project(models.Model):
    """A project for which money was set aside; ``binding`` is the hash of the action list that is voted on."""

    SEALED = ("code", "line", "title_zh", "title_en", "amount", "binding", "fingerprint", "state", "frozen", "contractor")

    code = models.CharField(max_length=40, unique=True)
    line = models.CharField(max_length=40, db_index=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    amount = models.BigIntegerField()  # fen
    binding = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12)
    frozen = models.BooleanField(default=False)
    contractor = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Milestone(models.Model):
    """A piece of work: its price, what shows that it is done, who accepts it, and how it stands."""

    SEALED = ("project", "number", "title_zh", "title_en", "amount", "due", "evidence_kind", "needed", "acceptors", "contract", "state", "round", "accept_by", "silent")

    project = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    amount = models.BigIntegerField()  # fen
    due = models.DateField()
    evidence_kind = models.CharField(max_length=20)
    needed = models.PositiveSmallIntegerField()
    acceptors = models.JSONField()  # [{"ref": "...", "role": "resident" | "engineer" | "finance"}]
    contract = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default="open")
    round = models.PositiveSmallIntegerField(default=1)
    accept_by = models.DateTimeField(null=True)
    silent = models.BooleanField(default=False)  # an acceptor let the time pass; the supervision was told

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="escrow_milestone_once")]

    def __str__(self) -> str:
        return f"{self.project}/{self.number}"


class Entry(models.Model):
    """One event of the escrow book; never changed."""

    SEALED = ("key", "kind", "line", "project", "body", "at")

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    line = models.CharField(max_length=40, db_index=True)
    project = models.CharField(max_length=40, blank=True, db_index=True)
    body = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Transfer(models.Model):
    """Fen from one account to another, as an entry moved them."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="transfers")
    source = models.CharField(max_length=60, db_index=True)
    target = models.CharField(max_length=60, db_index=True)
    amount = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}: {self.amount}"


class Payment(models.Model):
    """An order to the treasury; the key makes it one payment however often it is delivered."""

    SEALED = ("key", "project", "milestone", "contract", "payee", "amount", "ordered_at", "paid_at")

    key = models.CharField(max_length=160, unique=True)
    project = models.CharField(max_length=40, db_index=True)
    milestone = models.PositiveIntegerField()  # 0: what was held back
    contract = models.PositiveSmallIntegerField()
    payee = models.CharField(max_length=120)
    amount = models.BigIntegerField()  # fen
    ordered_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key
