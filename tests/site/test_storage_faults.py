"""Disk full or database away: a clear answer in each form, 503 with a time to try again, nothing kept, and on it goes afterwards."""

from __future__ import annotations

import errno
import json

import pytest
from django.db import DatabaseError, OperationalError

from mingtang.city.requests import api, reads
from mingtang.site.storage_faults import StorageAway, StorageFull, storage_fault


@pytest.mark.parametrize(("fault", "kind"), [
    (OperationalError("database or disk is full"), StorageFull),
    (OperationalError('could not extend file "base/5/16384": No space left on device'), StorageFull),
    (OSError(errno.ENOSPC, "x"), StorageFull),
    (OSError(errno.EIO, "x"), StorageAway),
    (OperationalError("disk I/O error"), StorageAway),
    (OperationalError("connection to server at 10.0.0.1 failed: Connection refused"), StorageAway),
    (OperationalError("database is locked"), StorageAway),
    (DatabaseError("syntax error"), None),
    (OSError(errno.ENOENT, "x"), None),
    (ValueError("disk full"), None),
])
def test_faults_of_the_storage_are_known(fault, kind):
    """Each fault as SQLite, PostgreSQL and the system say it, also as a cause; others stay what they are."""
    found = storage_fault(fault)
    assert type(found) is kind if kind else found is None
    outer = RuntimeError("x")
    outer.__cause__ = fault
    assert type(storage_fault(outer)) is kind if kind else storage_fault(outer) is None


@pytest.mark.parametrize(("path", "kind"), [
    ("/api/requests", "application/json"), ("/open311/v2/services.json", "application/json"), ("/open311/v2/services.xml", "xml"), ("/requests/", "text/html"),
])
def test_the_answer_has_the_form_that_was_asked_for(client, db, monkeypatch, path, kind):
    """JSON for programs, Open311's own errors, a page for people in both languages; none of them asks the database."""
    def full(*arguments, **named):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(reads, "search", full)
    monkeypatch.setattr("mingtang.city.requests.open311.operation._opened", full)
    monkeypatch.setattr(api.reads, "search", full)
    answer = client.get(path)
    assert answer.status_code == 503 and int(answer["Retry-After"]) > 0
    assert kind in answer["Content-Type"]
    text = answer.content.decode()
    if kind.endswith("json"):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    assert "存储空间已满" in text and "<script" not in text
    if kind == "text/html":
        assert "storage is full" in text
