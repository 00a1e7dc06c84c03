"""What happens by itself: escalation on the dot, silence recorded as silence, parked matters reviewed."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest

from mingtang.city.requests import acts, reads
from mingtang.city.requests.models import Update
from mingtang.kernel import MingtangError, now
from mingtang.platform.cases import check, timers
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from tests.city.requests.conftest import RESIDENT, official

WATER = official("MZ-WATER")
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def _work() -> int:
    fired = 0
    while count := timers.fire_due(now(), 500):
        fired += count
    return fired


def _escalations(number: str) -> list[tuple[datetime, dict]]:
    return [
        (act.at, ledger.receipt(act.id).document["body"])
        for act in ledger.acts_of(f"requests/{number}")
        if act.kind == "requests.escalate"
    ]


def test_an_unanswered_request_escalates_in_four_steps_each_at_its_legal_time(water, mingzhou):
    """At 12 h the officer, at 19.2 h the head, at 24 h public flag and supervision order, at 48 h the city."""
    for hours, level, overdue in ((11.99, 0, False), (12, 1, False), (19.2, 2, False), (24, 3, True), (48, 4, True)):
        mingzhou.set(START + timedelta(hours=hours, seconds=30))
        _work()
        view = reads.public(water.number)
        assert (view.level, view.overdue, view.supervised) == (level, overdue, overdue), hours
    assert [at for at, _ in _escalations(water.number)] == [START + timedelta(hours=h) for h in (12, 19.2, 24, 48)]
    assert [row.number for row in reads.board("overdue").rows] == [water.number]


def test_a_week_without_the_worker_escalates_each_step_once(water, mingzhou):
    """After a week every step fires once, in order, with the time it was due."""
    mingzhou.advance(days=7)
    assert _work() == 4
    assert _work() == 0
    assert [(at, body["level"]) for at, body in _escalations(water.number)] == [
        (START + timedelta(hours=h), level) for level, h in enumerate((12, 19.2, 24, 48), 1)
    ]


@pytest.mark.parametrize("step", ["reply", "extend", "park", "accept"])
def test_a_step_after_a_week_without_the_worker_leaves_a_clean_audit(water, mingzhou, step):
    """The escalations and the step come in one go: every row is as its latest act sealed it."""
    if step == "accept":
        mingzhou.advance(days=7)
    acts.accept(water.number, WATER)
    mingzhou.advance(days=7)
    if step == "reply":
        acts.reply(water.number, "水管接头已经更换，请查看。", WATER)
    elif step == "park":
        acts.park(water.number, "等待配件到货，暂时无法更换", date(2026, 6, 1), WATER)
    elif step == "extend":
        with suppress(MingtangError):  # after its time there is no extension; what came before must hold all the same
            acts.extend(water.number, "配件缺货，正在调配", WATER)
    sequencer.run_once(1000)
    assert ledger.audit().findings == [] and check.faults() == []


def test_the_supervision_order_names_the_unit_and_the_limit(water, mingzhou):
    """The act at 100 % carries the order, and the rule version that gave the limit."""
    mingzhou.advance(hours=25)
    _work()
    order = _escalations(water.number)[2][1]
    assert order["order"] == {"kind": "supervision", "unit": "MZ-WATER", "overdue_since": "2026-03-03T01:00:00Z"}
    assert order["limit"]["rule"].startswith("limits.dmn#sha256:")


def test_a_late_reply_escalated_first_although_no_worker_ran(water, mingzhou):
    """A unit that answers after the limit cannot slip past it: the missed steps are sealed before the reply, and the row
    stays true.
    """
    acts.accept(water.number, WATER)
    mingzhou.advance(hours=30)
    acts.reply(water.number, "已修好，恢复供水。", WATER)
    view = reads.public(water.number)
    assert (view.state, view.level, view.overdue, view.responded) == ("replied", 3, True, False)
    kinds = [act.kind for act in ledger.acts_of(f"requests/{water.number}")]
    assert kinds.index("requests.reply") > max(i for i, kind in enumerate(kinds) if kind == "requests.escalate")


def test_an_answered_request_does_not_escalate(water, mingzhou):
    """After the reply the feedback steps are gone."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, "已修好，恢复供水。", WATER)
    mingzhou.advance(days=3)
    assert _work() == 0
    assert reads.public(water.number).level == 0


def test_silence_after_the_reply_is_recorded_as_silence(water, mingzhou):
    """Nobody confirms within five working days: closed, unconfirmed, neither solved nor satisfied."""
    acts.accept(water.number, WATER)
    acts.reply(water.number, "已修好，恢复供水。", WATER)
    mingzhou.advance(days=8)
    _work()
    view = reads.public(water.number)
    assert (view.state, view.confirmation, view.solved, view.satisfied) == ("closed", "expired", None, None)
    assert view.closed_at == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)


def test_a_pause_ends_by_itself_at_its_cap(mingzhou):
    """Nobody resumes: the limit runs on after the cap and the request escalates."""
    filed = acts.file(acts.Filing(text="路灯不亮", category="urban.works.light"), RESIDENT)
    urban = official("MZ-URBAN")
    acts.accept(filed.number, urban)
    acts.pause(filed.number, "expert", "等待检测结果出来", urban)
    due = reads.public(filed.number).feedback_due
    mingzhou.set(due - timedelta(minutes=1))
    _work()
    assert reads.public(filed.number).overdue is False
    mingzhou.set(due + timedelta(minutes=1))
    _work()
    assert reads.public(filed.number).overdue is True


def test_a_parked_matter_does_not_escalate_and_its_missed_review_is_flagged(mingzhou):
    """While parked no feedback step fires; when the review date passes it is put before supervision and stays parked."""
    filed = acts.file(acts.Filing(text="路灯不亮", category="urban.works.light"), RESIDENT)
    urban = official("MZ-URBAN")
    acts.accept(filed.number, urban)
    acts.park(filed.number, "需列入明年预算", date(2026, 4, 1), urban, ground="funding")
    mingzhou.set(datetime(2026, 4, 1, 15, tzinfo=UTC))
    _work()
    assert (reads.public(filed.number).overdue, reads.public(filed.number).supervised) == (False, False)
    mingzhou.set(datetime(2026, 4, 1, 16, tzinfo=UTC))
    _work()
    view = reads.public(filed.number)
    assert (view.state, view.parked, view.supervised, view.overdue) == ("parked", True, True, False)
    assert reads.full(filed.number).halts[0].review_missed is True


def test_a_request_that_nobody_dispatches_is_put_before_supervision(unplaced, mingzhou):
    """The desk's own limit passes: supervised, though no unit is to blame."""
    mingzhou.advance(hours=25)
    _work()
    view = reads.public(unplaced.number)
    assert (view.supervised, view.overdue, view.level) == (True, False, 0)


def test_a_supervision_step_is_public(water, mingzhou):
    """Officer and head are told within the house; the overdue step stands on the public page."""
    mingzhou.advance(hours=49)
    _work()
    assert list(Update.objects.filter(verb="escalate").values_list("at", flat=True).order_by("at")) == [
        START + timedelta(hours=24),
        START + timedelta(hours=48),
    ]


@pytest.mark.parametrize("count", [40])
def test_a_batch_escalates_alike(mingzhou, count):
    """Many requests due at once are each escalated once."""
    filed = acts.file_many([acts.Filing(text="停水了", category="utility.water.outage") for _ in range(count)], RESIDENT)
    mingzhou.advance(hours=24, seconds=1)
    assert _work() == 3 * count
    assert {reads.public(f.number).level for f in filed} == {3}
