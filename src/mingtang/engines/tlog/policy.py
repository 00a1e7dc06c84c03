"""Whose signatures a verifier wants: the log's and a quorum of witnesses (C2SP tlog-policy).

A policy is lines of text: ``log <key> [<address>]``, ``witness <name> <key> [<address>]``, ``group <name> <k|any|all> <member>...``,
``quorum <name|none>``. A key or a member stands in it once; lines that begin with # are comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mingtang.engines.tlog.errors import ProofRefused
from mingtang.engines.tlog.note import COSIGNATURE_KEY, NOTE_KEY, Note, VerifierKey

_MOST_LINES = 1000


@dataclass(frozen=True)
class Policy:
    """The keys of the log and its witnesses, the groups, and which of them must have signed."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = "none"
    addresses: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy; raises ProofRefused with the line."""
        reader = _Reader()
        lines = text.split("\n")
        if len(lines) > _MOST_LINES:
            raise ProofRefused(check="policy", path=f"line {_MOST_LINES + 1}")
        for number, line in enumerate(lines, 1):
            words = line.split()
            if words and not words[0].startswith("#") and not reader.take(words):
                raise ProofRefused(path=f"line {number}", check="policy")
        if reader.quorum is None:
            raise ProofRefused(check="policy names a quorum")
        return cls(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum, reader.addresses)

    def check(self, note: Note) -> list[str]:
        """Raise ProofRefused unless the quorum of witnesses has cosigned ``note``; returns the witnesses that have."""
        signed = []
        for name, key in self.witnesses.items():
            if any(s.name == key.name and s.key_id == key.key_id for s in note.signatures):
                note.verify(key)
                signed.append(name)
        if self.quorum != "none" and not self._holds(self.quorum, set(signed)):
            raise ProofRefused(check="quorum of witnesses")
        return signed

    def _holds(self, name: str, signed: set[str]) -> bool:
        if name in self.witnesses:
            return name in signed
        least, members = self.groups[name]
        return sum(self._holds(member, signed) for member in members) >= least


class _Reader:
    """What the lines read so far have named."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        self.addresses: dict[str, str] = {}
        self.quorum: str | None = None
        self._members: set[str] = set()

    def take(self, words: list[str]) -> bool:
        """Take one line; False where it is wrong."""
        known = {"none", *self.witnesses, *self.groups}
        match words:
            case ["log", text] | ["log", text, _]:
                key = VerifierKey.parse(text)
                fits = key.kind == NOTE_KEY and all(key.public != other.public for other in self.logs)
                self.logs.append(key)
                return fits
            case ["witness", name, text, *address] if name not in known and len(address) < 2:
                return self._witness(name, VerifierKey.parse(text), address)
            case ["group", name, count, *members] if name not in known:
                return self._group(name, count, members)
            case ["quorum", name] if self.quorum is None and name in known:
                self.quorum = name
                return True
        return False

    def _witness(self, name: str, key: VerifierKey, address: list[str]) -> bool:
        fits = key.kind == COSIGNATURE_KEY and all(key.public != other.public for other in self.witnesses.values())
        self.witnesses[name] = key
        if address:
            self.addresses[name] = address[0]
            fits = fits and address[0].startswith(("http://", "https://"))
        return fits

    def _group(self, name: str, count: str, members: list[str]) -> bool:
        free = {*self.witnesses, *self.groups} - self._members
        least = {"any": 1, "all": len(members)}.get(count) or (int(count) if re.fullmatch("[1-9][0-9]{0,3}", count) else 0)
        if not 1 <= least <= len(members) or len(set(members)) != len(members) or not set(members) <= free:
            return False
        self._members.update(members)
        self.groups[name] = (least, tuple(members))
        return True
