"""Two counters enrol the same person at once."""

import threading

import pytest
from django.db import connection, connections

from mingtang.platform.exchange import acts, reads
from mingtang.platform.exchange.models import Card, Person
from tests.platform.exchange.conftest import ANNA, OFFICER


@pytest.mark.django_db(transaction=True)
def test_two_counters_give_one_person_one_card():
    """One row, one card that holds, no fault; the number opens."""
    if connection.vendor == "sqlite":
        pytest.skip("an in-memory SQLite is one connection")
    faults = []

    def issue():
        try:
            acts.issue_card(ANNA, OFFICER)
        except Exception as fault:  # noqa: BLE001 - shown by the test
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=issue) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert Person.objects.count() == 1 and reads.number_of(reads.person_ref(ANNA)) == ANNA
    assert Card.objects.filter(ended_at=None).count() == 1
