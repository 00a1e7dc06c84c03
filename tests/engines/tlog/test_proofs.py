"""Proofs and tiles agree with the plain recursion of the RFC, with published vectors, and refuse every mutation."""

import base64
import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import tlog

LEAVES = [tlog.leaf_hash(str(i).encode()) for i in range(1100)]


def _log(size):
    """A log grown in uneven steps; returns its tiles."""
    edge, tiles, at, step = tlog.Edge(), {}, 0, 1
    while at < size:
        take = min(step, size - at)
        tiles.update(edge.append(LEAVES[at:at + take]))
        at, step = at + take, step * 3 % 500 + 1
    return edge, tiles


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 1000])
def test_the_edge_has_the_root_of_the_recursion(size):
    """Whatever the steps, the root is the RFC's."""
    edge, tiles = _log(size)
    assert edge.root() == tlog.root_of(LEAVES[:size])
    if size:
        assert tlog.tree_root(tlog.TileReader(lambda level, index: tiles[level, index]), size) == edge.root()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 1100), st.data())
def test_proofs_made_from_tiles_verify(size, data):
    """Inclusion of any entry and consistency with any earlier size hold, and fail for any other index, size or root."""
    _, tiles = _log(size)
    nodes = tlog.TileReader(lambda level, index: tiles[level, index])
    root = tlog.root_of(LEAVES[:size])
    index = data.draw(st.integers(0, size - 1))
    path = tlog.prove_inclusion(nodes, index, size)
    tlog.verify_inclusion(index, size, LEAVES[index], path, root)
    for bad in ((index + 1, size, LEAVES[index], path), (index, size, LEAVES[index - 1] if size > 1 else root[::-1], path), (index, size, LEAVES[index], [*path, root])):
        with pytest.raises(tlog.ProofRefused):
            tlog.verify_inclusion(*bad, root)
    older = data.draw(st.integers(1, size))
    proof = tlog.prove_consistency(nodes, older, size)
    tlog.verify_consistency(older, size, tlog.root_of(LEAVES[:older]), root, proof)
    if older < size:
        with pytest.raises(tlog.ProofRefused):
            tlog.verify_consistency(older, size, root, root, proof)


def test_a_tree_can_be_taken_up_again_from_its_partial_tiles():
    """An edge restored from stored partial tiles goes on to the same root."""
    for size in (1, 255, 256, 300, 600):
        _, tiles = _log(size)
        partial = {level: tiles[level, index] for level, index, width in tlog.widths(size) if width < 256}
        edge = tlog.Edge(size, partial)
        edge.append(LEAVES[size:size + 77])
        assert edge.root() == tlog.root_of(LEAVES[:size + 77])


def test_the_tiles_of_70000_entries_are_those_of_the_standard():
    """The example of tlog-tiles: 273 full tiles and 112 hashes, one full and 17, one hash."""
    assert list(tlog.widths(70000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]


@pytest.mark.parametrize(("place", "path"), [
    ((0, 1234067, 256), "0/x001/x234/067"), ((1, 5, 17), "1/005.p/17"), (("entries", 999, 256), "entries/999"), ((2, 1000, 256), "2/x001/000"),
])
def test_paths_are_written_and_read(place, path):
    """Every path reads back as the place it was written from."""
    assert tlog.tile_path(*place) == path and tlog.parse_tile_path(path) == place


@pytest.mark.parametrize("path", ["0/1", "0/x001", "0/001.p/256", "0/001.p/0", "64/001", "0/x000/001", "../001", "0/001/", "-1/001", "0/٠٠١"])
def test_other_spellings_are_refused(path):
    """One place has one path."""
    with pytest.raises(tlog.NotInLog):
        tlog.parse_tile_path(path)


def test_bundles_are_packed_and_read():
    """Entries come back; broken bundles and entries over 65,535 bytes are refused."""
    entries = [b"", b"a", b"x" * 65535]
    assert tlog.unpack_bundle(tlog.pack_bundle(entries)) == entries
    with pytest.raises(tlog.EntryTooLarge):
        tlog.pack_bundle([b"x" * 65536])
    for broken in (b"\x00", b"\x00\x05abc"):
        with pytest.raises(tlog.ProofRefused):
            tlog.unpack_bundle(broken)


def _vectors(folder):
    for path in sorted(folder.rglob("*.json")):
        yield path, json.loads(path.read_text())


def _bytes(text):
    return base64.b64decode(text or "")


def test_published_inclusion_vectors(shared_data):
    """Every inclusion vector of transparency-dev/merkle: valid ones pass, mutated ones are refused."""
    seen = 0
    for path, case in _vectors(shared_data / "merkle-vectors" / "inclusion"):
        proof = [_bytes(part) for part in case["proof"] or []]
        try:
            tlog.verify_inclusion(case["leafIdx"], case["treeSize"], _bytes(case["leafHash"]), proof, _bytes(case["root"]))
            failed = False
        except tlog.ProofRefused:
            failed = True
        assert failed == case["wantErr"], path.name
        seen += 1
    assert seen == 98


def test_published_consistency_vectors(shared_data):
    """Every consistency vector of transparency-dev/merkle, the ones of size 0 among them."""
    seen = 0
    for path, case in _vectors(shared_data / "merkle-vectors" / "consistency"):
        proof = [_bytes(part) for part in case["proof"] or []]
        try:
            tlog.verify_consistency(case["size1"], case["size2"], _bytes(case["root1"]), _bytes(case["root2"]), proof)
            failed = False
        except tlog.ProofRefused:
            failed = True
        assert failed == case["wantErr"], path.name
        seen += 1
    assert seen == 98


def test_the_empty_tree_proves_nothing():
    """Size 0 has the root SHA-256("") and is consistent with itself alone."""
    empty = hashlib.sha256(b"").digest()
    tlog.verify_consistency(0, 0, empty, empty, [])
    for bad in ((0, 0, LEAVES[0], LEAVES[0]), (0, 1, empty, LEAVES[0])):
        with pytest.raises(tlog.ProofRefused):
            tlog.verify_consistency(*bad, [])
