"""The elections office: a whole vote, and everything that may go wrong with it."""

import json
import sqlite3

import pytest

from mingtang.city.assembly.elections import acts, acts_count, head, reads, record, registrar, settled
from mingtang.city.assembly.elections.faults import (
    BallotRefused,
    BoardRolledBack,
    NoSuchElection,
    NotEntitled,
    NotInThisState,
    ObjectionOpen,
    PaperCounts,
    PlanRefused,
    ShareRefused,
    TooFewVoters,
    VerifiersDisagree,
)
from mingtang.city.assembly.elections.models import CastBallot, Election
from mingtang.engines import ballots
from mingtang.kernel import now
from mingtang.platform.cases import check, timers
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger import sequencer
from tests.city.assembly.elections.conftest import BINDING, BOARD, KIND, QUESTION, SYSTEM, ballot, count, end, plan, prepare, share, start
from tests.engines.ballots.conftest import changed


@pytest.fixture
def told(monkeypatch):
    """What those who registered were told."""
    found = []
    monkeypatch.setattr(settled, "_told", [found.append])
    return found


def _sound():
    sequencer.run_once(1000)
    assert ledger.audit().findings == [] and check.faults() == []


def test_a_whole_vote(vote, told):
    """Cast, replaced, closed by time, decrypted by three, counted, final after its window by two verifiers, told once."""
    for voter in range(10):
        acts.cast(vote.code, ballot(vote, voter, [[1, 0]] if voter < 7 else [[0, 1]]))
    assert acts.cast(vote.code, ballot(vote, 9, [None])).replaced
    end(vote)
    assert reads.outcome(vote.code).state == "closed"
    count(vote)
    outcome = reads.outcome(vote.code)
    assert outcome.counts == [[1, 7, 2]] and (outcome.turnout, outcome.electorate, outcome.passed, outcome.state) == (10, 24, True, "tallied")
    assert told == []
    vote.clock.advance(hours=72, seconds=1)
    assert timers.fire_due(now(), 10) == 1
    outcome = reads.outcome(vote.code)
    assert told == [outcome] and outcome.state == "final" and outcome.binding == BINDING
    assert outcome.verified_by == ["mingtang.engines.ballots", "verify/election.py"]
    verdict = ballots.verify(reads.archive(vote.code))
    assert verdict.election.fingerprint == outcome.fingerprint and BINDING in verdict.election.text
    assert timers.fire_due(now(), 10) == 0 and len(told) == 1
    _sound()


def test_the_archive_only_grows(vote):
    """Each copy of the archive is the beginning of every later one."""
    copies = [reads.archive(vote.code)]
    for voter in range(3):
        acts.cast(vote.code, ballot(vote, voter, [[1, 0]]))
        copies.append(reads.archive(vote.code))
    end(vote)
    copies.append(reads.archive(vote.code))
    count(vote)
    copies.append(reads.archive(vote.code))
    for earlier, later in zip(copies, copies[1:], strict=False):
        assert later.startswith(earlier) and later != earlier
        ballots.verify(later, earlier)


@pytest.mark.parametrize(("change", "check"), [
    (lambda b: b["answers"][0]["choices"].reverse(), "hash of the ballot"),
    (lambda b: b.__setitem__("election_hash", "x" * 43), "ballot of this election"),
    (lambda b: b["answers"][0]["choices"][0].__setitem__("alpha", "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"), "hash of the ballot"),
    (lambda b: b["answers"][0].pop("blank_proof"), "hash of the ballot"),
    (lambda b: b.__setitem__("note", 1), "exact fields"),
])
def test_an_altered_ballot_is_refused_by_name(vote, change, check):
    """The check that fails is named, and nothing is on the board."""
    with pytest.raises(BallotRefused) as caught:
        acts.cast(vote.code, changed(ballot(vote, 0, [[1, 0]]).decode(), change).encode())
    assert caught.value.details["check"] == check and reads.board(vote.code) == []


