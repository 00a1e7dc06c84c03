"""Snapshots: a newcomer that restores one has the same state; what a peer falsifies is refused and nothing of it stays."""

import pytest

from mingtang.engines.tlog import pack_bundle
from mingtang.platform.ledger.consortium import snapshots
from mingtang.platform.ledger.consortium.application import Application
from mingtang.platform.ledger.consortium.envelope import seal_envelope
from mingtang.platform.ledger.consortium.faults import SnapshotRefused
from mingtang.platform.ledger.consortium.snapshots import Restoring, chunk
from mingtang.platform.ledger.consortium.state import StateStore
from tests.platform.ledger.consortium.people import ORIGIN, commitments, keys, roster


def _store(path, blocks, every=4):
    store = StateStore(path, roster())
    application = Application(store.load())
    for height in range(application.standing.height + 1, blocks + 1):
        decided = [
            seal_envelope(keys(name).agency, ORIGIN, height, commitments(150, f"{name} {height}"))
            for name in ("water", "archive")
        ]
        store.save(application.finalize(height, decided if height % 3 else []), every)
        application.commit()
    return store


@pytest.fixture
def giver(tmp_path, monkeypatch):
    """A member at height 9 whose snapshot is of height 8; chunks of 512 entries."""
    monkeypatch.setattr(snapshots, "CHUNK", 512)
    monkeypatch.setattr(snapshots, "_BUNDLES", 2)
    return _store(tmp_path / "giver", 9)


def _chunks(giver, snapshot):
    return [chunk(giver, snapshot["height"], 1, n) for n in range(snapshot["chunks"])]


def _hash_at_8(tmp_path):
    return _store(tmp_path / "eight", 8).load().app_hash


def test_a_restored_member_goes_on_like_the_others(giver, tmp_path):
    """State, checkpoint before, used numbers, places of batches; and the next block gives the same root."""
    snapshot = snapshots.snapshots(giver)[-1]
    new = StateStore(tmp_path / "new", roster())
    restoring = Restoring.offered(new, roster(), snapshot, _hash_at_8(tmp_path))
    outcomes = [restoring.apply(data) for data in _chunks(giver, snapshot)]
    there, eight = new.load(), StateStore(tmp_path / "eight", roster()).load()
    assert outcomes[:-1] == [None] * (len(outcomes) - 1) and outcomes[-1].point == there.point
    assert (there.height, there.point, there.before) == (8, eight.point, eight.before) and snapshot["chunks"] > 2
    assert {agency: bytes(window) for agency, window in there.windows.items()} == {
        agency: bytes(window) for agency, window in eight.windows.items()
    }
    assert [row[:4] for row in new.db.execute("SELECT * FROM batch")] == [
        row[:4] for row in StateStore(tmp_path / "eight", roster()).db.execute("SELECT * FROM batch")
    ]
    _store(tmp_path / "new", 12)
    _store(tmp_path / "eight", 12)
    assert StateStore(tmp_path / "new", roster()).load().point == StateStore(tmp_path / "eight", roster()).load().point


@pytest.mark.parametrize("change", ["bit", "dropped", "added", "not-entries", "twice", "other-hash"])
def test_a_falsified_snapshot_is_refused_and_leaves_nothing(giver, tmp_path, change):
    """Whatever a peer changes, the newcomer is as empty as before and can restore from another."""
    snapshot, right = snapshots.snapshots(giver)[-1], _hash_at_8(tmp_path)
    good = _chunks(giver, snapshot)
    bad = list(good)
    if change == "bit":
        bad[1] = good[1][:500] + bytes([good[1][500] ^ 1]) + good[1][501:]
    elif change == "dropped":
        bad[-1] = good[-1][:-34]
    elif change == "added":
        bad[0] += pack_bundle([bytes(32)])
    elif change == "not-entries":
        bad[0] = b"\xff" * 5000
    elif change == "twice":
        bad[1] = good[0]
    new = StateStore(tmp_path / "new", roster())
    restoring = Restoring.offered(new, roster(), snapshot, bytes(32) if change == "other-hash" else right)
    with pytest.raises(SnapshotRefused):
        for data in bad:
            restoring.apply(data)
    assert new.load().height == 0 and not new.db.execute("SELECT count(*) FROM tile").fetchone()[0]
    again = Restoring.offered(new, roster(), snapshot, right)
    assert [again.apply(data) for data in good][-1].height == 8


@pytest.mark.parametrize(
    "change",
    [{"format": 2}, {"metadata": b""}, {"height": 0}, {"chunks": 1 << 31}, {"hash": b"x"}, {"metadata": bytes(8) + b"\x01" * 8}],
)
def test_a_snapshot_that_cannot_be_is_not_begun(giver, tmp_path, change):
    """Form, length, height and number of chunks follow from each other."""
    with pytest.raises(SnapshotRefused):
        Restoring.offered(
            StateStore(tmp_path / "new", roster()), roster(), {**snapshots.snapshots(giver)[-1], **change}, bytes(32)
        )


def test_a_member_with_a_state_takes_no_snapshot(giver):
    """What was committed is never replaced."""
    with pytest.raises(SnapshotRefused):
        Restoring.offered(giver, roster(), snapshots.snapshots(giver)[-1], bytes(32))


def test_what_is_not_listed_is_not_given(giver):
    """Another height, format or number gives nothing."""
    listed = snapshots.snapshots(giver)[-1]["height"]
    assert (
        chunk(giver, listed, 1, 0)
        and not chunk(giver, listed + 1, 1, 0)
        and not chunk(giver, listed, 2, 0)
        and not chunk(giver, listed, 1, 99)
    )
