"""The group commit: many filings in few transactions, one bad one alone, a full queue said so."""

from __future__ import annotations

import threading

import pytest

from mingtang.city.requests import acts, intake
from mingtang.city.requests.faults import Busy, TextRefused
from mingtang.city.requests.filing import Filed
from mingtang.kernel import MingtangError
from mingtang.platform.ledger.acts import Actor

RESIDENT = Actor("resident")


class _Desk:
    """Stands where ``file_many`` writes: counts the groups, holds them while told to, fails on a bad text as a database would."""

    def __init__(self, monkeypatch) -> None:
        self.groups: list[int] = []
        self.open = threading.Event()
        self.entered = threading.Event()
        self.open.set()
        monkeypatch.setattr(intake, "file_many", self.many)
        monkeypatch.setattr(intake, "file_one", lambda filing, actor: self.many([filing], actor)[0])
        monkeypatch.setattr(intake, "close_old_connections", lambda: None)

    def many(self, filings, actor):
        self.entered.set()
        assert self.open.wait(10)
        self.groups.append(len(filings))
        if any(filing.text == "bad one" for filing in filings):
            raise TextRefused(least=1, most=2, given=3)
        return [Filed(filing.text, "s", "c", "u", (), None) for filing in filings]


@pytest.fixture
def desk(monkeypatch):
    """A desk in place of the database."""
    return _Desk(monkeypatch)


def test_what_waits_while_one_group_is_written_goes_together(desk):
    """While the first filing is written fifty gather, and they are one group; each gets its own answer."""
    desk.open.clear()
    office = intake.Intake()
    first = office.submit(acts.Filing(text="the first"), RESIDENT)
    assert desk.entered.wait(10)
    others = [office.submit(acts.Filing(text=f"no {i}"), RESIDENT) for i in range(50)]
    desk.open.set()
    assert first.result(10).number == "the first"
    assert [other.result(10).number for other in others] == [f"no {i}" for i in range(50)]
    assert desk.groups == [1, 50]
    office.close()


def test_one_bad_filing_fails_alone(desk):
    """The group fails, so each is tried by itself; the good ones are filed and the bad one hears why."""
    desk.open.clear()
    office = intake.Intake()
    office.submit(acts.Filing(text="the first"), RESIDENT)
    assert desk.entered.wait(10)
    answers = [office.submit(acts.Filing(text=text), RESIDENT) for text in ("good", "bad one", "good too")]
    desk.open.set()
    assert (answers[0].result(10).number, answers[2].result(10).number) == ("good", "good too")
    with pytest.raises(TextRefused):
        answers[1].result(10)
    office.close()


def test_a_full_queue_says_so(desk):
    """When the queue is full the filer is told to come back, with 429 and a time."""
    desk.open.clear()
    office = intake.Intake(waiting_most=3)
    office.submit(acts.Filing(text="the first"), RESIDENT)
    assert desk.entered.wait(10)
    for i in range(3):
        office.submit(acts.Filing(text=f"no {i}"), RESIDENT)
    with pytest.raises(Busy) as fault:
        office.submit(acts.Filing(text="one too many"), RESIDENT)
    assert (fault.value.status, fault.value.details["seconds"]) == (429, 2)
    desk.open.set()
    office.close()
    assert sum(desk.groups) == 4


def test_who_stopped_waiting_is_not_filed(desk):
    """A filing whose filer gave up before its turn is dropped, so that a second try does not file it twice."""
    desk.open.clear()
    office = intake.Intake()
    office.submit(acts.Filing(text="the first"), RESIDENT)
    assert desk.entered.wait(10)
    gone = office.submit(acts.Filing(text="gone"), RESIDENT)
    assert gone.cancel()
    desk.open.set()
    office.close()
    assert desk.groups == [1]


def test_a_fault_is_told_before_the_queue(desk):
    """A filing that cannot be taken never waits."""
    office = intake.Intake()
    with pytest.raises(MingtangError):
        office.submit(acts.Filing(text=""), RESIDENT)
    office.close()
    assert desk.groups == []


def test_within_a_transaction_the_callers_own_connection_files(mingzhou):
    """Called inside a transaction the request is filed there, and seen there at once."""
    assert intake.file(acts.Filing(text="停水了"), RESIDENT).unit == "MZ-WATER"
