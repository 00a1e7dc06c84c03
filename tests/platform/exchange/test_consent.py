"""Consent: given, withdrawn, ended, used once; the record; and everything that is not consent."""

from uuid import uuid4

import pytest

from mingtang.platform.exchange import acts, odrl, reads
from mingtang.platform.exchange.faults import BadDeclaration, NoSuchConsent, NotConsented, NothingToConsent
from mingtang.platform.ledger.acts import Actor
from tests.platform.exchange.conftest import ANNA, BORIS, PURPOSE, SHARING, SYSTEM, wanted

RESIDENT = Actor("resident")


def _given(number=ANNA, **more):
    return acts.consent(reads.person_ref(number), "sharing", RESIDENT, **more).id


def _ask(ident, **more):
    return acts.ask(wanted(purpose="sharing", ground="consent", consent=ident, fields=("name", "birth"), **more))


def test_under_consent_the_look_is_allowed_until_it_is_withdrawn(exchange):
    """It holds, is withdrawn, holds no more; the person sees both."""
    ident = _given()
    assert _ask(ident).values["name"] == "安禾"
    acts.withdraw(ident, reads.person_ref(ANNA), RESIDENT)
    with pytest.raises(NotConsented, match="withdrawn"):
        _ask(ident)
    assert [look.outcome for look in reads.looks(reads.person_ref(ANNA))] == ["refused", "given"]
    assert not reads.consents(reads.person_ref(ANNA))[0].holds


def test_a_withdrawal_while_the_source_answers_wins(exchange, monkeypatch):
    """Withdrawn between the fetching and the handing out: nothing is handed out."""
    from mingtang.platform.exchange import gateway

    ident, fetch = _given(), gateway.fetch

    def slow(checked):
        fetched = fetch(checked)
        acts.withdraw(ident, reads.person_ref(ANNA), RESIDENT)
        return fetched

    monkeypatch.setattr(gateway, "fetch", slow)
    with pytest.raises(NotConsented):
        _ask(ident)
    assert reads.looks(reads.person_ref(ANNA))[0].outcome == "refused"


def test_nobody_elses_and_no_other_consent_serves(exchange):
    """None, an unknown one, another person's, an ended one, another purpose's."""
    for ident in (None, uuid4(), _given(BORIS)):
        with pytest.raises(NotConsented):
            _ask(ident)
    acts.publish_purpose(SHARING | {"code": "other"}, SYSTEM)
    other = acts.consent(reads.person_ref(ANNA), "other", RESIDENT).id
    with pytest.raises(NotConsented):
        _ask(other)
    ident = _given(days=1)
    exchange.advance(days=1)
    with pytest.raises(NotConsented, match="ended"):
        _ask(ident)


def test_a_single_use_serves_once(exchange):
    """The second asking is refused."""
    ident = _given(single_use=True)
    _ask(ident)
    with pytest.raises(NotConsented, match="used"):
        _ask(ident)


def test_a_new_consent_ends_the_one_before(exchange):
    """One consent a purpose holds at a time, never longer than the purpose declares."""
    first, second = _given(), _given(days=10_000)
    held = {view.id: view for view in reads.consents(reads.person_ref(ANNA))}
    assert (held[first].holds, held[second].holds) == (False, True)
    assert (held[second].expires_at - held[second].given_at).days == 100


def test_two_given_at_the_same_moment_are_taken_back_together(exchange):
    """Whichever of the two the person takes back, none holds any more; a code for one use stays its own."""
    from mingtang.platform.exchange.models import Consent

    first, second, once = _given(), _given(), _given(single_use=True)
    Consent.objects.filter(id=first).update(withdrawn_at=None)
    acts.withdraw(first, reads.person_ref(ANNA), RESIDENT)
    for ident in (first, second):
        with pytest.raises(NotConsented):
            _ask(ident)
    assert _ask(once).found


