"""The unit in charge: acceptance, return, joint handling, extension, pause, parking, exclusion, reply, confirmation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mingtang.city.requests import acts, reads
from mingtang.city.requests.faults import (
    AlreadyDone,
    DateRefused,
    FieldRefused,
    GroundRefused,
    NoExtension,
    NoSuchRequest,
    NoSuchUnit,
    NotNow,
    NotYourUnit,
    ReasonNeeded,
    SecondOfficialNeeded,
    TextRefused,
    WrongSecret,
)
from mingtang.city.requests.models import Joint
from tests.city.requests.conftest import RESIDENT, official

CITY = official("MZ", "clerk")
WATER = official("MZ-WATER")
REASON = "理由写在这里"
WHY = "水管接头已经更换，请查看。"


@pytest.fixture
def ordinary(mingzhou):
    """An ordinary request, accepted by the urban management bureau."""
    filed = acts.file(acts.Filing(text="路灯不亮", category="urban.works.light"), RESIDENT)
    acts.accept(filed.number, official("MZ-URBAN"))
    return filed


URBAN = official("MZ-URBAN")


def test_who_first_accepts_leads_to_the_end(ordinary):
    """A transfer gives the work to another unit; the lead unit and the limit stay."""
    before = reads.public(ordinary.number)
    acts.dispatch(ordinary.number, "MZ-POWER", CITY, REASON)
    after = reads.public(ordinary.number)
    assert (after.unit, after.lead_unit, after.feedback_due) == ("MZ-POWER", "MZ-URBAN", before.feedback_due)
    acts.propose_return(ordinary.number, REASON, official("MZ-POWER"))
    acts.approve_return(ordinary.number, CITY, REASON, unit="MZ-PARKS")
    assert reads.public(ordinary.number).lead_unit == "MZ-URBAN"


def test_only_the_unit_in_charge_acts(water):
    """Another unit may not accept; the city may."""
    with pytest.raises(NotYourUnit):
        acts.accept(water.number, official("MZ-GAS"))
    acts.accept(water.number, CITY)


def test_the_district_may_act_for_its_street(mingzhou):
    """A street's request may be accepted by its own district, not by another."""
    filed = acts.file(
        acts.Filing(text="物业不管", category="urban.property.service", place=acts.Place(street="MZ-D2-S3")), RESIDENT
    )
    with pytest.raises(NotYourUnit):
        acts.accept(filed.number, official("MZ-D1"))
    acts.accept(filed.number, official("MZ-D2"))


def test_a_return_takes_a_second_official_and_the_clock_runs_on(water):
    """Who proposes cannot approve; meanwhile the limit is what it was; nothing else can be done."""
    due = reads.public(water.number).feedback_due
    acts.propose_return(water.number, REASON, WATER)
    with pytest.raises(SecondOfficialNeeded):
        acts.approve_return(water.number, WATER, REASON)
    assert (reads.public(water.number).state, reads.public(water.number).feedback_due) == ("returning", due)
    with pytest.raises(NotNow):
        acts.accept(water.number, WATER)
    acts.approve_return(water.number, CITY, REASON)
    assert (reads.public(water.number).state, reads.public(water.number).unit) == ("dispatching", "")


def test_a_refused_return_changes_nothing(water):
    """After a refusal the request is where it was."""
    acts.propose_return(water.number, REASON, WATER)
    acts.approve_return(water.number, CITY, REASON, approve=False)
    assert (reads.public(water.number).state, reads.public(water.number).unit) == ("sent", "MZ-WATER")
    assert reads.full(water.number).proposals[0].approved is False


def test_an_approved_return_with_a_target_is_dispatched_at_once(water, mingzhou):
    """The unit proposed has it in the same transaction, with a limit of its own."""
    mingzhou.advance(hours=10)
    acts.propose_return(water.number, REASON, WATER, target="MZ-HOUSING")
    acts.approve_return(water.number, CITY, REASON)
    view = reads.public(water.number)
    assert (view.state, view.unit, view.feedback_due) == ("sent", "MZ-HOUSING", datetime(2026, 3, 3, 11, tzinfo=UTC))


def test_a_return_needs_a_reason_and_a_known_ground(water):
    """A short reason and an unknown ground are refused, and one proposal waits at most."""
    with pytest.raises(ReasonNeeded):
        acts.propose_return(water.number, "不", WATER)
    with pytest.raises(GroundRefused):
        acts.propose_return(water.number, REASON, WATER, ground="tired")
    with pytest.raises(NoSuchUnit):
        acts.propose_return(water.number, REASON, WATER, target="MZ-NOWHERE")


