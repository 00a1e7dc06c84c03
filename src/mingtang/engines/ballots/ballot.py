"""A ballot: encrypted choices, proofs that they are allowed, and the credential's signature over all of it (4.11 to 4.15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mingtang.engines.ballots.election import Election, Question, compact, exact_fields, fingerprint, read_json
from mingtang.engines.ballots.errors import BadVote, RefusedBallot
from mingtang.engines.ballots.groups import Element, Group
from mingtang.engines.ballots.proofs import Case, check_knowledge, check_one_of, prove_knowledge, prove_one_of, random_exponent

Ciphertext = tuple[Element, Element]


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot that passed every check: who cast it, and its ciphertexts by question."""

    credential: str
    ciphertexts: tuple[tuple[Ciphertext, ...], ...]
    tracker: str


def cast(election: Election, secret: int, votes: Sequence[Sequence[int] | None]) -> str:
    """Encrypt ``votes`` - for each question a list of 0 and 1, or None for a blank vote - and sign with the credential's secret.

    Returns the ballot's text. Raises BadVote for a choice that the question does not allow.
    """
    kind = election.group
    credential = kind.write(kind.exp(secret))
    if len(votes) != len(election.questions):
        raise BadVote(reason="one choice a question")
    s0 = f"{election.fingerprint}|{credential}"
    answers = [_answer(election, question, vote, s0) for question, vote in zip(election.questions, votes, strict=True)]
    fields: dict[str, Any] = {"election_uuid": election.uuid, "election_hash": election.fingerprint, "credential": credential, "answers": answers}
    digest = fingerprint(compact(fields))
    return compact({**fields, "signature": {"hash": digest, "proof": prove_knowledge(kind, f"sig|{digest}", secret)}})


def _answer(election: Election, question: Question, vote: Sequence[int] | None, s0: str) -> dict:
    kind, y = election.group, election.public_key
    values = _values(question, vote)
    secrets_ = [random_exponent(kind) for _ in values]
    pairs = [_encrypt(kind, y, m, r) for m, r in zip(values, secrets_, strict=True)]
    s = _statement(kind, s0, pairs)
    answer: dict[str, Any] = {
        "choices": [{"alpha": kind.write(a), "beta": kind.write(b)} for a, b in pairs],
        "individual_proofs": [
            prove_one_of(kind, y, _iprove(kind, s0, pair), _bit(pair), m, r) for pair, m, r in zip(pairs, values, secrets_, strict=True)
        ],
    }
    first = int(question.blank)
    total, r_total = _product(kind, pairs[first:]), sum(secrets_[first:])
    if not question.blank:
        place = sum(values) - question.least
        answer["overall_proof"] = prove_one_of(kind, y, _iprove(kind, s, total), _range(total, question), place, r_total)
        return answer
    is_blank = values[0] == 1
    cases = [Case(*pairs[0], 1), *_range(total, question)]
    place = 0 if is_blank else 1 + sum(values[1:]) - question.least
    answer["overall_proof"] = prove_one_of(kind, y, f"bproof1|{s}", cases, place, secrets_[0] if is_blank else r_total)
    either = [Case(*pairs[0], 0), Case(*total, 0)]
    answer["blank_proof"] = prove_one_of(kind, y, f"bproof0|{s}", either, int(is_blank), r_total if is_blank else secrets_[0])
    return answer


def _values(question: Question, vote: Sequence[int] | None) -> list[int]:
    if vote is None:
        if not question.blank:
            raise BadVote(reason="no blank vote on this question")
        return [1] + [0] * len(question.answers)
    if len(vote) != len(question.answers) or any(v not in (0, 1) for v in vote):
        raise BadVote(reason="0 or 1 for each answer")
    if not question.least <= sum(vote) <= question.most:
        raise BadVote(reason=f"between {question.least} and {question.most} answers")
    return ([0] if question.blank else []) + list(vote)


def _encrypt(kind: Group, y: Element, m: int, r: int) -> Ciphertext:
    beta = kind.power(y, r)
    return kind.exp(r), kind.mul(beta, kind.g) if m else beta


def _product(kind: Group, pairs: Sequence[Ciphertext]) -> Ciphertext:
    alpha = beta = kind.one
    for a, b in pairs:
        alpha, beta = kind.mul(alpha, a), kind.mul(beta, b)
    return alpha, beta


def _statement(kind: Group, s0: str, pairs: Sequence[Ciphertext]) -> str:
    return s0 + "|" + ",".join(f"{kind.write(a)},{kind.write(b)}" for a, b in pairs)


