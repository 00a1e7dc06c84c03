"""The standalone verifier takes COSE receipts of the engine, and refuses every change of one."""

from itertools import product

import pytest

from mingtang.engines import tlog
from tests.verify.test_receipt import LOG, SCRIPT, verifier

KEYS = [verifier.Key.parse(str(LOG.verifier))]
ENTRY = b"e" * 32


def _made(index=5, size=300, key=LOG):
    entries = [ENTRY if i == index else bytes([i % 256]) * 32 for i in range(size)]
    edge = tlog.Edge()
    tiles = edge.append([tlog.leaf_hash(entry) for entry in entries])
    path = tlog.prove_inclusion(tlog.TileReader(lambda level, n: tiles[level, n]), index, size)
    return tlog.cose_receipt(index, size, path, edge.root(), key)


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (5, 300), (299, 300), (70_000, 70_001)])
def test_a_receipt_of_the_engine_is_proven(index, size):
    """Index and size are those of the proof."""
    proven = verifier.check_cose(_made(index, size), KEYS, ENTRY)
    assert (proven.receipt.index, proven.receipt.size, proven.log.name) == (index, size, LOG.name)


def test_a_flipped_bit_in_any_byte_is_refused():
    """No byte of the file is without meaning: the bit that tells bytes from text, and one more of each."""
    data, passed = _made(1, 3), []
    for at, flip in product(range(len(data)), (0x20, 0x01)):
        changed = bytearray(data)
        changed[at] ^= flip
        try:
            passed.append((at, verifier.check_cose(bytes(changed), KEYS, ENTRY)))
        except verifier.NotProven:
            continue
    assert passed == []


def test_foreign_and_false_receipts_are_refused():
    """Another log's key, another entry, no entry, a cut file, one with more behind it."""
    other = tlog.SignerKey.from_seed(LOG.name, tlog.NOTE_KEY, b"x" * 32)
    for data, entry, step in ((_made(key=other), ENTRY, 2), (_made(), b"f" * 32, 2), (_made(), None, 4), (_made()[:-1], ENTRY, 1), (_made() + b"\x00", ENTRY, 1),
                              (b"\xd2" + b"\x81" * 5000, ENTRY, 1), (b"\xd2\x9b" + b"\xff" * 8, ENTRY, 1)):
        with pytest.raises(verifier.NotProven) as caught:
            verifier.check_cose(data, KEYS, entry)
        assert caught.value.step == step


def test_the_command_reads_both_kinds(tmp_path, capsys):
    """The first byte says which it is; witnesses cannot be asked of a COSE receipt."""
    file, policy = tmp_path / "r.cose", tmp_path / "policy"
    file.write_bytes(_made())
    policy.write_text(f"witness w {tlog.SignerKey.from_seed('w', tlog.COSIGNATURE_KEY, b'w' * 32).verifier}\nquorum w\n")
    call = [str(file), "--log-key", str(LOG.verifier), "--entry", ENTRY.hex(), "--lang", "en"]
    assert verifier.main(call) == 0 and "entry 5" in capsys.readouterr().out
    assert verifier.main([*call, "--policy", str(policy)]) == 1 and "Step 3" in capsys.readouterr().out
    assert SCRIPT.stat().st_size < 40_000
