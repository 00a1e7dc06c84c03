"""Many rows written at once, past the object mapper: executemany on SQLite, COPY on PostgreSQL. Sealing is on every act's way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

_COPY_FROM = 20  # below, a COPY costs more than it saves


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows``, values in the order of the fields ``names``, in the open transaction. Defaults of the model are not applied."""
    table = connection.ops.quote_name(model._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(model._meta.get_field(name).column) for name in names)
    if connection.vendor == "postgresql":
        _insert_postgresql(table, columns, list(rows), len(names))
        return
    adapt = _sqlite_adapter()
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", [tuple(map(adapt, row)) for row in rows])


def _insert_postgresql(table: str, columns: str, rows: list[Sequence[Any]], width: int) -> None:
    with connection.cursor() as cursor:
        if len(rows) < _COPY_FROM:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * width)})", rows)
            return
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def _sqlite_adapter() -> Callable[[Any], Any]:
    """Values as Django's own back end writes them."""
    written = cache(connection.ops.adapt_datetimefield_value)

    def adapt(value: Any) -> Any:
        kind = type(value)
        if kind is UUID:
            return value.hex
        return written(value) if kind is datetime else value

    return adapt
