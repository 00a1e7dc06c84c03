"""The independent verifier of elections: accepts what is honest, refuses every forgery, needs the standard library alone."""

import ast
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines.ballots.conftest import archive, hold
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
    from mingtang.engines import ballots

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
