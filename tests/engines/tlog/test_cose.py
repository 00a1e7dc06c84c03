"""A COSE receipt proves what the note's receipt proves; every change and every other spelling is refused."""

from collections.abc import Mapping

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import tlog
from mingtang.engines.tlog.cose import Tag, decode_cbor

KEY = tlog.SignerKey.from_seed("log.example", tlog.NOTE_KEY, bytes(range(32)))
ENTRIES = [b"%d" % i for i in range(300)]
EDGE = tlog.Edge()
TILES = EDGE.append([tlog.leaf_hash(entry) for entry in ENTRIES])
NODES = tlog.TileReader(lambda level, index: TILES[level, index])


def _receipt(index, size=300, key=KEY):
    return tlog.cose_receipt(index, size, tlog.prove_inclusion(NODES, index, size), tlog.tree_root(NODES, size), key)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 300), (255, 256), (256, 257), (299, 300)])
def test_a_receipt_verifies(index, size):
    """Index, size and root come back; the root is the tree's."""
    found = tlog.verify_cose_receipt(_receipt(index, size), ENTRIES[index], KEY.verifier)
    assert found == (index, size, tlog.tree_root(NODES, size))


def test_the_receipt_has_the_form_of_the_standard():
    """Tag 18, EdDSA, verifiable data structure 1, the inclusion proof under 396 and -1, a detached payload (RFC 9942, section 5.2)."""
    message = cbor2.loads(_receipt(5))
    protected, unprotected, payload, signature = message.value
    assert message.tag == 18 and payload is None and len(signature) == 64
    assert cbor2.loads(protected) == {1: -8, 4: KEY.verifier.key_id, 395: 1}
    (proof,) = unprotected[396][-1]
    assert list(cbor2.loads(proof))[:2] == [300, 5]


def test_another_entry_key_or_place_is_refused():
    """The entry of another place, the key of another log, a receipt whose tree was never signed."""
    other = tlog.SignerKey.from_seed("log.example", tlog.NOTE_KEY, bytes(32))
    for receipt, entry, key in (
        (_receipt(5), ENTRIES[6], KEY), (_receipt(5), ENTRIES[5], other), (_receipt(5, key=other), ENTRIES[5], KEY),
        (tlog.cose_receipt(0, 1, [], tlog.leaf_hash(b"x"), KEY), b"y", KEY),
    ):
        with pytest.raises(tlog.ProofRefused):
            tlog.verify_cose_receipt(receipt, entry, key.verifier)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 7))
def test_every_flipped_bit_is_refused_or_says_the_same(at, bit):
    """No bit may be changed but those of the size, which the standard leaves outside the signature: entry, index and root stay proven."""
    data = bytearray(_receipt(200))
    index, _, root = tlog.verify_cose_receipt(bytes(data), ENTRIES[200], KEY.verifier)
    data[at % len(data)] ^= 1 << bit
    try:
        again = tlog.verify_cose_receipt(bytes(data), ENTRIES[200], KEY.verifier)
    except tlog.ProofRefused:
        return
    assert (again[0], again[2]) == (index, root)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_noise_is_refused_or_read_as_cbor2_reads_it(data):
    """The reader takes only what a complete CBOR reader reads the same, and ends every other input with a refusal."""
    try:
        value = decode_cbor(data)
    except tlog.ProofRefused:
        return
    assert _plain(value) == _plain(cbor2.loads(data))


def _plain(value):
    """Tags of either reader as pairs, all through the value."""
    if isinstance(value, cbor2.CBORTag | Tag):
        return ("tag", value.tag if isinstance(value, cbor2.CBORTag) else value.number, _plain(value.value))
    if isinstance(value, Mapping):
        return [(key, _plain(inner)) for key, inner in value.items()]
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("data", [b"", b"\x18\x05", b"\x9f\xff", b"\x5f\xff", b"\x82\x01", b"\xa2\x01\x02\x01\x03", b"\xf5", b"\xfb" + bytes(8),
                                  b"\x81" * 40, b"\x9b" + b"\xff" * 8, b"\xd8" * 9, b"\x01\x01", b"\x61\xff", b"\xa1\x40\x01", b"\xc0\x00", b"\xd9\xd9\xf7\x00"])
def test_other_spellings_and_bombs_are_refused(data):
    """Long numbers, indefinite lengths, doubled keys, floats, deep nesting, lengths beyond the data, trailing bytes."""
    with pytest.raises(tlog.ProofRefused):
        decode_cbor(data)
