"""Tables of cases: the case with its tokens, its pending timers, its history, the versions of processes, the outbox.

A waiting case is rows and nothing else. The case row is the unit of locking: whoever changes a case's timers or history
holds its row. Facts hold no personal data; who may know more asks the office whose matter it is.
"""

from __future__ import annotations

from django.db import models


class ProcessVersion(models.Model):
    """The source of a process, by hash; a running case stays with the version it began under."""

    hash = models.CharField(max_length=80, unique=True)
    source = models.BinaryField()
    name = models.CharField(max_length=200, blank=True)
    first_used = models.DateTimeField()


class Case(models.Model):
    """One matter on its way. ``state`` is the engine's (tokens, waits, fired), ``facts`` the FEEL scope of its process."""

    ref = models.CharField(max_length=80, unique=True)
    pack = models.CharField(max_length=200)  # name@hash
    process = models.CharField(max_length=80)
    rev = models.PositiveIntegerField(default=1)
    state = models.JSONField()
    facts = models.JSONField()
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    SEALED = ("ref", "pack", "process", "rev", "state", "facts", "started_at", "ended_at")

    def __str__(self) -> str:
        return self.ref


class Timer(models.Model):
    """A pending deadline; deleted when it fires or is no longer waited for, its history being the events.

    ``wake`` is when the worker looks at it: the due time, or later after a failure; None once it is stuck and waits for the operator.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="timers")
    token = models.PositiveIntegerField()
    node = models.CharField(max_length=200)
    due = models.DateTimeField()
    rule = models.CharField(max_length=200, blank=True)
    calendar = models.CharField(max_length=80, blank=True)
    wake = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token", "node"], name="timer_once")]
        indexes = [
            models.Index(fields=["wake"], condition=models.Q(wake__isnull=False), name="timer_wake"),
            models.Index(fields=["id"], condition=models.Q(attempts__gt=0), name="timer_failed"),
        ]


class Event(models.Model):
    """One transition of a case, append-only: what happened, at which legal time, by which act."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    rev = models.PositiveIntegerField()
    at = models.DateTimeField()  # legal time
    recorded_at = models.DateTimeField()
    kind = models.CharField(max_length=60)  # of the act
    body = models.JSONField()
    act = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rev"], name="event_once")]

    def save(self, *args, **kwargs):
        """Add the event; an event that stands is never changed."""
        if not self._state.adding:
            raise TypeError("events are append-only")
        super().save(*args, **kwargs)


class Effect(models.Model):
    """An effect on the outside, to be delivered at least once under an idempotency key."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    wake = models.DateTimeField(null=True)  # when to try (again); None once delivered or dead
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["wake"], condition=models.Q(wake__isnull=False), name="effect_wake"),
            models.Index(fields=["dead_at"], condition=models.Q(dead_at__isnull=False), name="effect_dead"),
        ]
