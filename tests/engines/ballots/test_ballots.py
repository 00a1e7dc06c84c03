"""An honest election verifies; every forged or altered one is refused by the check that it breaks."""

import shutil
import subprocess

import pytest

from mingtang.engines import ballots
from mingtang.engines.ballots.ballot import _encrypt
from mingtang.engines.ballots.proofs import prove_knowledge
from tests.engines.ballots.conftest import archive, changed, hold


def test_an_honest_election_verifies(held):
    """The counts are those of the votes, also the blank one."""
    verdict = ballots.verify(archive(held))
    assert verdict.counts == [[2, 1, 1], [1, 1, 1, 2, 1, 1]]
    assert verdict.ballots_cast == verdict.ballots_counted == 4


def test_only_the_last_ballot_of_a_voter_counts(held):
    """A second ballot of a voter replaces the first; both stay in the record."""
    again = ballots.cast(held.election, held.voters[0], [[0, 1, 0], None])
    cast = [*held.cast, again]
    counted = ballots.last_ballots(ballots.read_ballot(held.election, text) for text in cast)
    verdict = ballots.verify(archive(held, cast=cast, counted=counted))
    assert (verdict.ballots_cast, verdict.ballots_counted) == (5, 4)
    assert verdict.counts[0] == [1, 2, 1]


def _resign(held, text, secret, change):
    """Change a ballot and sign it anew, as its owner could."""
    import json

    value = json.loads(text)
    del value["signature"]
    change(value)
    digest = ballots.fingerprint(ballots.compact(value))
    return ballots.compact({**value, "signature": {"hash": digest, "proof": prove_knowledge(held.kind, f"sig|{digest}", secret)}})


def _five_votes(held):
    """Five votes in one ciphertext under an honest signature; proofs copied from an honest ballot."""
    alpha, beta = _encrypt(held.kind, held.election.public_key, 0, 12345)
    beta = held.kind.mul(beta, held.kind.exp(5))
    pair = {"alpha": held.kind.write(alpha), "beta": held.kind.write(beta)}
    return _resign(held, held.cast[0], held.voters[0], lambda b: b["answers"][0]["choices"].__setitem__(0, pair))


def _swap(ballot):
    choices = ballot["answers"][0]["choices"]
    choices[0], choices[1] = choices[1], choices[0]


def _ballot_attack(change):
    return lambda held: {"cast": [_resign(held, held.cast[0], held.voters[0], change), *held.cast[1:]]}


def _raw(change):
    return lambda held: {"cast": [changed(held.cast[0], change), *held.cast[1:]]}


def _stranger(held):
    return {"cast": [*held.cast, ballots.cast(held.election, ballots.random_exponent(held.kind), [[1, 0, 0], None])]}


def _small_order(ballot):
    ballot["answers"][0]["choices"][0]["alpha"] = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"


def _plus_q(ballot):
    proof = ballot["answers"][0]["overall_proof"][0]
    proof["response"] = str(int(proof["response"]) + 2**252 + 27742317777372353535851937790883648493)


def _dropped(held):
    return {"cast": held.cast[1:]}


def _partial(change):
    return lambda held: {"partial": lambda text: changed(text, change)}


