"""Rows in bulk: one prepared statement run for each row, which costs a fraction of what building models and CASE expressions does.

The values go through Django's fields, so both databases store what the ORM would store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` of values for the fields ``names`` (a foreign key by its attribute, e.g. ``case_id``)."""
    fields = [_field(model, name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(_mark(field) for field in fields)
    prepared = [_prepared(fields, row) for row in rows]
    if prepared:
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})", prepared)


def update(model: type[models.Model], names: Sequence[str], where: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set the fields ``names`` where the fields ``where`` have the values that end each row; returns how many rows were met."""
    fields, keys = [_field(model, name) for name in names], [_field(model, name) for name in where]
    quote = connection.ops.quote_name
    assign = ", ".join(f"{quote(field.column)} = {_mark(field)}" for field in fields)
    test = " AND ".join(f"{quote(field.column)} = %s" for field in keys)
    return _many(f"UPDATE {quote(model._meta.db_table)} SET {assign} WHERE {test}", fields + keys, rows)


def delete(model: type[models.Model], where: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Delete the rows whose fields ``where`` have these values; returns how many there were."""
    keys = [_field(model, name) for name in where]
    quote = connection.ops.quote_name
    test = " AND ".join(f"{quote(field.column)} = %s" for field in keys)
    return _many(f"DELETE FROM {quote(model._meta.db_table)} WHERE {test}", keys, rows)


def _many(sql: str, fields: list[models.Field], rows: Iterable[Sequence[Any]]) -> int:
    prepared = [_prepared(fields, row) for row in rows]
    if not prepared:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(sql, prepared)
        return cursor.rowcount


def _field(model: type[models.Model], name: str) -> models.Field:
    return model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)


def _mark(field: models.Field) -> str:
    return field.get_placeholder(None, None, connection) if hasattr(field, "get_placeholder") else "%s"


def _prepared(fields: list[models.Field], row: Sequence[Any]) -> list[Any]:
    return [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
