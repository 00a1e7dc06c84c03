"""Beginning, moving, rescheduling and opening again."""

import pytest
from django.db import transaction

from mingtang.engines.bpmn import TimerUnclear
from mingtang.platform.cases import acts, reads
from mingtang.platform.cases.models import Case, Event, Timer
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import seal
from mingtang.platform.ledger.models import Act
from tests.platform.cases.conftest import AT, draft, limits

pytestmark = pytest.mark.django_db


def move(ref, task, rev=None, verb="step", **facts):
    return acts.move(acts.Move(ref, task, facts, draft(verb, ref), rev))


def test_a_case_begins_with_its_task_its_timers_and_one_act(office):
    """One start is one case row, one row a timer, one event and one act in whose body the transition is told."""
    (moved,) = office.start("office/1")
    assert (moved.rev, moved.tasks, moved.ended) == (1, ("handle",), False)
    view = reads.case("office/1")
    assert [(t.node, t.rule, t.calendar) for t in view.timers] == [("half", "limits.dmn#sha256:1", "cn-2026/natural"), ("full", "limits.dmn#sha256:1", "cn-2026/natural")]
    assert [event.act for event in view.events] == [moved.sealed.id]
    assert Act.objects.count() == 1
    body = ledger.receipt(moved.sealed.id).document["body"]
    assert body["words"] == "file"
    assert body["case"]["path"] == ["a", "g", "handle"] and body["case"]["process"] == office.graph.hash


def test_the_case_is_among_the_rows_of_the_act(office, monkeypatch):
    """The state of the case is bound to the act: the case is the last of the draft's rows, as it stands after the act."""
    given = []
    from mingtang.platform.cases import transitions

    real = transitions.seal_many
    monkeypatch.setattr(transitions, "seal_many", lambda drafts: given.extend(drafts) or real(drafts))
    office.start("office/1")
    move("office/1", "handle")
    assert [(row.ref, row.rev) for d in given for row in d.rows] == [("office/1", 1), ("office/1", 2)]
    assert all(row.pk for d in given for row in d.rows)


def test_moves_lead_to_the_end_and_cancel_what_is_no_longer_waited_for(office):
    """Handled and confirmed: the timers go with the steps, the case ends, four revisions tell it."""
    office.start("office/1")
    assert move("office/1", "handle").tasks == ("confirm",)
    assert [t.node for t in reads.case("office/1").timers] == ["silent"]
    assert move("office/1", "confirm").ended
    assert not Timer.objects.exists()
    assert [event.kind for event in reads.case("office/1").events] == ["office.file", "office.step", "office.step"]


def test_outcome_belongs_to_one_step(office):
    """An outcome given once does not decide the next step, and a service on a person's way is told within the person's act."""
    office.start("office/1")
    moved = move("office/1", "handle", outcome="tell")
    assert office.verbs("office/1") == ["tell"]
    assert Act.objects.count() == 2
    assert reads.case("office/1").events[-1].body["services"] == {"tell": {"level": "tell"}}
    assert moved.tasks == ("confirm",)
    move("office/1", "confirm")
    assert reads.case("office/1").facts["outcome"] is None


def test_what_cannot_be_is_refused_and_leaves_nothing(office):
    """Unknown case, wrong task, stale revision, ended case: each its own error, and no row or act remains of the try."""
    office.start("office/1")
    for fault, call in [
        (acts.NoSuchCase, lambda: move("office/9", "handle")),
        (acts.NoSuchTask, lambda: move("office/1", "confirm")),
        (acts.NoSuchTask, lambda: move("office/1", "nothing")),
        (acts.StaleCase, lambda: move("office/1", "handle", rev=7)),
        (acts.CaseExists, lambda: office.start("office/2", "office/1")),
        (acts.CaseExists, lambda: office.start("office/3", "office/3")),
        (TimerUnclear, lambda: office.start("office/4", facts={"limits": {"half": None}})),
    ]:
        with pytest.raises(fault), transaction.atomic():
            call()
    assert (Case.objects.count(), Event.objects.count(), Act.objects.count()) == (1, 1, 1)
    move("office/1", "handle")
    move("office/1", "confirm")
    with pytest.raises(acts.CaseEnded):
        move("office/1", "handle")
    with pytest.raises(acts.CaseEnded):
        acts.reschedule("office/1", {}, draft("extend", "office/1"))


