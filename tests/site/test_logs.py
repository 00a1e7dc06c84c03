"""Log lines hold no path: a path may hold a resident's secret link."""

from __future__ import annotations

import logging

import pytest

from mingtang.site.logs import JsonLines

pytestmark = pytest.mark.django_db
SECRET = "s3cr3t-of-a-link-0001"


@pytest.mark.parametrize("path", [f"/requests/MZ26-AAAAAAAA/mine/{SECRET}/", f"/requests/MZ26-AAAAAAAA/mine/{SECRET}/forget/x", f"/nowhere/{SECRET}"])
def test_a_refused_page_is_logged_by_its_route(client, caplog, path):
    """The line names method, route and status, never the secret or what was typed."""
    with caplog.at_level(logging.WARNING):
        assert client.get(path).status_code in {403, 404}
    lines = [JsonLines().format(record) for record in caplog.records]
    assert lines and all(SECRET not in line for line in lines)
    assert any('"level": "WARNING"' in line and "GET" in line for line in lines)


def test_other_lines_stay_as_they_are():
    """A line without a request is its message."""
    record = logging.makeLogRecord({"msg": "sealed %d acts", "args": (3,), "levelname": "INFO"})
    assert '"message": "sealed 3 acts"' in JsonLines().format(record)
