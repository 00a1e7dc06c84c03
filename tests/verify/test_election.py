"""The independent verifier of elections: accepts what is honest, refuses every forgery, needs the standard library alone."""

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mingtang.engines import ballots
from tests.engines.ballots.conftest import archive, changed, hold
from tests.engines.ballots.test_ballots import ATTACKS

FILE = Path(__file__).resolve().parents[2] / "verify" / "election.py"
_spec = importlib.util.spec_from_file_location("verify_election", FILE)
election = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(election)


@pytest.fixture(scope="module")
def held():
    return hold("Ed25519")


@pytest.fixture(scope="module")
def honest(held):
    return archive(held)


def test_it_imports_the_standard_library_alone():
    """It shares no code with the server and needs no package."""
    names = {alias.name for node in ast.walk(ast.parse(FILE.read_text())) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(ast.parse(FILE.read_text())) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


@pytest.mark.parametrize("group", ["Ed25519", "BELENIOS-2048"])
def test_an_honest_election_is_accepted(group, held, honest):
    """Both groups; the counts are those of the votes."""
    told = election.check(honest if group == "Ed25519" else archive(hold(group)))
    assert told["counts"] == [[2, 1, 1], [1, 1, 1, 2, 1, 1]] and (told["listed"], told["ballots"], told["counted"]) == (5, 4, 4)


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_every_forgery_is_refused(name, held):
    """The forgeries that the engine refuses, with right hashes; the check that fails is named and has words in both languages."""
    attack, _ = ATTACKS[name]
    with pytest.raises(election.Refused) as caught:
        election.check(archive(held, **attack(held)))
    assert all(election.CHECKS[caught.value.code])


@pytest.fixture(scope="module")
def held_2048():
    return hold("BELENIOS-2048")


# Those that mean something over Curve25519 alone are left out; each takes about a second, so the rest runs with script/test --all.
QUICK = {"five votes in one ciphertext", "ciphertexts swapped", "wrong factor", "blank proof of another"}
CURVE_ALONE = {"small-order point", "upper-case point", "neutral credential", "second writing of a number"}


@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in QUICK else [pytest.mark.slow]) for n in sorted(set(ATTACKS) - CURVE_ALONE)])
def test_the_same_forgeries_over_the_integers_are_refused(name, held_2048):
    """BELENIOS-2048; both verifiers."""
    forged = archive(held_2048, **ATTACKS[name][0](held_2048))
    with pytest.raises(election.Refused):
        election.check(forged)
    with pytest.raises(ballots.RefusedBallot):
        ballots.verify(forged)


def test_what_an_archive_holds_is_checked_though_it_is_not_over(held, honest):
    """A wrong tally or share is found before the result is there; what was not reached is not said to be checked."""
    at, whole = 0, []
    while at < len(honest):
        size = int(honest[at + 124 : at + 135], 8)
        at += 512 + size + -size % 512
        whole.append(at)
    told = election.check(honest[: whole[-3]])  # without the result and its event
    assert told["counts"] is None and told["checks"] == ["chain", "trustees and credentials", "ballots", "tally", "shares"]
    wrong = archive(held, partial=lambda text: changed(text, lambda p: p["decryption_factors"][0].reverse()))
    with pytest.raises(election.Refused, match="decryption"):
        election.check(wrong[: whole[-3]])


@pytest.mark.parametrize("change, code", [
    ({"listed": lambda held: [f"{one},999999999" for one in held.listed]}, "weight"),
    ({"election_text": lambda held: "[" * 100_000}, "json"),
    ({"election_text": lambda held: '{"version":' + "9" * 50_000 + "}"}, "json"),
    ({"election_text": lambda held: held.election.text.replace('"max":3', '"max":3000000')}, "questions"),
    ({"election_text": lambda held: held.election.text.replace('"name":"小区电梯"', '"name":["x"]')}, "fields"),
])  # fmt: skip
def test_what_would_cost_without_bound_is_refused_first(held, change, code):
    """A weight of thousands of millions, brackets without end, a number of fifty thousand digits, a question of millions of cases."""
    with pytest.raises(election.Refused) as caught:
        election.check(archive(held, **{name: make(held) for name, make in change.items()}))
    assert caught.value.code == code


