"""A whole small election in memory, that tests can take apart and put together wrongly."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

pytest.importorskip("nacl", reason="PyNaCl is not installed: the extra requirements for the assembly")
pytest.importorskip("gmpy2", reason="gmpy2 is not installed: the extra requirements for the assembly")

from mingtang.engines import ballots  # noqa: E402
from mingtang.engines.ballots.tally import read_partial_decryption  # noqa: E402

QUESTIONS = [ballots.Question("装电梯？ A lift?", ("是 yes", "否 no", "再议 later"), 1, 1), ballots.Question("哪些？ Which?", tuple("abcde"), 1, 3, True)]
VOTES = [[[1, 0, 0], [1, 0, 1, 0, 0]], [[0, 1, 0], None], [[1, 0, 0], [0, 1, 1, 1, 0]], [[0, 0, 1], [0, 0, 0, 0, 1]]]


def hold(group_name: str) -> SimpleNamespace:
    """Set up an election with three trustees and four voters; ``parts`` holds every text that goes into the archive."""
    kind = ballots.group(group_name)
    secrets = [ballots.random_exponent(kind) for _ in range(3)]
    voters = [ballots.random_exponent(kind) for _ in range(5)]
    election = ballots.Election.new(
        name="小区电梯", description="明州示例", group_name=group_name, public_key=ballots.joint_key(kind, [kind.exp(s) for s in secrets]),
        questions=QUESTIONS, uuid="Ab3dEf6hJk9mNp")
    return SimpleNamespace(
        kind=kind, secrets=secrets, voters=voters, election=election,
        trustees=[["Single", ballots.new_trustee(kind, s)] for s in secrets], listed=sorted(kind.write(kind.exp(v)) for v in voters),
        cast=[ballots.cast(election, voter, vote) for voter, vote in zip(voters, VOTES, strict=False)])


def archive(held: SimpleNamespace, **changes) -> bytes:
    """The archive of the election; ``changes`` replace parts: cast, counted, tally, owners, partials, result, listed, trustees, events."""
    writer = ballots.ArchiveWriter(1767225600)
    setup = {
        "election": writer.add_data(changes.get("election_text", held.election.text)),
        "trustees": writer.add_data(ballots.compact(changes.get("trustees", held.trustees))),
        "credentials": writer.add_data(ballots.compact(changes.get("listed", held.listed))),
    }
    writer.add_event("Setup", writer.add_data(ballots.compact(setup)))
    for text in changes.get("cast", held.cast):
        writer.add_event("Ballot", writer.add_data(text))
    honest = [ballots.read_ballot(held.election, text) for text in held.cast]
    counted = changes.get("counted", ballots.last_ballots(honest))
    tally = ballots.encrypted_tally(held.election, counted, {ballot.credential: 1 for ballot in counted})
    writer.add_event("EndBallots")
    sized = {"num_tallied": changes.get("num_tallied", len(counted)), "total_weight": changes.get("total_weight", len(counted)),
             "encrypted_tally": writer.add_data(changes.get("tally", ballots.write_tally(held.kind, tally)))}
    writer.add_event("EncryptedTally", writer.add_data(ballots.compact(sized)))
    texts = [ballots.partial_decryption(held.election, tally, secret) for secret in held.secrets]
    partials = [read_partial_decryption(held.election, tally, held.kind.exp(s), t, "") for s, t in zip(held.secrets, texts, strict=True)]
    change = changes.get("partial", lambda text: text)
    for owner, text in zip(changes.get("owners", [1, 2, 3]), texts, strict=False):
        writer.add_event("PartialDecryption", writer.add_data(ballots.compact({"owner": owner, "payload": writer.add_data(change(text))})))
    counts = ballots.result(held.election, tally, partials, len(counted))
    writer.add_event("Result", writer.add_data(ballots.compact({"result": changes.get("result", counts)})))
    return writer.data()


def changed(text: str, change) -> str:
    """``text`` as JSON, changed in place by ``change``, written back compact."""
    value = json.loads(text)
    change(value)
    return ballots.compact(value)


@pytest.fixture(scope="session")
def held():
    return hold("Ed25519")
