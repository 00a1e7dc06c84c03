"""What the ledger's audit and the oracle find when someone changes a case's rows behind the acts."""

from datetime import UTC, datetime

import pytest

from mingtang.kernel import now
from mingtang.platform.cases import acts, check, timers
from mingtang.platform.cases.models import Case, Event, Timer
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.audit import audit
from tests.platform.cases.conftest import draft, limits

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(office, still):
    """Three cases that have lived: begun, a deadline fired, one moved, one rescheduled; all in the log."""
    office.start("office/1", "office/2", "office/3", facts={**limits(), "share": 0.5, "count": 3, "words": "字 é"})
    still.set(datetime(2026, 3, 6, tzinfo=UTC))
    timers.fire_due(now(), 100)
    acts.move(acts.Move("office/2", "handle", {"outcome": "tell"}, draft("step", "office/2")))
    acts.reschedule("office/3", limits("2026-03-08T00:00:00Z"), draft("extend", "office/3"))
    while sequencer.run_once(1000):
        pass
    return office


def _cases_named(outcome):
    return [str(finding.where) for finding in outcome.findings if "cases.case" in str(finding.where)]


def test_the_audit_of_lived_cases_is_clean(lived):
    """Every case is as its latest act fixed it, whatever way it came there."""
    assert _cases_named(audit()) == []
    assert check.faults() == []


@pytest.mark.parametrize("change", [{"rev": 9}, {"ended_at": datetime(2026, 1, 1, tzinfo=UTC)}, {"facts": {}}, {"state": {"next": 1, "tokens": []}}, {"process": "sha256:0"}])
def test_a_changed_case_is_named_by_the_audit(lived, change):
    """A changed revision, end, fact, state or process does not fit the latest act."""
    row = Case.objects.get(ref="office/2")
    before = {name: getattr(row, name) for name in change}
    Case.objects.filter(pk=row.pk).update(**change)
    assert _cases_named(audit()) == [f"cases.case/{row.pk}"]
    Case.objects.filter(pk=row.pk).update(**before)


def test_a_deadline_changed_behind_the_case_is_found_by_the_oracle(lived):
    """A timer put off, dropped or added does not fit the state; an event taken away does not fit the revision."""
    timer = Timer.objects.get(case__ref="office/1")
    due = timer.due
    Timer.objects.filter(pk=timer.pk).update(due=datetime(2099, 1, 1, tzinfo=UTC))
    assert any("office/1" in fault for fault in check.faults())
    Timer.objects.filter(pk=timer.pk).update(due=due)
    assert check.faults() == []
    event = Event.objects.get(case__ref="office/1", rev=2)
    Event.objects.filter(pk=event.pk).update(rev=5)
    assert any("events" in fault for fault in check.faults())
    Event.objects.filter(pk=event.pk).update(rev=2)
