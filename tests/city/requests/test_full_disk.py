"""A full disk: nothing acknowledged is lost, nothing half kept, and with room again filing goes on."""

from __future__ import annotations

import pytest
from django.db import connection

from mingtang.city.requests.models import Contact, Request
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer

TOLD = {"text": "小区停水三天了" + "很久" * 900, "street": "MZ-D1-S1", "phone": "13900001234"}
_ALL = 1_073_741_823


def most_pages(count: int | None) -> None:
    """Let SQLite's file grow to ``count`` pages and no further (None: as it is now); beyond it answers as on a full disk."""
    with connection.cursor() as cursor:
        if count is None:
            cursor.execute("PRAGMA page_count")
            count = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {count}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told that its disk is full")
def test_a_full_disk_loses_nothing_and_goes_on_afterwards(mingzhou, transactional_db, client):
    """Filings until there is no room, then 503 each time; every 201 is there with its act, the audit is clean, and later ones are taken."""
    def file():
        return client.post("/api/requests", TOLD, content_type="application/json")

    taken = [file().json()["number"]]
    most_pages(None)
    try:
        for _ in range(400):
            answer = file()
            if answer.status_code != 201:
                break
            taken.append(answer.json()["number"])
        refused = [answer, file(), file()]
    finally:
        most_pages(_ALL)
    assert [one.status_code for one in refused] == [503] * 3
    assert {one.json()["error"]["code"] for one in refused} == {"site.storage_full"} and refused[0]["Retry-After"]
    assert set(Request.objects.values_list("number", flat=True)) == set(taken)
    assert Contact.objects.count() == len(taken)
    assert all([act.kind for act in ledger.acts_of(f"requests/{number}")][:1] == ["requests.file"] for number in taken)
    assert file().status_code == 201
    sequencer.run_once(10_000)
    audit = ledger.audit()
    assert audit.clean, audit.findings
