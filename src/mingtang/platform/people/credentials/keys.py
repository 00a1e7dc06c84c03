"""Keys of the issuing agencies, each in a file of its own outside the database, and what is closed at rest.

``<data>/issuers/<unit>.issue.pem`` signs credentials and status lists, ``<unit>.show.pem`` signs requests to show something. Both are made on first
use, readable by their owner alone. Trusted authorities of other cities lie as certificates (PEM) in ``<data>/trusted-issuers/``.

Trust: who holds a file can issue or ask in that agency's name; taking ``issue`` away from the folder stops the agency from issuing, at once.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from joserfc.jwk import ECKey

from mingtang.kernel import CallerMistake, Sentence


class ClosedUnreadable(CallerMistake):
    """The secret key of the installation is another than the one something was closed with."""

    code = "credentials.closed_unreadable"
    status = 409
    text = Sentence("安装的密钥已变更，无法读取。", "The installation's secret key has changed; this cannot be read.")
    next_step = Sentence("请运行维护人员恢复 secret-key 文件。", "Ask the IT office to restore the secret-key file.")


def key(unit: str, use: str) -> ECKey:
    """The private key of ``unit`` for ``use``, "issue" or "show"; made on first use."""
    return _key(Path(settings.DATA) / "issuers" / f"{unit}.{use}.pem")


@lru_cache(maxsize=128)
def _key(path: Path) -> ECKey:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    made = ECKey.generate_key("P-256").as_pem(private=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        pass
    return ECKey.import_key(path.read_bytes())


def anchors() -> list[x509.Certificate]:
    """The trusted authorities of other cities, read anew at each use so that one taken out is out."""
    folder = Path(settings.DATA) / "trusted-issuers"
    found = []
    for path in sorted(folder.glob("*.pem")) if folder.is_dir() else []:
        found += x509.load_pem_x509_certificates(path.read_bytes())
    return found


def fingerprint(secret: str) -> str:
    """What is kept of a code of high entropy: SHA-256, hex."""
    return hashlib.sha256(b"mingtang/credentials/v1\n" + secret.encode()).hexdigest()


@lru_cache(maxsize=4)
def _box(secret: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"mingtang/credentials/claims").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def close(value: Any) -> str:
    """JSON ``value`` encrypted, as text."""
    return _box(settings.SECRET_KEY).encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()


def reveal(closed: str) -> Any:
    """What ``close`` encrypted; raises ClosedUnreadable."""
    try:
        return json.loads(_box(settings.SECRET_KEY).decrypt(closed.encode()))
    except InvalidToken:
        raise ClosedUnreadable() from None