def test_five_votes_in_one_ciphertext_and_strange_ballots_are_refused(vote):
    """More than one vote, an unlisted credential, the same ballot again, bytes that are no text, far too many bytes."""
    row = reads.election(vote.code)
    election = ballots.Election.parse(row.text)
    secret = ballots.credential_secret(KIND, row.uuid, vote.credentials[0])
    value = json.loads(ballot(vote, 0, [[1, 0]]))
    del value["signature"]
    beta = KIND.read(value["answers"][0]["choices"][1]["beta"], "")
    value["answers"][0]["choices"][1]["beta"] = KIND.write(KIND.mul(beta, KIND.exp(4)))
    digest = ballots.fingerprint(ballots.compact(value))
    from mingtang.engines.ballots.proofs import prove_knowledge

    forged = ballots.compact({**value, "signature": {"hash": digest, "proof": prove_knowledge(KIND, f"sig|{digest}", secret)}}).encode()
    good = ballot(vote, 1, [[0, 1]])
    acts.cast(vote.code, good)
    stranger = ballots.cast(election, ballots.random_exponent(KIND), [[1, 0]]).encode()
    for raw, check_ in ((forged, "each value is 0 or 1"), (stranger, "credential is listed"), (good, "no ballot stands twice"), (b"\xff\xfe", "UTF-8"),
                        (b"x" * 2_000_001, "size"), (b"", "JSON: Expecting value: line 1 column 1 (char 0)")):
        with pytest.raises(BallotRefused) as caught:
            acts.cast(vote.code, raw)
        assert caught.value.details["check"] == check_
    assert len(reads.board(vote.code)) == 1
    _sound()


def test_nobody_votes_before_or_after(vote):
    """No ballot after the end, even before the worker has closed; none before it opens."""
    raw = ballot(vote, 0, [[1, 0]])
    vote.clock.advance(days=8)
    with pytest.raises(NotInThisState):
        acts.cast(vote.code, raw)
    with pytest.raises(NotInThisState):
        acts.cast(plan(), raw)
    with pytest.raises(NoSuchElection):
        acts.cast("V-NONE", raw)


def test_voting_ends_at_its_time_and_not_before(vote):
    """A second before the end nothing closes; at the end the worker does, and the act says when it was due."""
    closes = reads.election(vote.code).closes
    vote.clock.advance(seconds=(closes - now()).total_seconds() - 1)
    assert timers.fire_due(now(), 10) == 0 and reads.outcome(vote.code).state == "open"
    vote.clock.advance(seconds=1)
    assert timers.fire_due(now(), 10) == 1 and reads.outcome(vote.code).state == "closed"
    with pytest.raises(NotInThisState):
        acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    _sound()


def test_paper_overrides(vote):
    """A vote at the centre replaces what came online, and nothing online replaces it; another slip does."""
    acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    assert acts.cast_on_paper(vote.code, ballot(vote, 0, [[0, 1]]), "0017", BOARD).replaced
    with pytest.raises(PaperCounts):
        acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    assert [(e.counts, e.paper) for e in reads.board(vote.code)] == [(False, False), (True, True)]
    assert acts.cast_on_paper(vote.code, ballot(vote, 0, [None]), "0018", BOARD).replaced


def test_a_server_restored_from_a_backup_stops(vote):
    """A board that lacks a published ballot takes none, shows none and counts none."""
    acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    acts.cast(vote.code, ballot(vote, 1, [[1, 0]]))
    head.remember(vote.code, 2, CastBallot.objects.get(sequence=2).chain)
    CastBallot.objects.filter(sequence=2).delete()
    for step in (lambda: acts.cast(vote.code, ballot(vote, 2, [[1, 0]])), lambda: reads.board(vote.code), lambda: reads.archive(vote.code)):
        with pytest.raises(BoardRolledBack):
            step()
    CastBallot.objects.filter(sequence=1).update(chain="0" * 64)
    with pytest.raises(BoardRolledBack):
        reads.board(vote.code)


def test_the_head_is_written_when_a_ballot_is_committed(vote, django_capture_on_commit_callbacks):
    """After the commit the file outside the database names the last ballot; an older number never replaces a newer one."""
    with django_capture_on_commit_callbacks(execute=True):
        acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    assert head.published(vote.code) == (1, CastBallot.objects.get().chain)
    head.remember(vote.code, 0, "")
    assert head.published(vote.code)[0] == 1


