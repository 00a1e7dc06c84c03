"""The verifier of receipts stands alone: it takes what the engine writes, refuses every change, and imports nothing but Python."""

import ast
import base64
import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import tlog

SCRIPT = Path(__file__).resolve().parents[2] / "verify" / "receipt.py"
ORIGIN = "mingzhou.example/ledger"
DOCUMENT = '{"actor":{"kind":"resident"},"at":"2026-03-02T01:00:00.000000Z","body":{"text":"路灯坏了"},"id":"0198","kind":"requests.file","subject":"requests/MZ-1","v":1}'


def _load():
    spec = importlib.util.spec_from_file_location("verify_receipt", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


verifier = _load()
LOG = tlog.SignerKey.from_seed(ORIGIN, tlog.NOTE_KEY, bytes(range(32)))
WITNESSES = [tlog.SignerKey.from_seed(f"witness.example/w{i}", tlog.COSIGNATURE_KEY, bytes([i]) * 32) for i in (1, 2, 3)]


def _receipt(index=5, size=300, cosigners=(), extra=True, seconds=1772413200):
    extra_data = bytes(32) + DOCUMENT.encode()
    entries = [hashlib.sha256(str(i).encode()).digest() for i in range(size)]
    entries[index] = hashlib.sha256(b"mingtang/act/v1\n" + extra_data).digest()
    tiles, edge = {}, tlog.Edge()
    tiles.update(edge.append([tlog.leaf_hash(entry) for entry in entries]))
    path = tlog.prove_inclusion(tlog.TileReader(lambda level, n: tiles[level, n]), index, size)
    text = tlog.Checkpoint(ORIGIN, size, edge.root()).text()
    note = tlog.Note(text, (tlog.sign(text, LOG), *(tlog.cosign(text, key, seconds) for key in cosigners)))
    return bytes(tlog.LogProof(index, tuple(path), bytes(note), extra_data if extra else b"")), entries[index]


def _policy(quorum="two"):
    witnesses = "".join(f"witness w{i} {key.verifier}\n" for i, key in enumerate(WITNESSES, 1))
    return f"# the city's witnesses\nlog {LOG.verifier}\n{witnesses}group two 2 w1 w2 w3\nquorum {quorum}\n"


def _check(data, **more):
    return verifier.check(data, [verifier.Key.parse(str(LOG.verifier))], **more)


def _refused(data, step, **more):
    with pytest.raises(verifier.NotProven) as caught:
        _check(data, **more)
    assert caught.value.step == step
    assert set(caught.value.reason) == {"zh", "en"} and all(caught.value.reason.values())


@pytest.mark.parametrize(("index", "size"), [(0, 1), (0, 2), (1, 2), (5, 300), (255, 256), (256, 257), (299, 300)])
def test_a_receipt_of_the_engine_is_proven(index, size):
    """What the engine writes passes all five steps and gives the document back."""
    proven = _check(_receipt(index, size)[0])
    assert (proven.receipt.index, proven.receipt.size, proven.document["kind"]) == (index, size, "requests.file")


def test_only_the_standard_library_is_imported():
    """The verifier imports nothing of ours and nothing from elsewhere."""
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SCRIPT.read_text())) if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module])
    }
    assert imported <= sys.stdlib_module_names


def _swap(data, old, new):
    assert old in data
    return data.replace(old, new, 1)


def test_each_change_stops_at_its_step():
    """A changed document, index, hash, size, root, signature or origin is refused, and the step that refuses it is told."""
    data, _ = _receipt()
    lines = data.decode().split("\n")
    extra = base64.b64decode(lines[1][6:])
    changed = base64.b64encode(extra.replace("路灯".encode(), "水管".encode())).decode()
    salted = base64.b64encode(b"\x01" + extra[1:]).decode()
    _refused(_swap(data, lines[1][6:].encode(), changed.encode()), 5)
    _refused(_swap(data, lines[1][6:].encode(), salted.encode()), 5)
    _refused(_swap(data, lines[1][6:].encode(), base64.b64encode(b"short").decode().encode()), 4)
    _refused(_swap(data, b"index 5\n", b"index 6\n"), 5)
    _refused(_swap(data, b"index 5\n", b"index 05\n"), 1)
    _refused(_swap(data, lines[3].encode() + b"\n", b""), 5)
    _refused(_swap(data, lines[3].encode(), base64.b64encode(bytes(32))), 5)
    _refused(_swap(data, b"\n300\n", b"\n301\n"), 2)
    _refused(_swap(data, b"\n\n" + ORIGIN.encode(), b"\n\nother.example/log"), 2)
    _refused(data[:-3], 1)
    _refused(data[:40], 1)
    _refused(b"", 1)
    _refused(b"\xff" * 100, 1)


def test_a_checkpoint_of_another_log_is_refused_even_if_the_key_signed_it():
    """The log's key signs for its own origin alone."""
    data, _ = _receipt()
    head, _, note = data.partition(b"\n\n")
    text = tlog.Checkpoint("other.example/log", 300, tlog.Checkpoint.parse(tlog.Note.parse(note).text).root).text()
    _refused(head + b"\n\n" + bytes(tlog.Note(text, (tlog.sign(text, LOG),))), 2)


