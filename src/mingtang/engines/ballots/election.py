"""The election: questions, trustees, credentials - and the strings whose hashes bind everything together.

Field order is part of the format: an election's *fingerprint* is the unpadded Base64 of the SHA-256 of its bytes as stored.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mingtang.engines.ballots.errors import RefusedBallot
from mingtang.engines.ballots.groups import Element, Group, group
from mingtang.engines.ballots.proofs import check_knowledge, prove_knowledge

_QUESTION = ["answers", "blank", "min", "max", "question"]
_ELECTION = ["version", "description", "name", "group", "public_key", "questions", "uuid", "administrator", "credential_authority"]
_LONGEST = 20_000_000


def compact(value: Any) -> str:
    """JSON without spaces, in the order of the fields, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """Unpadded Base64 of the SHA-256 of ``text``: of an election its fingerprint, of a ballot its tracker."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def read_json(text: str, place: str) -> Any:
    """JSON with bounded size, no repeated field, no number but integers; raises RefusedBallot."""
    if len(text) > _LONGEST:
        raise RefusedBallot(path=place, check="size")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as fault:
        raise RefusedBallot(path=place, check=f"JSON: {str(fault)[:60]}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands twice")
    return fields


def _no_float(text: str) -> Any:
    raise ValueError("not an integer")


def exact_fields(value: Any, required: list[str], optional: list[str], place: str) -> None:
    """Raise RefusedBallot unless ``value`` is an object with the required and optional fields alone."""
    if not isinstance(value, dict) or any(name not in value for name in required) or any(name not in required + optional for name in value):
        raise RefusedBallot(path=place, check="exact fields")


@dataclass(frozen=True, slots=True)
class Question:
    """A homomorphic question: choose between ``least`` and ``most`` of ``answers``; or, where ``blank`` is True, none by a blank vote."""

    question: str
    answers: tuple[str, ...]
    least: int
    most: int
    blank: bool = False

    @property
    def width(self) -> int:
        """How many ciphertexts a ballot has for it."""
        return len(self.answers) + self.blank

    def as_dict(self) -> dict:
        fields: dict[str, Any] = {"answers": list(self.answers)}
        if self.blank:
            fields["blank"] = True
        return {**fields, "min": self.least, "max": self.most, "question": self.question}


@dataclass(frozen=True)
class Election:
    """An election as its bytes say it; make one with ``Election.new`` or ``Election.parse``."""

    text: str
    group: Group
    public_key: Element
    questions: tuple[Question, ...]
    uuid: str

    @cached_property
    def fingerprint(self) -> str:
        return fingerprint(self.text)

    @classmethod
    def new(cls, *, name: str, description: str, group_name: str, public_key: Element, questions: list[Question], uuid: str) -> Election:
        """Write a new election over the key that its trustees made together."""
        kind = group(group_name)
        return cls.parse(compact({
            "version": 1, "description": description, "name": name, "group": group_name, "public_key": kind.write(public_key),
            "questions": [question.as_dict() for question in questions], "uuid": uuid,
        }))

    @classmethod
    def parse(cls, text: str) -> Election:
        """Read an election; raises RefusedBallot with the place."""
        fields = read_json(text, "election")
        exact_fields(fields, _ELECTION[:7], _ELECTION[7:], "election")
        if fields["version"] != 1:
            raise RefusedBallot(path="election.version", check="crypto version 1")
        kind = group(fields["group"] if isinstance(fields["group"], str) else "")
        key = kind.read(fields["public_key"], "election.public_key")
        if key == kind.one:
            raise RefusedBallot(path="election.public_key", check="key is not the neutral element")
        if not isinstance(fields["questions"], list) or not 1 <= len(fields["questions"]) <= 100:
            raise RefusedBallot(path="election.questions", check="1 to 100 questions")
        questions = tuple(_question(q, f"election.questions[{i}]") for i, q in enumerate(fields["questions"]))
        if not isinstance(fields["uuid"], str) or not 14 <= len(fields["uuid"]) <= 80 or not fields["uuid"].isalnum():
            raise RefusedBallot(path="election.uuid", check="uuid")
        return cls(text, kind, key, questions, fields["uuid"])


def _question(fields: Any, place: str) -> Question:
    exact_fields(fields, ["answers", "min", "max", "question"], ["blank"], place)
    answers, least, most = fields["answers"], fields["min"], fields["max"]
    if not isinstance(answers, list) or not 1 <= len(answers) <= 500 or not all(isinstance(a, str) for a in answers):
        raise RefusedBallot(path=f"{place}.answers", check="1 to 500 answers")
    if type(least) is not int or type(most) is not int or not 0 <= least <= most <= len(answers):
        raise RefusedBallot(path=f"{place}.max", check="0 <= min <= max <= answers")
    return Question(str(fields["question"]), tuple(answers), least, most, fields.get("blank") is True)


def new_trustee(kind: Group, secret: int) -> dict:
    """A trustee's public key with the proof that the trustee knows the secret (4.5)."""
    public = kind.exp(secret)
    pok = prove_knowledge(kind, f"pok|{kind.name}|{kind.write(public)}", secret)
    return {"pok": pok, "public_key": kind.write(public)}


def read_trustees(kind: Group, text: str) -> list[Element]:
    """The public keys of the trustees, each with its proof checked; only "Single" trustees, all needed for the tally."""
    found = read_json(text, "trustees")
    if not isinstance(found, list) or not found:
        raise RefusedBallot(path="trustees", check="at least one trustee")
    keys: list[Element] = []
    for i, item in enumerate(found):
        place = f"trustees[{i}]"
        if not isinstance(item, list) or len(item) != 2 or item[0] != "Single":
            raise RefusedBallot(path=place, check="trustees of the kind Single")
        exact_fields(item[1], ["pok", "public_key"], ["name"], place)
        key = kind.read(item[1]["public_key"], f"{place}.public_key")
        if key == kind.one:
            raise RefusedBallot(path=place, check="key is not the neutral element")
        prefix = f"pok|{kind.name}|{kind.write(key)}"
        check_knowledge(kind, prefix, key, item[1]["pok"], f"{place}.pok", "trustee knows the key")
        keys.append(key)
    return keys


def joint_key(kind: Group, keys: list[Element]) -> Element:
    """The product of the trustees' keys."""
    product = kind.one
    for key in keys:
        product = kind.mul(product, key)
    return product


def read_credentials(kind: Group, text: str) -> dict[str, int]:
    """Public credentials as written, with their weights; each stands once."""
    listed = read_json(text, "credentials")
    if not isinstance(listed, list):
        raise RefusedBallot(path="credentials", check="a list")
    weights: dict[str, int] = {}
    for i, entry in enumerate(listed):
        place = f"credentials[{i}]"
        key, _, weight = entry.partition(",") if isinstance(entry, str) else ("", "", "")
        if kind.read(key, place) == kind.one:
            raise RefusedBallot(path=place, check="credential is not the neutral element")
        if weight and not (weight.isdecimal() and 0 < int(weight) < 10**9):
            raise RefusedBallot(path=place, check="weight")
        if key in weights:
            raise RefusedBallot(path=place, check="credential stands once")
        weights[key] = int(weight or 1)
    return weights