def test_an_ended_case_is_opened_again_by_its_message_start(office):
    """Reopening is a move named after the message start; the same case goes on with new limits."""
    office.start("office/1")
    move("office/1", "handle")
    move("office/1", "confirm")
    moved = move("office/1", "again", **limits("2026-04-05T15:59:59Z", "2026-04-09T15:59:59Z"))
    assert (moved.rev, moved.tasks) == (4, ("handle",))
    assert Timer.objects.count() == 2


def test_an_extension_moves_the_deadlines_and_makes_no_step(office):
    """Rescheduled deadlines stand at the new time; a pause takes them away, its end sets them."""
    office.start("office/1")
    moved = acts.reschedule("office/1", limits("2026-03-06T15:59:59Z", "2026-03-16T15:59:59Z"), draft("extend", "office/1"))
    assert moved.tasks == ("handle",)
    assert [t.due.day for t in reads.case("office/1").timers] == [6, 16]
    acts.reschedule("office/1", limits("", ""), draft("pause", "office/1"))
    assert not Timer.objects.exists()
    acts.reschedule("office/1", limits(), draft("resume", "office/1"))
    assert Timer.objects.count() == 2


def test_several_moves_of_one_case_are_made_one_after_another(office):
    """A batch may move the same case twice; the order is kept and each move is an act."""
    office.start("office/1", "office/2")
    moved = acts.move_many([acts.Move(ref, task, {}, draft(task, ref)) for ref, task in (
        ("office/1", "handle"), ("office/2", "handle"), ("office/1", "confirm"))])
    assert [(m.ref, m.rev, m.ended) for m in moved] == [("office/1", 2, False), ("office/2", 2, False), ("office/1", 3, True)]
    assert [m.sealed.kind for m in moved] == ["office.handle", "office.handle", "office.confirm"]


def test_the_act_joins_the_callers_transaction(office):
    """What the caller rolls back leaves neither case nor act."""
    with pytest.raises(RuntimeError), transaction.atomic():
        office.start("office/1")
        raise RuntimeError
    assert not Case.objects.exists() and not Act.objects.exists()


def test_a_case_stays_with_the_process_it_began_under(office):
    """A new version of the process opens new cases; the old ones end under theirs."""
    from mingtang.engines import bpmn
    from tests.platform.cases.conftest import OFFICE

    office.start("office/1")
    old, office.graph = office.graph, bpmn.load(OFFICE.replace(b'<sendTask id="tell"', b'<sendTask name="new" id="tell"'))
    office.start("office/2")
    assert reads.case("office/1").version == old.hash != reads.case("office/2").version
    assert move("office/1", "handle").tasks == ("confirm",)


def test_the_legal_time_of_a_filing_is_that_of_its_draft(office):
    """An imported case counts its relative deadlines from when it was filed."""
    from datetime import timedelta

    office.start("office/1", at=AT - timedelta(days=3))
    assert Case.objects.get().started_at == AT - timedelta(days=3)


def test_a_late_deadline_fires_before_the_step_that_comes_after_it(office, still):
    """The worker was away: the move first fires what had passed, at its legal time, then makes its step."""
    office.start("office/1")
    still.advance(days=4)
    move("office/1", "handle")
    kinds = [(e.kind, e.at.day) for e in reads.case("office/1").events]
    assert kinds == [("office.file", 2), ("office.remind", 5), ("office.step", 6)]


def test_a_deadline_that_interrupts_wins_over_a_later_step(office, still):
    """The confirmation came after its time, so the case is already over."""
    office.start("office/1")
    move("office/1", "handle")
    still.advance(days=9)
    with pytest.raises(acts.CaseEnded):
        move("office/1", "confirm")


def test_events_are_append_only(office):
    """An event that stands cannot be saved again."""
    office.start("office/1")
    with pytest.raises(TypeError):
        Event.objects.get().save()


def test_a_seal_of_another_act_leaves_the_case_alone(office):
    """Acts that make no step are sealed by the office itself."""
    office.start("office/1")
    with transaction.atomic():
        seal(draft("note", "office/1"))
    assert reads.case("office/1").rev == 1


def test_the_diagram_tells_where_the_case_stands(office):
    """The drawing names the present step in words and marks it."""
    office.start("office/1")
    for language in ("zh-hans", "en"):
        svg = reads.diagram("office/1", language)
        assert svg.startswith("<svg") and 'aria-current="step"' in svg and "handle" in svg


def test_facts_beyond_the_bound_are_refused(office):
    """Facts are what the process needs, not an archive."""
    with pytest.raises(acts.bpmn.WayTooLong):
        office.start("office/1", facts={**limits(), "text": "x" * 300_000})


