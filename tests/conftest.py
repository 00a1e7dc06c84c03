"""Fixtures for the whole suite: external data, the injected clock, a fresh data folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from mingtang.kernel import FixedClock, use_clock

# No test is a timed test: this machine may be shared and slow.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of external test data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("MINGTANG_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("external test data is not here: set MINGTANG_SHARED_DATA to its folder")
    return folder


@pytest.fixture
def clock():
    """The clock stands at Monday 2 March 2026, 09:00 in Mingzhou, and moves only when told."""
    with use_clock(FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))) as fixed:
        yield fixed


@pytest.fixture(autouse=True)
def _fresh_lock_store(settings):
    """Each test has its own database, so the ledger's lock store, which remembers what was published, begins anew too."""
    (Path(settings.DATA) / "ledger-lock.sqlite3").unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_test():
    """The intake's thread holds a connection of its own; while it stands the test's database cannot be dropped."""
    yield
    from mingtang.city.requests import intake

    intake.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Django's own, and at the end the sessions of threads that a test left behind are ended, so that PostgreSQL can drop the test database."""
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
