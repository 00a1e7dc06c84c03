"""What would have to be different: the nearest way within what a person can change, on a page of the decision."""

from __future__ import annotations

import re

import pytest

from mingtang.platform.ledger.acts import Actor
from mingtang.platform.scenes import acts, reads
from tests.platform.scenes.conftest import CLERK

pytestmark = pytest.mark.django_db
FACTS = {
    "registered here": True, "property within the limits": True, "members": 3, "wages": 6000, "employees": 1, "other income": 0,
    "seriously ill member": False, "supporter aged sixty": False, "single parent of a pupil": False, "members at the full rate": 0,
    "members with the higher increase": 0, "members with the lower increase": 0,
}


@pytest.fixture
def allowance(db, clock):
    """The minimum living allowance, in force."""
    return acts.publish("minimum-living-allowance", CLERK)


def decided(**facts):
    """The address of a decision's page."""
    made = acts.decide(reads.pack("minimum-living-allowance"), FACTS | facts, Actor("resident"))
    return f"/scenes/decisions/{made.id}/{made.secret}/"


def text(response):
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_a_refused_household_reads_how_near_it_was(allowance, person):
    """The decision links to the page; it names the wages just below the border, and the amount that then comes out; the engine agrees."""
    address = decided()
    assert "What would have to be different?" in text(person.get(address))
    page = text(person.get(address + "different/"))
    found = re.search(r"Monthly wages of employees together ?: ([\d,.]+) instead of 6,000", page)
    assert found, page
    wages = float(found[1].replace(",", ""))
    assert 0 < wages < 6000
    near = acts.decide(reads.pack("minimum-living-allowance"), FACTS | {"wages": wages}, Actor("resident"))
    above = acts.decide(reads.pack("minimum-living-allowance"), FACTS | {"wages": wages + 5}, Actor("resident"))
    assert (reads.decision(near.id, near.secret).kind, reads.decision(above.id, above.secret).kind) == ("granted", "refused")


def test_chinese_is_complete(allowance, client):
    """The same page in Chinese."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    page = text(client.get(decided() + "different/"))
    assert "怎样才会不同" in page and "而不是 6,000" in page and "instead" not in page


def test_only_what_the_person_can_change_is_named(allowance, person):
    """Household and registration are not the person's to change: refused for those, the page says that nothing was found."""
    page = text(person.get(decided(**{"registered here": False}) + "different/"))
    assert "No change of the facts that you can influence" in page


def test_a_granted_decision_has_no_such_page(allowance, person):
    """It leads back to the decision; a wrong secret finds nothing."""
    address = decided(wages=100)
    assert "What would have to be different?" not in text(person.get(address))
    assert person.get(address + "different/").url == address
    assert person.get(address[:-3] + "xx/different/").status_code == 404
