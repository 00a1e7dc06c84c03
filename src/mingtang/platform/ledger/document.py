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
from json.encoder import encode_basestring as _quote
from typing import Any

from django.db.models import BooleanField, CharField, DateTimeField, Field, TextField

from mingtang.kernel import canonical_json
from mingtang.kernel.canonical import NotCanonical

DOMAIN = b"mingtang/act/v1\n"
SALT_SIZE = 32


def commitment(salt: bytes, document: bytes) -> bytes:
    """The log entry that commits to ``document`` (canonical bytes)."""
    return hashlib.sha256(DOMAIN + salt + document).digest()


def instant(at: datetime) -> str:
    """``at`` in UTC with microseconds, as documents write time."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(timespec="microseconds")[:26] + "Z"


def row_key(row: Any) -> str:
    """The name of a row in documents: ``app.model/key``."""
    return f"{row._meta.label_lower}/{row.pk}"


def row_digest(salt: bytes, row: Any) -> str:
    """Hex SHA-256 over the salt and the canonical JSON of the fields that the row's class names in ``SEALED``.

    Written member by member, for every act pays for it: the names are known and in order; only the values are new. The bytes are those
    of ``canonical_json(row_fields(row))``.
    """
    parts: list[str] = []
    for lead, name, plain in _sealed_fields(type(row)):
        value = plain(getattr(row, name))
        kind = type(value)
        if kind is str:
            parts.append(lead + _quote(value))
        elif value is None:
            parts.append(lead + "null")
        elif kind is int:
            parts.append(lead + str(value))
        else:
            parts.append(lead + canonical_json(value).decode("utf-8"))
    try:
        return hashlib.sha256(salt + ("".join(parts) + "}").encode("utf-8")).hexdigest()
    except UnicodeEncodeError:
        raise NotCanonical(path=row_key(row), reason="lone surrogate") from None


def row_fields(row: Any) -> dict[str, Any]:
    """The sealed fields of ``row`` as JSON values."""
    return {name: plain(getattr(row, name)) for _, name, plain in _sealed_fields(type(row))}


@cache
def _sealed_fields(model: type) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """The sealed names of ``model`` in canonical order, each with how its member begins and what makes its value plain."""
    names = sorted(model.SEALED)
    return [(f"{',' if i else '{'}{_quote(name)}:", name, _plainer(model._meta.get_field(name))) for i, name in enumerate(names)]


def _plainer(field: Field) -> Callable[[Any], Any]:
    """What turns a value of ``field`` into JSON; values that are already what the database gives back go straight through."""
    read = field.to_python
    if isinstance(field, (CharField, TextField)):
        return lambda value: value if type(value) is str or value is None else _plain(value, read)
    if isinstance(field, BooleanField):
        return lambda value: value if value is None or value is True or value is False else _plain(value, read)
    if isinstance(field, DateTimeField):
        return lambda value: None if value is None else instant(value) if type(value) is datetime and value.tzinfo else _plain(value, read)
    return lambda value: _plain(value, read)


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