def _iprove(kind: Group, s: str, pair: Ciphertext) -> str:
    return f"prove|{s}|{kind.write(pair[0])},{kind.write(pair[1])}"


def _bit(pair: Ciphertext) -> list[Case]:
    return [Case(*pair, 0), Case(*pair, 1)]


def _range(total: Ciphertext, question: Question) -> list[Case]:
    return [Case(*total, m) for m in range(question.least, question.most + 1)]


def read_ballot(election: Election, text: str, place: str = "ballot") -> Ballot:
    """Read and check a ballot completely; raises RefusedBallot naming the check. Whether its credential is listed is the caller's question."""
    kind = election.group
    fields = read_json(text, place)
    exact_fields(fields, ["election_uuid", "election_hash", "credential", "answers", "signature"], [], place)
    if text != compact(fields) or list(fields) != ["election_uuid", "election_hash", "credential", "answers", "signature"]:
        raise RefusedBallot(path=place, check="canonical text")
    if fields["election_uuid"] != election.uuid or fields["election_hash"] != election.fingerprint:
        raise RefusedBallot(path=place, check="ballot of this election")
    credential = kind.read(fields["credential"], f"{place}.credential")
    if credential == kind.one:
        raise RefusedBallot(path=f"{place}.credential", check="credential is not the neutral element")
    _check_signature(election, fields, credential, place)
    answers = fields["answers"]
    if not isinstance(answers, list) or len(answers) != len(election.questions):
        raise RefusedBallot(path=f"{place}.answers", check="one answer a question")
    s0 = f"{election.fingerprint}|{fields['credential']}"
    ciphertexts = tuple(
        _check_answer(election, question, answer, s0, f"{place}.answers[{i}]")
        for i, (question, answer) in enumerate(zip(election.questions, answers, strict=True))
    )
    return Ballot(fields["credential"], ciphertexts, fingerprint(text))


def _check_signature(election: Election, fields: dict, credential: Element, place: str) -> None:
    signature = fields["signature"]
    exact_fields(signature, ["hash", "proof"], [], f"{place}.signature")
    unsigned = {name: value for name, value in fields.items() if name != "signature"}
    if signature["hash"] != fingerprint(compact(unsigned)):
        raise RefusedBallot(path=f"{place}.signature.hash", check="hash of the ballot")
    check_knowledge(election.group, f"sig|{signature['hash']}", credential, signature["proof"], f"{place}.signature.proof", "signature")


def _check_answer(election: Election, question: Question, answer: Any, s0: str, place: str) -> tuple[Ciphertext, ...]:
    kind, y = election.group, election.public_key
    exact_fields(answer, ["choices", "individual_proofs", "overall_proof"] + (["blank_proof"] if question.blank else []), [], place)
    choices, proofs = answer["choices"], answer["individual_proofs"]
    if not isinstance(choices, list) or len(choices) != question.width or not isinstance(proofs, list) or len(proofs) != question.width:
        raise RefusedBallot(path=place, check="one ciphertext and one proof an answer")
    pairs = [read_ciphertext(kind, choice, f"{place}.choices[{i}]") for i, choice in enumerate(choices)]
    for i, (pair, proof) in enumerate(zip(pairs, proofs, strict=True)):
        check_one_of(kind, y, _iprove(kind, s0, pair), _bit(pair), proof, f"{place}.individual_proofs[{i}]", "each value is 0 or 1")
    s = _statement(kind, s0, pairs)
    total = _product(kind, pairs[int(question.blank):])
    overall = f"{place}.overall_proof"
    if not question.blank:
        check_one_of(kind, y, _iprove(kind, s, total), _range(total, question), answer["overall_proof"], overall, "number of choices")
    else:
        cases = [Case(*pairs[0], 1), *_range(total, question)]
        check_one_of(kind, y, f"bproof1|{s}", cases, answer["overall_proof"], overall, "number of choices or blank")
        either = [Case(*pairs[0], 0), Case(*total, 0)]
        check_one_of(kind, y, f"bproof0|{s}", either, answer["blank_proof"], f"{place}.blank_proof", "blank excludes choices")
    return tuple(pairs)


def read_ciphertext(kind: Group, value: Any, place: str) -> Ciphertext:
    """The pair of elements in ``value``; raises RefusedBallot."""
    exact_fields(value, ["alpha", "beta"], [], place)
    return kind.read(value["alpha"], f"{place}.alpha"), kind.read(value["beta"], f"{place}.beta")
