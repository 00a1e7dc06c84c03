"""Turns at the embedded database: the threads of one process that are about to write wait for each other here, not in SQLite.

SQLite lets one writer at a time and has the others sleep and try again, ever longer: with eight threads the slowest waits a hundred times
the work. A lock wakes the next one at once. Other processes still meet in SQLite; on PostgreSQL nobody waits here.

    with turns.turn(), transaction.atomic():
        ...
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_lock = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Hold the turn around a transaction; within one it is held already."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _lock:
        yield
