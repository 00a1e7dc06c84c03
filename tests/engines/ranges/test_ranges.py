"""Range proofs: true statements verify, everything else is refused, and the proof is bound to its tag, limit and commitment."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import ranges
from mingtang.engines.ranges import commitments, proofs
from mingtang.engines.ranges.commitments import ORDER

TAG = hashlib.sha256(b"verifier, nonce, purpose, credential").digest()


BORN_BY = ranges.Statement("at_most", 24_400)


def made(value=20_000, statement=BORN_BY):
    """Commitment, statement and proof."""
    blinding = ranges.new_blinding()
    return ranges.commit(value, blinding), statement, ranges.prove(value, blinding, statement, TAG)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 255), st.integers(0, 255), st.sampled_from(["at_most", "at_least"]))
def test_a_proof_exists_exactly_where_the_statement_is_true(value, limit, side):
    """For every value and limit of 8 bits: proven and verified if true, not provable if not."""
    statement, blinding = ranges.Statement(side, limit, 8), ranges.new_blinding()
    if value <= limit if side == "at_most" else value >= limit:
        ranges.verify(ranges.commit(value, blinding), statement, ranges.prove(value, blinding, statement, TAG), TAG)
    else:
        with pytest.raises(ranges.NotProvable):
            ranges.prove(value, blinding, statement, TAG)


@pytest.mark.parametrize("bits", ranges.BITS)
def test_the_borders_of_each_width_hold(bits):
    """0 and 2^bits - 1 are provable on both sides; the proof has its size; 16 bits stay below 3 KB even as base64url."""
    top = 2**bits - 1
    for value, statement in ((0, ranges.Statement("at_most", top, bits)), (top, ranges.Statement("at_least", 0, bits)),
                             (top, ranges.Statement("at_most", top, bits)), (0, ranges.Statement("at_least", 0, bits))):
        commitment, _, proof = made(value, statement)
        assert len(proof) == ranges.size(bits) == 128 * bits
        ranges.verify(commitment, statement, proof, TAG)
    assert ranges.size(16) * 4 / 3 < 3072


def test_a_proof_serves_nothing_else():
    """Another limit, side, width, commitment or tag is refused."""
    commitment, statement, proof = made()
    for other in (ranges.Statement("at_most", 24_401), ranges.Statement("at_most", 24_399), ranges.Statement("at_least", 24_400)):
        with pytest.raises(ranges.RangeRefused):
            ranges.verify(commitment, other, proof, TAG)
    with pytest.raises(ranges.RangeRefused):
        ranges.verify(commitment, statement, proof, TAG + b"x")
    with pytest.raises(ranges.RangeRefused):
        ranges.verify(made()[0], statement, proof, TAG)
    with pytest.raises(ranges.RangeRefused):
        ranges.verify(commitment, ranges.Statement("at_most", 24_400, 32), proof, TAG)


def test_no_flipped_bit_survives():
    """One bit changed in any of the 64 pieces is refused."""
    commitment, statement, proof = made()
    for at in range(0, len(proof), 32):
        changed = bytearray(proof)
        changed[at + at // 32 % 31] ^= 1 << at // 32 % 8
        with pytest.raises(ranges.RangeRefused):
            ranges.verify(commitment, statement, bytes(changed), TAG)


def test_a_cheating_prover_fails():
    """Someone who skips the prover's own check and commits to what is not a bit is refused by the verifier."""
    blinding, statement = ranges.new_blinding(), ranges.Statement("at_most", 100, 8)
    value = 300  # the difference is -200: its lowest "bit" takes up what the others cannot say
    numbers = iter(ranges.new_blinding() for _ in range(1000))
    honest = proofs.Statement("at_most", 400, 16)
    proof = proofs.prove(value, blinding, honest, TAG, lambda: next(numbers))
    with pytest.raises(ranges.RangeRefused):
        ranges.verify(ranges.commit(value, blinding), statement, proof[:ranges.size(8)], TAG)
    h = commitments.second_generator()
    bits = [-200, 0, 0, 0, 0, 0, 0, 0]
    blindings = [(-blinding) % ORDER, *(ranges.new_blinding() for _ in range(7))]
    blindings[0] = (blindings[0] - sum(r << i for i, r in enumerate(blindings) if i)) % ORDER
    points = [ranges.commit(bit, r) for bit, r in zip(bits, blindings, strict=True)]
    # Both sides of each proof simulated, with parts that sum up to a challenge of the cheater's own choosing.
    whole, parts, first = 12345, [], []
    for point in points:
        e, z0, z1 = (ranges.new_blinding() for _ in range(3))
        first += [commitments.minus(commitments.times(h, z0), commitments.times(point, e)),
                  commitments.minus(commitments.times(h, z1), commitments.times(proofs._off(point, 1), (whole - e) % ORDER))]
        parts += map(commitments.scalar, (e, z0, z1))
    forged = b"".join([commitments.scalar(whole), *points[1:], *parts])
    with pytest.raises(ranges.RangeRefused) as refused:
        ranges.verify(ranges.commit(value, blinding), statement, forged, TAG)
    assert "challenge" in refused.value.message("en")


@pytest.mark.parametrize("point", [
    bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xff" * 32,
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
])
def test_points_outside_the_subgroup_are_refused(point):
    """Small order, identity, non-canonical: as commitment or inside a proof."""
    commitment, statement, proof = made()
    for given_commitment, given_proof in ((point, proof), (commitment, proof[:32] + point + proof[64:])):
        with pytest.raises(ranges.RangeRefused):
            ranges.verify(given_commitment, statement, given_proof, TAG)


def test_scalars_must_be_canonical():
    """The same number written above the order is refused, so no proof has two forms."""
    commitment, statement, proof = made()
    for at in (0, len(proof) - 32):
        number = int.from_bytes(proof[at:at + 32], "little") + ORDER
        with pytest.raises(ranges.RangeRefused):
            ranges.verify(commitment, statement, proof[:at] + number.to_bytes(32, "little") + proof[at + 32:], TAG)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=2100))
def test_noise_is_refused(noise):
    """Whatever bytes come, the answer is a refusal."""
    with pytest.raises(ranges.RangeRefused):
        ranges.verify(ranges.commit(1, 2), ranges.Statement("at_most", 5), noise, TAG)


def test_the_second_generator_is_found_by_its_text():
    """H is a constant that anyone finds again; the browser's code carries the same bytes."""
    assert commitments.second_generator().hex() == "92516b5e9a02001d7f70a241cd41ed0d635dcde3c7a025436e1d8ace5610b6e3"


def test_faulty_statements_are_refused():
    """Limits outside the width, unknown sides and widths."""
    commitment, _, proof = made()
    for statement in (ranges.Statement("at_most", 65_536), ranges.Statement("at_most", -1), ranges.Statement("under", 5), ranges.Statement("at_most", 5, 17)):
        with pytest.raises(ranges.RangeRefused):
            ranges.verify(commitment, statement, proof, TAG)


def test_two_proofs_of_the_same_look_different():
    """Fresh randomness each time: proofs cannot be linked by their bytes."""
    blinding, statement = ranges.new_blinding(), ranges.Statement("at_most", 24_400)
    one, other = (ranges.prove(7, blinding, statement, TAG) for _ in range(2))
    assert not {one[i:i + 32] for i in range(0, 2048, 32)} & {other[i:i + 32] for i in range(0, 2048, 32)}
