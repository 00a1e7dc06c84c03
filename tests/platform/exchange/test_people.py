"""Cards, helpers, the counter, and the rights of a person."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.sessions.backends.db import SessionStore

from mingtang.engines.identifiers import IdentifierRefused
from mingtang.kernel import now
from mingtang.platform.exchange import acts, reads, visitors
from mingtang.platform.exchange.faults import (
    CardLocked,
    CardRefused,
    CounterOver,
    NoSuchCode,
    NoSuchDelegation,
    NoSuchRight,
    NotConsented,
    PersonNeeded,
    WordsNeeded,
)
from mingtang.platform.exchange.models import Card, Person, RightsRequest
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.acts import Actor
from tests.platform.exchange.conftest import ANNA, BORIS, OFFICER, PURPOSE, SYSTEM, wanted

RESIDENT = Actor("resident")
COPY = PURPOSE | {
    "code": "own-copy",
    "callers": ["self"],
    "fields": {"residents": ["name", "birth"]},
    "grounds": [{"id": "own", "kind": "own-access", "law": {"zh": "法", "en": "law"}}],
}


def _browser(**more):
    return SimpleNamespace(session=SessionStore(), **more)


def _clean():
    sequencer.run_once(1000)
    assert ledger.audit().findings == []


def test_a_card_opens_with_its_pin_alone(exchange):
    """The right PIN gives the person; card and identity number stand nowhere in clear."""
    card = acts.issue_card(ANNA, OFFICER)
    assert visitors.prove_card(card.code, card.pin) == reads.person_ref(ANNA)
    kept, person = Card.objects.get(), Person.objects.get()
    assert card.pin not in kept.pin and ANNA not in person.closed and reads.number_of(person.ref) == ANNA
    _clean()


def test_wrong_pins_lock_the_card(exchange):
    """Five wrong ones lock it, for longer each time; a right one in between counts anew; an unknown card says no more than a wrong PIN."""
    card = acts.issue_card(ANNA, OFFICER, pin="135790")
    for _ in range(4):
        with pytest.raises(CardRefused):
            visitors.prove_card(card.code, "000000")
    assert visitors.prove_card(card.code, "135790")
    for minutes in (15, 60):
        for _ in range(5):
            with pytest.raises(CardRefused):
                visitors.prove_card(card.code, "000000")
        with pytest.raises(CardLocked):
            visitors.prove_card(card.code, "135790")
        exchange.advance(minutes=minutes - 1)
        with pytest.raises(CardLocked):
            visitors.prove_card(card.code, "135790")
        exchange.advance(minutes=2)
    with pytest.raises(CardRefused):
        visitors.prove_card("NOSUCHCARD", "135790")


def test_a_new_card_and_a_lost_one_end_the_old(exchange):
    """One card a person; an ended or expired one opens nothing."""
    first = acts.issue_card(ANNA, OFFICER)
    second = acts.issue_card(ANNA, OFFICER)
    with pytest.raises(CardRefused):
        visitors.prove_card(first.code, first.pin)
    acts.end_cards(second.person, RESIDENT)
    with pytest.raises(CardRefused):
        visitors.prove_card(second.code, second.pin)
    third = acts.issue_card(ANNA, OFFICER)
    exchange.advance(days=1096)
    with pytest.raises(CardRefused):
        visitors.prove_card(third.code, third.pin)


def test_only_a_valid_number_is_enrolled(exchange):
    """A number whose check fails is refused, and not repeated."""
    with pytest.raises(IdentifierRefused) as refused:
        acts.issue_card(ANNA[:-1] + ("0" if ANNA[-1] != "0" else "1"), OFFICER)
    assert ANNA[:10] not in refused.value.message("en") and not Person.objects.exists()


def test_a_visit_ends_by_itself(exchange):
    """After thirty minutes the browser is nobody's."""
    browser = _browser()
    visitors.enter(browser, reads.person_ref(ANNA))
    assert reads.visitor(browser).ref == reads.person_ref(ANNA)
    exchange.advance(minutes=30)
    assert reads.visitor(browser) is None
    with pytest.raises(PersonNeeded):
        reads.visitor_needed(browser, "x")


def test_a_helper_acts_within_the_delegation_and_both_are_named(exchange):
    """In the services named, until the end date; the act carries the delegation's number and the person; neither before nor after."""
    person, helper = acts.enrol(ANNA, OFFICER), acts.enrol(BORIS, OFFICER)
    row = acts.delegate(person, helper, ["old-age-allowance"], now() + timedelta(days=10), RESIDENT)
    browser = _browser()
    visitors.enter(browser, helper)
    visitors.enter_as_helper(browser, row.number)
    here = reads.visitor_needed(browser, "old-age-allowance")
    assert (here.ref, here.actor.kind, here.actor.ref, here.actor.on_behalf_of) == (person, "helper", row.number, person)
    with pytest.raises(NoSuchDelegation, match="cover"):
        reads.visitor_needed(browser, "enterprise-registration")
    exchange.advance(days=10)
    visitors.enter(browser, helper)
    with pytest.raises(NoSuchDelegation, match="end date"):
        visitors.enter_as_helper(browser, row.number)
    _clean()


def test_a_delegation_that_is_ended_ends_a_visit_at_once(exchange):
    """The next request of the helper is refused, and she is herself again."""
    person, helper = acts.enrol(ANNA, OFFICER), acts.enrol(BORIS, OFFICER)
    row = acts.delegate(person, helper, ["x"], now() + timedelta(days=10), RESIDENT)
    browser = _browser()
    visitors.enter(browser, helper)
    visitors.enter_as_helper(browser, row.number)
    with pytest.raises(NoSuchDelegation):
        acts.end_delegation(row.number, "p-somebody", RESIDENT)
    acts.end_delegation(row.number, person, RESIDENT)
    with pytest.raises(NoSuchDelegation, match="ended"):
        reads.visitor(browser)
    assert reads.visitor(browser).ref == helper
    stranger = _browser()
    visitors.enter(stranger, person)
    with pytest.raises(NoSuchDelegation):
        visitors.enter_as_helper(stranger, row.number)


