"""Secrets of code apps at rest: encrypted with a key derived from the installation's secret key.

Trust: who holds both the database and the data folder's ``secret-key`` can compute the six digits; the database alone does not do.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mingtang.kernel.errors import CallerMistake, Sentence


class SecretUnreadable(CallerMistake):
    """The secret key of the installation is another than the one the secret was closed with."""

    code = "people.secret_unreadable"
    status = 409
    text = Sentence("第二因素无法读取：安装的密钥已变更。", "The second factor cannot be read: the installation's secret key has changed.")
    next_step = Sentence("请运行维护人员恢复 secret-key 文件，或重置该账号。", "Ask the IT office to restore the secret-key file, or to reset the account.")


def _box() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"mingtang/people/second-factor").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def close(secret: str) -> str:
    """``secret`` encrypted, as text."""
    return _box().encrypt(secret.encode()).decode()


def reveal(closed: str) -> str:
    """The secret that ``close`` encrypted; raises SecretUnreadable."""
    try:
        return _box().decrypt(closed.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable() from None
