"""Reaching a source: one record by its key, only the columns named, within the source's time. What it answers is believed by nobody (``gateway``).

``fetch(source, key, columns)`` returns the record as column -> value, or None where there is none. Raises SourceDown, SourceSlow, SourceWrong.

Addresses: ``registers/population.sqlite3`` counts from the data folder; a PostgreSQL or REST address may carry a secret, so a declaration
says ``setting:NAME`` and the file of MINGTANG_SOURCE_ADDRESSES (JSON, name -> address) holds it.

Trust: the declaration's author names table and columns; they are checked to be plain names, so a key can never become SQL.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import threading
import time
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from mingtang.platform.exchange.declared import SourceSpec
from mingtang.platform.exchange.faults import SourceDown, SourceSlow, SourceWrong

_LARGEST = 1_000_000  # bytes of a REST answer
_STEPS = 20_000  # SQLite instructions between looks at the clock
_local = threading.local()


def fetch(source: SourceSpec, key: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """The record of ``key``; see above."""
    return _KINDS[source.kind](source, key, columns)


def address(source: SourceSpec) -> str:
    """Where the source is; raises SourceDown where its setting is missing."""
    if not source.address.startswith("setting:"):
        return source.address
    try:
        kept = json.loads(Path(settings.SOURCE_ADDRESSES).read_text(encoding="utf-8"))
        return str(kept[source.address.removeprefix("setting:")])
    except (OSError, ValueError, KeyError, TypeError):
        raise _down(source) from None


def _path(source: SourceSpec) -> Path:
    """A file below a folder of registers in the data folder, and nowhere else: not the database, not the keys."""
    # By its words: the folder itself may be a link to another disk.
    parts = Path(os.path.normpath(address(source))).parts
    if len(parts) < 2 or not parts[0].endswith("registers"):
        raise _down(source)
    return Path(settings.DATA).joinpath(*parts)


def _down(source: SourceSpec) -> SourceDown:
    return SourceDown(path=source.code, source_zh=source.titles.zh, source_en=source.titles.en)


def _slow(source: SourceSpec) -> SourceSlow:
    return SourceSlow(path=source.code, source_zh=source.titles.zh, source_en=source.titles.en, seconds=f"{source.seconds:g}")


def wrong(source: SourceSpec, zh: str, en: str) -> SourceWrong:
    """The fault of a source that answers what cannot be."""
    return SourceWrong(path=source.code, source_zh=source.titles.zh, source_en=source.titles.en, zh=zh, en=en)


def _one(source: SourceSpec, columns: tuple[str, ...], rows: list) -> dict[str, Any] | None:
    if len(rows) > 1:
        raise wrong(source, "同一个号码有几条记录", "it holds several records under one key")
    return dict(zip(columns, rows[0], strict=True)) if rows else None


def _sqlite(source: SourceSpec, key: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
    sql = f"SELECT {', '.join(columns)} FROM {source.table} WHERE {source.key} = ? LIMIT 2"
    until = time.monotonic() + source.seconds
    try:
        connection = _open_sqlite(_path(source), source.seconds)
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        return _one(source, columns, connection.execute(sql, (key,)).fetchall())
    except sqlite3.OperationalError as fault:
        if "interrupted" in str(fault) or "locked" in str(fault):
            raise _slow(source) from None
        raise _down(source) from None
    except sqlite3.Error:
        raise _down(source) from None


def _open_sqlite(path: Path, seconds: float) -> sqlite3.Connection:
    """This thread's read-only connection; opened anew where the file was replaced."""
    kept = _local.__dict__.setdefault("open", {})
    try:
        state = path.stat()
    except OSError:
        raise sqlite3.DatabaseError("not there") from None
    known = kept.get(path)
    if known and known[0] == (state.st_ino, state.st_dev):
        return known[1]
    if known:
        known[1].close()
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro", uri=True, timeout=seconds, isolation_level=None, check_same_thread=False
    )
    kept[path] = ((state.st_ino, state.st_dev), connection)
    return connection


def _postgresql(source: SourceSpec, key: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
    import psycopg

    sql = f"SELECT {', '.join(columns)} FROM {source.table} WHERE {source.key} = %s LIMIT 2"
    options = f"-c statement_timeout={int(source.seconds * 1000)} -c default_transaction_read_only=on"
    try:
        with psycopg.connect(address(source), connect_timeout=max(2, int(source.seconds)), options=options) as connection:
            return _one(source, columns, connection.execute(sql, (key,)).fetchall())
    except psycopg.errors.QueryCanceled:
        raise _slow(source) from None
    except psycopg.Error:
        raise _down(source) from None


def _rest(source: SourceSpec, key: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
    """``GET ADDRESS/KEY?fields=a,b`` answers one JSON object, or 404."""
    parts = urlsplit(address(source))
    until = time.monotonic() + source.seconds
    make = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = make(parts.hostname or "", parts.port, timeout=source.seconds)
    try:
        connection.request(
            "GET",
            f"{parts.path.rstrip('/')}/{quote(key, safe='')}?{urlencode({'fields': ','.join(columns)})}",
            headers={"Accept": "application/json"},
        )
        with connection.getresponse() as answer:
            content = _bounded(source, answer, until)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise _down(source)
        record = json.loads(content)
    except TimeoutError:
        raise _slow(source) from None
    except (OSError, HTTPException):
        raise _down(source) from None
    except (ValueError, RecursionError):
        raise wrong(source, "不是 JSON", "it is not JSON") from None
    finally:
        connection.close()
    if not isinstance(record, dict):
        raise wrong(source, "不是一条记录", "it is not one record")
    return record


def _bounded(source: SourceSpec, answer: Any, until: float) -> bytes:
    """The body, read in parts, so that a source that drips is slow and one that floods is wrong."""
    parts, size = [], 0
    while part := answer.read1(65536):
        parts.append(part)
        size += len(part)
        if size > _LARGEST:
            raise wrong(source, "回答过大", "the answer is too large")
        if time.monotonic() > until:
            raise _slow(source)
    return b"".join(parts)


def _file(source: SourceSpec, key: str, columns: tuple[str, ...]) -> dict[str, Any] | None:
    try:
        path = _path(source)
        state = path.stat()
        rows = _table(path, state.st_mtime_ns, state.st_size, source.key).get(key, [])
        return _one(source, columns, [[row.get(column) for column in columns] for row in rows])
    except (OSError, UnicodeDecodeError, csv.Error):
        raise _down(source) from None


@lru_cache(maxsize=16)
def _table(path: Path, changed: int, size: int, key: str) -> dict[str, list[dict[str, str]]]:
    """A CSV file with a head line, by its key column."""
    found: dict[str, list[dict[str, str]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row.get(key) or "", []).append(row)
    return found


_KINDS = {"sqlite": _sqlite, "postgresql": _postgresql, "rest": _rest, "file": _file}
