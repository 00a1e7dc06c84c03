"""Opening a ballot instead of casting it (Benaloh's challenge): what was drawn at random shows which choices the booth really encrypted.

The voter hands the numbers to another machine, which reckons the ciphertexts again. A ballot once opened is never cast: its secrecy is gone.
"""

from __future__ import annotations

from collections.abc import Sequence

from mingtang.engines.ballots.ballot import read_ballot
from mingtang.engines.ballots.election import Election
from mingtang.engines.ballots.errors import RefusedBallot
from mingtang.engines.ballots.proofs import read_scalar


def opened(election: Election, text: str, randomness: Sequence[Sequence[str]], place: str = "ballot") -> list[list[int] | None]:
    """The votes in ``text``: for each question 0 or 1 for each answer, None for a blank vote.

    ``randomness`` holds for each question the decimal drawn for each ciphertext. Raises RefusedBallot where the ballot is faulty or a number does
    not open its ciphertext.
    """
    kind, y = election.group, election.public_key
    ballot = read_ballot(election, text, place)
    if not isinstance(randomness, Sequence) or [len(part) for part in randomness] != [len(pairs) for pairs in ballot.ciphertexts]:
        raise RefusedBallot(path="randomness", check="one number a ciphertext")
    votes: list[list[int] | None] = []
    for i, (question, pairs, numbers) in enumerate(zip(election.questions, ballot.ciphertexts, randomness, strict=True)):
        values = []
        for j, ((alpha, beta), number) in enumerate(zip(pairs, numbers, strict=True)):
            at = f"randomness[{i}][{j}]"
            r = read_scalar(kind, number, at)
            rest = kind.div(beta, kind.power(y, r))
            if kind.exp(r) != alpha or rest not in (kind.one, kind.g):
                raise RefusedBallot(path=at, check="the number opens the ciphertext")
            values.append(int(rest == kind.g))
        votes.append(values if not question.blank else None if values[0] else values[1:])
    return votes
