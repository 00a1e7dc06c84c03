"""Tables of the assembly: proposals with their versions, supporters and questions; what a result entrusted to whom.

Proposers and supporters are pseudonyms. Texts are public from the moment they are sent, which the form says.
"""

from __future__ import annotations

from django.db import models


class Proposal(models.Model):
    """A proposal with its action list; ``binding`` is the hash of the list."""

    SEALED = ("code", "unit", "author", "works", "title", "words", "actions", "binding", "version", "state", "decision", "election", "project", "merged_into")

    code = models.CharField(max_length=24, unique=True)
    unit = models.CharField(max_length=40, db_index=True)
    author = models.CharField(max_length=40)
    works = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    words = models.TextField()
    actions = models.JSONField()
    binding = models.CharField(max_length=80)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, default="gathering")  # gathering, voting, carried, failed, merged
    decision = models.CharField(max_length=40, blank=True)  # of the contract that admitted it
    election = models.CharField(max_length=24, blank=True, db_index=True)
    project = models.CharField(max_length=40, blank=True)
    merged_into = models.CharField(max_length=24, blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """A proposal as it stood; the first and every amendment."""

    SEALED = ("proposal", "number", "title", "words", "binding", "reason")

    proposal = models.CharField(max_length=24)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=80)
    words = models.TextField()
    actions = models.JSONField()
    binding = models.CharField(max_length=80)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="assembly_version_once")]

    def __str__(self) -> str:
        return f"{self.proposal}/{self.number}"


class Support(models.Model):
    """Somebody supports a proposal; ``version`` is the one that was read."""

    SEALED = ("proposal", "person", "version")

    proposal = models.CharField(max_length=24)
    person = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "person"], name="assembly_support_once")]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.version}"


class Question(models.Model):
    """A question about a proposal, and the answer."""

    SEALED = ("code", "proposal", "words", "answer")

    code = models.CharField(max_length=24, unique=True)
    proposal = models.CharField(max_length=24, db_index=True)
    words = models.CharField(max_length=600)
    answer = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Executed(models.Model):
    """An action that was carried out; the key (hash of the list, place in it) makes it happen once."""

    SEALED = ("key", "proposal", "place", "kind", "outcome")

    key = models.CharField(max_length=100, unique=True)
    proposal = models.CharField(max_length=24, db_index=True)
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    outcome = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class Duty(models.Model):
    """What was entrusted to a unit: by when, and the answer, in public."""

    SEALED = ("code", "origin", "unit", "what", "due", "state", "answer", "late")

    code = models.CharField(max_length=24, unique=True)
    origin = models.CharField(max_length=60, db_index=True)  # "proposals/P-..." or "statements/..."
    unit = models.CharField(max_length=40, db_index=True)
    what = models.CharField(max_length=600)
    due = models.DateTimeField()
    state = models.CharField(max_length=12, default="open")  # open, answered
    answer = models.TextField(blank=True)
    late = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code
