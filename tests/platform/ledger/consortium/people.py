"""Members of a small consortium with keys that the tests know."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from nacl.signing import SigningKey

from mingtang.engines.tlog import COSIGNATURE_KEY, NOTE_KEY, SignerKey
from mingtang.platform.ledger.consortium.roster import Member, Roster

ORIGIN = "mingzhou.example/consortium"
NAMES = ("water", "transport", "health", "archive")


class Keys(NamedTuple):
    """One member with its private keys."""

    member: Member
    agency: SigningKey
    log: SignerKey
    witness: SignerKey


def keys(name: str, origin: str = ORIGIN) -> Keys:
    """The keys of ``name``, made from its name."""

    def seed(use: str) -> bytes:
        return hashlib.sha256(f"{name} {use}".encode()).digest()

    agency, validator = SigningKey(seed("agency")), SigningKey(seed("validator"))
    log, witness = (
        SignerKey.from_seed(origin, NOTE_KEY, seed("log")),
        SignerKey.from_seed(f"{name}.example/witness", COSIGNATURE_KEY, seed("witness")),
    )
    return Keys(
        Member(name, bytes(agency.verify_key), bytes(validator.verify_key), log.verifier, witness.verifier), agency, log, witness
    )


def roster(*names: str) -> Roster:
    """A roster of ``names``, or of the four."""
    return Roster.of(ORIGIN, [keys(name).member for name in names or NAMES])


def commitments(count: int, salt: str = "") -> list[bytes]:
    """Distinct commitments."""
    return [hashlib.sha256(f"{salt} {n}".encode()).digest() for n in range(count)]
