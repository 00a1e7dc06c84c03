"""Search in the public texts of requests, Chinese and English, on SQLite and on PostgreSQL.

A text is kept as its set of terms: pairs of neighbouring characters for Chinese, whole words otherwise. A query finds the
requests that hold all its terms; the caller then looks for the query itself in the few texts of a page. SQLite keeps the terms in
an
FTS5 table without content, PostgreSQL in an array under a GIN index; both are made by migration 0002.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.db import connection

TABLE = "requests_fulltext"
_READ = 2000  # characters of a text that are searchable
_TERMS_MOST = 12  # of a query
_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[a-z0-9]+")


def terms(text: str) -> list[str]:
    """The terms of ``text``, each once, in order of first place."""
    folded = unicodedata.normalize("NFKC", text[:_READ]).lower()
    found: dict[str, None] = {}
    for run in _RUN.findall(folded):
        if run.isascii():
            found[run[:40]] = None
        elif len(run) == 1:
            found[run] = None
        else:
            for i in range(len(run) - 1):
                found[run[i : i + 2]] = None
    return list(found)


def add(texts: Iterable[tuple[int, str]]) -> None:
    """Make texts searchable: (primary key of the request, public text). Joins the caller's transaction."""
    rows = [(key, terms(text)) for key, text in texts]
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                f"INSERT INTO {TABLE}(rowid, terms) VALUES (%s, %s)", [(key, " ".join(words)) for key, words in rows]
            )
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE}(id, terms) VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET terms = excluded.terms", rows
            )


def remove(texts: Iterable[tuple[int, str]]) -> None:
    """Make texts unsearchable again (erasure): (primary key of the request, public text as it was added)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows = [(key, " ".join(terms(text))) for key, text in texts]
            cursor.executemany(f"INSERT INTO {TABLE}({TABLE}, rowid, terms) VALUES ('delete', %s, %s)", rows)
        else:
            cursor.executemany(f"DELETE FROM {TABLE} WHERE id = %s", [(key,) for key, _ in texts])


def candidates(query: str, before: int | None, limit: int) -> list[int]:
    """Primary keys of requests whose text has all terms of ``query``, the newest first, below ``before``; none for a query
    without terms.
    """
    words = terms(query)[:_TERMS_MOST]
    if not words:
        return []
    below = before if before is not None else 2**62
    if connection.vendor == "sqlite":
        match = " AND ".join(f'"{word}"' for word in words)
        statement = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
    else:
        match = words
        statement = f"SELECT id FROM {TABLE} WHERE terms @> %s::text[] AND id < %s ORDER BY id DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [match, below, limit])
        return [row[0] for row in cursor.fetchall()]


def holds(text: str, query: str) -> bool:
    """Whether ``query`` itself stands in ``text``, in any case and width; spaces in the query part words that may stand apart."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return all(word in folded for word in unicodedata.normalize("NFKC", query).lower().split())
