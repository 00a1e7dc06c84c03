"""The city of Mingzhou with its units and the hotline's pack, for the tests of requests; and officials to act with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mingtang.city.requests import acts
from mingtang.kernel import FixedClock, use_clock
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import acts as people
from mingtang.platform.people import demo_city

RESIDENT = Actor("resident")


def official(unit: str, ref: str = "") -> Actor:
    """An official of ``unit``."""
    return Actor("official", ref or f"{unit}-2", unit)


@pytest.fixture
def mingzhou(db, settings):
    """The units of Mingzhou, and the hotline from its folder; the clock stands at Monday 2 March 2026, 09:00 there."""
    settings.DEMO = True
    with use_clock(FixedClock(datetime(2026, 3, 2, 1, 0, tzinfo=UTC))) as fixed:
        people.found([people.Founding(*unit) for unit in demo_city.units()], Actor("system", "test"))
        yield fixed


@pytest.fixture
def water(mingzhou):
    """A request about water in a known street, with the water company."""
    return acts.file(acts.Filing(text="望潮街道小区停水三天了", place=acts.Place(street="MZ-D1-S1")), RESIDENT)


@pytest.fixture
def unplaced(mingzhou):
    """A request that the contract cannot place: it waits at the desk."""
    return acts.file(acts.Filing(text="想说说一件事情"), RESIDENT)
