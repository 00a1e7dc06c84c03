"""An act is sealed with its change or not at all; its receipt verifies offline; erasing leaves the log whole."""

import hashlib
import json

import pytest
from django.db import transaction

from mingtang.engines import tlog
from mingtang.platform.ledger import acts, reads, sequencer
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.ledger.faults import LogBroken, NotFinal, NotInTransaction
from mingtang.platform.ledger.models import Act, Tile

pytestmark = pytest.mark.django_db
ANYONE = Actor("anonymous")


def _seal(count=1, subject="tests/one"):
    with transaction.atomic():
        return acts.seal_many([Draft("tests.note", subject, ANYONE, {"n": i, "name": "张三"}) for i in range(count)])


def test_an_act_goes_with_its_change_or_not_at_all():
    """A transaction that fails leaves no act."""
    with pytest.raises(RuntimeError), transaction.atomic():
        acts.seal(Draft("tests.note", "tests/one", ANYONE, {}))
        raise RuntimeError
    assert not Act.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sealing_outside_a_transaction_is_refused():
    """Without a transaction there is no change that the act could belong to."""
    with pytest.raises(NotInTransaction):
        acts.seal(Draft("tests.note", "tests/one", ANYONE, {}))


def test_a_receipt_verifies_offline():
    """The file holds everything: document, salt, proof, checkpoint; any C2SP verifier finds the entry in the log."""
    sealed = _seal(3)
    with pytest.raises(NotFinal):
        reads.receipt(sealed[1].id).as_file()
    assert sequencer.run_once() == 3
    proof = tlog.LogProof.parse(reads.receipt(sealed[1].id).as_file())
    entry = hashlib.sha256(b"mingtang/act/v1\n" + proof.extra).digest()
    assert proof.verify(entry, tlog.VerifierKey.parse(reads.verifier_key())).size == 3
    assert json.loads(proof.extra[32:])["body"] == {"n": 1, "name": "张三"}


def test_the_log_holds_nothing_personal():
    """Neither acts nor tiles contain the document's words."""
    _seal(2)
    sequencer.run_once()
    for row in [*Act.objects.values_list(), *Tile.objects.values_list("data", flat=True)]:
        assert "张三" not in str(row) and "张三".encode() not in (bytes(row) if isinstance(row, (bytes, memoryview)) else b"")


def test_erasing_destroys_the_content_and_keeps_the_proof():
    """After erasure the document is gone, an old receipt still verifies, and the erasure is an act that lists what it emptied."""
    first = _seal(1)[0]
    sequencer.run_once()
    old = reads.receipt(first.id).as_file()
    with transaction.atomic():
        acts.erase("tests/one", reason="request of the person", actor=ANYONE)
    sequencer.run_once()
    assert reads.receipt(first.id).document is None
    proof = tlog.LogProof.parse(old)
    proof.verify(first.commitment, tlog.VerifierKey.parse(reads.verifier_key()))
    erasure = reads.acts_of("ledger/erasure/tests/one")[0]
    assert reads.receipt(erasure.id).document["body"]["acts"] == [str(first.id)]


def test_batches_give_one_consistent_log():
    """However the acts arrive, each checkpoint is consistent with the one before, over tile boundaries too."""
    key = tlog.VerifierKey.parse(reads.verifier_key())
    earlier = None
    for count in (1, 3, 255, 300, 2):
        _seal(count)
        while sequencer.run_once(200):
            point, _ = tlog.open_checkpoint(reads.checkpoint(), key)
            if earlier is not None:
                tlog.verify_consistency(earlier.size, point.size, earlier.root, point.root, reads.consistency(earlier.size, point.size))
            earlier = point
    assert earlier.size == 561
    assert list(Act.objects.order_by("index").values_list("index", flat=True)) == list(range(561))
    leaves = [tlog.leaf_hash(bytes(entry)) for entry in Act.objects.order_by("index").values_list("commitment", flat=True)]
    assert tlog.root_of(leaves) == earlier.root


def test_a_log_that_does_not_agree_with_its_head_is_not_appended_to():
    """A flipped byte in a partial tile stops the sequencer."""
    _seal(3)
    sequencer.run_once()
    tile = Tile.objects.get(level=0, index=0)
    tile.data = bytes([tile.data[0] ^ 1]) + bytes(tile.data)[1:]
    tile.save()
    _seal(1)
    with pytest.raises(LogBroken):
        sequencer.run_once()


def test_tiles_are_served_as_wide_as_they_are():
    """A tile is cut to the width asked for; more than the log holds is refused."""
    _seal(10)
    sequencer.run_once()
    assert len(reads.tile(0, 0, 7)) == 7 * 32
    assert len(tlog.unpack_bundle(reads.tile("entries", 0, 10))) == 10
    for bad in ((0, 0, 11), (0, 0, 256), (1, 0, 1), ("entries", 1, 1)):
        with pytest.raises(tlog.NotInLog):
            reads.tile(*bad)