def test_only_the_person_withdraws(exchange):
    """Another person's consent is as if it were not there."""
    ident = _given()
    with pytest.raises(NoSuchConsent):
        acts.withdraw(ident, reads.person_ref(BORIS), RESIDENT)
    assert reads.consented(reads.person_ref(ANNA), "sharing") == ident


def test_there_is_no_consent_to_what_the_law_orders(exchange):
    """A purpose under a statutory duty offers nothing to agree to: no sham consent."""
    with pytest.raises(NothingToConsent):
        acts.consent(reads.person_ref(ANNA), "registering", RESIDENT)


def test_the_record_has_every_mandatory_element(exchange):
    """ISO/IEC TS 27560's mandatory elements stand in the record, and its events tell the consent's life; it holds no identity number."""
    ident = _given()
    acts.withdraw(ident, reads.person_ref(ANNA), RESIDENT)
    record = reads.consent(ident, reads.person_ref(ANNA)).record
    assert {
        "schema_version",
        "record_id",
        "receipt_id",
        "pii_principal_id",
        "processing",
        "party_identification",
        "events",
    } <= set(record)
    for name in (
        "privacy_notice",
        "language",
        "purpose",
        "pii_information",
        "pii_controllers",
        "storage_locations",
        "retention_period",
        "jurisdiction",
        "recipient_third_parties",
        "withdrawal_method",
    ):
        assert name in record["processing"][0], name
    assert {"party_id", "address", "name", "contact", "party_type"} <= set(record["party_identification"][0])
    assert [event["event_state"] for event in record["events"]] == ["given", "withdrawn"]
    assert all({"event_time", "validity_duration", "entity_id", "event_type"} <= set(event) for event in record["events"])
    assert ANNA not in str(record)


@pytest.mark.parametrize("given", [PURPOSE, SHARING])
def test_a_purpose_travels_as_odrl_and_back(given):
    """Nothing is lost on the way out and in again."""
    assert odrl.purpose_of(odrl.policy_of(given, "https://city.example")) == given


@pytest.mark.parametrize(
    "spoil",
    [
        lambda p: p["permission"][0].pop("assigner"),
        lambda p: p["permission"][0].update(action="sell"),
        lambda p: p["permission"].append({"target": "https://city.example/exchange/sources/tax", "action": "use"}),
        lambda p: p["permission"][0]["constraint"].append({"leftOperand": "spatial", "operator": "eq", "rightOperand": "CN"}),
        lambda p: p.update(prohibition=[]),
        lambda p: p.clear(),
    ],
)
def test_a_policy_that_says_more_than_can_be_held_is_refused(spoil):
    """What the gateway would not enforce is never taken in silently."""
    policy = odrl.policy_of(PURPOSE, "https://city.example")
    spoil(policy)
    with pytest.raises(BadDeclaration):
        odrl.purpose_of(policy)


@pytest.mark.parametrize(
    "change",
    [
        {"grounds": []},
        {"grounds": [{"id": "duty", "kind": "because", "law": {"zh": "法", "en": "law"}}]},
        {"retention_days": 0},
        {"extra": 1},
        {"titles": {"zh": "只有中文"}},
        {"fields": {}, "predicates": []},
        {"callers": "all"},
        {"code": "Has Spaces"},
        {"text": float("nan")},
    ],
)
def test_a_faulty_declaration_is_refused_with_its_place(exchange, change):
    """Each fault is a BadDeclaration; nothing comes into force."""
    before = reads.purposes()
    with pytest.raises(BadDeclaration):
        acts.publish_purpose(PURPOSE | change, SYSTEM)
    assert reads.purposes() == before


def test_the_same_declaration_twice_is_one_publication(exchange):
    """Publishing again what is in force changes nothing."""
    from mingtang.platform.exchange.models import Purpose

    acts.publish_purpose(PURPOSE, SYSTEM)
    assert Purpose.objects.filter(code="registering").count() == 1