def test_departments_called_must_arrive_and_both_sides_are_scored(ordinary, mingzhou):
    """A department called has the class's limit to arrive; each side scores the other once."""
    acts.call_joint(ordinary.number, ["MZ-POWER", "MZ-D1-S1"], REASON, URBAN)
    power, street = official("MZ-POWER"), official("MZ-D1-S1")
    mingzhou.advance(hours=3)
    acts.arrive(ordinary.number, "MZ-POWER", power, "电缆无故障")
    with pytest.raises(AlreadyDone):
        acts.arrive(ordinary.number, "MZ-POWER", power)
    mingzhou.advance(days=4)
    acts.arrive(ordinary.number, "MZ-D1-S1", street)
    assert [joint.in_time for joint in Joint.objects.order_by("unit")] == [False, True]
    acts.score_joint(ordinary.number, "MZ-POWER", 95, URBAN, "到场及时配合")
    acts.score_joint(ordinary.number, "MZ-POWER", 80, power, "召集情况清楚")
    with pytest.raises(AlreadyDone):
        acts.score_joint(ordinary.number, "MZ-POWER", 1, URBAN, REASON)
    with pytest.raises(NotYourUnit):
        acts.score_joint(ordinary.number, "MZ-POWER", 50, street, REASON)
    with pytest.raises(FieldRefused):
        acts.score_joint(ordinary.number, "MZ-D1-S1", 101, URBAN, REASON)


def test_a_department_is_called_once_and_not_by_itself(ordinary):
    """Calling the same department again, the unit itself or nobody is refused."""
    acts.call_joint(ordinary.number, ["MZ-POWER"], REASON, URBAN)
    for units, fault in ((["MZ-POWER"], AlreadyDone), (["MZ-URBAN"], AlreadyDone), ([], FieldRefused), (["MZ-X"], NoSuchUnit)):
        with pytest.raises(fault):
            acts.call_joint(ordinary.number, units, REASON, URBAN)


def test_an_extension_is_given_once_with_a_reason(ordinary):
    """Seven days become fourteen, once; the reason is public."""
    before = reads.public(ordinary.number).feedback_due
    acts.extend(ordinary.number, "需要定制灯杆，等待到货", URBAN)
    assert reads.public(ordinary.number).feedback_due == before + timedelta(days=7)
    with pytest.raises(AlreadyDone):
        acts.extend(ordinary.number, REASON, URBAN)
    assert "需要定制灯杆，等待到货" in [update.text for update in reads.updates(ordinary.number)]


def test_supply_and_emergencies_have_no_extension(water):
    """No water cannot wait longer."""
    acts.accept(water.number, WATER)
    with pytest.raises(NoExtension):
        acts.extend(water.number, REASON, WATER)


def test_a_pause_stops_the_limit_up_to_its_cap(ordinary, mingzhou):
    """While paused the limit stands; resumed, it runs on; each ground serves once."""
    before = reads.public(ordinary.number).feedback_due
    mingzhou.advance(days=1)
    acts.pause(ordinary.number, "expert", REASON, URBAN)
    assert reads.public(ordinary.number).paused and reads.public(ordinary.number).feedback_due > before
    with pytest.raises(NotNow):
        acts.reply(ordinary.number, WHY, URBAN)
    mingzhou.advance(days=3)
    acts.resume(ordinary.number, URBAN)
    assert reads.public(ordinary.number).feedback_due == before + timedelta(days=3)
    with pytest.raises(AlreadyDone):
        acts.pause(ordinary.number, "expert", REASON, URBAN)
    with pytest.raises(GroundRefused):
        acts.pause(ordinary.number, "holiday", REASON, URBAN)


def test_a_parked_matter_has_a_reason_and_a_review_date_and_is_visible(ordinary, mingzhou):
    """Parked until a day within the class's limit; taken up again, the time parked does not count."""
    before = reads.public(ordinary.number).feedback_due
    with pytest.raises(DateRefused):
        acts.park(ordinary.number, REASON, date(2026, 3, 1), URBAN)
    with pytest.raises(DateRefused):
        acts.park(ordinary.number, REASON, date(2027, 3, 1), URBAN)
    mingzhou.advance(days=1)
    acts.park(ordinary.number, REASON, date(2026, 5, 1), URBAN, ground="funding")
    assert reads.public(ordinary.number).due == datetime(2026, 5, 1, 15, 59, 59, tzinfo=UTC)
    assert [row.number for row in reads.board("parked").rows] == [ordinary.number]
    mingzhou.advance(days=20)
    acts.unpark(ordinary.number, URBAN, REASON)
    view = reads.public(ordinary.number)
    assert (view.state, view.parked, view.feedback_due) == ("handling", False, before + timedelta(days=20))


def test_an_exclusion_takes_an_official_of_the_city_who_did_not_propose_it(ordinary):
    """The unit proposes; neither the proposer nor another of the same unit decides; the exclusion is on the public board."""
    acts.propose_exclusion(ordinary.number, "duplicate", REASON, URBAN)
    with pytest.raises(AlreadyDone):
        acts.propose_exclusion(ordinary.number, "duplicate", REASON, URBAN)
    with pytest.raises(NotYourUnit):
        acts.approve_exclusion(ordinary.number, official("MZ-URBAN", "other"), REASON)
    acts.approve_exclusion(ordinary.number, CITY, REASON)
    assert [row.number for row in reads.board("excluded").rows] == [ordinary.number]