def test_the_policy_decides_how_many_witnesses_are_needed():
    """Two of three are enough, one is not, and a witness's signature over something else does not count."""
    policy = verifier.Policy.parse(_policy())
    proven = _check(_receipt(cosigners=WITNESSES[:2])[0], policy=policy)
    assert sorted(proven.witnesses) == ["w1", "w2"]
    assert proven.witnesses["w1"].isoformat() == "2026-03-02T01:00:00+00:00"
    _refused(_receipt(cosigners=WITNESSES[:1])[0], 3, policy=policy)
    data, _ = _receipt(cosigners=WITNESSES[:2])
    stale = bytes(tlog.Note("x\n", (tlog.cosign("x\n", WITNESSES[1], 1772413200),))).decode().split("\n")[2]
    second = data.decode().rstrip("\n").split("\n")[-1]
    _refused(data.replace(second.encode(), stale.encode()), 3, policy=policy)


@pytest.mark.parametrize("text", [
    "", "log x\nquorum none\n", "quorum nobody\n", "quorum none\nquorum none\n", "group g 3 a b\nquorum g\n", "witness none x\nquorum none\n",
    f"witness a {LOG.verifier}\nquorum a\n", f"witness a {WITNESSES[0].verifier}\nwitness b {WITNESSES[0].verifier}\nquorum a\n",
    f"witness a {WITNESSES[0].verifier}\ngroup g any a\ngroup h any a\nquorum h\n",
])
def test_a_wrong_policy_is_refused(text):
    """Unknown names, doubled keys, members in two groups and missing quorums are faults of the policy."""
    with pytest.raises(verifier.NotProven):
        verifier.Policy.parse(text)


def test_a_proof_without_document_needs_its_entry():
    """A public proof proves the commitment that is given with it, and nothing without."""
    data, entry = _receipt(extra=False)
    assert _check(data, entry=entry).document is None
    _refused(data, 4)
    _refused(data, 5, entry=bytes(32))
    _refused(_receipt()[0], 4, entry=bytes(32))


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_ed25519_agrees_with_the_library(seed, message, bit):
    """Every signature of the library holds, and none with a bit changed."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verifier.ed25519_holds(public, message, signature)
    flipped = bytearray(signature)
    flipped[bit // 8] ^= 1 << bit % 8
    assert not verifier.ed25519_holds(public, message, bytes(flipped))


def test_ed25519_refuses_what_the_standard_refuses():
    """S beyond the group's order, a point off the curve, y beyond the field and short values are refused (RFC 8032, 5.1.7)."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    larger = int.from_bytes(signature[32:], "little") + verifier.L
    assert not verifier.ed25519_holds(public, b"m", signature[:32] + larger.to_bytes(32, "little"))
    assert not verifier.ed25519_holds((2).to_bytes(32, "little"), b"m", signature)
    assert not verifier.ed25519_holds(b"\xff" * 32, b"m", signature)
    assert not verifier.ed25519_holds(public, b"m", signature[:63])


def test_ed25519_passes_the_first_vectors_of_the_standard():
    """RFC 8032, section 7.1, test 1 and test 2."""
    one = ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
           "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
    two = ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
           "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    for public, message, signature in (one, two):
        assert verifier.ed25519_holds(*map(bytes.fromhex, (public, message, signature)))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 5000))
def test_hostile_files_end_in_a_step(noise, at):
    """Whatever is in the file, the answer is a step that failed or a proof, never another exception."""
    data, _ = _receipt()
    at %= len(data)
    try:
        _check(data[:at] + noise + data[at + len(noise):])
    except verifier.NotProven as failed:
        assert 1 <= failed.step <= 5


def _run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *map(str, arguments)], check=False, capture_output=True, text=True, env={"LANG": "C.UTF-8", "PYTHONUTF8": "1", **environment})


def test_the_command_says_what_is_proven_and_what_is_not(tmp_path):
    """In both languages, with the document on request; exit status 0."""
    file, policy = tmp_path / "r.tlog-proof", tmp_path / "w.policy"
    file.write_bytes(_receipt(cosigners=WITNESSES)[0])
    policy.write_text(_policy())
    english = _run(file, "--policy", policy, "--lang", "en", "--show")
    assert english.returncode == 0, english.stderr
    assert "✓ Proven" in english.stdout and "Not proven" in english.stdout and "witness w3" in english.stdout
    assert json.loads(english.stdout[english.stdout.index("\n{"):])["body"]["text"] == "路灯坏了"
    chinese = _run(file, "--log-key", str(LOG.verifier), "--lang", "zh")
    assert chinese.returncode == 0 and "已证明" in chinese.stdout and "没有证明" in chinese.stdout and "路灯" not in chinese.stdout


def test_the_command_names_the_step_that_failed(tmp_path):
    """A changed file ends with status 1, the step and what to do; a missing file or key with status 2."""
    file = tmp_path / "r.tlog-proof"
    file.write_bytes(_receipt()[0].replace(b"index 5\n", b"index 7\n"))
    failed = _run(file, "--log-key", str(LOG.verifier), "--lang", "en")
    assert failed.returncode == 1 and "Step 5 failed" in failed.stdout
    assert _run(tmp_path / "none", "--log-key", str(LOG.verifier)).returncode == 2
    assert _run(file).returncode == 2
