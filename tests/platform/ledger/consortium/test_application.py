"""The state machine and its disk: the same blocks give the same roots, a crash loses nothing that was committed."""

import hashlib
import random
import sqlite3

import pytest

from mingtang.engines import tlog
from mingtang.platform.ledger.consortium import cosigning
from mingtang.platform.ledger.consortium.application import Application, Standing, app_hash
from mingtang.platform.ledger.consortium.envelope import seal_envelope
from mingtang.platform.ledger.consortium.state import Final, StateStore
from mingtang.platform.ledger.faults import LogBroken
from tests.platform.ledger.consortium.people import NAMES, ORIGIN, commitments, keys, roster

_SECONDS = 1_770_000_000


def _envelope(name, number, count=3):
    return seal_envelope(keys(name).agency, ORIGIN, number, commitments(count, f"{name} {number}"))


def _blocks(count, seed=1):
    """Blocks of several agencies' envelopes, with empty ones among them."""
    draw, numbers = random.Random(seed), dict.fromkeys(NAMES, 0)
    for _ in range(count):
        block = []
        for name in draw.sample(NAMES, draw.randint(0, 4)):
            numbers[name] += 1
            block.append(_envelope(name, numbers[name], draw.choice((1, 5, 300))))
        yield block


def _run(application, blocks, store=None):
    for decided in blocks:
        block = application.finalize(application.standing.height + 1, decided)
        if store:
            store.save(block)
        application.commit()
    return application.standing


def test_the_same_blocks_give_the_same_root_and_it_is_that_of_the_entries():
    """Two members, one of which was restarted after every block; the root is the plain recursion of the RFC over heads and commitments."""
    one = _run(Application(Standing.genesis(roster())), _blocks(12))
    entries = []
    for block in _blocks(12):
        for data in block:
            entries.append(data[:132])
            entries += [data[at : at + 32] for at in range(132, len(data), 32)]
    assert one.point == tlog.Checkpoint(ORIGIN, len(entries), tlog.root_of(list(map(tlog.leaf_hash, entries))))
    assert one.app_hash == hashlib.sha256(one.point.text().encode()).digest()


def test_a_member_restarted_after_every_block_has_the_same_root(tmp_path):
    """What is on the disk is the whole state."""
    for height, block in enumerate(_blocks(12), 1):
        store = StateStore(tmp_path / "log", roster())
        application = Application(store.load())
        store.save(application.finalize(height, block))
        store.close()
    there, never = StateStore(tmp_path / "log", roster()).load(), _run(Application(Standing.genesis(roster())), _blocks(12))
    assert (there.height, there.point, there.before) == (12, never.point, never.before)
    assert {agency: bytes(window) for agency, window in there.windows.items()} == {
        agency: bytes(window) for agency, window in never.windows.items()
    }


@pytest.mark.parametrize("place", ["tile", "batch", "used", "standing", "COMMIT"])
def test_a_disk_that_refuses_leaves_the_block_before(tmp_path, place):
    """Each write of a block fails once; the block given again gives the same root."""
    store = StateStore(tmp_path / "log", roster())
    application = Application(store.load())
    first, second, third = list(_blocks(3, seed=5))
    _run(application, [first, second], store)
    block = application.finalize(3, third or [_envelope("water", 50)])
    store.db = _Refusing(store.db, place)
    with pytest.raises(sqlite3.OperationalError):
        store.save(block)
    store.close()
    again = StateStore(tmp_path / "log", roster())
    standing = again.load()
    assert standing.height == 2
    restarted = Application(standing)
    assert restarted.finalize(3, third or [_envelope("water", 50)]).standing.app_hash == block.standing.app_hash


class _Refusing:
    """A connection whose writes to one table, or whose commit, fail."""

    def __init__(self, db, place):
        self._db, self._place = db, place

    def _refuse(self, statement):
        if f"INTO {self._place} " in statement or statement == self._place:
            raise sqlite3.OperationalError("disk I/O error")

    def execute(self, statement, *values):
        self._refuse(statement)
        return self._db.execute(statement, *values)

    def executemany(self, statement, values):
        self._refuse(statement)
        return self._db.executemany(statement, values)

    def rollback(self):
        self._db.rollback()

    def close(self):
        self._db.close()


def test_a_tree_that_does_not_give_its_root_is_not_gone_on_from(tmp_path):
    """One flipped byte of a partial tile, a bundle cut short, a root replaced."""
    for change in (
        "UPDATE tile SET data = zeroblob(length(data)) WHERE level = 0",
        "UPDATE tile SET data = x'0001' WHERE level = -1",
        "UPDATE standing SET root = zeroblob(32)",
        "DELETE FROM tile",
    ):
        path = tmp_path / hashlib.sha256(change.encode()).hexdigest()
        store = StateStore(path, roster())
        _run(Application(store.load()), [[_envelope("water", 1)]], store)
        store.db.execute(change)
        with pytest.raises(LogBroken):
            store.load()


