"""Zero-knowledge proofs of Belenios, crypto version 1: made and checked. Section numbers are those of the specification.

A proof is ``{"challenge": decimal, "response": decimal}``. Checking reads both as canonical integers below q - a second
writing of the same number is refused - and takes exactly as many proofs as the statement needs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mingtang.engines.ballots.errors import RefusedBallot
from mingtang.engines.ballots.groups import Element, Group, hash_to_exponent

Proof = dict[str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which a disjunction can be true: (alpha, beta / g^value) is (g, y) to the same exponent."""

    alpha: Element
    beta: Element
    value: int


def random_exponent(group: Group) -> int:
    """A uniform number below q."""
    return secrets.randbelow(group.q)


def read_scalar(group: Group, text: Any, place: str) -> int:
    """The canonical decimal below q in ``text``; raises RefusedBallot."""
    if not isinstance(text, str) or not re.fullmatch(r"0|[1-9][0-9]{0,99}", text) or (value := int(text)) >= group.q:
        raise RefusedBallot(path=place, check="canonical scalar")
    return value


def read_proof(group: Group, proof: Any, place: str) -> tuple[int, int]:
    """Challenge and response of ``proof``, whose fields must be exactly these two."""
    if not isinstance(proof, dict) or list(proof) != ["challenge", "response"]:
        raise RefusedBallot(path=place, check="exact fields of a proof")
    return read_scalar(group, proof["challenge"], f"{place}.challenge"), read_scalar(group, proof["response"], f"{place}.response")


def knowledge_challenge(group: Group, prefix: str, *elements: Element) -> int:
    """Challenge over ``prefix`` and the commitments, comma separated."""
    return hash_to_exponent(group, f"{prefix}|{','.join(map(group.write, elements))}")


def prove_knowledge(group: Group, prefix: str, secret: int) -> Proof:
    """Schnorr proof of the exponent ``secret`` of g (4.5, 4.14)."""
    w = random_exponent(group)
    challenge = knowledge_challenge(group, prefix, group.exp(w))
    return _proof(challenge, (w - secret * challenge) % group.q)


def check_knowledge(group: Group, prefix: str, public: Element, proof: Any, place: str, check: str) -> None:
    """Check a Schnorr proof; raises RefusedBallot naming ``check``."""
    challenge, response = read_proof(group, proof, place)
    commitment = group.mul(group.exp(response), group.power(public, challenge))
    if knowledge_challenge(group, prefix, commitment) != challenge:
        raise RefusedBallot(path=place, check=check)


def prove_one_of(group: Group, y: Element, prefix: str, cases: Sequence[Case], true_case: int, randomness: int) -> list[Proof]:
    """Prove that one of ``cases`` holds without saying which (4.12, 4.13): the others are simulated."""
    made: list[tuple[int, int] | None] = [None] * len(cases)
    commitments: list[tuple[Element, Element]] = []
    w = random_exponent(group)
    for j, case in enumerate(cases):
        if j == true_case:
            commitments.append((group.exp(w), group.power(y, w)))
        else:
            challenge, response = random_exponent(group), random_exponent(group)
            made[j] = (challenge, response)
            commitments.append(_commitment(group, y, case, challenge, response))
    total = knowledge_challenge(group, prefix, *(e for pair in commitments for e in pair))
    challenge = (total - sum(pair[0] for pair in made if pair)) % group.q
    made[true_case] = (challenge, (w - randomness * challenge) % group.q)
    return [_proof(*pair) for pair in made if pair]


def check_one_of(group: Group, y: Element, prefix: str, cases: Sequence[Case], proofs: Any, place: str, check: str) -> None:
    """Check a disjunction; raises RefusedBallot naming ``check``."""
    if not isinstance(proofs, list) or len(proofs) != len(cases):
        raise RefusedBallot(path=place, check=f"{check}: number of proofs")
    commitments: list[Element] = []
    total = 0
    for j, (case, proof) in enumerate(zip(cases, proofs, strict=True)):
        challenge, response = read_proof(group, proof, f"{place}[{j}]")
        commitments += _commitment(group, y, case, challenge, response)
        total += challenge
    if knowledge_challenge(group, prefix, *commitments) != total % group.q:
        raise RefusedBallot(path=place, check=check)


def _commitment(group: Group, y: Element, case: Case, challenge: int, response: int) -> tuple[Element, Element]:
    beta = group.div(case.beta, group.exp(case.value)) if case.value else case.beta
    return (
        group.mul(group.exp(response), group.power(case.alpha, challenge)),
        group.mul(group.power(y, response), group.power(beta, challenge)),
    )


def prove_decryption(group: Group, fingerprint: str, secret: int, alpha: Element) -> tuple[Element, Proof]:
    """The decryption factor alpha^x and the proof that it is that (4.18)."""
    w = random_exponent(group)
    prefix = f"decrypt|{fingerprint}|{group.write(group.exp(secret))}"
    challenge = knowledge_challenge(group, prefix, group.exp(w), group.power(alpha, w))
    return group.power(alpha, secret), _proof(challenge, (w - secret * challenge) % group.q)


def check_decryption(group: Group, fingerprint: str, public: Element, alpha: Element, factor: Element, proof: Any, place: str) -> None:
    """Check a decryption factor; raises RefusedBallot."""
    challenge, response = read_proof(group, proof, place)
    a = group.mul(group.exp(response), group.power(public, challenge))
    b = group.mul(group.power(alpha, response), group.power(factor, challenge))
    if knowledge_challenge(group, f"decrypt|{fingerprint}|{group.write(public)}", a, b) != challenge:
        raise RefusedBallot(path=place, check="decryption proof")


def _proof(challenge: int, response: int) -> Proof:
    return {"challenge": str(challenge), "response": str(response)}
