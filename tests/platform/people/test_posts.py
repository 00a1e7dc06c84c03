"""The pages of posts: who may see and change them, what each change seals, what is refused."""

from __future__ import annotations

import pytest

from mingtang.platform.ledger import reads as ledger
from mingtang.platform.people import models, reads
from mingtang.platform.people.acts import grant
from mingtang.platform.people.acts_credentials import enrol_second_factor
from tests.platform.people.conftest import PASSWORD, SECRET, SYSTEM, digits

pytestmark = pytest.mark.django_db


def kinds(subject: str) -> list[str]:
    """The kinds of the subject's acts, oldest first."""
    return [act.kind for act in ledger.acts_of(subject)]


@pytest.fixture
def operator(client, city):
    """A client signed in as the IT office."""
    enrol_second_factor("it", SECRET, SYSTEM)
    client.post("/sign-in/", {"code": "it", "password": PASSWORD, "digits": digits()})
    return client


def test_nobody_without_the_permission_sees_the_posts(client, city):
    """Residents are led to sign in; an officer is refused."""
    assert client.get("/posts/").status_code in {302, 401, 403}
    client.post("/sign-in/", {"code": "o1", "password": PASSWORD, "digits": digits()})
    assert client.get("/posts/").status_code == 403
    assert client.post("/posts/h1/dismiss/", {"reason": "x"}).status_code == 403
    assert models.Official.objects.get(code="h1").is_active


def test_the_pages_lead_from_unit_to_official(operator):
    """The list names the units, a unit its officials, an official the roles; in both languages."""
    assert "桥头街道" in operator.get("/posts/").text
    unit = operator.get("/posts/?unit=C-1-1").text
    assert "/posts/h1/" in unit and "甲一" in unit
    page = operator.get("/posts/h1/", headers={"accept-language": "en"}).text
    assert "Jia Yi" in page and "Head of unit" in page and "Bridge Street" in page
    assert operator.get("/posts/?unit=nowhere").status_code == 404
    assert operator.get("/posts/nobody/").status_code == 404


def test_appoint_give_and_take_roles_renew_and_dismiss_are_acts(operator):
    """The whole life of a post by pages; each step is one sealed act by the operator."""
    form = {"code": "n7", "name_zh": "丁四", "name_en": "Ding Si", "unit": "C-1", "role": "officer"}
    assert operator.post("/posts/appoint/", form)["Location"] == "/posts/n7/"
    assert operator.post("/posts/n7/grant/", {"role": "clerk", "unit": "C"}).status_code == 302
    assert reads.official("n7").roles == {"officer", "clerk"}
    assert operator.post("/posts/n7/revoke/", {"held": "officer@C-1", "reason": "moved"}).status_code == 302
    assert reads.official("n7").roles == {"clerk"}
    once = operator.post("/posts/n7/reset/")
    password = once.context["password"]
    assert password in once.text and models.Official.objects.get(code="n7").check_password(password)
    assert operator.get("/posts/n7/").text.count(password) == 0
    assert operator.post("/posts/n7/dismiss/", {"reason": "retired"}).status_code == 302
    assert not models.Official.objects.get(code="n7").is_active
    assert kinds("people/n7") == ["people.appoint", "people.grant", "people.revoke", "people.reset", "people.dismiss"]


@pytest.mark.parametrize(("form", "status"), [
    ({"code": "o1", "name_zh": "丁", "name_en": "D", "unit": "C", "role": ""}, 422),
    ({"code": "no name!", "name_zh": "丁", "name_en": "D", "unit": "C", "role": ""}, 422),
    ({"code": "n8", "name_zh": "", "name_en": "D", "unit": "C", "role": ""}, 422),
    ({"code": "n8", "name_zh": "丁", "name_en": "D", "unit": "nowhere", "role": ""}, 422),
    ({"code": "n8", "name_zh": "丁", "name_en": "D", "unit": "C", "role": "king"}, 422),
    ({}, 422),
])
def test_a_faulty_appointment_says_what_is_wrong_and_seals_nothing(operator, form, status):
    """Each fault stands on the page with what was typed; nobody is appointed."""
    before = models.Official.objects.count()
    answer = operator.post("/posts/appoint/", form)
    assert answer.status_code == status and 'role="alert"' in answer.text
    assert models.Official.objects.count() == before


def test_nobody_changes_the_own_post(operator):
    """The page shows no forms for oneself, and a post made by hand is refused."""
    assert "/posts/it/grant/" not in operator.get("/posts/it/").text
    answer = operator.post("/posts/it/grant/", {"role": "supervisor", "unit": "C"})
    assert answer.status_code == 403 and reads.official("it").roles == {"operator"}


def test_a_role_not_held_cannot_be_taken(operator):
    """The act's refusal stands on the page of the official."""
    answer = operator.post("/posts/o1/revoke/", {"held": "supervisor@C", "reason": "x"})
    assert answer.status_code == 404 and "o1" in answer.text and reads.official("o1").roles == {"officer"}


def test_a_change_asks_for_a_fresh_sign_in(operator, clock):
    """Twenty minutes after signing in a change leads to the sign-in, and nothing is changed."""
    clock.advance(minutes=20)
    answer = operator.post("/posts/o1/dismiss/", {"reason": "x"})
    assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    assert models.Official.objects.get(code="o1").is_active
    assert operator.get("/posts/appoint/").status_code == 302


def test_an_auditor_reads_and_changes_nothing(client, city):
    """people.read shows the posts without forms."""
    grant("o1", "auditor", "C", SYSTEM)
    client.post("/sign-in/", {"code": "o1", "password": PASSWORD, "digits": digits()})
    page = client.get("/posts/h1/")
    assert page.status_code == 200 and "/posts/h1/grant/" not in page.text
    assert client.post("/posts/h1/grant/", {"role": "clerk", "unit": "C"}).status_code == 403
