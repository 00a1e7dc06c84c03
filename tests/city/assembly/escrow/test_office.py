"""The escrow office: money set aside, bound, released by accepted work, paid once; silence, frost and double delivery."""

from datetime import timedelta

import pytest

from mingtang.city.assembly.escrow import acts, reads, treasury
from mingtang.city.assembly.escrow.faults import NoSuchLine, NoSuchProject, TreasuryAway, WordsNeeded
from mingtang.city.assembly.escrow.models import Entry, Milestone, Payment, Transfer
from mingtang.engines import escrow
from mingtang.kernel import now
from mingtang.platform.cases import check, outbox, timers
from mingtang.platform.cases.models import Effect
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from tests.city.assembly.escrow.conftest import BINDING, SYSTEM, commit, contract, encumber


def _sound():
    sequencer.run_once(1000)
    assert ledger.audit().findings == [] and check.faults() == [] and reads.replayed()


def _done(milestone, evidence="坑已挖好，见照片"):
    acts.claim("lift", milestone, evidence, SYSTEM)
    for who in ("p-1", "urban", "head"):
        acts.accept("lift", milestone, who, SYSTEM)


def test_from_the_first_fen_to_the_last_payment(lift):
    """Both milestones accepted, released by themselves, paid once each, hold-back after the warranty, and the project closed."""
    _done(1)
    assert outbox.deliver_due(now()) == 1
    _done(2)
    assert outbox.deliver_due(now()) == 1
    found = reads.project("lift")
    assert found.balances == {"encumbered": 0, "committed": 0, "ordered": 0, "held": 3_000_000, "paid": 57_000_000}
    with pytest.raises(escrow.NotNow):
        acts.release_hold_back("lift", 1, SYSTEM)
    lift.advance(days=1000)
    acts.release_hold_back("lift", 1, SYSTEM)
    outbox.deliver_due(now())
    acts.close("lift", SYSTEM)
    found = reads.project("lift")
    assert found.state == "closed" and found.balances["paid"] == 60_000_000 and all(row.paid_at for row in found.payments)
    assert sum(treasury.payments().values()) == 60_000_000 and len(treasury.payments()) == 3
    assert [act.kind for act in found.acts][:4] == ["escrow.encumber", "escrow.commit", "escrow.contract", "escrow.claim"]
    assert reads.line("renewal").left == 30_000_000
    _sound()


def test_every_step_delivered_twice_is_one_step(lift):
    """Told again, each step seals nothing and moves nothing; the treasury pays an order once."""
    _done(1)
    outbox.deliver_due(now())
    before = (Entry.objects.count(), Transfer.objects.count(), len(reads.project("lift").acts), treasury.payments())
    assert acts.fund("renewal", 90_000_000, SYSTEM, "2026-1") is None
    assert encumber() is None and commit() is None
    assert acts.claim("lift", 1, "坑已挖好，见照片", SYSTEM) is None
    assert acts.accept("lift", 1, "p-1", SYSTEM) is None
    Effect.objects.update(delivered_at=None, wake=now())
    assert outbox.deliver_due(now()) == 1
    assert before == (Entry.objects.count(), Transfer.objects.count(), len(reads.project("lift").acts), treasury.payments())
    _sound()


def test_a_milestone_is_claimed_once_and_after_a_refusal_again(lift):
    """Another claim while one waits is refused; a refusal opens a new round with its own five days."""
    acts.claim("lift", 1, "坑已挖好", SYSTEM)
    with pytest.raises(escrow.AnotherEvent):
        acts.claim("lift", 1, "另一份证明", SYSTEM)
    acts.refuse("lift", 1, "urban", "深度不够", SYSTEM)
    first = reads.project("lift").milestones[0]
    assert (first.state, first.round, first.refusals, first.accept_by) == ("open", 2, ["深度不够"], None)
    _done(1, "已按要求加深")
    assert reads.project("lift").milestones[0].state == "released"
    _sound()


def test_an_acceptor_who_says_nothing_is_told_on_and_nothing_is_paid(lift):
    """After five working days the milestone is marked and the supervision told; the money stays; an acceptance afterwards still counts."""
    acts.claim("lift", 1, "坑已挖好", SYSTEM)
    due = Milestone.objects.get(number=1).accept_by
    assert due - now() >= timedelta(days=6)  # a weekend lies between
    assert timers.fire_due(due - timedelta(seconds=1), 10) == 0
    lift.advance(seconds=(due - now()).total_seconds() + 1)
    assert timers.fire_due(now(), 10) == 1
    found = reads.project("lift")
    assert found.milestones[0].silent and found.milestones[0].state == "claimed" and found.balances["ordered"] == 0
    told = next(act for act in found.acts if act.kind == "escrow.silent")
    assert told.at == due
    for who in ("p-1", "urban", "head"):
        acts.accept("lift", 1, who, SYSTEM)
    assert reads.project("lift").balances["ordered"] == 19_000_000 and not reads.project("lift").milestones[0].silent
    _sound()


