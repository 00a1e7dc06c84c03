"""Checkpoints (C2SP tlog-checkpoint v1.0.0): origin, size and root of the log, as a signed note."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from mingtang.engines.tlog.errors import ProofRefused
from mingtang.engines.tlog.hashing import HASH_SIZE
from mingtang.engines.tlog.note import Note, SignerKey, VerifierKey, _base64, sign


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``origin`` names the log; ``size`` counts its entries; ``root`` is the 32-byte root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: SignerKey) -> bytes:
        """The checkpoint as a note signed by the log."""
        return bytes(Note(self.text(), (sign(self.text(), key),)))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a note's text; raises ProofRefused. Extension lines are taken and not interpreted."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise ProofRefused(check="form of a checkpoint")
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise ProofRefused(check="size of a checkpoint")
        root = _base64(lines[2], "root of a checkpoint")
        if len(root) != HASH_SIZE:
            raise ProofRefused(check="root of a checkpoint")
        return cls(lines[0], int(lines[1]), root)


def open_checkpoint(data: bytes, log_key: VerifierKey, origin: str | None = None) -> tuple[Checkpoint, Note]:
    """Parse and verify a checkpoint note by the log's key; the origin defaults to the key's name. Raises ProofRefused."""
    note = Note.parse(data)
    note.verify(log_key)
    found = Checkpoint.parse(note.text)
    if found.origin != (origin or log_key.name):
        raise ProofRefused(check="origin of the checkpoint")
    return found, note
