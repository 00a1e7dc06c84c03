"""Fixtures for the whole suite: external data, the injected clock, a fresh data folder."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

# Settings are read when Django starts, so the data folder of a test run is made here.
os.environ["MINGTANG_DATA"] = os.environ.get("MINGTANG_TEST_DATA") or tempfile.mkdtemp(prefix="mingtang-test-")
os.environ.setdefault("MINGTANG_LOG_LEVEL", "ERROR")
os.environ["MINGTANG_HOSTS"] = "127.0.0.1,localhost,testserver"
os.environ["MINGTANG_DEMO"] = "1"

from mingtang.kernel import FixedClock, use_clock  # noqa: E402

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
