"""Where a point lies: each point of the city in exactly one street, each point outside in none."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings, strategies

from mingtang.city.requests.places import Places
from mingtang.platform.people import demo_city

DATA = yaml.safe_load((Path(__file__).resolve().parents[3] / "scenes" / "hotline" / "places.yaml").read_text(encoding="utf-8"))
PLACES = Places(DATA)


def test_every_street_of_the_city_has_its_ground():
    """The streets and districts of the pack are those of the city's units."""
    units = demo_city.units()
    assert set(PLACES.streets) == {code for code, kind, *_ in units if kind == "street"}
    assert PLACES.districts == {code for code, kind, *_ in units if kind == "district"}
    assert all(street.district == street.code.rsplit("-", 1)[0] for street in PLACES.streets.values())


@settings(max_examples=400)
@given(strategies.floats(30.0, 30.08), strategies.floats(121.92, 122.12))
def test_a_point_within_the_city_lies_in_exactly_one_street(latitude, longitude):
    """Neighbours share their border: no point of the inner city belongs to nobody or to two."""
    assert sum(street.holds(longitude, latitude) for street in PLACES.streets.values()) == 1
    assert PLACES.at(latitude, longitude).holds(longitude, latitude)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(0, 0), (30.04, 120), (30.04, 123), (29, 122), (31, 122), (90, 180), (-90, -180)]
)
def test_a_point_outside_lies_in_no_street(latitude, longitude):
    """Far away nobody of Mingzhou is in charge."""
    assert PLACES.at(latitude, longitude) is None


def test_the_middle_of_each_street_is_in_it():
    """The mean of a border's corners lies in the street itself."""
    for street in PLACES.streets.values():
        x = sum(x for x, _ in street.corners) / len(street.corners)
        y = sum(y for _, y in street.corners) / len(street.corners)
        assert PLACES.at(y, x) == street
