"""Sign-in with password and six digits: lock, replay, first sign-in, where it leads."""

from __future__ import annotations

import re

import pyotp
import pytest

from mingtang.platform.ledger import reads as ledger
from mingtang.platform.people import models
from mingtang.platform.people.acts import reset
from tests.platform.people.conftest import PASSWORD, SYSTEM, digits

pytestmark = pytest.mark.django_db


def sign_in(client, code="o1", password=PASSWORD, six=None, **more):
    """Post the sign-in form."""
    return client.post("/sign-in/", {"code": code, "password": password, "digits": digits() if six is None else six, **more})


def test_right_details_sign_in_and_rotate_the_session(client, city):
    """Password and digits sign in, lead where one wanted to go, and the session gets a fresh key."""
    client.get("/sign-in/")
    client.session.save()
    before = client.session.session_key
    answer = sign_in(client, next="/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.session.session_key != before
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(("code", "password", "six"), [
    ("o1", "wrong-but-long-enough", None), ("o1", PASSWORD, "000000"), ("o1", PASSWORD, ""), ("nobody", PASSWORD, None), ("o1", PASSWORD, "٣٣٣٣٣٣"),
])
def test_wrong_details_give_one_answer(client, city, code, password, six):
    """Whatever was wrong, the answer is the same and keeps the code that was typed."""
    answer = sign_in(client, code, password, six)
    assert answer.status_code == 403
    assert "登录信息不正确" in answer.content.decode() and f'value="{code}"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_digits_serve_once(client, city, clock):
    """The same six digits do not sign in twice; the next ones do."""
    assert sign_in(client).status_code == 302
    client.post("/sign-out/")
    assert sign_in(client).status_code == 403
    clock.advance(seconds=30)
    assert sign_in(client).status_code == 302


def test_five_wrong_tries_lock_for_a_minute_and_longer_each_time(client, city, clock):
    """After five wrong tries even the right details wait: one minute, then two."""
    for _ in range(5):
        sign_in(client, six="000000")
    assert sign_in(client).status_code == 429
    clock.advance(seconds=61)
    assert sign_in(client, six="000000").status_code == 403
    clock.advance(seconds=61)
    assert sign_in(client).status_code == 429
    clock.advance(seconds=61)
    assert sign_in(client).status_code == 302
    assert models.Official.objects.get(code="o1").failures == 0


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"])
def test_sign_in_never_leads_elsewhere(client, city, target):
    """A next address on another site is not followed."""
    assert sign_in(client, next=target)["Location"] == "/desk/"


def test_first_sign_in_enrols_password_and_second_factor(client, city, clock):
    """After a reset: the one-time password leads to a page that asks for a password of one's own and a code app, then signs in."""
    password, _ = reset("o1", SYSTEM)
    answer = sign_in(client, password=password, six="")
    assert answer["Location"].startswith("/sign-in/begin/")
    assert client.get("/account/").status_code == 302  # not signed in yet
    page = client.get("/sign-in/begin/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    weak = client.post("/sign-in/begin/", {"password": "short", "again": "short", "digits": digits(secret)})
    assert weak.status_code == 422 and "至少 12 个字符" in weak.content.decode()
    new = "a-new-lamp-by-the-lake"
    done = client.post("/sign-in/begin/", {"password": new, "again": new, "digits": digits(secret)})
    assert done.status_code == 302 and client.get("/account/").status_code == 200
    client.post("/sign-out/")
    assert sign_in(client, password=new, six=digits(secret)).status_code == 403  # used up by enrolling
    clock.advance(seconds=30)
    assert sign_in(client, password=new, six=digits(secret)).status_code == 302
    kinds = [act.kind for act in ledger.acts_of("people/o1")]
    assert kinds == ["people.appoint", "people.enrol_second_factor", "people.reset", "people.change_password", "people.enrol_second_factor"]


def test_the_page_of_the_first_sign_in_closes_after_ten_minutes(client, city, clock):
    """Half a sign-in does not stay open."""
    password, _ = reset("o1", SYSTEM)
    sign_in(client, password=password, six="")
    clock.advance(minutes=11)
    assert client.get("/sign-in/begin/").status_code == 403


def test_a_dismissed_official_is_out_at_once(client, city):
    """Dismissal ends the open session and refuses the next sign-in."""
    from mingtang.platform.people.acts import dismiss

    sign_in(client)
    dismiss("o1", SYSTEM, "left the service")
    assert client.get("/account/")["Location"].startswith("/sign-in/")
    assert sign_in(client).status_code == 403


def test_a_new_password_ends_other_sessions(client, city, django_test_client_two):
    """Who changes the password keeps this session; others end."""
    sign_in(client)
    other = django_test_client_two
    other.cookies.update(client.cookies)
    models.SecondFactor.objects.update(last_step=0)
    sign_in(other)
    assert other.get("/account/").status_code == 200
    new = "a-new-lamp-by-the-lake"
    assert client.post("/account/password/", {"present": PASSWORD, "password": new, "again": new}).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


@pytest.fixture
def django_test_client_two():
    """A second browser."""
    from django.test import Client

    return Client()


def test_another_code_app_needs_a_fresh_sign_in(client, city, clock):
    """Changing the second factor is refused a quarter of an hour after signing in."""
    sign_in(client)
    assert client.get("/account/second-factor/").status_code == 200
    clock.advance(minutes=16)
    assert client.get("/account/second-factor/")["Location"].startswith("/sign-in/")


def test_another_code_app_replaces_the_first(client, city, clock):
    """Once proven, the new secret serves and the old does not."""
    sign_in(client)
    page = client.get("/account/second-factor/").content.decode()
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    assert client.post("/account/second-factor/", {"digits": "000000"}).status_code == 422
    assert client.post("/account/second-factor/", {"digits": digits(secret)}).status_code == 302
    client.post("/sign-out/")
    clock.advance(seconds=30)
    assert sign_in(client).status_code == 403
    assert sign_in(client, six=pyotp.TOTP(secret).at(int(clock.now().timestamp()))).status_code == 302


def test_secrets_at_rest_are_closed(city):
    """Neither password nor secret stands readable in the tables or in the acts."""
    from tests.platform.people.conftest import SECRET

    assert SECRET not in models.SecondFactor.objects.get().secret
    for _, document in ledger.documents("people/o1"):
        assert SECRET not in str(document) and PASSWORD not in str(document) and "md5$" not in str(document)
