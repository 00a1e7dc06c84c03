"""Whose signatures a verifier wants: the log's and a quorum of witnesses (C2SP tlog-policy).

A policy is lines of text: ``log <key>``, ``witness <name> <key>``, ``group <name> <k|any|all> <member>...``, ``quorum <name|none>``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mingtang.engines.tlog.errors import ProofRefused
from mingtang.engines.tlog.note import Note, VerifierKey

_MOST_LINES = 1000


@dataclass(frozen=True)
class Policy:
    """The keys of the log and its witnesses, the groups, and which of them must have signed."""

    logs: tuple[VerifierKey, ...]
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = "none"

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy; raises ProofRefused with the line."""
        logs: list[VerifierKey] = []
        witnesses: dict[str, VerifierKey] = {}
        groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        quorum: str | None = None
        for number, line in enumerate(text.splitlines()[:_MOST_LINES], 1):
            words = line.split("#", 1)[0].split()
            known = {*witnesses, *groups}
            match words:
                case []:
                    continue
                case ["log", key, *_]:
                    logs.append(VerifierKey.parse(key))
                case ["witness", name, key, *_] if name not in known and name != "none":
                    witnesses[name] = VerifierKey.parse(key)
                case ["group", name, count, *members] if name not in known and name != "none" and members and set(members) <= known:
                    least = {"any": 1, "all": len(members)}.get(count) or (int(count) if count.isdecimal() else 0)
                    if not 1 <= least <= len(members) or len(set(members)) != len(members):
                        raise ProofRefused(path=f"line {number}", check="policy")
                    groups[name] = (least, tuple(members))
                case ["quorum", name] if quorum is None and (name in known or name == "none"):
                    quorum = name
                case _:
                    raise ProofRefused(path=f"line {number}", check="policy")
        if quorum is None or not logs:
            raise ProofRefused(check="policy names a log and a quorum")
        return cls(tuple(logs), witnesses, groups, quorum)

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