def test_one_credential_each_and_no_link_to_the_person(town):
    """Handed out once to who is on the roll; neither database nor registrar nor ledger says whose a credential is."""
    held = prepare(22)
    with pytest.raises(NotInThisState):
        acts.hand_out(held.code, "p-0", SYSTEM)  # before voting opens there are none
    held.people = held.people[:20]
    start(held)
    with pytest.raises(NotEntitled):
        acts.hand_out(held.code, "p-0", SYSTEM)
    with pytest.raises(NotEntitled):
        acts.hand_out(held.code, "p-stranger", SYSTEM)
    assert registrar.counts(held.code) == (22, 20) and registrar.entitled(held.code, "p-1") is False
    assert registrar.entitled(held.code, "p-21") is True and registrar.entitled(held.code, "x") is None
    data = (registrar.folder(held.code) / "registrar.sqlite3").read_bytes()
    assert not any(f"p-{i}".encode() in data for i in range(22)) and not any(secret.encode() in data for secret in held.credentials)
    with sqlite3.connect(registrar.folder(held.code) / "registrar.sqlite3") as store:
        pool = [row[0] for row in store.execute("SELECT secret FROM pool")]
    row = reads.election(held.code)
    listed = json.loads(row.credentials)
    assert len(pool) == 2 and len(listed) == 22 and listed == sorted(listed)
    secrets = {KIND.write(KIND.exp(ballots.credential_secret(KIND, row.uuid, secret))) for secret in [*held.credentials, *pool]}
    assert secrets == set(listed)
    told = [document for _, document in ledger.documents(f"elections/{held.code}")]
    assert len(told) == 26 and '"p-' not in json.dumps(told)


def test_below_twenty_voters_there_is_no_secret_vote(town):
    """Nineteen credentials: refused with the reason; twenty: opened."""
    held = prepare(19)
    with pytest.raises(TooFewVoters):
        acts.open(held.code, BOARD)
    acts.register(held.code, ["p-19"], BOARD)
    assert len(acts.open(held.code, BOARD)) == 43


def test_what_nobody_fetched_is_wiped_and_never_votes(vote, told):
    """At the end the pool is empty; a vote with a credential that was never handed out keeps the result from becoming final."""
    held = prepare(24)
    held.clock, held.people = vote.clock, held.people[:1]
    start(held)
    with sqlite3.connect(registrar.folder(held.code) / "registrar.sqlite3") as store:
        held.credentials += [row[0] for row in store.execute("SELECT secret FROM pool LIMIT 1")]  # the registrar helps himself
    for voter in (0, 1):
        acts.cast(held.code, ballot(held, voter, [[1, 0]]))
    held.clock.advance(days=7, seconds=1)
    timers.fire_due(now(), 10)
    with sqlite3.connect(registrar.folder(held.code) / "registrar.sqlite3") as store:
        assert store.execute("SELECT count(*) FROM pool").fetchone() == (0,)
    count(held)
    held.clock.advance(hours=73)
    with pytest.raises(VerifiersDisagree) as caught:
        acts_count.settle(held.code)
    assert "2 > 1" in caught.value.message("en") and told == []


def test_a_missing_trustee_is_said_and_the_vote_begins_anew(vote, told):
    """Without the third share there is no tally; the vote is annulled, what hangs on it is told, and another may be planned."""
    acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    end(vote)
    for number in (1, 2):
        acts_count.decrypt(vote.code, number, share(vote, number), SYSTEM)
    with pytest.raises(NotInThisState) as caught:
        acts_count.tally(vote.code, BOARD)
    assert "2/3" in caught.value.message("en")
    acts_count.annul(vote.code, "第三位保管人丢失密钥", BOARD)
    assert [(o.state, o.passed) for o in told] == [("annulled", False)]
    with pytest.raises(NotInThisState):
        acts_count.decrypt(vote.code, 3, "{}", SYSTEM)
    assert plan() != vote.code
    _sound()


def test_a_false_key_or_share_is_refused(vote, town):
    """A key without its proof, a share of another secret, noise: each with its check."""
    fresh = plan()
    key = ballots.new_trustee(KIND, 12345)
    for bad in (json.dumps(key | {"pok": ballots.new_trustee(KIND, 999)["pok"]}), "{}", "[", "null", json.dumps(key | {"extra": 1})):
        with pytest.raises(ShareRefused):
            acts.hand_in_key(fresh, 1, "保管人", bad, SYSTEM)
    with pytest.raises(ShareRefused):
        acts.hand_in_key(fresh, 4, "保管人", json.dumps(key), SYSTEM)
    acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    end(vote)
    for number, bad in ((1, share(vote, 2)), (1, "{}"), (9, share(vote, 1))):
        with pytest.raises(ShareRefused):
            acts_count.decrypt(vote.code, number, bad, SYSTEM)