def test_the_city_may_not_approve_its_own_exclusion(ordinary):
    """The same official of the city cannot do both."""
    acts.propose_exclusion(ordinary.number, "false_report", REASON, CITY)
    with pytest.raises(SecondOfficialNeeded):
        acts.approve_exclusion(ordinary.number, CITY, REASON)


def test_the_resident_confirms_and_the_request_ends(water, mingzhou):
    """Contacted, solved, satisfied: closed, with the answer on record."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, WHY, WATER)
    assert reads.public(water.number).state == "replied"
    with pytest.raises(WrongSecret):
        acts.confirm(water.number, "guess", True, True, True)
    acts.confirm(water.number, water.secret, True, True, False, "速度可以")
    view = reads.public(water.number)
    assert (view.state, view.confirmation, view.solved, view.satisfied, view.responded) == ("closed", "given", True, False, True)
    with pytest.raises(NotNow):
        acts.confirm(water.number, water.secret, True, True, True)


def test_not_solved_goes_back_to_the_lead_unit_with_a_new_limit(water, mingzhou):
    """The lead unit has it again at once; the answer stays until the next one."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, WHY, WATER)
    mingzhou.advance(hours=30)
    acts.confirm(water.number, water.secret, True, False, False)
    view = reads.public(water.number)
    assert (view.state, view.unit, view.reopened, view.solved) == ("handling", "MZ-WATER", 1, False)
    assert view.feedback_due == datetime(2026, 3, 3, 7, tzinfo=UTC) + timedelta(hours=24)


def test_after_three_times_unsolved_stays_unsolved(water):
    """The fourth "not solved" closes the request as unsolved; supervision sees it."""
    acts.accept(water.number, WATER)
    for _ in range(4):
        acts.reply(water.number, WHY, WATER)
        acts.confirm(water.number, water.secret, True, False, False)
    view = reads.public(water.number)
    assert (view.state, view.solved, view.reopened) == ("closed", False, 3)
    assert [row.number for row in reads.board("unsolved").rows] == [water.number]


def test_nobody_contacted_me_counts_as_no_response(water):
    """A reply in time does not count where the resident says nobody contacted him."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, WHY, WATER)
    acts.confirm(water.number, water.secret, False, True, True)
    assert reads.public(water.number).responded is False


def test_an_ended_request_can_be_reopened_within_thirty_days(water, mingzhou):
    """Reopened it goes to its lead unit; after thirty days it is too late."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, WHY, WATER)
    acts.confirm(water.number, water.secret, True, True, True)
    mingzhou.advance(days=29)
    acts.reopen(water.number, water.secret, "又停水了，请再处理")
    assert (reads.public(water.number).state, reads.public(water.number).closed_at) == ("handling", None)
    acts.reply(water.number, WHY, WATER)
    acts.confirm(water.number, water.secret, True, True, True)
    mingzhou.advance(days=31)
    with pytest.raises(NotNow):
        acts.reopen(water.number, water.secret, "又停水了，请再处理")


def test_an_answer_is_yes_or_no(water):
    """Anything but true or false is refused."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, WHY, WATER)
    with pytest.raises(FieldRefused):
        acts.confirm(water.number, water.secret, True, None, True)


def test_a_photo_is_public_only_after_an_official_released_it(mingzhou):
    """Filed with a picture: the public sees none until the unit in charge releases it, and none again after it is taken back."""
    digest = "a" * 64
    filed = acts.file(acts.Filing(text="停水了", media=(acts.Attachment(digest, "image/jpeg", 1000, 10, 10),)), RESIDENT)
    assert reads.pictures(filed.number) == [] and reads.by_secret(filed.number, filed.secret).pictures[0].sha256 == digest
    with pytest.raises(NotYourUnit):
        acts.release_photo(filed.number, digest, official("MZ-GAS"))
    with pytest.raises(FieldRefused):
        acts.release_photo(filed.number, "b" * 64, WATER)
    acts.release_photo(filed.number, digest, WATER)
    assert [picture.sha256 for picture in reads.pictures(filed.number)] == [digest]
    acts.release_photo(filed.number, digest, WATER, released=False)
    assert reads.pictures(filed.number) == []


def test_an_unknown_number_is_not_found(mingzhou):
    """A number that was never given is refused as such."""
    with pytest.raises(NoSuchRequest):
        acts.accept("MZ26-00000000", CITY)


def test_a_reply_has_words(water):
    """An empty reply is refused."""
    acts.accept(water.number, WATER)
    with pytest.raises(TextRefused):
        acts.reply(water.number, " ", WATER)


def test_replies_and_reasons_are_masked_before_they_are_public(water):
    """A telephone number in a reply does not reach the public page."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, "请致电13812345678咨询", WATER)
    assert "13812345678" not in reads.public(water.number).reply
    assert "13812345678" in reads.by_secret(water.number, water.secret).reply
