"""From a proposal to what it does: support, admission by contract, the vote, execution by itself, the money back where it fails."""

from datetime import date

import pytest

from mingtang.city.assembly import actions, acts, alike, execution, reads
from mingtang.city.assembly.elections import acts as elections
from mingtang.city.assembly.elections import acts_count
from mingtang.city.assembly.elections import reads as votes
from mingtang.city.assembly.escrow import acts as escrow
from mingtang.city.assembly.escrow import reads as money
from mingtang.city.assembly.faults import ActionsRefused, NoSuchDuty, NoSuchProposal, NotAdmitted, NotNow, NotYours, NotYourUnit, WordsNeeded
from mingtang.city.assembly.models import Duty, Executed
from mingtang.engines.escrow import draw_jury
from mingtang.kernel import MingtangError, now
from mingtang.platform.cases import check, outbox, timers
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from mingtang.platform.ledger.acts import Actor
from tests.city.assembly.conftest import ACTIONS, COMMITTEE, SYSTEM, opened, propose, resident, supported
from tests.city.assembly.elections.conftest import ballot, count, end


def _sound():
    sequencer.run_once(2000)
    assert ledger.audit().findings == [] and check.faults() == [] and money.replayed()


def _decide(held, yes, no):
    for voter in range(yes + no):
        elections.cast(held.code, ballot(held, voter, [[1, 0]] if voter < yes else [[0, 1]]))
    end(held)
    count(held)
    held.clock.advance(hours=72, seconds=1)
    assert timers.fire_due(now(), 10) == 1


def test_a_neighbourhood_decides_on_a_lift_and_sees_the_money_released(town):
    """Proposed, supported, admitted, voted, final, money bound, tender and case entrusted, works accepted, paid; all from one action list."""
    code = supported(propose())
    assert money.line("renewal").left == 90_000_000
    held = opened(town, code)
    assert money.line("renewal").left == 30_000_000 and money.project(code).state == "encumbered"
    binding = reads.proposal(code).row.binding
    assert binding in votes.description(held.code).decode()
    _decide(held, 14, 6)
    told = reads.proposal(code)
    assert told.row.state == "carried" and [one.kind for one in told.executed] == [one["do"] for one in ACTIONS]
    assert sorted(duty.unit for duty in told.duties) == ["MZ-D1-S1", "MZ-WATER"]
    found = money.project(code)
    assert found.state == "committed" and found.fingerprint == votes.outcome(held.code).fingerprint and found.binding == binding
    jury = draw_jury(found.fingerprint, reads.supporters(code), 2)
    acceptors = (*(escrow.Acceptor(one, "resident") for one in jury), escrow.Acceptor("urban", "engineer"), escrow.Acceptor("head", "finance"))
    listed = [escrow.Milestone(1, "基坑", "Pit", 20_000_000, date(2026, 6, 1), "photo", 3, acceptors),
              escrow.Milestone(2, "电梯", "Lift", 40_000_000, date(2026, 9, 1), "inspection", 3, acceptors)]
    escrow.contract(code, "明州电梯安装公司", listed, actor=COMMITTEE, warranty_until=date(2028, 9, 1))
    escrow.claim(code, 1, "坑已挖好", Actor("agency", "", "MZ-BUILD"))
    for one in (jury[0], "urban", "head"):
        escrow.accept(code, 1, one, SYSTEM)
    assert outbox.deliver_due(now(), 10) == 1
    assert money.project(code).balances["paid"] == 19_000_000
    acts.answer(next(duty.code for duty in told.duties if duty.unit == "MZ-WATER"), "水管已迁移，4 月 2 日完工。", Actor("official", "water", "MZ-WATER"))
    _sound()


def test_a_vote_that_does_not_carry_gives_the_money_back(town):
    """More no than yes: nothing is executed, the line has its money again."""
    code = supported(propose())
    _decide(opened(town, code), 8, 12)
    assert reads.proposal(code).row.state == "failed" and not Executed.objects.exists() and not Duty.objects.exists()
    assert money.line("renewal").left == 90_000_000 and money.project(code).state == "freed"
    _sound()


def test_a_vote_that_is_annulled_gives_the_money_back(town):
    """A trustee's key lost: annulled, and the proposal failed with it."""
    code = supported(propose())
    held = opened(town, code)
    acts_count.annul(held.code, "保管人丢失密钥", COMMITTEE)
    assert reads.proposal(code).row.state == "failed" and money.line("renewal").left == 90_000_000
    _sound()