@pytest.mark.parametrize(("services", "days"), [([], 1), (["x"], 0), (["x"], 367), (["x"] * 31, 1)])
def test_a_delegation_has_limits(exchange, services, days):
    """Services and an end within a year."""
    person, helper = acts.enrol(ANNA, OFFICER), acts.enrol(BORIS, OFFICER)
    with pytest.raises(NoSuchDelegation):
        acts.delegate(person, helper, services, now() + timedelta(days=days), RESIDENT)


def test_at_the_counter_one_service_ten_minutes(exchange):
    """The official who opened it acts for the person, in that service; another official, another service, the eleventh minute: no."""
    session = acts.open_counter(ANNA, "old-age-allowance", OFFICER)
    browser = _browser(user=SimpleNamespace(is_authenticated=True, is_active=True, code="o-1", unit="T-MARKET"))
    visitors.enter_at_counter(browser, session)
    here = reads.visitor_needed(browser, "old-age-allowance")
    assert (here.by, here.actor.ref, here.actor.on_behalf_of) == ("counter", "o-1", reads.person_ref(ANNA))
    with pytest.raises(CounterOver):
        reads.visitor_needed(browser, "enterprise-registration")
    browser.user.code = "o-2"
    with pytest.raises(CounterOver):
        reads.visitor(browser)
    browser.user.code = "o-1"
    visitors.enter_at_counter(browser, session)
    exchange.advance(minutes=10)
    with pytest.raises(CounterOver):
        reads.visitor(browser)
    assert reads.visitor(browser) is None
    _clean()


def test_a_code_hands_on_a_single_use(exchange):
    """The code leads to the consent and to who gave it, until it is used; a lasting consent has no code."""
    person = acts.enrol(ANNA, OFFICER)
    assert acts.consent(person, "sharing", RESIDENT).code == ""
    given = acts.consent(person, "sharing", RESIDENT, single_use=True)
    ident, number = reads.agreed(given.code.lower())
    assert (ident, number) == (given.id, ANNA)
    acts.ask(wanted(purpose="sharing", ground="consent", consent=ident))
    for code in (given.code, "", "AAAA-AAAA-AAAA"):
        with pytest.raises(NoSuchCode):
            reads.agreed(code)


def test_a_copy_is_the_persons_own_look(exchange):
    """She gets what the registers hold; the look stands in her list under her own right."""
    acts.publish_purpose(COPY, SYSTEM)
    person = acts.enrol(ANNA, OFFICER)
    assert acts.copy(person, RESIDENT) == {"residents": {"name": "安禾", "birth": "1960-03-01"}}
    assert reads.looks(person)[0].ground_kind == "own-access"
    with pytest.raises(PersonNeeded):
        acts.copy(reads.person_ref(BORIS), RESIDENT)


def test_nobody_copies_another_persons_data(exchange):
    """The purpose of one's own copy is closed to everybody else, officials too."""
    from mingtang.platform.exchange.faults import NotForThisPurpose

    acts.publish_purpose(COPY, SYSTEM)
    other = acts.enrol(BORIS, OFFICER)
    for actor in (OFFICER, SYSTEM, RESIDENT, Actor("resident", on_behalf_of=other)):
        with pytest.raises(NotForThisPurpose):
            acts.ask(wanted(purpose="own-copy", ground="own", actor=actor))


def test_a_correction_goes_to_the_agency_and_is_answered(exchange):
    """Filed with its day, answered by that agency alone, once."""
    person = acts.enrol(ANNA, OFFICER)
    row = acts.ask_correction(person, "residents", "name", "名字写错了，应为安和", RESIDENT)
    assert (row.due_on - row.filed_at.date()).days == 15 and row.agency == "T-POLICE"
    with pytest.raises(NoSuchRight):
        acts.answer_right(row.number, True, "已更正，请查看", OFFICER)
    police = Actor("official", "o-5", "T-POLICE")
    acts.answer_right(row.number, True, "已更正，请查看", police)
    assert RightsRequest.objects.get().state == "done"
    with pytest.raises(NoSuchRight):
        acts.answer_right(row.number, False, "再次答复一遍", police)
    with pytest.raises(WordsNeeded):
        acts.ask_explanation(person, "residents", "?", RESIDENT)
    _clean()


def test_erasing_leaves_the_log_and_nothing_else(exchange):
    """Card, number, words and sharing end; the list of looks stays under a pseudonym; the audit stays clean; old receipts stay in the log."""
    card = acts.issue_card(ANNA, OFFICER)
    person = card.person
    consent = acts.consent(person, "sharing", RESIDENT)
    acts.ask(wanted(purpose="sharing", ground="consent", consent=consent.id))
    row = acts.ask_explanation(person, "residents", "为什么查我的名字？", RESIDENT)
    acts.erase(person, RESIDENT)
    with pytest.raises(CardRefused):
        visitors.prove_card(card.code, card.pin)
    with pytest.raises(PersonNeeded):
        reads.number_of(person)
    with pytest.raises(NotConsented):
        acts.ask(wanted(purpose="sharing", ground="consent", consent=consent.id))
    row.refresh_from_db()
    assert "名字" not in row.words and row.state == "erased"
    assert ledger.receipt(consent.sealed.id).document is None
    assert [look.outcome for look in reads.looks(person)] == ["refused", "given"]
    _clean()
    assert acts.enrol(ANNA, OFFICER) == person and reads.number_of(person) == ANNA
