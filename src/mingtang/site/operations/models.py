"""Tables of operations: one row a worker says that it lives."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """A worker's sign of life; ``duties`` says of each duty when it last went well and how often it failed since."""

    worker = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(db_index=True)
    duties = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.worker
