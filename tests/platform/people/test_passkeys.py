"""Passkeys: enrolled, used, refused."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from mingtang.platform.ledger import reads as ledger
from mingtang.platform.people import models
from tests.platform.people.authenticator import Authenticator
from tests.platform.people.conftest import PASSWORD, digits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public_address(settings):
    """The city is reached under a host name."""
    settings.PUBLIC_URL = "http://localhost:8000"
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]


@pytest.fixture
def enrolled(client, city):
    """An authenticator whose passkey the officer enrolled; signed out again."""
    client.post("/sign-in/", {"code": "o1", "password": PASSWORD, "digits": digits()})
    authenticator = Authenticator()
    answer = authenticator.register(post(client, "/account/passkey/options").json())
    assert post(client, "/account/passkey", answer).status_code == 200
    client.post("/sign-out/")
    return authenticator


def post(client, path, body="{}"):
    """Post as the page's script does."""
    return client.post(path, body, content_type="application/json", headers={"Accept": "application/json"})


def test_a_passkey_signs_in_without_password_or_digits(client, enrolled):
    """The answer to the challenge signs in; enrolling was sealed."""
    answer = post(client, "/sign-in/passkey?next=/account/", enrolled.sign_in(post(client, "/sign-in/passkey/options").json()))
    assert answer.status_code == 200 and answer.json() == {"next": "/account/"}
    assert client.get("/account/").status_code == 200
    assert ledger.acts_of("people/o1")[-1].kind == "people.enrol_passkey"


def test_an_answer_serves_once(client, enrolled):
    """The same answer sent again finds no challenge."""
    answer = enrolled.sign_in(post(client, "/sign-in/passkey/options").json())
    assert post(client, "/sign-in/passkey", answer).status_code == 200
    client.post("/sign-out/")
    post(client, "/sign-in/passkey/options")
    assert post(client, "/sign-in/passkey", answer).status_code == 400


def test_a_challenge_holds_five_minutes(client, enrolled, clock):
    """An answer that comes too late is refused."""
    answer = enrolled.sign_in(post(client, "/sign-in/passkey/options").json())
    clock.advance(minutes=6)
    assert post(client, "/sign-in/passkey", answer).json()["error"]["code"] == "people.passkey_refused"


@pytest.mark.parametrize("spoil", ["other site", "not recognised", "other key", "fallen count", "unknown key"])
def test_answers_that_do_not_hold_are_refused(client, enrolled, spoil):
    """Another site's page, a person not recognised, another key, a cloned key's old count, a key nobody enrolled."""
    options, flags = post(client, "/sign-in/passkey/options").json(), 0x05
    if spoil == "other site":
        enrolled.origin = "http://localhost.evil.example:8000"
    elif spoil == "not recognised":
        flags = 0x01
    elif spoil == "other key":
        enrolled.key = Authenticator().key
    elif spoil == "fallen count":
        models.Passkey.objects.update(sign_count=100)
    else:
        enrolled.id = b"x" * 32
    assert post(client, "/sign-in/passkey", enrolled.sign_in(options, flags)).json()["error"]["code"] == "people.passkey_refused"
    assert client.get("/account/").status_code == 302


def test_a_removed_passkey_and_a_dismissed_official_are_refused(client, enrolled, clock):
    """Removing needs a fresh sign-in; afterwards the key opens nothing."""
    sign_in = lambda: post(client, "/sign-in/passkey", enrolled.sign_in(post(client, "/sign-in/passkey/options").json()))  # noqa: E731
    assert sign_in().status_code == 200
    key = models.Passkey.objects.get().pk
    clock.advance(minutes=16)
    assert client.post(f"/account/passkey/{key}/remove/")["Location"].startswith("/sign-in/")
    assert sign_in().status_code == 200
    assert client.post(f"/account/passkey/{key}/remove/")["Location"] == "/account/"
    client.post("/sign-out/")
    assert sign_in().status_code == 400


def test_nobody_removes_the_passkey_of_another(client, enrolled):
    """The number of another's passkey is not found."""
    key = models.Passkey.objects.get().pk
    models.Passkey.objects.update(official_id="h1")
    client.post("/sign-in/", {"code": "o1", "password": PASSWORD, "digits": "000000"})
    client.force_login(models.Official.objects.get(code="o1"))
    session = client.session
    from mingtang.kernel import now

    session["signed_in_at"] = now().isoformat()
    session.save()
    assert client.post(f"/account/passkey/{key}/remove/").status_code == 404


def test_under_an_ip_address_no_passkey_is_offered(client, city, settings):
    """Browsers refuse passkeys there, so the page does not offer them; under localhost it does."""
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "data-passkey" not in client.get("/sign-in/").content.decode()
    assert "data-passkey" in client.get("/sign-in/", headers={"Host": "localhost:8000"}).content.decode()


@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.one_of(st.binary(max_size=300), st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "rawId", "response", "type", "signature", "x"]), inner, max_size=4),
    max_leaves=12).map(lambda value: __import__("json").dumps(value).encode())))
def test_hostile_answers_are_refused_gently(client, city, body):
    """Whatever is sent as a passkey's answer: refused with 400, never a fault of ours."""
    post(client, "/sign-in/passkey/options")
    assert post(client, "/sign-in/passkey", body).status_code == 400


def test_an_endless_answer_is_refused(client, city):
    """Deep nesting and great length end in a refusal."""
    for body in ("[" * 5000, "[" * 19_999, '{"id": "' + "a" * 50_000 + '"}'):
        post(client, "/sign-in/passkey/options")
        assert post(client, "/sign-in/passkey", body).status_code == 400
