"""Signed notes (C2SP signed-note v1.0.0): a text, a blank line, and signature lines ``— name base64(key id || signature)``.

Key kinds: 0x01 an Ed25519 note key, 0x04 an Ed25519 cosignature key with a time. The key id is the first four bytes of
SHA-256(name || LF || kind || public key); the key as text is ``name+id+base64(kind || key)``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mingtang.engines.tlog.errors import ProofRefused

NOTE_KEY = 0x01
COSIGNATURE_KEY = 0x04
_LONGEST = 1_000_000
_NAME = re.compile(r"[^\s+]{1,255}")


def _base64(text: str, check: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ProofRefused(check=check) from None
    if base64.b64encode(data).decode() != text:
        raise ProofRefused(check=check)
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name under which it signs."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read ``name+id+key``; raises ProofRefused."""
        name, _, rest = text.strip().partition("+")
        given, _, encoded = rest.partition("+")
        data = _base64(encoded, "form of a verifier key")
        if not _NAME.fullmatch(name) or len(data) != 33 or data[0] not in (NOTE_KEY, COSIGNATURE_KEY):
            raise ProofRefused(check="form of a verifier key")
        key = cls(name, data[0], data[1:])
        if key.key_id.hex() != given:
            raise ProofRefused(check="id of a verifier key")
        return key


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A private Ed25519 key with its name and kind."""

    name: str
    kind: int
    private: Ed25519PrivateKey

    @classmethod
    def from_seed(cls, name: str, kind: int, seed: bytes) -> SignerKey:
        return cls(name, kind, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self.private.public_key().public_bytes_raw())


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line, not yet checked: who claims to have signed, and the bytes after the key id."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        return f"— {self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (ending in a line feed) and its signature lines."""

    text: str
    signatures: tuple[Signature, ...]

    def __bytes__(self) -> bytes:
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note; raises ProofRefused for anything malformed. No signature is checked yet."""
        if len(data) > _LONGEST:
            raise ProofRefused(check="size of a note")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            raise ProofRefused(check="UTF-8 of a note") from None
        if any(ord(c) < 0x20 and c != "\n" for c in whole):
            raise ProofRefused(check="no control characters in a note")
        text, blank, tail = whole.rpartition("\n\n")
        if not blank or not tail.endswith("\n"):
            raise ProofRefused(check="form of a note")
        return cls(text + "\n", tuple(_signature(line) for line in tail[:-1].split("\n")))

    def verify(self, key: VerifierKey) -> int | None:
        """Check the one signature by ``key``; returns its time in seconds for a cosignature, else None. Raises ProofRefused."""
        found = [s for s in self.signatures if s.name == key.name and s.key_id == key.key_id]
        if len(found) != 1:
            raise ProofRefused(check=f"one signature by {key.name}")
        if key.kind == COSIGNATURE_KEY:
            return _verify_cosignature(self.text, found[0].data, key)
        _verify(key.public, found[0].data, self.text.encode(), key.name)
        return None


def _signature(line: str) -> Signature:
    found = re.fullmatch(r"— (\S{1,255}) (\S+)", line)
    if found is None:
        raise ProofRefused(check="form of a signature line")
    data = _base64(found[2], "base64 of a signature line")
    if len(data) < 5:
        raise ProofRefused(check="form of a signature line")
    return Signature(found[1], data[:4], data[4:])


def _verify(public: bytes, signature: bytes, message: bytes, name: str) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise ProofRefused(check=f"signature of {name}") from None


def sign(text: str, key: SignerKey) -> Signature:
    """Sign ``text`` with a note key."""
    return Signature(key.name, key.verifier.key_id, key.private.sign(text.encode()))


def cosign(text: str, key: SignerKey, seconds: int) -> Signature:
    """Cosign a checkpoint's text at ``seconds`` since 1970 (C2SP tlog-cosignature v1)."""
    signed = key.private.sign(_cosigned(text, seconds))
    return Signature(key.name, key.verifier.key_id, seconds.to_bytes(8) + signed)


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _verify_cosignature(text: str, data: bytes, key: VerifierKey) -> int:
    if len(data) != 72:
        raise ProofRefused(check=f"form of the cosignature of {key.name}")
    seconds = int.from_bytes(data[:8])
    _verify(key.public, data[8:], _cosigned(text, seconds), key.name)
    return seconds
