"""The worker: duties, backoff, heartbeat, one on SQLite."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection

from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor, Draft, seal
from mingtang.site import worker
from mingtang.site.operations.models import Heartbeat
from mingtang.site.worker import Duty, Worker, WorkerRuns


@pytest.fixture(autouse=True)
def open_connection(monkeypatch):
    """A duty closes old connections; the test's own stays."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def test_a_duty_with_work_goes_on_at_once_and_rests_without(clock):
    """Work: no wait; none: its rest."""
    left = [3, 0]
    duty = Duty("d", lambda: left.pop(0), 0.2)
    assert (duty.step(), duty.step(), duty.done) == (0.0, 0.2, 3)
    assert duty.state()["well_at"] == clock.now().isoformat()


@pytest.mark.django_db
def test_a_failing_duty_waits_longer_each_time_and_recovers(clock, monkeypatch, caplog):
    """0.5 s, doubled up to 30 s; the log names kind and place and not the values; one success clears it."""
    monkeypatch.setattr(worker.connection, "close", lambda: None)

    def run():
        if failing:
            raise ValueError("secret name 王小明")
        return 0

    failing = True
    duty = Duty("d", run, 0.2)
    assert [duty.step() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    failing = False
    assert duty.step() == 0.2 and duty.failures == 0
    from mingtang.site.logs import JsonLines

    lines = [JsonLines().format(record) for record in caplog.records]
    assert len(lines) == 8 and "ValueError" in lines[0] and "王小明" not in "".join(lines)


@pytest.mark.django_db(transaction=True)
def test_a_running_worker_makes_receipts_final_and_shows_life():
    """Sealed while it runs: in the log within a second or so; it beats; after the stop its heartbeat is gone."""
    from django.db import transaction

    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lies in memory, where threads lock each other out; test_serve.py runs a real worker")
    running = Worker(worker.duties())
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        with transaction.atomic():
            sealed = seal(Draft("test.act", "test/1", Actor("system"), {}))
        until = time.monotonic() + 10
        while not ledger.receipt(sealed.id).final and time.monotonic() < until:
            time.sleep(0.02)
        assert ledger.receipt(sealed.id).final
        assert set(Heartbeat.objects.get().duties) == {"ledger", "witnesses", "timers", "outbox"}
    finally:
        running.stop()
        thread.join(20)
    assert not thread.is_alive() and not Heartbeat.objects.exists()


@pytest.mark.django_db
def test_sqlite_takes_one_worker():
    """The second is refused while the first holds the lock, and may come once it let go."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes several workers")
    first = worker.hold_lock()
    with pytest.raises(WorkerRuns):
        worker.hold_lock()
    first.close()
    worker.hold_lock().close()
