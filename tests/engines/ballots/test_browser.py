"""Ballots made by the booth's code pass the engine's checks, count as meant, and open to what was chosen."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from mingtang.engines import ballots
from tests.engines.ballots.conftest import VOTES, archive, hold

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "src" / "mingtang" / "site" / "static" / "built" / "ballot.js"


def booth(election, cases):
    """What the booth's code makes of (secret, votes), run in node."""
    node = shutil.which("node") or shutil.which("node", path=ROOT / ".venv" / "bin")
    if not node or not BUILT.exists():
        pytest.skip("the browser's part is not built here: run script/environment test")
    asked = {"election": election.text, "cases": [{"secret": str(secret), "votes": votes} for secret, votes in cases]}
    script = Path(__file__).with_name("cast.mjs")
    answer = subprocess.run([node, "--no-warnings", script, BUILT], input=json.dumps(asked), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def held():
    """An election on Ed25519 whose ballots the booth made."""
    made = hold("Ed25519")
    made.booth = booth(made.election, list(zip(made.voters, VOTES, strict=False)))
    made.cast = [one["text"] for one in made.booth]
    return made


def test_the_booths_ballots_are_accepted_and_counted(held):
    """Every ballot passes every check under its tracker, and the whole archive verifies to the right counts."""
    for one, voter in zip(held.booth, held.voters, strict=False):
        read = ballots.read_ballot(held.election, one["text"])
        assert read.tracker == one["tracker"] and read.credential == held.kind.write(held.kind.exp(voter))
    verdict = ballots.verify(archive(held))
    assert verdict.counts == [[2, 1, 1], [1, 1, 1, 2, 1, 1]]


def test_an_opened_ballot_shows_what_was_chosen(held):
    """Benaloh's challenge: the numbers drawn open each ciphertext to the voter's choice, blank votes too."""
    for one, votes in zip(held.booth, VOTES, strict=True):
        assert ballots.opened(held.election, one["text"], one["randomness"]) == votes


def test_a_booth_that_encrypts_something_else_is_found_out(held):
    """Numbers of another ballot, one number changed, one missing: the opening is refused."""
    first, second = held.booth[0], held.booth[2]
    wrong = [list(part) for part in first["randomness"]]
    wrong[0][0] = str(int(wrong[0][0]) + 1)
    for numbers in (second["randomness"], wrong, first["randomness"][:1], [["x"] * 3, ["1"] * 6], []):
        with pytest.raises(ballots.RefusedBallot):
            ballots.opened(held.election, first["text"], numbers)


def test_the_booth_refuses_what_the_question_does_not_allow(held):
    """Too many, too few, no blank where there is none, a 2, a wrong number of questions."""
    voter = held.voters[0]
    cases = [[[1, 1, 0], None], [[0, 0, 0], None], [None, None], [[2, 0, 0], None], [[1, 0, 0]], [[1, 0, 0], [1, 1, 1, 1, 0]]]
    assert booth(held.election, [(voter, votes) for votes in cases]) == [{"refused": True}] * len(cases)


def test_two_ballots_of_one_choice_share_nothing(held):
    """Encryption is fresh each time."""
    one, other = (json.loads(made["text"]) for made in booth(held.election, [(held.voters[0], VOTES[0])] * 2))
    assert one["answers"][0]["choices"] != other["answers"][0]["choices"]
