"""Filing: what comes in, what is refused, and what two acts say of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies

from mingtang.city.requests import acts, reads
from mingtang.city.requests.faults import FieldRefused, NoSuchCategory, TextRefused, WrongSecret
from mingtang.city.requests.filing import checked
from mingtang.city.requests.models import Contact, Request
from mingtang.kernel import MingtangError, now
from mingtang.platform.ledger.acts import Actor

RESIDENT = Actor("resident")
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_a_filing_gets_a_number_a_secret_two_receipts_and_a_limit(water):
    """Water without supply goes to the water company within 24 hours, as filing and dispatch."""
    assert water.number.startswith("MZ26-") and len(water.number) == 13
    assert (water.category, water.unit, len(water.acts)) == ("utility.water.outage", "MZ-WATER", 2)
    assert water.due == NOW + timedelta(hours=24)
    assert reads.by_secret(water.number, water.secret).text == "望潮街道小区停水三天了"


def test_the_secret_itself_is_not_kept(water):
    """The database holds a hash of the secret, and a wrong one opens nothing."""
    assert water.secret not in repr(Request.objects.values().get(number=water.number))
    with pytest.raises(WrongSecret):
        reads.by_secret(water.number, water.secret[:-1] + "!")


def test_a_category_is_proposed_from_the_text_with_its_words(mingzhou):
    """The words that chose the category stand in the suggestion."""
    found = reads.suggest("楼下烧烤店油烟太大，晚上噪音扰民")
    assert {"env.air.smoke", "env.noise.living"} <= {suggestion.code for suggestion in found}
    assert "油烟" in next(s for s in found if s.code == "env.air.smoke").words


def test_danger_makes_an_emergency(mingzhou):
    """A text that speaks of danger is answered within two hours."""
    filed = acts.file(acts.Filing(text="路面塌陷，有人被困", category="urban.works.road"), RESIDENT)
    assert filed.due == NOW + timedelta(hours=2)


def test_what_no_office_is_named_for_waits_at_the_desk(unplaced):
    """Without category and place no unit is guessed: only the filing is sealed and a person dispatches."""
    assert (unplaced.unit, len(unplaced.acts), reads.public(unplaced.number).state) == ("", 1, "dispatching")


def test_a_known_outside_key_is_filed_once(mingzhou):
    """The same source and external id give the same request, within a batch and after it."""
    filing = acts.Filing(text="路灯不亮", source="la311", external_id="1-2")
    first, again = acts.file_many([filing, filing], RESIDENT)
    later = acts.file(filing, RESIDENT)
    assert first.number == again.number == later.number
    assert (first.known, again.known, later.known) == (False, True, True)
    assert Request.objects.count() == 1


def test_one_bad_filing_refuses_the_batch_and_says_where(mingzhou):
    """Nothing of a batch is written when one of it cannot be taken."""
    with pytest.raises(TextRefused) as fault:
        acts.file_many([acts.Filing(text="路灯不亮"), acts.Filing(text=" ")], RESIDENT)
    assert fault.value.path == "filings[1].text"
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("change", "fault", "path"),
    [
        ({"text": "x" * 5001}, TextRefused, "text"),
        ({"category": "no.such.thing"}, NoSuchCategory, "category"),
        ({"place": acts.Place(latitude=91.0, longitude=0.0)}, FieldRefused, "lat"),
        ({"place": acts.Place(latitude=float("nan"), longitude=0.0)}, FieldRefused, "lat"),
        ({"place": acts.Place(latitude=1.0)}, FieldRefused, "long"),
        ({"place": acts.Place(street="MZ-D9-S9")}, FieldRefused, "place.street"),
        ({"place": acts.Place(district="nowhere")}, FieldRefused, "place.district"),
        ({"filed_at": datetime(2030, 1, 1, tzinfo=UTC)}, FieldRefused, "filed_at"),
        ({"filed_at": datetime(2026, 1, 1)}, FieldRefused, "filed_at"),
        ({"attributes": {"x": "y" * 9000}}, FieldRefused, "attributes"),
        ({"media": (acts.Attachment(),) * 7}, FieldRefused, "media"),
        ({"external_id": "x" * 121}, FieldRefused, "external_id"),
        ({"reporter": acts.Reporter(name="x" * 121)}, FieldRefused, "name"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_place(mingzhou, change, fault, path):
    """Each field out of bounds is refused with its path, and nothing is written."""
    with pytest.raises(fault) as refused:
        acts.file(acts.Filing(**{"text": "路灯不亮", **change}), RESIDENT)
    assert refused.value.path == path
    assert not Request.objects.exists()


@given(strategies.text(max_size=300))
def test_any_text_is_taken_or_refused_politely(text):
    """Whatever characters come in, the check answers with a tidy text or one of our refusals."""
    try:
        tidy = checked(acts.Filing(text=text), NOW).text
    except MingtangError:
        return
    assert tidy == tidy.strip() and "\x00" not in tidy
    tidy.encode("utf-8")


def test_control_characters_and_lone_surrogates_are_dropped(mingzhou):
    """A text with a null byte or half a surrogate is kept without them, so every database can hold it."""
    filed = acts.file(acts.Filing(text="路灯\x00不亮\ud800了"), RESIDENT)
    assert reads.full(filed.number).text == "路灯不亮了"


def test_how_to_reach_the_reporter_is_kept_apart(mingzhou):
    """Name and telephone stand in their own table, and no public view has them."""
    filed = acts.file(acts.Filing(text="路灯不亮", reporter=acts.Reporter(name="某人", phone="13800000000")), RESIDENT)
    assert Contact.objects.get(request__number=filed.number).phone == "13800000000"
    assert "13800000000" not in repr(reads.public(filed.number))
    assert reads.full(filed.number).reporter == acts.Reporter(name="某人", phone="13800000000")


def test_what_was_settled_elsewhere_comes_in_with_its_end(mingzhou):
    """A closed request of another system brings four acts with their legal times and sets no timer on the past."""
    filed_at = now() - timedelta(days=30)
    settled = acts.Settled(filed_at + timedelta(days=10), "修好了", filed_at + timedelta(days=11))
    filed = acts.file(acts.Filing(text="路灯不亮", filed_at=filed_at, settled=settled, source="x", external_id="7"), RESIDENT)
    view = reads.public(filed.number)
    assert (view.state, view.responded, view.closed_at, len(filed.acts)) == ("closed", False, settled.closed_at, 4)
    assert view.confirmation == "" and view.solved is None


@pytest.mark.parametrize(("replied", "closed"), [(-40, None), (1, None), (-10, -20)])
def test_a_settlement_out_of_order_is_refused(mingzhou, replied, closed):
    """Answered before it was filed, in the future, or closed before it was answered: refused."""
    at = now()
    settled = acts.Settled(at + timedelta(days=replied), "", at + timedelta(days=closed) if closed else None)
    with pytest.raises(FieldRefused):
        acts.file(acts.Filing(text="路灯不亮", filed_at=at - timedelta(days=30), settled=settled), RESIDENT)