@pytest.mark.parametrize("way", ["accept", "refuse"])
def test_an_answer_after_the_time_that_no_worker_saw(lift, way):
    """The deadline's act and the answer come in one step; the audit is clean either way."""
    acts.claim("lift", 1, "坑已挖好", SYSTEM)
    for who in ("p-1", "urban"):
        acts.accept("lift", 1, who, SYSTEM)
    lift.advance(days=30)
    if way == "accept":
        acts.accept("lift", 1, "head", SYSTEM)
    else:
        acts.refuse("lift", 1, "head", "发票不齐", SYSTEM)
    assert reads.project("lift").milestones[0].state == ("released" if way == "accept" else "open")
    assert "escrow.silent" in [act.kind for act in reads.project("lift").acts]
    _sound()


def test_a_frozen_project_pays_when_it_is_unfrozen(lift):
    """Frozen by the auditor, accepted work waits; unfrozen, it is released at once and once."""
    acts.freeze("lift", "抽查", SYSTEM)
    _done(1)
    assert reads.project("lift").milestones[0].state == "accepted" and not Payment.objects.exists()
    acts.unfreeze("lift", "没有问题", SYSTEM)
    assert Payment.objects.get().amount == 19_000_000
    acts.freeze("lift", "再查", SYSTEM)
    _sound()


@pytest.mark.parametrize("change", [{"binding": "sha256:" + "b" * 64}, {"verified_by": ("engine",)}, {"fingerprint": ""}])
def test_no_money_is_bound_by_another_or_unverified_result(town, change):
    """Another action list, one verifier, no fingerprint: refused, and the money can be freed."""
    encumber()
    with pytest.raises((escrow.AnotherDecision, escrow.ResultNotFinal, escrow.BadEvent)):
        commit(**change)
    with pytest.raises(escrow.ResultNotFinal):
        commit(window_until=now() + timedelta(seconds=1))
    with pytest.raises(escrow.NotNow):
        contract()
    acts.free("lift", "表决没有通过", SYSTEM)
    assert reads.line("renewal").left == 90_000_000
    _sound()


def test_nothing_is_promised_without_cover(town):
    """More than the line holds is refused; what two projects ask together too."""
    with pytest.raises(escrow.NotEnough):
        encumber(amount=90_000_001)
    encumber()
    with pytest.raises(escrow.NotEnough):
        encumber("roof", 30_000_001)
    encumber("roof", 30_000_000)
    _sound()


def test_what_is_not_there_is_said(town):
    """Unknown projects, lines, milestones and empty words each have their own refusal."""
    with pytest.raises(NoSuchProject):
        acts.claim("nowhere", 1, "done", SYSTEM)
    with pytest.raises(NoSuchLine):
        acts.fund("nowhere", 1, SYSTEM, "1")
    encumber()
    with pytest.raises(escrow.BadEvent):
        acts.claim("lift", 9, "done", SYSTEM)
    with pytest.raises(WordsNeeded):
        acts.free("lift", " ", SYSTEM)


def test_a_treasury_that_is_away_is_asked_again(lift, settings, tmp_path):
    """The order waits in the outbox and is paid once when the treasury is back."""
    _done(1)
    blocked = tmp_path / "data"
    blocked.mkdir()
    (blocked / "treasury").write_text("a file in the way")
    kept, settings.DATA = settings.DATA, str(blocked)
    assert outbox.deliver_due(now()) == 0
    assert "escrow.treasury_away" in Effect.objects.get().error
    with pytest.raises(TreasuryAway):
        treasury.pay("k", {"payee": "x", "amount": 1})
    settings.DATA = kept
    lift.advance(minutes=5)
    assert outbox.deliver_due(now()) == 1 and len(treasury.payments()) == 1
    _sound()


def test_another_contractor_and_money_that_comes_back(lift):
    """A contract that ends leaves the rest bound; bad work is paid back to the line; a changed row is found."""
    _done(1)
    outbox.deliver_due(now())
    acts.end_contract("lift", "公司破产", SYSTEM)
    acts.claw_back("lift", 1_000_000, "paid", 1, "偷工减料", "back-1", SYSTEM)
    assert reads.line("renewal").left == 31_000_000
    assert BINDING in Payment.objects.get().key
    _sound()
    Payment.objects.update(amount=1)
    assert not reads.replayed() and ledger.audit().findings