def test_told_twice_it_executes_once(town):
    """Double delivery of the result changes nothing; neither does a result about another action list."""
    code = supported(propose())
    held = opened(town, code)
    _decide(held, 14, 6)
    before = (Executed.objects.count(), Duty.objects.count(), len(money.project(code).entries))
    execution.on_settled(votes.outcome(held.code))
    execution.on_settled(votes.outcome(held.code))
    assert before == (Executed.objects.count(), Duty.objects.count(), len(money.project(code).entries))


def test_if_execution_fails_the_result_is_not_final(town, monkeypatch):
    """The books refuse: the election stays tallied with the hindrance named, and settles when it can."""
    code = supported(propose())
    held = opened(town, code)
    good, once = escrow.commit, []

    def refuse_once(*given, **more):
        if not once:
            once.append(1)
            raise NotNow(state="books closed")
        return good(*given, **more)

    monkeypatch.setattr(escrow, "commit", refuse_once)
    _decide(held, 14, 6)
    assert votes.outcome(held.code).state == "tallied" and reads.proposal(code).row.state == "voting" and not Executed.objects.exists()
    acts_count.settle(held.code)
    assert votes.outcome(held.code).state == "final" and reads.proposal(code).row.state == "carried"
    _sound()


@pytest.mark.parametrize(("changes", "people", "word"), [({}, 1, "one in twenty"), ({"works": "private"}, 3, "own property"), ({"works": "elections"}, 3, "Statutory"),
                                                         ({"actions": [ACTIONS[0] | {"amount": 90_000_001}]}, 3, "enough left")])
def test_the_contract_admits_nothing_that_lacks_something(town, changes, people, word):
    """Support, subject and money, each refused with its reason in both languages; nothing is set aside."""
    code = supported(propose(**changes), people)
    with pytest.raises(NotAdmitted) as caught:
        opened(town, code)
    assert word in caught.value.message("en") and caught.value.message("zh") != caught.value.message("en")
    assert money.line("renewal").left == 90_000_000 and reads.proposal(code).row.state == "gathering"
    _sound()


def test_an_amendment_is_a_new_version_and_the_old_stays(town):
    """Only who made it may change it; the hash changes with the list; who supported the earlier version is shown as such; not once voting is open."""
    code = supported(propose())
    first = reads.proposal(code).row.binding
    with pytest.raises(NotYours):
        acts.amend(code, "改一改", "六层楼里住着十二位老人，上下楼很吃力。", ACTIONS, "改", resident(2))
    acts.amend(code, "给三号楼加装电梯", "六层楼里住着十二位老人，上下楼很吃力。", [ACTIONS[0] | {"amount": 50_000_000}, *ACTIONS[1:]], "报价降低了", resident(1))
    acts.support(code, "p-0", resident(0))
    told = reads.proposal(code)
    assert (told.supporters, told.of_this_version, len(told.versions)) == (3, 1, 2) and told.row.binding != first == told.versions[0].binding
    opened(town, code)
    with pytest.raises(NotNow):
        acts.amend(code, "给三号楼加装电梯", "六层楼里住着十二位老人，上下楼很吃力。", ACTIONS, "再改", resident(1))
    _sound()


def test_support_counts_once_and_can_be_taken_back(town):
    """Twice is once; withdrawn it is gone; no act says who."""
    code = propose()
    assert acts.support(code, "p-5", resident(5)) and acts.support(code, "p-5", resident(5)) is None
    assert acts.withdraw_support(code, "p-5", resident(5)) and acts.withdraw_support(code, "p-5", resident(5)) is None
    assert reads.proposal(code).supporters == 0
    for _, document in ledger.documents(f"proposals/{code}"):
        assert document["kind"] == "assembly.propose" or "p-5" not in str(document["actor"])
    _sound()


def test_questions_and_duplicates(town):
    """Asked and answered in public by who may; a near duplicate is found and merged, supporters counted once."""
    code = supported(propose())
    other = propose(title="三号楼装电梯", words="六层楼里住着十二位老人，每天上下楼很吃力。")
    acts.support(other, "p-2", resident(2))
    acts.support(other, "p-9", resident(9))
    propose(title="小区门口加路灯", words="晚上太黑，孩子放学看不清路。", works="light")
    ((near, value),) = reads.near("MZ-D1-S1", "三号楼装电梯", "六层楼里住着十二位老人，每天上下楼很吃力。", but=other)
    assert near.code == code and value > 0.5
    acts.merge(other, code, "说的是同一部电梯", COMMITTEE)
    assert reads.proposal(code).supporters == 4 and reads.proposal(other).row.merged_into == code
    question = acts.ask(code, "谁来出运行费？", resident(7))
    with pytest.raises(NotYours):
        acts.answer_question(question, "不知道", resident(8))
    acts.answer_question(question, "按楼层分摊", resident(1))
    assert reads.proposal(code).questions[0].answer == "按楼层分摊"
    _sound()


