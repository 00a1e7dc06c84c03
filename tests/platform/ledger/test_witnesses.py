"""Witnesses run as servers; the log asks them; a receipt then proves to a policy that they have seen the same log."""

import http.client
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import transaction

from mingtang.engines import tlog
from mingtang.engines.tlog.witness import ask
from mingtang.platform.ledger import acts, reads, sequencer, witnessing
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.ledger.models import Head
from mingtang.platform.ledger.witness_server import Witness, server

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).resolve().parents[3] / "verify" / "receipt.py"


def _grow(count=5):
    with transaction.atomic():
        sealed = acts.seal_many([Draft("tests.note", "tests/one", Actor("system"), {"n": n}) for n in range(count)])
    sequencer.run_once()
    return sealed


@pytest.fixture
def witnesses(tmp_path, settings):
    """Two running witnesses of this log, and the policy that asks for both."""
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    witnessing._cosigned_sizes.clear()
    reads.log_key.cache_clear()
    sequencer.lock_store.cache_clear()
    key = tlog.VerifierKey.parse(reads.verifier_key())
    with ExitStack() as stack:
        lines, found = [f"log {key}"], []
        for name in ("audit", "press"):
            witness = Witness(tmp_path / name, f"witness.example/{name}", [key])
            running = stack.enter_context(server(witness, "127.0.0.1", 0))
            threading.Thread(target=running.serve_forever, daemon=True).start()
            stack.callback(running.shutdown)
            lines.append(f"witness {name} {witness.key.verifier} http://127.0.0.1:{running.server_port}")
            found.append((witness, running))
        (settings.DATA / "witnesses.policy").write_text("\n".join([*lines, "group both all audit press", "quorum both", ""]))
        yield found
    reads.log_key.cache_clear()
    sequencer.lock_store.cache_clear()


def test_a_receipt_carries_the_cosignatures(witnesses, tmp_path, settings):
    """Both cosign; the checkpoint and the receipts carry it; the stand-alone verifier accepts it by policy."""
    sealed = _grow()
    assert witnessing.cosign_once() == 2
    assert witnessing.cosign_once() == 0
    file = tmp_path / "r.tlog-proof"
    file.write_bytes(reads.receipt(sealed[2].id).as_file())
    policy = settings.DATA / "witnesses.policy"
    proven = subprocess.run([sys.executable, "-I", SCRIPT, file, "--policy", policy, "--lang", "en"], capture_output=True, text=True, check=False)
    assert proven.returncode == 0 and "witness press" in proven.stdout, proven.stdout + proven.stderr
    witnessing.policy().check(tlog.Note.parse(reads.checkpoint()))


def test_the_log_grows_on_and_is_cosigned_again(witnesses):
    """The next checkpoint goes with a consistency proof; acts between two cosigned checkpoints are final all the same."""
    first = _grow()
    witnessing.cosign_once()
    second = _grow(300)
    assert b"witness.example" not in reads.checkpoint()
    assert b"witness.example" in reads.receipt(first[0].id).proof.checkpoint
    assert reads.receipt(second[0].id).final
    assert witnessing.cosign_once() == 2
    assert Head.objects.get().cosigned_size == 305


def test_a_log_that_forgot_what_a_witness_knows_asks_again(witnesses):
    """After a restart the witness tells its size in a 409, and the next round has the right proof."""
    _grow()
    witnessing.cosign_once()
    _grow()
    witnessing._cosigned_sizes.clear()
    assert witnessing.cosign_once() == 0
    assert witnessing.cosign_once() == 2


def test_a_quorum_that_is_not_met_is_not_kept(witnesses):
    """With one of two away the checkpoint stays without cosignatures and the acts stay final."""
    sealed = _grow()
    witnesses[1][1].shutdown()
    witnesses[1][1].server_close()
    assert witnessing.cosign_once() == 0
    assert Head.objects.get().cosigned_size == 0 and reads.receipt(sealed[0].id).final


def test_a_forked_log_gets_no_cosignature(witnesses):
    """A witness that has cosigned a checkpoint refuses another history for good, after a restart too."""
    _grow()
    witnessing.cosign_once()
    witness = witnesses[0][0]
    fork = tlog.Checkpoint(reads.log_key().name, 9, bytes(32)).signed(reads.log_key())
    assert witness.add_checkpoint(ask(5, [bytes(32)] * 3, fork))[0] == 422
    assert witness.add_checkpoint(ask(0, [], fork))[:2] == (409, b"5\n")


def test_the_server_refuses_what_is_no_request(witnesses):
    """Other paths, no length, too much: an answer in time and no cosignature."""
    port = witnesses[0][1].server_port
    for method, path, body, headers, status in (
        ("POST", "/elsewhere", b"x", {}, 404), ("POST", "/add-checkpoint", b"x", {}, 400), ("GET", "/other", None, {}, 404),
        ("POST", "/add-checkpoint", b"", {"Content-Length": str(1 << 30)}, 413), ("POST", "/add-checkpoint", None, {"Content-Length": "x"}, 411),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request(method, path, body, headers)
        assert connection.getresponse().status == status
        connection.close()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/")
    assert tlog.VerifierKey.parse(connection.getresponse().read().decode()).kind == tlog.COSIGNATURE_KEY
    connection.close()


def test_of_two_requests_at_once_one_wins(witnesses):
    """Many threads ask to cosign two extensions of one checkpoint: whatever is cosigned lies on one line."""
    witness, key = witnesses[0][0], reads.log_key()
    leaves = [tlog.leaf_hash(b"%d" % n) for n in range(40)]
    edge = tlog.Edge()
    tiles = edge.append(leaves)
    nodes = tlog.TileReader(lambda level, index: tiles[level, index])
    answers = []

    def submit(size):
        note = tlog.Checkpoint(key.name, size, tlog.root_of(leaves[:size])).signed(key)
        answers.append((size, witness.add_checkpoint(ask(0, [], note))[0]))

    threads = [threading.Thread(target=submit, args=(size,)) for size in range(1, 17)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for _, status in answers) == [200] + [409] * 15
    (won,) = [size for size, status in answers if status == 200]
    note = tlog.Checkpoint(key.name, 40, edge.root()).signed(key)
    assert witness.add_checkpoint(ask(won, tlog.prove_consistency(nodes, won, 40), note))[0] == 200
