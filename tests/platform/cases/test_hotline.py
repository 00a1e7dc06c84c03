"""The hotline's own process through the case engine: every task, every deadline, every way back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from mingtang.engines import bpmn
from mingtang.kernel import now
from mingtang.platform.cases import acts, check, handlers, reads, timers
from mingtang.platform.ledger.acts import Actor, Draft
from tests.platform.cases.conftest import draft, limit

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
REF = "requests/MZ26-7KQ4M2XD"


def limits(day: int, parking: str = "") -> dict:
    """Limits that begin on that day of March: dispatch the same day, feedback over four days, confirmation on the sixth."""
    def at(later: int) -> dict:
        return limit(f"2026-03-{day + later:02}T00:00:00Z")

    feedback = {"half": at(1), "most": at(2), "full": at(3), "city": at(4)}
    return {"limits": {"dispatch": {"full": at(0)}, "feedback": feedback, "confirm": {"full": at(6)}, "parking": {"full": limit(parking) if parking else None}}}


class Hotline:
    """The pack's process; the handlers write down which deadline called them."""

    name, hash = "hotline", "sha256:hotline"

    def __init__(self):
        self.graph = bpmn.load((ROOT / "scenes/hotline/process.bpmn").read_bytes())
        self.fired = []

    def process(self):
        return self.graph

    def handler(self, firings):
        self.fired += [firing.node for firing in firings]
        return [Draft(f"requests.{firing.service}", firing.ref, Actor("system", "limits"), {}) for firing in firings]


@pytest.fixture
def hotline(still):
    """The hotline with its handlers; every case is re-checked afterwards."""
    made = Hotline()
    before = dict(handlers._handlers)
    for name in made.graph.handlers:
        handlers.register(name, made.handler)
    yield made
    handlers._handlers.update(before)
    assert check.faults() == []


def begin(hotline, unit="MZ-WATER", day=3):
    return acts.start_many(hotline, [acts.Start(REF, {"unit": unit, **limits(day)}, draft("file", REF))])[0]


def step(task, outcome=None, **facts):
    return acts.move(acts.Move(REF, task, {"outcome": outcome, **facts}, draft(task, REF))).tasks


def until(still, hotline, day, hour=1):
    still.set(datetime(2026, 3, day, hour, tzinfo=UTC))
    hotline.fired.clear()
    timers.fire_due(now(), 100)
    return hotline.fired


def test_a_request_goes_straight_to_its_office_and_escalates_in_four_steps(hotline, still):
    """Officer, head, supervision, city: each at its time, while the request stays with the office."""
    assert begin(hotline).tasks == ("handle",)
    assert [until(still, hotline, day)[:] for day in (4, 5, 6, 7, 8)] == [["feedback_half"], ["feedback_most"], ["feedback_full"], ["feedback_city"], []]
    assert reads.case(REF).tasks == ("handle",)


def test_a_request_without_office_is_dispatched_by_hand_and_told_when_late(hotline, still):
    """Dispatch has its own deadline; dispatched, the feedback deadlines run."""
    assert begin(hotline, unit="").tasks == ("dispatch",)
    assert until(still, hotline, 3) == ["dispatch_overdue"]
    assert step("dispatch", **limits(4)) == ("handle",)
    assert until(still, hotline, 5) == ["feedback_half"]


def test_a_return_is_reviewed_while_the_deadlines_run_on(hotline, still):
    """Proposing a return wins no time; rejected, nothing fires a second time; approved, it goes back to the desk."""
    begin(hotline)
    until(still, hotline, 4)
    assert step("handle", "return") == ("review_return",)
    assert until(still, hotline, 5) == ["feedback_most"]
    assert step("review_return", "rejected") == ("handle",)
    assert until(still, hotline, 5, 2) == []
    step("handle", "return")
    assert step("review_return", "approved", **limits(9)) == ("dispatch",)
    assert step("dispatch", **limits(9)) == ("handle",)
    assert until(still, hotline, 10) == ["feedback_half"]


def test_a_parked_matter_is_reviewed_and_taken_up_with_new_limits(hotline, still):
    """Parked, the feedback deadlines rest and the review date runs; taken up, new limits hold."""
    begin(hotline)
    assert step("handle", "park", **limits(3, parking="2026-03-20T00:00:00Z")) == ("parked",)
    assert until(still, hotline, 19) == []
    assert until(still, hotline, 20) == ["parking_review"]
    assert reads.case(REF).tasks == ("parked",)
    assert step("parked", "unpark", **limits(21)) == ("handle",)
    assert until(still, hotline, 22) == ["feedback_half"]


def test_a_reply_is_confirmed_or_expires_and_an_ended_request_is_reopened(hotline, still):
    """Not solved goes back; silence ends the case as not confirmed; asking again opens it."""
    begin(hotline)
    assert step("handle", "reply") == ("confirm",)
    assert step("confirm", "unsolved", **limits(3)) == ("handle",)
    assert step("handle", "reply") == ("confirm",)
    assert until(still, hotline, 9) == ["confirm_expired"]
    assert reads.case(REF).ended
    assert reads.case(REF).events[-1].kind == "requests.expire_confirmation"
    assert step("reopen", **limits(12)) == ("handle",)
    assert step("handle", "reply") == ("confirm",)
    assert step("confirm", "solved") == ()
    assert reads.case(REF).ended


def test_a_pause_holds_the_deadlines(hotline, still):
    """Null limits while paused; resumed, the later deadlines fire and none twice."""
    begin(hotline)
    until(still, hotline, 4)
    paused = limits(3)
    paused["limits"]["feedback"] = dict.fromkeys(("half", "most", "full", "city"))
    acts.reschedule(REF, paused, draft("pause", REF))
    assert until(still, hotline, 9) == []
    acts.reschedule(REF, limits(8), draft("resume", REF))
    assert until(still, hotline, 10) == ["feedback_half", "feedback_most"]