def test_what_is_entrusted_and_not_answered_is_flagged(town):
    """By its date: flagged in public, the head told; another unit cannot answer for it; an answer afterwards still counts."""
    code = supported(propose())
    _decide(opened(town, code), 14, 6)
    duty = next(one for one in reads.duties() if one.unit == "MZ-WATER")
    with pytest.raises(NotYourUnit):
        acts.answer(duty.code, "不是我的事", COMMITTEE)
    town.advance(days=20, seconds=1)
    assert timers.fire_due(now(), 10) == 1
    assert reads.duty(duty.code).late
    acts.answer(duty.code, "晚了，已经办好", Actor("official", "water", "MZ-WATER"))
    with pytest.raises(NoSuchDuty):
        acts.answer(duty.code, "再答一次", Actor("official", "water", "MZ-WATER"))
    _sound()


def test_an_answer_after_the_time_that_no_worker_saw(town):
    """The deadline's act and the answer come in one step; the row is late, and the audit is clean."""
    code = supported(propose())
    _decide(opened(town, code), 14, 6)
    duty = next(one for one in reads.duties() if one.unit == "MZ-WATER")
    town.advance(days=40)
    acts.answer(duty.code, "晚了，已经办好", Actor("official", "water", "MZ-WATER"))
    assert reads.duty(duty.code).late and [act.kind for act in ledger.acts_of(f"duties/{duty.code}")] == ["assembly.entrust", "assembly.overdue", "assembly.answer"]
    _sound()


@pytest.mark.parametrize("bad", [[], {}, None, "x", [{}], [{"do": "steal"}], [{"do": ["reserve_budget"]}], [ACTIONS[0], ACTIONS[0]], [{"do": "release", "milestone": 1}],
                                 [ACTIONS[0], ACTIONS[2], ACTIONS[2]], [ACTIONS[0] | {"amount": 0}], [ACTIONS[0] | {"amount": True}], [ACTIONS[0] | {"amount": 1.5}],
                                 [ACTIONS[0] | {"extra": 1}], [{"do": "publish", "what": ""}], [{"do": "publish", "what": "\x00"}], [{"do": "publish", "what": "x" * 201}],
                                 [ACTIONS[5]] * 51, [{"do": "open_case", "unit": "MZ", "what": "x", "days": 9999}]])
def test_an_action_list_that_is_not_well_formed_is_refused(bad):
    """Kinds, fields, types and bounds, with the place."""
    with pytest.raises(ActionsRefused):
        actions.read(bad)


def test_unknown_lines_units_and_empty_words_are_refused(town):
    """Each with its own refusal."""
    for changes in ({"actions": [ACTIONS[0] | {"line": "nowhere"}]}, {"actions": [ACTIONS[1] | {"unit": "NOWHERE"}]}, {"unit": "NOWHERE"}):
        with pytest.raises(MingtangError) as caught:
            propose(**changes)
        assert caught.value.code.split(".")[0] in ("escrow", "people")
    for changes in ({"title": "x"}, {"words": " "}, {"works": "war"}):
        with pytest.raises(WordsNeeded):
            propose(**changes)
    with pytest.raises(NoSuchProposal):
        acts.support("P-NONE", "p-1", resident(1))


def test_the_hash_is_that_of_the_canonical_list():
    """Order of fields does not matter, order of actions and every value do."""
    same = actions.read([dict(reversed(list(one.items()))) for one in ACTIONS])
    assert actions.binding(same) == actions.binding(actions.read(ACTIONS))
    assert len({actions.binding(actions.read(listed)) for listed in (ACTIONS, ACTIONS[::-1], ACTIONS[:-1])}) == 3


def test_likeness_needs_no_dictionary():
    """The same is 1, nothing in common is 0, nearly the same lies between; Chinese and English."""
    assert alike.nearest("加装电梯", [("a", "加装电梯"), ("b", "路灯")]) == [("a", 1.0)]
    (one,) = alike.nearest("Please add a lift to building three", [("a", "please add lift to building 3"), ("b", "More trees")])
    assert one[0] == "a" and 0.35 <= one[1] < 1
    assert alike.nearest("", [("a", "x")]) == []
