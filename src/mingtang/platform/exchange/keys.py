"""Pseudonyms, closed identity numbers and this node's signature: three keys derived from the installation's secret key.

A pseudonym is HMAC-SHA-256 of the identity number, so that the same person has the same reference everywhere here and nobody can compute it
from outside. Who holds the database and the data folder's ``secret-key`` can open closed numbers; the database alone does not do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mingtang.kernel import CallerMistake, Sentence, canonical_json

DOMAIN = b"mingtang/exchange/v1\n"


class NumberUnreadable(CallerMistake):
    """The secret key of the installation is another than the one the number was closed with."""

    code = "exchange.number_unreadable"
    status = 409
    text = Sentence("安装的密钥已变更，无法读取。", "The installation's secret key has changed; this cannot be read.")
    next_step = Sentence("请运行维护人员恢复 secret-key 文件。", "Ask the IT office to restore the secret-key file.")


@lru_cache(maxsize=12)
def _derived(secret: str, use: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"mingtang/exchange/{use}".encode()).derive(secret.encode())


def pseudonym(number: str) -> str:
    """The reference of the person with this identity number: ``p-`` and 32 characters."""
    made = hmac.digest(_derived(settings.SECRET_KEY, "pseudonym"), number.encode(), hashlib.sha256)
    return "p-" + base64.b32encode(made[:20]).decode().lower()


def close(number: str) -> str:
    """``number`` encrypted, as text."""
    return _box().encrypt(number.encode()).decode()


def reveal(closed: str) -> str:
    """What ``close`` encrypted; raises NumberUnreadable."""
    try:
        return _box().decrypt(closed.encode()).decode()
    except InvalidToken:
        raise NumberUnreadable() from None


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(settings.SECRET_KEY, "numbers")))


@lru_cache(maxsize=4)
def _node(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(secret, "node"))


def sign(header: dict) -> str:
    """This node's Ed25519 signature over a header, base64."""
    return base64.b64encode(_node(settings.SECRET_KEY).sign(DOMAIN + canonical_json(header))).decode()


def node_key() -> str:
    """This node's public key, base64."""
    return base64.b64encode(_node(settings.SECRET_KEY).public_key().public_bytes_raw()).decode()


def verifies(header: dict, signature: str, key: str) -> bool:
    """Whether ``signature`` is that of the node with ``key`` over ``header``."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(
            base64.b64decode(signature), DOMAIN + canonical_json(header)
        )
    except (InvalidSignature, ValueError):
        return False
    return True
