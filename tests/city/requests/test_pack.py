"""The hotline's contracts over every category and place: somebody is always named, every class has its limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mingtang.city.requests import categories, dispatch, hotline, limits
from mingtang.platform.people import demo_city

UNITS = {code for code, *_ in demo_city.units()}
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def pack(mingzhou):
    """The pack of the hotline."""
    return hotline.pack()


def test_every_category_is_dispatched_to_a_unit_of_the_city(pack):
    """Whatever the category and the danger, with a place known a unit is named, and it exists."""
    for code in categories.tree(pack).leaves:
        for danger in ((), ("着火",)):
            for district, street in (("MZ-D1", "MZ-D1-S2"), ("MZ-D4", "")):
                decision = dispatch.decide(pack, dispatch.Facts(code, district, street, danger, None))
                assert decision.unit in UNITS, (code, district, street)
                assert decision.urgency in ("emergency", "supply", "ordinary", "complex")
                assert not danger or decision.urgency == "emergency"


def test_a_street_matter_goes_to_its_own_street(pack):
    """Property management in Zhanglin goes to Zhanglin, not elsewhere."""
    decision = dispatch.decide(pack, dispatch.Facts("urban.property.service", "MZ-D2", "MZ-D2-S3", (), None))
    assert (decision.unit, decision.explanation["facts"]["street"]) == ("MZ-D2-S3", "MZ-D2-S3")


@pytest.mark.parametrize(
    ("urgency", "dispatched", "answered"),
    [
        ("emergency", timedelta(hours=1), timedelta(hours=2)),
        ("supply", timedelta(hours=2), timedelta(hours=24)),
        ("ordinary", timedelta(hours=24), None),
        ("complex", timedelta(hours=24), None),
    ],
)
def test_the_limits_are_those_of_the_standard(pack, urgency, dispatched, answered):
    """Dispatch 1 h, 2 h, 24 h; feedback 2 h, 24 h, 7 d, 15 d (DB11/T 2021-2022)."""
    assert limits.parsed(limits.given(pack, urgency, "dispatch", START)["due"]) == START + dispatched
    found = limits.feedback(pack, urgency, START)
    if answered:
        assert limits.parsed(found["due"]) == START + answered
    else:
        days = {"ordinary": 7, "complex": 15}[urgency]
        assert (found["amount"], found["unit"]) == (days, "day")
        assert found["due"] == f"2026-03-{2 + days:02}T15:59:59Z"
    assert (
        START
        < limits.parsed(found["half"])
        < limits.parsed(found["most"])
        < limits.parsed(found["due"])
        < limits.parsed(found["city"])
    )


def test_a_limit_can_be_reckoned_again_from_what_is_kept(pack):
    """The entry names amount, unit, reckoning, start, rule and calendar; from these the same due time comes out."""
    for urgency in ("emergency", "supply", "ordinary", "complex"):
        for name in ("dispatch", "feedback", "confirm", "arrival", "pause"):
            entry = limits.given(pack, urgency, name, START)
            assert limits.reckoned(entry, limits.parsed(entry["from"]))["due"] == entry["due"]
            assert entry["rule"] == f"limits.dmn#{pack.contract('limits').hash}"


def test_working_days_skip_the_spring_festival(pack):
    """From Friday 13 February 2026: Saturday 14 is made up for, 15 to 23 are holidays, then 24 to 27."""
    entry = limits.given(pack, "ordinary", "confirm", datetime(2026, 2, 13, 1, 0, tzinfo=UTC))
    assert limits.parsed(entry["due"]).date().isoformat() == "2026-02-27"


def test_every_category_can_be_suggested_by_its_words(pack):
    """Each category with words is among the suggestions for its own words."""
    tree = categories.tree(pack)
    for leaf in tree.leaves.values():
        if leaf.words:
            assert leaf.code in [s.code for s in tree.suggest(" ".join(leaf.words))], leaf.code


def test_the_tree_is_complete_in_both_languages(pack):
    """Every area, group and category has a Chinese and an English name."""
    tree = categories.tree(pack)
    for code in (*tree.names, *tree.leaves):
        assert tree.name(code, "en").isascii() and not tree.name(code, "zh").isascii()
