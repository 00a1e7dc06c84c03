"""Notes, checkpoints, policies and offline proofs: what was signed verifies, what was changed does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines import tlog

LOG = tlog.SignerKey.from_seed("mingzhou.example/ledger", tlog.NOTE_KEY, bytes(32))
WITNESSES = [tlog.SignerKey.from_seed(f"witness{i}.example", tlog.COSIGNATURE_KEY, bytes([i]) * 32) for i in range(1, 4)]
LEAVES = [tlog.leaf_hash(str(i).encode()) for i in range(20)]


def _proof(index=7, cosigners=()):
    point = tlog.Checkpoint(LOG.name, len(LEAVES), tlog.root_of(LEAVES))
    note = tlog.Note(point.text(), (tlog.sign(point.text(), LOG), *(tlog.cosign(point.text(), w, 1_800_000_000) for w in cosigners)))
    edge = tlog.Edge()
    tiles = edge.append(LEAVES)
    path = tlog.prove_inclusion(tlog.TileReader(lambda level, i: tiles[level, i]), index, len(LEAVES))
    return tlog.LogProof(index, tuple(path), bytes(note), b"extra")


def test_the_key_example_of_the_standard():
    """The verifier key printed in the signed-note document reads back with the id that stands in it."""
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(tlog.VerifierKey.parse(text)) == text


def test_a_note_reads_back_and_verifies():
    """Text and signatures survive writing and reading."""
    data = tlog.Checkpoint(LOG.name, 3, bytes(32)).signed(LOG)
    point, note = tlog.open_checkpoint(data, LOG.verifier)
    assert (point.size, point.root) == (3, bytes(32)) and bytes(note) == data


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_of_a_checkpoint_is_refused(at, mask):
    """Flip any byte: the note no longer verifies as the same checkpoint."""
    data = bytearray(tlog.Checkpoint(LOG.name, 3, bytes(32)).signed(LOG))
    data[at % len(data)] ^= mask
    with pytest.raises(tlog.ProofRefused):
        tlog.open_checkpoint(bytes(data), LOG.verifier)


@given(st.binary(max_size=300))
def test_garbage_is_refused_and_never_a_fault(data):
    """Any bytes give ProofRefused, for notes and for proofs."""
    for read in (tlog.Note.parse, tlog.LogProof.parse):
        with pytest.raises(tlog.ProofRefused):
            read(data)


def test_an_offline_proof_verifies_and_a_changed_one_does_not():
    """The proof holds for its entry, and for no other entry, index or key."""
    proof = tlog.LogProof.parse(bytes(_proof()))
    assert proof.verify(b"7", LOG.verifier).size == 20 and proof.extra == b"extra"
    with pytest.raises(tlog.ProofRefused):
        proof.verify(b"8", LOG.verifier)
    with pytest.raises(tlog.ProofRefused):
        tlog.LogProof(8, proof.path, proof.checkpoint).verify(b"7", LOG.verifier)
    with pytest.raises(tlog.ProofRefused):
        proof.verify(b"7", tlog.SignerKey.from_seed(LOG.name, tlog.NOTE_KEY, bytes([9]) * 32).verifier)


POLICY = "\n".join([
    f"log {LOG.verifier}", *(f"witness w{i} {w.verifier}" for i, w in enumerate(WITNESSES, 1)), "group two 2 w1 w2 w3", "quorum two",
])


def test_a_quorum_of_witnesses_is_asked_for():
    """Two of three cosignatures satisfy the policy, one does not, a forged one is refused outright."""
    policy = tlog.Policy.parse(POLICY)
    proof = tlog.LogProof.parse(bytes(_proof(cosigners=WITNESSES[:2])))
    proof.verify(b"7", LOG.verifier, policy)
    with pytest.raises(tlog.ProofRefused) as caught:
        _proof(cosigners=WITNESSES[:1]).verify(b"7", LOG.verifier, policy)
    assert caught.value.details["check"] == "quorum of witnesses"
    forger = tlog.SignerKey(WITNESSES[2].name, tlog.COSIGNATURE_KEY, LOG.private)
    note = tlog.Note.parse(_proof(cosigners=WITNESSES[:2]).checkpoint)
    signed = tlog.cosign(note.text, forger, 5)
    forged = tlog.Note(note.text, (*note.signatures, tlog.Signature(signed.name, WITNESSES[2].verifier.key_id, signed.data)))
    with pytest.raises(tlog.ProofRefused):
        policy.check(forged)


@pytest.mark.parametrize("broken", ["", f"log {LOG.verifier}", f"log {LOG.verifier}\nquorum nobody", POLICY.replace("group two 2", "group two 4"),
                                    POLICY + "\nquorum w1", POLICY.replace("w1 w2 w3", "w1 w1 w3"), POLICY + "\nwhat is this"])
def test_a_broken_policy_is_refused(broken):
    """A policy that cannot be satisfied, or says nothing clear, is refused."""
    with pytest.raises(tlog.ProofRefused):
        tlog.Policy.parse(broken)
