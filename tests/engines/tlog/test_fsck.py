"""A log of any size is derived again; one flipped byte anywhere is found, and what it lies in is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import tlog
from mingtang.engines.tlog import fsck

KEY = tlog.SignerKey.from_seed("log.example", tlog.NOTE_KEY, bytes(32))
SIZES = (0, 1, 2, 255, 256, 257, 511, 600, 65_536, 65_793)


class Stored:
    """A log in a dict of path -> bytes, as it lies in a folder."""

    def __init__(self, size):
        entries = [b"entry %d" % i for i in range(size)]
        edge = tlog.Edge()
        tiles = edge.append([tlog.leaf_hash(entry) for entry in entries])
        self.files = {(level, index): data for (level, index), data in tiles.items()}
        self.files |= {("entries", i // 256): tlog.pack_bundle(entries[i:i + 256]) for i in range(0, size, 256)}
        self.point = tlog.Checkpoint("log.example", size, edge.root())
        self.note = self.point.signed(KEY)

    def checkpoint(self):
        return self.note

    def tile(self, level, index, width):
        if (level, index) not in self.files:
            raise tlog.NotInLog(index=index, size=0)
        data = self.files[level, index]
        if level == "entries":
            return tlog.pack_bundle(tlog.unpack_bundle(data)[:width])
        return data[:width * 32]


LOGS = {size: Stored(size) for size in SIZES}


def _examine(log, **more):
    return fsck.examine(log, KEY.verifier, **more)


@pytest.mark.parametrize("size", SIZES)
def test_a_sound_log_has_no_faults(size):
    """Every size, across tile boundaries of three levels; every entry is handed out once and in order."""
    seen = []
    report = _examine(LOGS[size], on_entries=lambda first, entries: seen.append((first, len(entries))))
    assert report.sound and report.size == size
    assert sum(count for _, count in seen) == size


def _flipped(log, place, bit):
    changed = Stored.__new__(Stored)
    changed.note, changed.point, changed.files = log.note, log.point, dict(log.files)
    data = bytearray(changed.files[place])
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    changed.files[place] = bytes(data)
    return changed, bit // 8 % len(data)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([1, 2, 255, 257, 600, 65_793]), st.integers(0, 10**6), st.integers(0, 10**6))
def test_one_flipped_bit_is_found_and_named(size, which, bit):
    """Exactly the tile, bundle or entry in which the bit lies is named, whatever level it has."""
    log = LOGS[size]
    places = sorted(log.files, key=str)
    place = places[which % len(places)]
    changed, at = _flipped(log, place, bit)
    faults = _examine(changed).faults
    level, index = place
    if level == "entries":
        assert {fault.kind for fault in faults} <= {"entry", "bundle"} and faults
        assert all(fault.where.startswith("tile/entries") or int(fault.where) // 256 == index for fault in faults)
        if [fault.kind for fault in faults] == ["entry"]:
            assert int(faults[0].where) == index * 256 + _entry_at(log.files[place], at)
    else:
        width = len(log.files[place]) // 32
        assert faults == [fsck.Fault("tile", f"tile/{tlog.tile_path(level, index, width)}")]


def _entry_at(bundle, at):
    """Which entry of a bundle holds byte ``at``."""
    start = count = 0
    while True:
        start += 2 + int.from_bytes(bundle[start:start + 2])
        if at < start:
            return count
        count += 1


@pytest.mark.parametrize("size", [257, 600, 65_793])
def test_a_missing_file_is_named(size):
    """A tile or bundle that is not there is named by its path."""
    log = LOGS[size]
    for place in sorted(log.files, key=str)[:: max(1, len(log.files) // 12)]:
        changed = Stored.__new__(Stored)
        changed.note, changed.point = log.note, log.point
        changed.files = {key: value for key, value in log.files.items() if key != place}
        width = min(256, (log.point.size >> (8 * (place[0] if place[0] != "entries" else 0))) - place[1] * 256)
        assert [fault.where for fault in _examine(changed).faults] == [f"tile/{tlog.tile_path(*place, width)}"]


def test_a_rewritten_log_does_not_fit_its_signature():
    """A log whose entries, tiles and all were made anew fits neither the signature nor, once signed, the checkpoint known before."""
    old = LOGS[600]
    new = Stored.__new__(Stored)
    new.__dict__.update(LOGS[600].__dict__)
    entries = [b"entry %d" % i for i in range(600)]
    entries[17] = b"another"
    edge = tlog.Edge()
    tiles = edge.append([tlog.leaf_hash(entry) for entry in entries])
    new.files = {**tiles, **{("entries", i // 256): tlog.pack_bundle(entries[i:i + 256]) for i in range(0, 600, 256)}}
    assert fsck.Fault("root", "checkpoint") in _examine(new).faults
    new.note = tlog.Checkpoint("log.example", 600, edge.root()).signed(KEY)
    assert _examine(new).sound
    assert _examine(new, known=[old.point]).faults == [fsck.Fault("history", "600")]
    assert _examine(new, known=[LOGS[2].point]).sound


def test_a_log_cut_short_is_found_by_a_checkpoint_known_before():
    """A larger checkpoint that was seen once proves that something was cut off."""
    assert _examine(LOGS[257], known=[LOGS[600].point, LOGS[255].point]).faults == [fsck.Fault("truncated", "600")]


def test_a_wrong_signature_and_missing_witnesses_are_named():
    """The checkpoint of another key is a fault of the signature; a quorum that has not signed is one of the witnesses."""
    other = tlog.SignerKey.from_seed("log.example", tlog.NOTE_KEY, bytes([1]) * 32)
    witness = tlog.SignerKey.from_seed("w.example", tlog.COSIGNATURE_KEY, bytes([2]) * 32)
    policy = tlog.Policy.parse(f"log {KEY.verifier}\nwitness w {witness.verifier}\nquorum w\n")
    assert fsck.examine(LOGS[2], other.verifier).faults == [fsck.Fault("signature", "checkpoint")]
    assert _examine(LOGS[2], policy=policy).faults == [fsck.Fault("witnesses", "checkpoint")]


def test_a_thousand_faults_are_enough():
    """A log that is all wrong ends in a bounded report that says it is not whole."""
    log = Stored.__new__(Stored)
    log.note, log.point, log.files = LOGS[65_536].note, LOGS[65_536].point, dict(LOGS[65_536].files)
    for i in range(256):
        log.files["entries", i] = tlog.pack_bundle([b"wrong"] * 256)
    report = _examine(log)
    assert len(report.faults) == 1000 and not report.whole
