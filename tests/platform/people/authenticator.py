"""A passkey in software: what a browser and its authenticator answer, made by hand from WebAuthn Level 3, sections 6.1 and 6.5."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """Holds one key for one site."""

    def __init__(self, origin: str = "http://localhost:8000") -> None:
        self.origin, self.host = origin, origin.split("//")[1].split(":")[0]
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, flags: int) -> bytes:
        self.count += 1
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def register(self, options: dict) -> str:
        """The answer to registration options."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        data = self._data(_PRESENT | _VERIFIED | _ATTESTED) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        return self._answer({
            "clientDataJSON": self._client_data("webauthn.create", options["challenge"]),
            "attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        })

    def sign_in(self, options: dict, flags: int = _PRESENT | _VERIFIED) -> str:
        """The answer to sign-in options; without ``_VERIFIED`` in ``flags`` the person was not recognised."""
        client, data = self._client_data("webauthn.get", options["challenge"]), self._data(flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signature})

    def _answer(self, response: dict[str, bytes]) -> str:
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "clientExtensionResults": {},
                           "response": {key: bytes_to_base64url(value) for key, value in response.items()}})
