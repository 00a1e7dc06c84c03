"""The board's counts: exact at once in a small city, kept for a quarter of a minute where counting takes long."""

from __future__ import annotations

import pytest

from mingtang.city.requests import acts, reads, standing_counts
from tests.city.requests.conftest import RESIDENT


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    monkeypatch.setattr(standing_counts, "_last", None)


def test_a_small_city_counts_anew_each_time(mingzhou, monkeypatch):
    """Each filing is seen at once."""
    monkeypatch.setattr(standing_counts, "_LONG", 3600.0)
    for n in (1, 2):
        acts.file(acts.Filing(text="小区停水三天了", place=acts.Place(street="MZ-D1-S1")), RESIDENT)
        assert reads.board_counts()["sent"] == n


def test_long_counts_are_kept_for_a_while(mingzhou, monkeypatch):
    """While they are kept no query runs; afterwards they are counted anew, and a caller's change does not reach them."""
    monkeypatch.setattr(standing_counts, "_LONG", -1.0)
    reads.board_counts()["sent"] = 99
    acts.file(acts.Filing(text="小区停水三天了", place=acts.Place(street="MZ-D1-S1")), RESIDENT)
    assert reads.board_counts()["sent"] == 0
    monkeypatch.setattr(standing_counts, "_KEPT", 0.0)
    assert reads.board_counts()["sent"] == 1
