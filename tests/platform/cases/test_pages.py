"""Pages of cases: officials see where a matter stands, the IT office what is stuck, others nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from mingtang.kernel import now
from mingtang.platform.cases import timers
from mingtang.platform.cases.models import Timer
from mingtang.platform.ledger.models import Act
from mingtang.platform.people.models import Official, RoleGrant

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client, still):
    """Signs in an official of that role."""
    def done(role: str):
        official = Official.objects.create(code=f"MZ-{role}", name_zh="某", name_en="Someone", unit="MZ-WATER")
        RoleGrant.objects.create(official=official, unit="MZ-WATER", role=role, since=now() - timedelta(days=1))
        client.force_login(official)
        return client

    return done


def test_a_case_is_not_public(office, client):
    """Who is not signed in is sent away, whether the case exists or not."""
    office.start("office/1")
    for path in ("/cases/office/1/", "/cases/office/none/", "/cases/"):
        assert client.get(path).status_code in (302, 401)


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "现在停在"), ("en", "It waits at")])
def test_an_official_sees_the_diagram_the_deadlines_and_the_history(office, sign_in, language, words):
    """The page has the drawing, each deadline with its rule, and a receipt for each step."""
    (moved,) = office.start("office/1")
    client = sign_in("officer")
    client.cookies["django_language"] = language
    page = client.get("/cases/office/1/")
    text = page.content.decode()
    assert page.status_code == 200
    assert words in text and "<svg" in text and 'aria-current="step"' in text
    assert "limits.dmn#sha256:1" in text and f"/ledger/receipts/{moved.sealed.id}/" in text


def test_an_unknown_case_is_not_found(office, sign_in):
    """A reference that is no case answers 404."""
    assert sign_in("officer").get("/cases/office/none/").status_code == 404


def test_the_operator_sees_what_is_stuck_and_lets_it_be_tried_again(office, sign_in, still):
    """The stuck deadline stands on the page; the button is an act, and then it fires."""
    office.broken = {"office/1"}
    office.start("office/1")
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    timers.fire_due(now(), 100)
    client = sign_in("operator")
    assert "ValueError" in client.get("/cases/").content.decode()
    office.broken = set()
    answer = client.post(f"/cases/timers/{Timer.objects.get(node='half').pk}/retry/")
    assert answer.status_code == 302 and answer.headers["Location"] == "/cases/"
    assert Act.objects.filter(kind="cases.retry").count() == 1
    assert timers.fire_due(now(), 100) == 1
    assert client.post("/cases/timers/999/retry/").status_code == 404
    assert client.post("/cases/effects/retry/", {"key": "none"}).status_code == 404


def test_an_officer_may_not_operate(office, sign_in):
    """The clockwork's page and its buttons are the IT office's."""
    client = sign_in("officer")
    assert client.get("/cases/").status_code == 403
    assert client.post("/cases/effects/retry/", {"key": "x"}).status_code == 403
