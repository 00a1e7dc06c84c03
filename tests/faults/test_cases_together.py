"""People and two workers at the same cases at the same time."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from mingtang.kernel import now
from mingtang.platform.cases import acts, check, timers
from mingtang.platform.cases.models import Event, Timer
from mingtang.platform.ledger.models import Act
from tests.platform.cases.conftest import draft, limits, office, still  # noqa: F401 - fixtures

CASES = 60


def together(*jobs):
    """Run the jobs in threads of their own; returns what they raised."""
    raised = []

    def run(job):
        try:
            job()
        except Exception as fault:  # noqa: BLE001 - shown by the test
            raised.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_people_at_once(office, still):  # noqa: F811
    """Each deadline fires once or falls with the step that ends its wait; every step that a person made stands; nobody meets a deadlock."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads need a database in a file: an in-memory SQLite is one connection")
    office.start(*(f"office/{i}" for i in range(CASES)), facts=limits("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"))
    still.set(datetime(2026, 3, 3, 1, tzinfo=UTC))

    def work():
        for _ in range(4):
            timers.fire_due(now(), 1000, batch=7)

    def people(offset):
        for index in range(offset, CASES, 4):
            ref = f"office/{index}"
            with transaction.atomic():
                acts.move(acts.Move(ref, "handle", {}, draft("step", ref)))

    assert together(work, work, lambda: people(0), lambda: people(2)) == []
    timers.fire_due(now(), 1000)
    assert check.faults() == []
    assert Event.objects.filter(kind="office.step").count() == CASES // 2
    assert Event.objects.filter(kind="office.remind").values("case").distinct().count() == Event.objects.filter(kind="office.remind").count() == CASES
    assert Act.objects.count() == Event.objects.count()
    assert not Timer.objects.filter(due__lte=now()).exists()
    assert timers.lag(now()) == timedelta()


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_the_worker_gives_way_to_a_person_who_holds_the_offices_row(office, still):  # noqa: F811
    """The handler wants a row that a person holds who wants the case: the worker lets go, the person's step is made, the deadline fires later."""
    if connection.vendor != "postgresql":
        pytest.skip("rows are locked one by one on PostgreSQL only")
    from mingtang.platform.cases import handlers
    from mingtang.platform.cases.models import Effect

    row = Effect.objects.create(key="the office's row", kind="x", payload={}, created_at=now())
    office.start("office/1")
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    plain, held, claimed = office.handler("remind"), threading.Event(), threading.Event()

    def wants_the_row(firings):
        claimed.set()
        list(Effect.objects.select_for_update().filter(pk=row.pk))
        return plain(firings)

    handlers.register("office.remind", wants_the_row)

    def person():
        with transaction.atomic():
            list(Effect.objects.select_for_update().filter(pk=row.pk))
            held.set()
            claimed.wait(10)
            acts.reschedule("office/1", limits("2026-03-08T00:00:00Z"), draft("extend", "office/1"))

    def worker():
        held.wait(10)
        timers.fire_due(now(), 10)

    raised = together(person, worker)
    assert raised == []
    assert [event.kind for event in Event.objects.filter(case__ref="office/1").order_by("rev")][-1] == "office.extend"
    assert not Timer.objects.filter(attempts__gt=0).exists()
