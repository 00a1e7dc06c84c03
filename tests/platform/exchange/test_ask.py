"""Asking: what is handed out, what is logged, what is refused."""

import json
from dataclasses import replace

import pytest

from mingtang.platform.exchange import acts, reads
from mingtang.platform.exchange.faults import NoSuchPurpose, NoSuchSource, NotForThisPurpose
from mingtang.platform.exchange.models import AccessEntry
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from tests.platform.exchange.conftest import ANNA, BORIS, PURPOSE, SYSTEM, wanted


def test_only_what_is_declared_is_handed_out(exchange):
    """A field and a predicate come; the birthday behind the predicate does not."""
    facts = acts.ask(wanted(predicates=("adult",)))
    assert (facts.values, facts.holds) == ({"name": "安禾"}, {"adult": True})
    assert acts.ask(wanted(key=BORIS, fields=(), predicates=("adult",))).holds == {"adult": False}


def test_the_age_changes_on_the_birthday(exchange):
    """The day before the eighteenth birthday no, on it yes, by the city's calendar."""
    from datetime import UTC, datetime

    exchange.set(datetime(2028, 7, 8, 15, 59, tzinfo=UTC))
    assert not acts.ask(wanted(key=BORIS, fields=(), predicates=("adult",))).holds["adult"]
    exchange.advance(minutes=2)
    assert acts.ask(wanted(key=BORIS, fields=(), predicates=("adult",))).holds["adult"]


def test_every_look_is_logged_and_sealed_without_values(exchange):
    """The person sees who, for what, on which ground, which fields; neither the log nor its act holds a value or the number."""
    facts = acts.ask(wanted(predicates=("adult",)))
    (look,) = reads.looks(reads.person_ref(ANNA))
    assert (look.by, look.official, look.purpose, look.ground_kind, look.case) == (
        "T-MARKET",
        "o-1",
        "registering",
        "statutory-duty",
        "t/1",
    )
    assert (look.fields, look.predicates, look.outcome) == (("name",), ("adult",), "given")
    receipt = ledger.receipt(look.receipt)
    written = json.dumps(receipt.document, ensure_ascii=False)
    assert receipt.act.kind == "exchange.access" and receipt.act.id == facts.sealed.id
    assert "安禾" not in written and ANNA not in written and ANNA not in receipt.act.subject
    assert reads.person_ref(ANNA) not in receipt.act.subject + receipt.act.actor_ref
    assert not reads.looks(reads.person_ref(BORIS))


def test_the_signature_proves_what_was_handed_out(exchange):
    """The header verifies under the node's key; a changed header does not; the digest covers the values with the nonce."""
    from hashlib import sha256

    from mingtang.kernel import canonical_json

    facts = acts.ask(wanted())
    assert reads.verifies(facts.header, facts.signature, reads.node_key())
    assert not reads.verifies({**facts.header, "purpose": "other"}, facts.signature, reads.node_key())
    handed = {"found": True, "values": facts.values, "holds": facts.holds, "nonce": facts.nonce}
    assert facts.header["digest"] == sha256(b"mingtang/exchange/values/v1\n" + canonical_json(handed)).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "sharing"},
        {"ground": "consent"},
        {"fields": ("birth",)},
        {"fields": ("faith",)},
        {"fields": ("name; DROP TABLE residents",)},
        {"predicates": ("adult-2",)},
        {"fields": ()},
        {"actor": Actor("official", "o-9", "T-OTHER")},
        {"actor": Actor("resident")},
        {"actor": Actor("anonymous")},
        {"actor": Actor("system", "x")},
    ],
)
def test_what_the_purpose_does_not_allow_is_refused_and_logged(exchange, change):
    """Another purpose, ground, field, predicate or caller: refused, and the refusal stands in the person's list."""
    with pytest.raises(NotForThisPurpose):
        acts.ask(wanted(**change))
    (look,) = reads.looks(reads.person_ref(ANNA))
    assert (look.outcome, look.reason) == ("refused", "exchange.not_for_this_purpose")
    assert ledger.act(look.receipt).kind == "exchange.refuse"


def test_what_is_not_in_force_cannot_be_asked(exchange):
    """An unknown source, an unknown purpose, an ended purpose."""
    for change, fault in (({"source": "x"}, NoSuchSource), ({"purpose": "x"}, NoSuchPurpose)):
        with pytest.raises(fault):
            acts.ask(wanted(**change))
    acts.end_purpose("registering", SYSTEM, "test")
    with pytest.raises(NoSuchPurpose):
        acts.ask(wanted())


def test_several_are_asked_together_or_none(exchange):
    """One refusal among several: what was fetched is thrown away and logged as withheld."""
    assert [facts.found for facts in acts.ask_many([wanted(), wanted(key=BORIS)])] == [True, True]
    with pytest.raises(NotForThisPurpose):
        acts.ask_many([wanted(), wanted(key=BORIS, fields=("faith",))])
    assert [look.outcome for look in reads.looks(reads.person_ref(ANNA))] == ["withheld", "given"]
    assert [look.outcome for look in reads.looks(reads.person_ref(BORIS))] == ["refused", "given"]


def test_a_record_that_is_not_there_is_told_and_logged(exchange):
    """Nobody by this number: not found, no field, no predicate holds; the look is in the log."""
    nobody = ANNA[:-1] + "0"
    facts = acts.ask(wanted(key=nobody, predicates=("adult", "known")))
    assert (facts.found, facts.values, facts.holds) == (False, {}, {"adult": False, "known": False})
    assert reads.looks(reads.person_ref(nobody))[0].outcome == "none"


def test_a_delayed_look_comes_by_its_rule(exchange):
    """Under a published delay rule the entry is shown when its days have passed, not before."""
    delay = {"days": 30, "rule": {"zh": "调查期间暂缓告知", "en": "Notice is put off while an inquiry runs"}}
    acts.publish_purpose(PURPOSE | {"delay": delay}, SYSTEM)
    acts.ask(wanted())
    assert reads.looks(reads.person_ref(ANNA)) == []
    exchange.advance(days=30)
    assert len(reads.looks(reads.person_ref(ANNA))) == 1


def test_the_log_only_grows(exchange):
    """An entry can be neither changed nor deleted through the model; changed past it, the audit names the row."""
    acts.ask(wanted())
    entry = AccessEntry.objects.get()
    entry.purpose = "other"
    with pytest.raises(Exception, match="(?i)unique|duplicate"):
        from django.db import transaction

        with transaction.atomic():
            entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    AccessEntry.objects.update(actor_unit="T-NOBODY")
    from mingtang.platform.ledger import sequencer

    sequencer.run_once(1000)
    assert any("exchange.accessentry" in str(finding) for finding in ledger.audit().findings)


def test_the_key_never_shows(exchange):
    """Neither the asking's representation nor an error carries the identity number."""
    asked = wanted(applicant=BORIS)
    assert ANNA not in repr(asked) and BORIS not in repr(asked)
    with pytest.raises(NotForThisPurpose) as refused:
        acts.ask(replace(asked, fields=("faith",)))
    assert ANNA not in repr(refused.value) + refused.value.message("zh")
