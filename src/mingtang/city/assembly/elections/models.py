"""Tables of the board: elections, trustees' public keys, the bulletin board, shares of the decryption, objections.

Who is who is not here: the registrar keeps who has had a credential in a file of his own (``registrar.py``), trustees keep their secrets
themselves. A ballot stands under its credential's public part alone.
"""

from __future__ import annotations

from django.db import models


class Election(models.Model):
    """An election; ``text`` is the description that is fingerprinted, made when it opens."""

    SEALED = ("code", "uuid", "unit", "title_zh", "title_en", "questions", "binding", "rule", "opens", "closes", "objection_hours", "seats", "group",
              "electorate", "text", "credentials_digest", "state", "window_until", "result", "verified_by", "ended_because")

    code = models.CharField(max_length=24, unique=True)
    uuid = models.CharField(max_length=24, unique=True)
    unit = models.CharField(max_length=40)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    questions = models.JSONField()
    binding = models.CharField(max_length=80, blank=True)
    rule = models.JSONField()  # {"quorum": [n, d], "majority": [n, d] | "plurality" | "approval-k"}
    opens = models.DateTimeField()
    closes = models.DateTimeField()
    objection_hours = models.PositiveIntegerField()
    seats = models.PositiveSmallIntegerField()  # trustees, all needed
    group = models.CharField(max_length=20)
    electorate = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    credentials = models.TextField(blank=True)
    credentials_digest = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=12, default="planned")  # planned, open, closed, tallied, final, annulled
    opened_at = models.DateTimeField(null=True)
    window_until = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    verified_by = models.JSONField(default=list)
    ended_because = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return self.code


class Trustee(models.Model):
    """A trustee's public key with its proof, and later the share of the decryption."""

    SEALED = ("election", "number", "name", "key", "share")

    election = models.CharField(max_length=24)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    key = models.TextField()
    share = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "number"], name="elections_trustee_once")]

    def __str__(self) -> str:
        return f"{self.election}/{self.number}"


class CastBallot(models.Model):
    """A ballot on the board; never changed. ``chain`` hashes all trackers up to it."""

    SEALED = ("election", "sequence", "tracker", "credential", "chain", "paper")

    election = models.CharField(max_length=24)
    sequence = models.PositiveIntegerField()
    tracker = models.CharField(max_length=44)
    credential = models.CharField(max_length=700, db_index=True)
    raw = models.TextField()
    chain = models.CharField(max_length=64)
    paper = models.CharField(max_length=40, blank=True)  # number of the paper slip, where it was cast at a centre
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["election", "sequence"], name="elections_sequence_once"),
            models.UniqueConstraint(fields=["election", "tracker"], name="elections_tracker_once"),
        ]

    def __str__(self) -> str:
        return f"{self.election}/{self.sequence}"


class Objection(models.Model):
    """An objection to a result, by named ground; what it says is for the board and the one who objects."""

    SEALED = ("code", "election", "ground", "state", "answer")

    code = models.CharField(max_length=24, unique=True)
    election = models.CharField(max_length=24, db_index=True)
    ground = models.CharField(max_length=20)
    words = models.TextField()
    state = models.CharField(max_length=12, default="open")  # open, rejected, upheld
    answer = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code
