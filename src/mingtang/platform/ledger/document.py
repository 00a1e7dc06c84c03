"""The document of an act and the commitment to it.

An entry of the log is ``SHA-256("mingtang/act/v1" LF || salt || canonical JSON of the document)``: 32 bytes that say nothing without the salt. The
document carries, for each row that the act fixed, a digest of the row's state, salted with the act's salt.

Example of a document::

    {"v": 1, "id": "0198...", "kind": "requests.reply", "subject": "requests/MZ26-7KQ4M2XD", "at": "2026-03-02T01:00:00.000000Z",
     "sealed_at": "...", "actor": {"kind": "official", "ref": "o-17", "unit": "donghu"}, "body": {...}, "rows": {"requests.request/17": "9f2c..."}}
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from mingtang.kernel import canonical_json

DOMAIN = b"mingtang/act/v1\n"
SALT_SIZE = 32


def commitment(salt: bytes, document: bytes) -> bytes:
    """The log entry that commits to ``document`` (canonical bytes)."""
    return hashlib.sha256(DOMAIN + salt + document).digest()


def instant(at: datetime) -> str:
    """``at`` in UTC with microseconds, as documents write time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def row_key(row: Any) -> str:
    """The name of a row in documents: ``app.model/key``."""
    return f"{row._meta.label_lower}/{row.pk}"


def row_digest(salt: bytes, row: Any) -> str:
    """Hex SHA-256 over the salt and the canonical JSON of the fields that the row's class names in ``SEALED``."""
    fields = {name: _plain(getattr(row, name), read) for name, read in _sealed_fields(type(row))}
    return hashlib.sha256(salt + canonical_json(fields)).hexdigest()


@cache
def _sealed_fields(model: type) -> list[tuple[str, Callable[[Any], Any]]]:
    """The sealed names of ``model``, each with what turns a value into the form in which the database gives it back."""
    return [(name, model._meta.get_field(name).to_python) for name in model.SEALED]


def _plain(value: Any, read: Callable[[Any], Any]) -> Any:
    """A field's value as JSON; the same before saving and after reading back."""
    kind = type(value)
    if value is None or kind in (dict, list, tuple):
        return value
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    value = read(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return int(value) if -2**53 <= value <= 2**53 else str(value)
    return str(value)