def test_an_objection_holds_the_result_until_it_is_answered(vote, told):
    """Open at the end of the window: not final, and the act says why; rejected with a reason: final at once."""
    for voter in range(8):
        acts.cast(vote.code, ballot(vote, voter, [[1, 0]]))
    end(vote)
    count(vote)
    with pytest.raises(PlanRefused):
        acts_count.object_to(vote.code, "taste", "我不喜欢", SYSTEM)
    objection = acts_count.object_to(vote.code, "procedure", "投票时间公布得太晚", SYSTEM)
    with pytest.raises(NotInThisState):
        acts_count.settle(vote.code)
    vote.clock.advance(hours=73)
    assert timers.fire_due(now(), 10) == 1 and told == [] and reads.outcome(vote.code).state == "tallied"
    with pytest.raises(ObjectionOpen):
        acts_count.settle(vote.code)
    with pytest.raises(NotInThisState):
        acts_count.object_to(vote.code, "count", "再提一次", SYSTEM)
    acts_count.answer(objection, False, "公告提前十天张贴，有照片为证", BOARD)
    assert [o.state for o in told] == ["final"]
    _sound()


def test_an_objection_that_is_upheld_annuls(vote, told):
    """The reason stands in the act; what hangs on the vote is told that it did not carry."""
    acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    end(vote)
    count(vote)
    acts_count.answer(acts_count.object_to(vote.code, "eligibility", "名册漏了三号楼", SYSTEM), True, "名册确有遗漏", BOARD)
    assert [(o.state, o.passed) for o in told] == [("annulled", False)] and "名册确有遗漏" in Election.objects.get().ended_because
    vote.clock.advance(hours=73)
    timers.fire_due(now(), 10)
    assert len(told) == 1
    _sound()


def test_a_changed_record_never_becomes_final(vote, told):
    """A count changed in the database, a ballot dropped after the tally: the verifiers refuse, nothing executes."""
    for voter in range(8):
        acts.cast(vote.code, ballot(vote, voter, [[1, 0]]))
    end(vote)
    count(vote)
    vote.clock.advance(hours=73)
    row = Election.objects.get()
    honest = dict(row.result)
    row.result["counts"] = [[0, 9, 0]]
    row.save()
    with pytest.raises(VerifiersDisagree):
        acts_count.settle(vote.code)
    row.result = honest
    row.save()
    CastBallot.objects.filter(sequence=8).delete()
    with pytest.raises((VerifiersDisagree, BoardRolledBack)):
        acts_count.settle(vote.code)
    assert told == []


def test_without_the_second_verifier_nothing_is_final(vote, told, monkeypatch, tmp_path):
    """The engine alone is not enough: the other program missing, or saying otherwise, stops the result."""
    acts.cast(vote.code, ballot(vote, 0, [[1, 0]]))
    end(vote)
    count(vote)
    vote.clock.advance(hours=73)
    liar = tmp_path / "election.py"
    liar.write_text("print('{\"verdict\": \"accepted\", \"counts\": [[0, 0, 1]]}')")
    for place in (tmp_path / "none.py", liar):
        monkeypatch.setattr(record, "VERIFIER", place)
        with pytest.raises(VerifiersDisagree):
            acts_count.settle(vote.code)
    assert told == [] and reads.outcome(vote.code).state == "tallied"


@pytest.mark.parametrize("change", [{"closes": None}, {"trustees": 0}, {"questions": []}, {"quorum": (3, 2)}, {"majority": "loudest"}, {"majority": (1, 0)},
                                    {"questions": [acts.Question("什么？", "What?", [("a", "a")], 2, 1)]}, {"objection_hours": -1}])
def test_a_plan_that_is_not_sound_is_refused(town, change):
    """Times, trustees, questions and the rule are checked before anybody votes."""
    if change.get("closes", 1) is None:
        change = {"closes": now()}
    with pytest.raises(PlanRefused):
        plan(**change)


def test_choosing_several_and_ties(town, told):
    """Approval with the k best; equal counts fall to the one listed first; below the quorum nothing carries."""
    several = acts.Question("选两项", "Choose two", [("树", "Trees"), ("灯", "Lamps"), ("椅", "Benches")], 0, 2, False)
    held = start(prepare(questions=[several], majority="approval-k", seats=2, quorum=(1, 2)))
    held.clock = town
    for voter, choice in enumerate([[1, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 0]]):
        acts.cast(held.code, ballot(held, voter, [choice]))
    end(held)
    count(held)
    outcome = reads.outcome(held.code)
    assert outcome.counts == [[2, 2, 2]] and outcome.winners == (0, 1) and not outcome.quorate and not outcome.passed
    assert QUESTION.blank