def test_a_batch_enters_once():
    """Replayed in the same block, in a later one, and offered to the mempool again."""
    application, sent = Application(Standing.genesis(roster())), _envelope("water", 1)
    assert application.check(sent) == ""
    assert not application.process([sent, sent])
    assert [one.reason for one in application.finalize(1, [sent, sent]).results] == ["", "number"]
    application.commit()
    assert application.check(sent) == "number"
    assert application.check(seal_envelope(keys("water").agency, ORIGIN, 1, commitments(1, "other"))) == "number"
    assert not application.process([sent])


def test_a_proposal_with_one_false_part_is_refused():
    """Forged signature, stranger, rubbish, a number far ahead: each alone refuses the block; a proposer leaves them out."""
    application, good = Application(Standing.genesis(roster())), _envelope("water", 1)
    stranger = seal_envelope(keys("stranger").agency, ORIGIN, 1, commitments(1))
    bad = [good[:70] + b"\x00" + good[71:], stranger, b"", b"MTB1" + bytes(200), _envelope("health", 1 << 40), cosigning.MAGIC]
    assert application.process([good])
    for data in bad:
        assert application.check(data)
        assert not application.process([good, data])
    assert application.prepare([*bad, good], {}, 1 << 20) == [good]


def test_a_proposal_keeps_to_its_limit():
    """Order is kept; what does not fit waits."""
    application = Application(Standing.genesis(roster()))
    waiting = [_envelope("water", n) for n in range(1, 6)]
    taken = application.prepare(waiting, {}, 2 * len(waiting[0]) + 20)
    assert taken == waiting[:2]


def test_heights_have_no_gaps():
    """A block out of turn is refused and changes nothing."""
    application = Application(Standing.genesis(roster()))
    with pytest.raises(ValueError, match="block 2"):
        application.finalize(2, [])


def test_an_uncommitted_block_changes_nothing():
    """The staged state counts only after commit."""
    application = Application(Standing.genesis(roster()))
    application.finalize(1, [_envelope("water", 1)])
    assert application.standing.point.size == 0 and application.check(_envelope("water", 1)) == ""
    assert application.finalize(1, [_envelope("water", 2)]).standing.point.size == 4


def _cosigned(point, *names):
    return {keys(name).member.address: tlog.cosign(point.text(), keys(name).witness, _SECONDS).data for name in names}


def test_the_set_of_a_quorum_is_proposed_and_checked():
    """Three of four put it first; two do not; each mutation of it refuses the block."""
    application = Application(Standing.genesis(roster()))
    _run(application, [[_envelope("water", 1)], []])
    point = application.standing.before
    assert application.prepare([], _cosigned(point, "water", "health"), 1 << 20) == []
    held = _cosigned(point, "water", "health", "archive")
    (first,) = application.prepare([], {**held, **_cosigned(tlog.Checkpoint(ORIGIN, 9, bytes(32)), "transport")}, 1 << 20)
    assert application.check(first)
    assert application.process([first, _envelope("health", 1)])
    assert not application.process([_envelope("health", 1), first])
    entries = [first[4 + at : 4 + at + 92] for at in range(0, len(first) - 4, 92)]
    mutations = [
        first + entries[0],
        first[:-1],
        first[:-92],
        b"MTC1" + entries[1] + entries[0] + entries[2],
        first[:60] + b"\x00" + first[61:],
        b"MTC1" + entries[0] * 3,
        cosigning.write_set(_cosigned(point, "water", "health", "stranger")),
    ]
    for bad in mutations:
        assert not application.process([bad])
    block = application.finalize(3, [first])
    assert block.cosigned == held and not block.tiles


def test_the_final_note_satisfies_the_policy_of_the_roster():
    """Any verifier of the standard accepts it with three cosignatures, and refuses it with two."""
    point = tlog.Checkpoint(ORIGIN, 5, bytes(32))
    policy = tlog.Policy.parse(roster().policy())
    note = cosigning.final_note(point, keys("water").log, roster(), _cosigned(point, "health", "archive", "water"))
    found, parsed = tlog.open_checkpoint(note, keys("water").member.log)
    assert found == point and sorted(policy.check(parsed)) == ["archive", "health", "water"]
    short = cosigning.final_note(point, keys("water").log, roster(), _cosigned(point, "health", "archive"))
    with pytest.raises(tlog.ProofRefused):
        policy.check(tlog.Note.parse(short))


def test_what_is_final_never_goes_back(tmp_path):
    """A smaller checkpoint, or the same with fewer cosignatures, does not replace what is kept."""
    store = StateStore(tmp_path / "log", roster())
    assert store.final() is None
    for final in (Final(5, b"five", 3), Final(4, b"four", 4), Final(5, b"all", 4), Final(5, b"less", 3)):
        store.keep_final(final)
    assert store.final() == Final(5, b"all", 4)


def test_the_hash_of_the_empty_log_is_that_of_its_checkpoint():
    """Size 0 has the root SHA-256 of nothing, not of zeros."""
    assert Standing.genesis(roster()).app_hash == app_hash(tlog.Checkpoint(ORIGIN, 0, hashlib.sha256(b"").digest()))
