"""Deadlines: in order, once, at their legal time, and one failure never in the way of the others."""

from datetime import UTC, datetime, timedelta

import pytest

from mingtang.kernel import now
from mingtang.platform.cases import acts, reads, timers
from mingtang.platform.cases.models import Event, Timer
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.ledger.models import Act
from tests.platform.cases.conftest import AT, draft, limits

pytestmark = pytest.mark.django_db


def test_nothing_fires_before_its_time(office, still):
    """A second before the due time nothing happens; at the due time it fires."""
    office.start("office/1")
    still.set(datetime(2026, 3, 5, 15, 59, 58, tzinfo=UTC))
    assert timers.fire_due(now(), 100) == 0
    still.advance(seconds=1)
    assert timers.fire_due(now(), 100) == 1
    assert timers.fire_due(now(), 100) == 0
    assert office.verbs("office/1") == ["remind"]


def test_a_firing_is_one_transition_and_one_act_at_its_legal_time(office, still):
    """Two services on the way of one timer: one act, the draft of the last, the first told within it."""
    office.start("office/1")
    still.set(datetime(2026, 3, 9, 16, 30, tzinfo=UTC))
    assert timers.fire_due(now(), 100) == 2
    assert office.verbs("office/1") == ["remind", "flag", "remind"]
    half, full = reads.case("office/1").events[1:]
    assert (half.kind, half.at) == ("office.remind", datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC))
    assert (full.kind, full.at) == ("office.remind", datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC))
    assert full.body["services"] == {"flag": {"level": "flag"}}
    assert full.body["timer"] == {"node": "full", "due": "2026-03-09T15:59:59Z", "rule": "limits.dmn#sha256:1", "calendar": "cn-2026/natural"}
    assert full.recorded_at == now()
    assert Act.objects.count() == 3
    assert Act.objects.get(id=full.act).at == full.at


def test_a_handler_is_told_the_timer_its_times_and_its_rule(office, still):
    """The firing names the timer, the legal and the present time, the rule and the calendar."""
    office.start("office/1")
    still.advance(days=4)
    timers.fire_due(now(), 100)
    firing = office.asked[0][1]
    assert (firing.node, firing.service, firing.due, firing.fired) == ("half", "remind", datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC), now())
    assert (firing.timer.rule, firing.timer.calendar) == ("limits.dmn#sha256:1", "cn-2026/natural")
    assert firing.facts["limits"]["half"]["due"] == "2026-03-05T15:59:59Z"


def test_a_week_without_the_worker_ends_where_it_would_have_ended_with_it(office, still):
    """Deadlines set by late deadlines have passed too: all fire, in order, once, each at its legal time."""
    office.start("office/1", "office/2")
    acts.move(acts.Move("office/1", "handle", {}, draft("step", "office/1")))
    still.advance(days=14)
    assert timers.fire_due(now(), 100) == 3
    assert reads.case("office/1").ended
    assert reads.case("office/1").events[-1].at == AT + timedelta(hours=48)
    assert office.verbs("office/2") == ["remind", "flag", "remind"]
    assert timers.fire_due(now(), 100) == 0


def test_many_fire_in_few_batches(office, still):
    """More deadlines than a batch holds all fire, each case once."""
    office.start(*(f"office/{i}" for i in range(57)))
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    assert timers.fire_due(now(), 1000, batch=10) == 57
    assert sorted(firing.ref for _, firing in office.asked) == sorted(f"office/{i}" for i in range(57))
    assert Event.objects.count() == 114


def test_the_limit_bounds_what_one_call_does(office, still):
    """A call does about as many as it was told and leaves the rest to the next."""
    office.start(*(f"office/{i}" for i in range(30)))
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    assert timers.fire_due(now(), 10, batch=5) == 10
    assert timers.fire_due(now(), 100) == 20


def test_one_that_fails_waits_alone(office, still):
    """The broken case's timer is put off and visible, with the kind of the fault and nothing personal; all others fire."""
    office.broken = {"office/3"}
    office.start(*(f"office/{i}" for i in range(6)))
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    assert timers.fire_due(now(), 100) == 5
    (stuck,) = reads.stuck_timers()
    assert (stuck.name, stuck.what, stuck.attempts, stuck.error) == ("office/3", "half", 1, "ValueError")
    assert stuck.waits == now() + timedelta(minutes=1)
    assert timers.fire_due(now(), 100) == 0


def test_after_five_failures_it_waits_for_the_operator_who_may_try_again(office, still):
    """Put off four times, then stuck; the operator's retry is an act, and what is mended fires at its legal time."""
    office.broken = {"office/1"}
    office.start("office/1")
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    for _ in range(6):
        assert timers.fire_due(now(), 100) == 0
        still.advance(hours=3)
    (stuck,) = reads.stuck_timers()
    assert (stuck.attempts, stuck.waits) == (5, None)
    assert reads.counts()["timers_stuck"] == 1
    office.broken = set()
    assert timers.fire_due(now(), 100) == 0
    sealed = acts.retry_timer(stuck.id, Actor("official", "MZ-9001"))
    assert sealed.kind == "cases.retry"
    assert timers.fire_due(now(), 100) == 1
    assert reads.case("office/1").events[-1].at == datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)
    with pytest.raises(acts.NothingToRetry):
        acts.retry_timer(stuck.id, Actor("official", "MZ-9001"))


def test_a_stuck_deadline_does_not_hold_up_the_later_ones_of_its_case(office, still):
    """The later deadline of the same case fires although the earlier is set aside."""
    office.broken = {"office/1"}
    office.start("office/1")
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    timers.fire_due(now(), 100)
    office.broken = set()
    Timer.objects.filter(node="half").update(wake=None)
    still.set(datetime(2026, 3, 10, tzinfo=UTC))
    assert timers.fire_due(now(), 100) == 1
    assert office.verbs("office/1") == ["flag", "remind"]


def test_a_stuck_deadline_does_not_stop_a_person(office, still):
    """The official may still move the case on; the stuck deadline goes with the step."""
    office.broken = {"office/1"}
    office.start("office/1")
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    timers.fire_due(now(), 100)
    acts.move(acts.Move("office/1", "handle", {}, draft("step", "office/1")))
    assert not reads.stuck_timers()


def test_a_handler_that_answers_wrongly_is_refused(office, still):
    """Fewer drafts than firings is a fault of the handler, kept on the timer."""
    from mingtang.platform.cases import handlers

    handlers.register("office.remind", lambda firings: [])
    office.start("office/1")
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    assert timers.fire_due(now(), 100) == 0
    assert reads.stuck_timers()[0].error.startswith("cases.handler_broken")


def test_lag_is_how_late_the_earliest_is(office, still):
    """Lag counts from the earliest deadline that should have fired."""
    assert timers.lag(now()) == timedelta()
    office.start("office/1", facts=limits("2026-03-02T01:10:00Z"))
    assert timers.lag(now()) == timedelta()
    still.advance(minutes=11)
    assert timers.lag(now()) == timedelta(minutes=1)
