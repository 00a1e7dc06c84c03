"""The demo city's people."""

from __future__ import annotations

import pytest

from mingtang.kernel import now
from mingtang.platform.people import demo, demo_city, directory, models, reads

pytestmark = pytest.mark.django_db


@pytest.fixture
def mingzhou(db, clock):
    """The demo city."""
    directory.forget()
    demo.seed()
    yield
    directory.forget()


def test_every_unit_has_a_head_and_the_city_is_founded_once(mingzhou):
    """54 units, each with a head; a second founding does nothing."""
    assert len(reads.units()) == 54 and len(reads.units("district")) == 6 and len(reads.units("street")) == 24
    assert all(reads.head_of(unit.code) for unit in reads.units())
    assert demo.seed() is False and demo.is_founded()


def test_invented_names_differ():
    """No two of the first 500 officials have one name."""
    assert len({demo_city.name(number) for number in range(500)}) == 500


def test_every_demo_sign_in_signs_in_by_one_tap(mingzhou, client):
    """The page shows code, password and digits that hold now; posting them signs in."""
    page = client.get("/sign-in/").content.decode()
    for one in demo.sign_ins(int(now().timestamp())):
        assert one.digits in page
        answer = client.post("/sign-in/", {"code": one.code, "password": one.password, "digits": one.digits})
        assert answer.status_code == 302, one.code
        assert client.get(answer["Location"]).status_code == 200, (one.code, answer["Location"])
        client.post("/sign-out/")


def test_outside_a_demo_no_password_is_shown(mingzhou, client, settings):
    """Without MINGTANG_DEMO the page keeps silent, and the digits serve once like any other."""
    settings.DEMO = False
    page = client.get("/sign-in/").content.decode()
    assert demo.PASSWORD not in page
    details = {"code": "clerk", "password": demo.PASSWORD, "digits": demo.sign_ins(int(now().timestamp()))[0].digits}
    assert client.post("/sign-in/", details).status_code == 302
    client.post("/sign-out/")
    assert client.post("/sign-in/", details).status_code == 403


def test_heads_and_officers_without_password_cannot_sign_in(mingzhou, client):
    """The other demo officials have no usable password."""
    assert not models.Official.objects.get(code="MZ-WATER-1").has_usable_password()
    assert client.post("/sign-in/", {"code": "MZ-WATER-1", "password": demo.PASSWORD, "digits": ""}).status_code == 403
