"""Appointing, granting, revoking: what is refused, what is sealed, what roles allow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from mingtang.kernel import now
from mingtang.kernel.access import NotAllowed, SignInNeeded
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import acts, faults, gate, models, reads
from mingtang.platform.people.directory import NoSuchUnit
from mingtang.platform.people.permissions import NoSuchRole
from tests.platform.people.conftest import SYSTEM

pytestmark = pytest.mark.django_db


def as_(code):
    """A request of the official."""
    request = RequestFactory().get("/")
    request.user = models.Official.objects.get(code=code)
    return request


def test_each_appointment_is_an_act_without_names_in_the_log(city):
    """The log's side of an appointment carries the code alone; the names lie in the vault."""
    summary, document = next(iter(ledger.documents("people/h1")))
    assert summary.kind == "people.appoint" and "甲一" not in str(summary)
    assert document["body"]["name"] == {"zh": "甲一", "en": "Jia Yi"}
    assert len(document["rows"]) == 2  # the official and the grant


@pytest.mark.parametrize(("appointment", "fault"), [
    (acts.Appointment("o1", "丁", "Ding", "C"), faults.CodeTaken),
    (acts.Appointment("丁四", "丁", "Ding", "C"), faults.CodeRefused),
    (acts.Appointment("-x", "丁", "Ding", "C"), faults.CodeRefused),
    (acts.Appointment("x" * 41, "丁", "Ding", "C"), faults.CodeRefused),
    (acts.Appointment("n1", "丁", "Ding", "NONE"), NoSuchUnit),
    (acts.Appointment("n1", "丁", "Ding", "C", ("king",)), NoSuchRole),
])
def test_appointments_that_cannot_be_change_nothing(city, appointment, fault):
    """A refused appointment leaves no official, no grant, no act."""
    before = (models.Official.objects.count(), models.RoleGrant.objects.count(), ledger.pending())
    with pytest.raises(fault):
        acts.appoint(appointment, SYSTEM)
    assert (models.Official.objects.count(), models.RoleGrant.objects.count(), ledger.pending()) == before


def test_roles_give_permissions_while_they_hold(city, clock):
    """A grant with an end allows until its end, exclusively."""
    acts.grant("o1", "clerk", "C", SYSTEM, until=now() + timedelta(hours=1))
    assert reads.may(as_("o1"), "requests.dispatch")
    clock.advance(hours=1)
    assert not reads.may(as_("o1"), "requests.dispatch")
    assert reads.may(as_("o1"), "requests.handle")


def test_a_revoked_role_is_gone_at_once(city):
    """Revoking ends the grant; revoking again finds none."""
    acts.revoke("o1", "officer", "C-1-1", SYSTEM, "moved")
    assert not reads.may(as_("o1"), "requests.handle")
    with pytest.raises(faults.NoSuchGrant):
        acts.revoke("o1", "officer", "C-1-1", SYSTEM)


def test_nobody_changes_his_own_post(city):
    """An operator grants to others, not to himself."""
    itself = Actor("official", "it", "C")
    for act in (lambda: acts.grant("it", "supervisor", "C", itself), lambda: acts.reset("it", itself), lambda: acts.dismiss("it", itself)):
        with pytest.raises(faults.NotToYourself):
            act()
    acts.grant("o1", "supervisor", "C", itself)
    assert "supervisor" in reads.official("o1").roles


def test_the_gate_lets_pass_by_rule(city):
    """Anonymous must sign in; an official passes by permission; the operator rule asks for the role."""
    anonymous = RequestFactory().get("/")
    with pytest.raises(SignInNeeded):
        gate.check(anonymous, "official")
    gate.check(as_("o1"), "official")
    gate.check(as_("o1"), "official:requests.handle")
    with pytest.raises(NotAllowed):
        gate.check(as_("o1"), "official:requests.dispatch")
    with pytest.raises(NotAllowed):
        gate.check(as_("o1"), "operator")
    gate.check(as_("it"), "operator")


def test_unknown_permissions_are_had_by_nobody(city):
    """A permission outside the table allows nothing, whoever asks."""
    for code in ("h1", "o1", "it"):
        assert not reads.may(as_(code), "requests.everything")


def test_reads_answer_by_code(city):
    """Units, heads, officials and actors are found by their public codes."""
    assert reads.unit("C-1").name("en") == "East" and reads.unit("C-1").name("zh-hans") == "东区"
    assert [unit.code for unit in reads.units("street", "C-1")] == ["C-1-1"]
    assert (reads.head_of("C-1-1"), reads.head_of("C-1")) == ("h1", "")
    assert reads.official("h1").roles == {"head"}
    assert reads.actor(as_("o1")) == Actor("official", "o1", "C-1-1")
    assert reads.actor(RequestFactory().get("/")) == Actor("anonymous")
    with pytest.raises(reads.NoSuchOfficial):
        reads.official("nobody")
    with pytest.raises(NoSuchUnit):
        reads.unit("nowhere")


def test_a_dismissed_head_heads_no_more(city):
    """Dismissal ends the roles too."""
    acts.dismiss("h1", SYSTEM, "retired")
    assert reads.head_of("C-1-1") == ""


def test_units_are_founded_once_and_under_a_parent(city):
    """A taken code, an unknown kind, an unknown parent are refused."""
    for unit, fault in (
        (acts.Founding("C-1", "district", "东", "E", "C"), faults.CodeTaken),
        (acts.Founding("C-2", "kingdom", "东", "E", "C"), faults.NoSuchKind),
        (acts.Founding("C-2", "district", "东", "E", "D"), NoSuchUnit),
    ):
        with pytest.raises(fault):
            acts.found([unit], SYSTEM)
