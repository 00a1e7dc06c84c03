"""From ballots to the result: the last ballot of each credential, their product, partial decryptions, small logarithms (4.16 to 4.19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mingtang.engines.ballots.ballot import Ballot, Ciphertext, read_ciphertext
from mingtang.engines.ballots.election import Election, compact, exact_fields, read_json
from mingtang.engines.ballots.errors import RefusedBallot
from mingtang.engines.ballots.groups import Element, Group
from mingtang.engines.ballots.proofs import check_decryption, prove_decryption

Tally = list[list[Ciphertext]]


def last_ballots(ballots: Iterable[Ballot]) -> list[Ballot]:
    """One ballot a credential, the last one cast."""
    kept: dict[str, Ballot] = {}
    for ballot in ballots:
        kept.pop(ballot.credential, None)
        kept[ballot.credential] = ballot
    return list(kept.values())


def encrypted_tally(election: Election, ballots: Iterable[Ballot], weights: Mapping[str, int]) -> Tally:
    """The product of the ciphertexts of ``ballots``, each to the weight of its credential."""
    kind = election.group
    totals = [[(kind.one, kind.one)] * question.width for question in election.questions]
    for ballot in ballots:
        weight = weights[ballot.credential]
        for q, pairs in enumerate(ballot.ciphertexts):
            for j, (alpha, beta) in enumerate(pairs):
                if weight != 1:
                    alpha, beta = kind.power(alpha, weight), kind.power(beta, weight)
                totals[q][j] = (kind.mul(totals[q][j][0], alpha), kind.mul(totals[q][j][1], beta))
    return totals


def write_tally(kind: Group, tally: Tally) -> str:
    """The tally as text."""
    return compact([[{"alpha": kind.write(a), "beta": kind.write(b)} for a, b in row] for row in tally])


def read_tally(election: Election, text: str) -> Tally:
    """Read a tally of the election's shape; raises RefusedBallot."""
    rows = read_json(text, "encrypted_tally")
    widths = [question.width for question in election.questions]
    if not isinstance(rows, list) or [len(r) if isinstance(r, list) else -1 for r in rows] != widths:
        raise RefusedBallot(path="encrypted_tally", check="shape of the tally")
    return [[read_ciphertext(election.group, c, f"encrypted_tally[{q}][{j}]") for j, c in enumerate(row)] for q, row in enumerate(rows)]


def partial_decryption(election: Election, tally: Tally, secret: int) -> str:
    """A trustee's factors with their proofs, as text."""
    kind = election.group
    made = [[prove_decryption(kind, election.fingerprint, secret, alpha) for alpha, _ in row] for row in tally]
    return compact({
        "decryption_factors": [[kind.write(factor) for factor, _ in row] for row in made],
        "decryption_proofs": [[proof for _, proof in row] for row in made],
    })


def read_partial_decryption(election: Election, tally: Tally, public: Element, text: str, place: str) -> list[list[Element]]:
    """A trustee's factors, each proof checked against the trustee's key; raises RefusedBallot."""
    kind = election.group
    fields = read_json(text, place)
    exact_fields(fields, ["decryption_factors", "decryption_proofs"], [], place)
    _same_shape(fields["decryption_factors"], tally, f"{place}.decryption_factors")
    _same_shape(fields["decryption_proofs"], tally, f"{place}.decryption_proofs")
    factors: list[list[Element]] = []
    for q, row in enumerate(tally):
        factors.append([])
        for j, (alpha, _) in enumerate(row):
            factor = kind.read(fields["decryption_factors"][q][j], f"{place}.decryption_factors[{q}][{j}]")
            check_decryption(kind, election.fingerprint, public, alpha, factor, fields["decryption_proofs"][q][j], f"{place}.decryption_proofs[{q}][{j}]")
            factors[-1].append(factor)
    return factors


def _same_shape(value: Any, tally: Tally, place: str) -> None:
    if not isinstance(value, list) or [len(r) if isinstance(r, list) else -1 for r in value] != [len(row) for row in tally]:
        raise RefusedBallot(path=place, check="shape of the tally")


def result(election: Election, tally: Tally, partials: list[list[list[Element]]], most: int) -> list[list[int]]:
    """The counts; ``most`` is the total weight, which bounds every count. Raises RefusedBallot where a count is not in 0..most."""
    kind = election.group
    logarithms = _logarithms(kind, most)
    counts: list[list[int]] = []
    for q, row in enumerate(tally):
        counts.append([])
        for j, (_, beta) in enumerate(row):
            for factors in partials:
                beta = kind.div(beta, factors[q][j])
            count = logarithms.get(kind.write(beta))
            if count is None:
                raise RefusedBallot(path=f"result[{q}][{j}]", check="count within the number of votes")
            counts[-1].append(count)
    return counts


def _logarithms(kind: Group, most: int) -> dict[str, int]:
    power, found = kind.one, {}
    for exponent in range(most + 1):
        found[kind.write(power)] = exponent
        power = kind.mul(power, kind.g)
    return found
