"""A witness cosigns what extends the last it cosigned, and refuses all else with the status of the specification."""

import pytest

from mingtang.engines import tlog
from mingtang.engines.tlog.witness import Cosign, Refuse, ask, decide, take_cosignature

LOG = tlog.SignerKey.from_seed("log.example", tlog.NOTE_KEY, bytes(32))
OTHER = tlog.SignerKey.from_seed("log.example", tlog.NOTE_KEY, bytes([1]) * 32)
WITNESS = tlog.SignerKey.from_seed("w.example", tlog.COSIGNATURE_KEY, bytes([2]) * 32)
LEAVES = [tlog.leaf_hash(b"%d" % i) for i in range(400)]
EDGE = tlog.Edge()
TILES = EDGE.append(LEAVES)
NODES = tlog.TileReader(lambda level, index: TILES[level, index])


def _point(size, leaves=LEAVES):
    return tlog.Checkpoint("log.example", size, tlog.root_of(leaves[:size]))


def _ask(old, size, proof=None, key=LOG, point=None):
    point = point or _point(size)
    return ask(old, tlog.prove_consistency(NODES, old, size) if proof is None else proof, point.signed(key))


def _decide(body, last=None):
    return decide(body, {"log.example": LOG.verifier}.get, lambda origin: last)


@pytest.mark.parametrize(("last", "size"), [(None, 1), (None, 400), (0, 7), (1, 2), (7, 300), (256, 257), (300, 300)])
def test_an_extension_is_cosigned(last, size):
    """From nothing, from any earlier size, and the same size again; the cosignature verifies over the checkpoint with its time."""
    before = None if last is None else _point(last)
    decision = _decide(_ask(last or 0, size), before)
    assert isinstance(decision, Cosign) and decision.before == before and decision.point == _point(size)
    signature = take_cosignature(decision.answer(WITNESS, 1772413200), decision.text, WITNESS.verifier)
    assert tlog.Note(decision.text, (signature,)).verify(WITNESS.verifier) == 1772413200


@pytest.mark.parametrize(("body", "last", "status"), [
    (b"", None, 400),
    (b"old 1\n\n", None, 400),
    (_ask(0, 5).replace(b"old 0", b"old 00"), None, 400),
    (_ask(0, 5).replace(b"old 0", b"old -1"), None, 400),
    (_ask(0, 5).replace(b"old 0\n", b"old 0\nAAAA\n"), None, 400),
    (_ask(0, 5, [bytes(32)] * 64), None, 400),
    (_ask(0, 5)[:-4], None, 400),
    (_ask(5, 5).replace(b"old 5", b"old 6"), 5, 400),
    (ask(0, [], tlog.Checkpoint("other.example", 5, bytes(32)).signed(LOG)), None, 404),
    (_ask(0, 5, key=OTHER), None, 403),
    (_ask(3, 5), 4, 409),
    (_ask(0, 5), 4, 409),
    (_ask(5, 5, point=_point(5, LEAVES[::-1])), 5, 409),
    (_ask(4, 9, []), 4, 422),
    (_ask(4, 9, [bytes(32)] * 3), 4, 422),
    (_ask(4, 9, point=_point(9, LEAVES[::-1])), 4, 422),
    (_ask(0, 9, [bytes(32)]), None, 422),
    (ask(0, [], tlog.Checkpoint("log.example", 0, bytes(32)).signed(LOG)), None, 422),
], ids=lambda value: None if isinstance(value, bytes) else value)
def test_all_else_is_refused_with_its_status(body, last, status):
    """Malformed, unknown, unsigned, stale, forked, unproven: each has its number, and a stale size is told the right one."""
    answer = _decide(body, None if last is None else _point(last))
    assert isinstance(answer, Refuse) and answer.status == status
    if status == 409:
        assert answer.body == b"%d\n" % last and answer.content_type == "text/x.tlog.size"


@pytest.mark.parametrize("answer", [b"", b"\xff", b"no line\n", OTHER.name.encode(), tlog.sign("x\n", LOG).line().encode(),
                                    tlog.cosign("other\n", WITNESS, 1).line().encode()])
def test_a_wrong_answer_of_a_witness_is_refused(answer):
    """Nothing, noise, another key, or a cosignature over something else."""
    with pytest.raises(tlog.ProofRefused):
        take_cosignature(answer, _point(5).text(), WITNESS.verifier)


@pytest.mark.parametrize("text", [
    "", "log x\nquorum none", "quorum nobody", "quorum none\nquorum none", f"log {LOG.verifier}\nlog {LOG.verifier}\nquorum none",
    f"witness w {LOG.verifier}\nquorum w", f"witness none {WITNESS.verifier}\nquorum none", f"log {WITNESS.verifier}\nquorum none",
    f"witness a {WITNESS.verifier}\nwitness b {WITNESS.verifier}\nquorum a", f"witness a {WITNESS.verifier} ftp://x\nquorum a",
    f"witness a {WITNESS.verifier}\ngroup g 2 a\nquorum g", f"witness a {WITNESS.verifier}\ngroup g any a\ngroup h any a\nquorum h", "group g all\nquorum g",
])
def test_a_wrong_policy_is_refused(text):
    """A key or member that comes twice, a wrong kind of key, an impossible count, a missing quorum."""
    with pytest.raises(tlog.ProofRefused):
        tlog.Policy.parse(text)


def test_a_policy_may_leave_the_log_open():
    """The logs may be known from elsewhere; comments and blank lines are passed over; addresses are kept."""
    policy = tlog.Policy.parse(f"# who signs\n\n\twitness a {WITNESS.verifier} https://w.example/\n group g any a \nquorum g\n")
    assert policy.logs == () and policy.addresses == {"a": "https://w.example/"}
