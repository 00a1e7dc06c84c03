"""Rows in bulk: one prepared statement run for each row, a fraction of what building models and CASE expressions costs.

Values are what the model's fields hold in Python; each column's way into the database is chosen once a call, and is the one
that the ORM would take.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

_AT_ONCE = 100  # rows of one INSERT that hands back identifiers
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of values for the fields ``names`` (a foreign key by its attribute, e.g. ``case_id``)."""
    fields = _fields(model, names)
    head = f"INSERT INTO {_quoted(model._meta.db_table)} ({_columns(fields)}) "
    _run(head + f"VALUES ({', '.join(['%s'] * len(fields))})", head + f"SELECT * FROM {_arrays(fields)}", fields, rows)


def insert_numbered(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Insert ``rows`` and return their identifiers in the same order."""
    fields = _fields(model, names)
    ways = [_way(field) for field in fields]
    prepared = [[way(value) if way else value for way, value in zip(ways, row, strict=True)] for row in rows]
    head = f"INSERT INTO {_quoted(model._meta.db_table)} ({_columns(fields)}) VALUES "
    marks = f"({', '.join(map(_mark, fields))})"
    found: list[int] = []
    with connection.cursor() as cursor:
        for begin in range(0, len(prepared), _AT_ONCE):
            block = prepared[begin:begin + _AT_ONCE]
            cursor.execute(f"{head}{', '.join([marks] * len(block))} RETURNING {_quoted(model._meta.pk.column)}", [v for row in block for v in row])
            found += [row[0] for row in cursor.fetchall()]
    return found


def update(model: type[models.Model], names: Sequence[str], where: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set the fields ``names`` where the fields ``where`` have the values that end each row; returns how many rows were met."""
    fields, keys = _fields(model, names), _fields(model, where)
    head = f"UPDATE {_quoted(model._meta.db_table)} SET "
    one = head + ", ".join(f"{_quoted(field.column)} = %s" for field in fields) + " WHERE " + _test(keys)
    many = head + ", ".join(f"{_quoted(field.column)} = given.{_quoted(field.column)}" for field in fields)
    return _run(one, f"{many} FROM {_arrays(fields + keys, renamed=keys)} WHERE {_joined(model, keys)}", fields + keys, rows)


def delete(model: type[models.Model], where: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Delete the rows whose fields ``where`` have these values; returns how many there were."""
    keys = _fields(model, where)
    head = f"DELETE FROM {_quoted(model._meta.db_table)} "
    return _run(head + "WHERE " + _test(keys), f"{head}USING {_arrays(keys, renamed=keys)} WHERE {_joined(model, keys)}", keys, rows)


def _run(one: str, many: str, fields: list[models.Field], rows: Iterable[Sequence[Any]]) -> int:
    """Run ``one`` for each row, or on PostgreSQL ``many`` once, whose parameters are the columns as arrays."""
    ways = [_way(field) for field in fields]
    prepared = [[way(value) if way else value for way, value in zip(ways, row, strict=True)] for row in rows]
    if not prepared:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(many, [list(column) for column in zip(*prepared, strict=True)])
        else:
            cursor.executemany(one, prepared)
        return cursor.rowcount


def _arrays(fields: list[models.Field], renamed: Sequence[models.Field] = ()) -> str:
    """``unnest`` over one array a field; the keys among them are called ``key_...`` so that a field may be both set and compared."""
    casts = ", ".join(f"%s::text[]::{_type(field)}[]" if isinstance(field, models.JSONField) else f"%s::{_type(field)}[]" for field in fields)
    plain = len(fields) - len(renamed)
    names = ", ".join(_quoted(field.column if index < plain else f"key_{field.column}") for index, field in enumerate(fields))
    return f"unnest({casts}) AS given({names})"


def _type(field: models.Field) -> str:
    return (field.target_field if field.is_relation else field).cast_db_type(connection)


def _joined(model: type[models.Model], keys: list[models.Field]) -> str:
    table = _quoted(model._meta.db_table)
    return " AND ".join(f"{table}.{_quoted(field.column)} = given.{_quoted(f'key_{field.column}')}" for field in keys)


def _fields(model: type[models.Model], names: Sequence[str]) -> list[models.Field]:
    return [model._meta.get_field(name.removesuffix("_id")) for name in names]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _columns(fields: list[models.Field]) -> str:
    return ", ".join(_quoted(field.column) for field in fields)


def _test(keys: list[models.Field]) -> str:
    return " AND ".join(f"{_quoted(field.column)} = %s" for field in keys)


def _mark(field: models.Field) -> str:
    return "%s::jsonb" if isinstance(field, models.JSONField) and connection.vendor == "postgresql" else "%s"


def _way(field: models.Field) -> Callable[[Any], Any] | None:
    """How a value of ``field`` goes into this database; None for as it is."""
    if isinstance(field, models.DateTimeField):
        known: dict[Any, Any] = {None: None}
        adapt = connection.ops.adapt_datetimefield_value

        def instant(value: Any) -> Any:
            if value not in known:
                known[value] = adapt(value)
            return known[value]

        return instant
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: value.hex
    return None
