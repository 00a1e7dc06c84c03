"""Who keeps the consortium's log: the members as the genesis file lists them, and how many of them make a quorum.

A member is an agency with four public keys, each for one thing:

    agency     signs batch envelopes            held by the agency's own systems
    validator  signs votes of the engine        held by the engine
    log        signs checkpoints (C2SP, 0x01)   held by the agency's node; its name is the log's origin, the same for all
    witness    cosigns checkpoints (C2SP, 0x04) held by the agency's node, used for committed state alone

All members weigh the same. A quorum is more than two thirds of them: two quorums have an honest member in common as long as fewer than a third lie.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nacl.signing import VerifyKey

from mingtang.engines.tlog import COSIGNATURE_KEY, NOTE_KEY, ProofRefused, VerifierKey
from mingtang.platform.ledger.consortium.envelope import agency_id
from mingtang.platform.ledger.consortium.faults import RosterRefused

MOST_MEMBERS = 100
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ORIGIN = re.compile(r"[!-*,-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Member:
    """One agency and its public keys."""

    name: str
    agency: bytes
    validator: bytes
    log: VerifierKey
    witness: VerifierKey

    @property
    def address(self) -> bytes:
        """The engine's name for this validator: 20 bytes."""
        return hashlib.sha256(self.validator).digest()[:20]

    def as_dict(self) -> dict[str, str]:
        """The member as it stands in member files and in the genesis file."""
        return {
            "name": self.name,
            "agency": base64.b64encode(self.agency).decode(),
            "validator": base64.b64encode(self.validator).decode(),
            "log": str(self.log),
            "witness": str(self.witness),
        }

    @classmethod
    def from_dict(cls, data: Any) -> Member:
        """Read a member; raises RosterRefused."""
        try:
            name, agency, validator = data["name"], _key(data["agency"]), _key(data["validator"])
            log, witness = VerifierKey.parse(data["log"]), VerifierKey.parse(data["witness"])
            fits = _NAME.fullmatch(name) and log.kind == NOTE_KEY and witness.kind == COSIGNATURE_KEY
        except (KeyError, TypeError, ValueError, AttributeError, ProofRefused):
            fits = None
        if not fits:
            raise RosterRefused(reason="member")
        return cls(name, agency, validator, log, witness)


def _key(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError from None
    if len(data) != 32:
        raise ValueError
    return data


@dataclass(frozen=True)
class Roster:
    """The log's origin and its members."""

    origin: str
    members: tuple[Member, ...]

    @classmethod
    def parse(cls, data: bytes) -> Roster:
        """Read the application's part of the genesis file (JSON); raises RosterRefused."""
        try:
            found = json.loads(data)
            origin, listed = found["origin"], found["members"]
            if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_MEMBERS or not _ORIGIN.fullmatch(origin):
                raise RosterRefused(reason="form")
        except (ValueError, KeyError, TypeError, RecursionError):
            raise RosterRefused(reason="form") from None
        return cls.of(origin, [Member.from_dict(one) for one in listed])

    @classmethod
    def of(cls, origin: str, members: list[Member]) -> Roster:
        """A roster of these members; raises RosterRefused where a key or a name stands twice, or a log key has another name than the origin."""
        for part in ("name", "agency", "validator", "witness", "log"):
            if len({getattr(member, part) for member in members}) != len(members):
                raise RosterRefused(reason=f"{part} twice")
        if any(member.log.name != origin for member in members):
            raise RosterRefused(reason="log key of another origin")
        return cls(origin, tuple(members))

    def __bytes__(self) -> bytes:
        return json.dumps(
            {"origin": self.origin, "members": [member.as_dict() for member in self.members]}, separators=(",", ":")
        ).encode()

    @property
    def quorum(self) -> int:
        """The least number of members that is more than two thirds."""
        return len(self.members) * 2 // 3 + 1

    @cached_property
    def agencies(self) -> dict[bytes, VerifyKey]:
        """Keys for envelopes, by agency."""
        return {agency_id(member.agency): VerifyKey(member.agency) for member in self.members}

    @cached_property
    def witnesses(self) -> dict[bytes, VerifierKey]:
        """Keys for cosignatures, by the validator's address."""
        return {member.address: member.witness for member in self.members}

    def policy(self) -> str:
        """What a verifier of this log should ask for (C2SP tlog-policy): a log key of any member, cosignatures of a quorum."""
        lines = [f"log {member.log}" for member in self.members]
        lines += [f"witness {member.name} {member.witness}" for member in self.members]
        lines += [f"group members {self.quorum} {' '.join(member.name for member in self.members)}", "quorum members"]
        return "\n".join(lines) + "\n"
