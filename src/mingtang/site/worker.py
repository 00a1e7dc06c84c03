"""The worker: appends to the ledger, fires timers, delivers effects; each duty in a thread of its own.

Rules:

1. A duty that found work goes on at once; one that found none rests (0.2 s the ledger, so that receipts are final within a second).
2. A duty that fails waits 0.5 s, then twice as long each time, at most 30 s; the others go on. What failed is logged by its kind and place.
3. Every two seconds the worker writes its heartbeat with the state of each duty; ``/healthz`` reads it.
4. On SQLite one worker runs (a lock on ``worker.lock`` in the data folder); on PostgreSQL as many as wanted.
5. A stop ends each duty after the batch at hand; nothing is lost by a kill either, for each batch is one transaction.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import close_old_connections, connection

from mingtang.kernel import CallerMistake, Sentence, now

_log = logging.getLogger("mingtang.worker")

_BEAT_SECONDS = 2.0
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_FORGOTTEN = timedelta(days=1)


class WorkerRuns(CallerMistake):
    """Another worker holds the lock."""

    code = "site.worker_runs"
    status = 409
    text = Sentence("这个数据目录已有一个后台进程在运行。", "A worker already runs on this data folder.")
    next_step = Sentence("SQLite 只用一个后台进程；需要多个时请改用 PostgreSQL。", "SQLite takes one worker; for more use PostgreSQL.")


@dataclass(slots=True)
class Duty:
    """One thing the worker does: ``run`` does a batch and returns how many it did; ``rest`` seconds pass when there was none."""

    name: str
    run: Callable[[], int]
    rest: float
    done: int = 0
    failures: int = 0
    well_at: datetime | None = None

    def step(self) -> float:
        """Run one batch; returns the seconds to wait before the next."""
        try:
            close_old_connections()
            count = self.run()
        except Exception:
            self.failures += 1
            _log.exception("duty %s failed, %d in a row", self.name, self.failures)
            connection.close()
            return min(_FIRST_WAIT * 2 ** min(self.failures - 1, 10), _LONGEST_WAIT)
        self.failures, self.well_at = 0, now()
        self.done += count
        return 0.0 if count else self.rest

    def state(self) -> dict:
        """What the heartbeat says of this duty."""
        return {"well_at": self.well_at.isoformat() if self.well_at else None, "failures": self.failures, "done": self.done}


def duties() -> list[Duty]:
    """The duties of a worker of this city."""
    from mingtang.platform.cases import outbox, timers
    from mingtang.platform.ledger import sequencer

    return [
        Duty("ledger", lambda: sequencer.run_once(2000), 0.2),
        Duty("witnesses", sequencer.cosign_once, 1.0),
        Duty("timers", lambda: timers.fire_due(now(), 500), 0.5),
        Duty("outbox", lambda: outbox.deliver_due(now(), 100), 0.5),
    ]


class Worker:
    """Runs duties until told to stop."""

    def __init__(self, listed: list[Duty]) -> None:
        self.name = f"{socket.gethostname()}/{os.getpid()}"
        self._duties = listed
        self._stop = threading.Event()
        self._started_at = now()

    def run(self) -> None:
        """Work until ``stop``; raises WorkerRuns where another holds the lock."""
        lock = hold_lock()
        threads = [threading.Thread(target=self._keep, args=(duty,), name=f"duty-{duty.name}") for duty in self._duties]
        try:
            for thread in threads:
                thread.start()
            while not self._stop.is_set():
                self._beat()
                self._stop.wait(_BEAT_SECONDS)
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            self._farewell()
            if lock is not None:
                lock.close()

    def stop(self, *_: object) -> None:
        """End after the batches at hand; fits as a signal handler."""
        self._stop.set()

    def _keep(self, duty: Duty) -> None:
        while not self._stop.is_set():
            wait = duty.step()
            if wait:
                self._stop.wait(wait)
        connection.close()

    def _beat(self) -> None:
        from mingtang.site.operations.models import Heartbeat

        try:
            close_old_connections()
            Heartbeat.objects.update_or_create(worker=self.name, defaults={
                "started_at": self._started_at, "beat_at": now(), "duties": {duty.name: duty.state() for duty in self._duties},
            })
            Heartbeat.objects.filter(beat_at__lt=now() - _FORGOTTEN).delete()
        except Exception:
            _log.exception("heartbeat failed")
            connection.close()

    def _farewell(self) -> None:
        from mingtang.site.operations.models import Heartbeat

        try:
            Heartbeat.objects.filter(worker=self.name).delete()
        except Exception:
            _log.exception("heartbeat failed")
        connection.close()


def hold_lock():
    """Hold the data folder for this worker where the database is SQLite; the system lets go when the process ends."""
    if connection.vendor != "sqlite":
        return None
    file = open(Path(settings.DATA) / "worker.lock", "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise WorkerRuns() from None
    return file