def test_an_archive_cannot_write_to_the_terminal():
    """Control characters in names and places are shown as question marks."""
    assert election.plain("a\x1b[2Jb\u202ec") == "a?[2Jb?c"


EXPECTED = {"five votes in one ciphertext": "zero or one", "ballot of a stranger": "not listed", "ballot dropped after the tally": "number tallied", "small-order point": "group",
            "signature of another voter": "signature", "result plus one": "result", "trustee missing": "owner", "other election": "election", "wrong factor": "decryption",
            "blank proof of another": "blank", "trustee left out": "joint key", "ballot cast twice": "ballot twice", "second writing of a number": "scalar"}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_check_that_fails_is_the_one_that_was_broken(name, held):
    """Not merely refused: refused for what was done."""
    with pytest.raises(election.Refused) as caught:
        election.check(archive(held, **ATTACKS[name][0](held)))
    assert caught.value.code == EXPECTED[name]


def test_a_tally_without_a_ballot_is_found(held):
    """A server that counts another set of ballots than the board holds."""
    honest = [ballots.read_ballot(held.election, text) for text in held.cast]
    other = ballots.write_tally(held.kind, ballots.encrypted_tally(held.election, honest[1:], {b.credential: 1 for b in honest}))
    with pytest.raises(election.Refused, match="tally"):
        election.check(archive(held, tally=other))


def test_a_rewritten_past_is_found(held, honest):
    """A later archive that does not begin with the earlier one."""
    assert election.check(honest, honest)["verdict"] == "accepted"
    with pytest.raises(election.Refused, match="append-only"):
        election.check(archive(held, cast=held.cast[::-1]), honest)


def test_flipped_bytes_and_cut_files_are_refused(honest):
    """A byte changed anywhere, a file cut anywhere: refused, or a shorter state that says it is not over."""
    for at in range(0, len(honest), 997):
        broken = bytearray(honest)
        broken[at] ^= 1
        with pytest.raises(election.Refused):
            election.check(bytes(broken))
    whole = 0
    for size in [0, 1, 511, 512, 1024, len(honest) // 2, *range(len(honest) - 512 * 12, len(honest), 512)]:
        try:
            told = election.check(honest[:size])
        except election.Refused:
            continue
        whole += 1
        assert told["counts"] is None  # cut between two events: an election that is not over
    assert whole < 12


def test_the_command_speaks_both_languages_and_to_programs(honest, held, tmp_path):
    """Exit 0 with words or JSON; exit 1 with the failed check; exit 2 where there is no file; two processes give the same."""
    file, bad = tmp_path / "a.bel", tmp_path / "b.bel"
    file.write_bytes(honest)
    bad.write_bytes(archive(held, result=[[3, 1, 1], [1, 1, 1, 2, 1, 1]]))

    def run(*given):
        return subprocess.run([sys.executable, "-I", str(FILE), *map(str, given)], capture_output=True, text=True, check=False)

    assert json.loads(run(file, "--json", "--processes", "2").stdout)["counts"] == [[2, 1, 1], [1, 1, 1, 2, 1, 1]]
    zh, en = run(file, "--lang", "zh"), run(file, "--lang", "en")
    assert "已证明" in zh.stdout and "未证明" in zh.stdout and "Not proven" in en.stdout and zh.returncode == en.returncode == 0
    refused = run(bad, "--lang", "en")
    assert refused.returncode == 1 and "the result follows from the ballots" in refused.stdout
    assert json.loads(run(bad, "--json").stdout)["failed"] == "result"
    assert run(tmp_path / "none.bel").returncode == 2
    assert run(file, "--fingerprint", "x").returncode == 1
