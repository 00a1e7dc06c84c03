"""Voting credentials: what a voter types, and the secret that it stands for (Belenios specification, derivation of 2.4 and later).

    code = new_credential()                       # "4kX9a-7mQpLw-Zr3vN-tB8sKd": 21 random characters and one that checks them
    secret = credential_secret(kind, uuid, code)  # the exponent; its public part is in the election's list
"""

from __future__ import annotations

import hashlib
import secrets

from mingtang.engines.ballots.errors import BadCredential
from mingtang.engines.ballots.groups import Group

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RANDOM = 21
_CUTS = (5, 11, 16)


def new_credential() -> str:
    """A fresh credential, 123 bits, with hyphens for reading aloud."""
    drawn = "".join(secrets.choice(_BASE58) for _ in range(_RANDOM))
    text = drawn + _check(drawn)
    return "-".join(text[a:b] for a, b in zip((0, *_CUTS), (*_CUTS, len(text)), strict=True))


def read_credential(text: str) -> str:
    """The credential as written by ``new_credential``, from what somebody typed; raises BadCredential where a character is wrong."""
    bare = "".join(text.split()).replace("-", "").replace("－", "")
    if len(bare) != _RANDOM + 1 or any(c not in _BASE58 for c in bare) or _check(bare[:-1]) != bare[-1]:
        raise BadCredential(path="credential")
    return "-".join(bare[a:b] for a, b in zip((0, *_CUTS), (*_CUTS, len(bare)), strict=True))


def credential_secret(kind: Group, uuid: str, text: str) -> int:
    """The exponent for ``text`` in the election ``uuid``; raises BadCredential."""
    code = read_credential(text)
    halves = "".join(hashlib.sha256(f"derive_credential|{uuid}|{i}|{code}".encode()).hexdigest() for i in (0, 1))
    return int(halves, 16) % kind.q


def _check(drawn: str) -> str:
    total = 0
    for character in drawn:
        total = (total * 58 + _BASE58.index(character)) % 53
    return _BASE58[(53 - total) % 53]