ATTACKS = {
    "five votes in one ciphertext": (lambda held: {"cast": [_five_votes(held), *held.cast[1:]]}, "each value is 0 or 1"),
    "ciphertexts swapped": (_ballot_attack(_swap), "each value is 0 or 1"),
    "choices swapped without a new signature": (_raw(_swap), "hash of the ballot"),
    "ballot of a stranger": (_stranger, "credential is listed"),
    "ballot dropped after the tally": (_dropped, "number of ballots tallied"),
    "ballot cast twice": (lambda held: {"cast": [*held.cast, held.cast[0]]}, "no ballot stands twice"),
    "other election": (_ballot_attack(lambda b: b.__setitem__("election_hash", "x" * 43)), "ballot of this election"),
    "other uuid": (_ballot_attack(lambda b: b.__setitem__("election_uuid", "Zb3dEf6hJk9mNp")), "ballot of this election"),
    "small-order point": (_ballot_attack(_small_order), "group membership"),
    "not a point": (_ballot_attack(lambda b: b["answers"][0]["choices"][0].__setitem__("beta", "zz")), "group membership"),
    "upper-case point": (_raw(lambda b: b.__setitem__("credential", b["credential"].upper())), "group membership"),
    "second writing of a number": (_ballot_attack(_plus_q), "canonical scalar"),
    "number with a leading zero": (_ballot_attack(lambda b: b["answers"][0]["overall_proof"][0].__setitem__("response", "01")), "canonical scalar"),
    "proof missing": (_ballot_attack(lambda b: b["answers"][0]["individual_proofs"].pop()), "one ciphertext and one proof an answer"),
    "proof of one case too few": (_ballot_attack(lambda b: b["answers"][0]["individual_proofs"][0].pop()), "each value is 0 or 1: number of proofs"),
    "blank proof missing": (_ballot_attack(lambda b: b["answers"][1].pop("blank_proof")), "exact fields"),
    "blank proof of another": (_ballot_attack(lambda b: b["answers"][1]["blank_proof"].reverse()), "blank excludes choices"),
    "overall proof of another": (_ballot_attack(lambda b: b["answers"][1]["overall_proof"].reverse()), "number of choices or blank"),
    "answer missing": (_ballot_attack(lambda b: b["answers"].pop()), "one answer a question"),
    "field too many": (_raw(lambda b: b.__setitem__("note", "x")), "exact fields"),
    "spaces in the text": (lambda held: {"cast": [held.cast[0].replace(":", ": ", 1), *held.cast[1:]]}, "canonical text"),
    "field twice": (lambda held: {"cast": [held.cast[0].replace("{", '{"credential":"x",', 1), *held.cast[1:]]}, "JSON: a field stands twice"),
    "signature of another voter": (lambda held: {"cast": [_resign(held, held.cast[0], held.voters[1], lambda b: None), *held.cast[1:]]}, "signature"),
    "result plus one": (lambda held: {"result": [[3, 1, 1], [1, 1, 1, 2, 1, 1]]}, "result is that of the ballots"),
    "trustee missing": (lambda held: {"owners": [1, 2]}, "every trustee decrypted"),
    "trustee twice": (lambda held: {"owners": [1, 1, 3]}, "decryption proof|one decryption a trustee"),
    "trustees exchanged": (lambda held: {"owners": [2, 1, 3]}, "decryption proof"),
    "wrong factor": (_partial(lambda p: p["decryption_factors"][0].reverse()), "decryption proof"),
    "factor missing": (_partial(lambda p: p["decryption_factors"][0].pop()), "shape of the tally"),
    "credential list with one twice": (lambda held: {"listed": [*held.listed, held.listed[0]]}, "credential stands once"),
    "neutral credential": (lambda held: {"listed": [*held.listed, "0" * 63 + "1"]}, "credential is not the neutral element"),
    "trustee without proof of the key": (lambda held: {"trustees": [held.trustees[0], held.trustees[1], ["Single", {**held.trustees[2][1], "pok": held.trustees[0][1]["pok"]}]]}, "trustee knows the key"),
    "trustee left out": (lambda held: {"trustees": held.trustees[:2]}, "key is the product of the trustees' keys"),
    "number tallied": (lambda held: {"num_tallied": 3}, "number of ballots tallied"),
    "total weight": (lambda held: {"total_weight": 9}, "number of ballots tallied"),
}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_a_forged_election_is_refused_by_the_check_it_breaks(held, name):
    """The archive is rebuilt with right hashes, so only the cryptographic or formal check can find it."""
    attack, expected = ATTACKS[name]
    with pytest.raises(ballots.RefusedBallot) as caught:
        ballots.verify(archive(held, **attack(held)))
    assert caught.value.details["check"] in expected.split("|")


def test_there_are_at_least_25_kinds_of_forgery():
    """The promise of the suite."""
    assert len(ATTACKS) >= 25


def test_every_flipped_byte_of_an_archive_is_found(held):
    """Any changed byte - header, name, content, padding - is refused."""
    data = archive(held)
    for at in range(0, len(data), 997):
        broken = bytearray(data)
        broken[at] ^= 1
        with pytest.raises(ballots.RefusedBallot):
            ballots.verify(bytes(broken))


def test_a_rewritten_past_is_found(held):
    """Against an earlier snapshot a record that took something back is refused."""
    data = archive(held)
    assert ballots.verify(data, earlier=data[: len(data) // 2 // 512 * 512]).counts
    with pytest.raises(ballots.RefusedBallot) as caught:
        ballots.verify(data, earlier=archive(held, cast=held.cast[::-1]))
    assert "append-only" in caught.value.details["check"]


@pytest.mark.parametrize("vote", [[[1, 1, 0], None], [[0, 0, 0], None], [[2, 0, 0], None], [None, None], [[1, 0, 0], [1, 1, 1, 1, 0]], [[1, 0, 0]]])
def test_a_choice_that_is_not_allowed_is_not_encrypted(held, vote):
    """Too many, too few, not 0 or 1, blank where it is not offered."""
    with pytest.raises(ballots.BadVote):
        ballots.cast(held.election, held.voters[0], vote)


@pytest.mark.skipif(shutil.which("belenios-tool") is None, reason="belenios-tool is not installed (Debian package belenios-tool)")
def test_the_belenios_tool_agrees(tmp_path):
    """An archive over BELENIOS-2048 passes every check of Debian's belenios-tool 2.0."""
    (tmp_path / "Ab3dEf6hJk9mNp.bel").write_bytes(archive(hold("BELENIOS-2048")))
    ran = subprocess.run(["belenios-tool", "election", "verify", "--dir", str(tmp_path)], capture_output=True, text=True, timeout=100)
    assert ran.returncode == 0 and "all checks passed" in ran.stderr + ran.stdout
