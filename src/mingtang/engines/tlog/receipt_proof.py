"""Offline proofs (C2SP tlog-proof): index, inclusion proof and checkpoint in one text file, ``.tlog-proof``."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from mingtang.engines.tlog.checkpoint import Checkpoint, open_checkpoint
from mingtang.engines.tlog.errors import ProofRefused
from mingtang.engines.tlog.hashing import leaf_hash
from mingtang.engines.tlog.note import VerifierKey, _base64
from mingtang.engines.tlog.policy import Policy
from mingtang.engines.tlog.proofs import verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True)
class LogProof:
    """That an entry is in the log: its index, the audit path, the signed checkpoint, and opaque extra data."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""

    def __bytes__(self) -> bytes:
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra else ""
        hashes = "".join(base64.b64encode(part).decode() + "\n" for part in self.path)
        return f"{_HEADER}\n{extra}index {self.index}\n{hashes}\n".encode() + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> LogProof:
        """Read a ``.tlog-proof``; raises ProofRefused."""
        head, blank, checkpoint = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise ProofRefused(check="form of a log proof") from None
        if not blank or len(data) > 1_000_000 or lines.pop(0) != _HEADER or not lines:
            raise ProofRefused(check="form of a log proof")
        extra = _base64(lines.pop(0)[6:], "extra data of a log proof") if lines[0].startswith("extra ") else b""
        found = re.fullmatch(r"index (0|[1-9][0-9]{0,18})", lines.pop(0) if lines else "")
        if found is None or len(lines) > 64:
            raise ProofRefused(check="index of a log proof")
        return cls(int(found[1]), tuple(_base64(line, "hash of a log proof") for line in lines), checkpoint, extra)

    def verify(self, entry: bytes, log_key: VerifierKey, policy: Policy | None = None) -> Checkpoint:
        """Check that ``entry`` is in the log; returns the checkpoint. Raises ProofRefused naming the step.

        1. The log signed the checkpoint. 2. The policy's witnesses cosigned it: stops a log that shows two faces. 3. The entry's leaf
        leads to the root: stops a receipt for another entry.
        """
        checkpoint, note = open_checkpoint(self.checkpoint, log_key)  # 1
        if policy is not None:
            policy.check(note)  # 2
        verify_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.path, checkpoint.root)  # 3
        return checkpoint
