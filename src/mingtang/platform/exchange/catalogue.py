"""Where declarations are: files while agencies write them, the database once they are in force.

The files lie in ``sources/`` and ``purposes/`` below the folder of the setting MINGTANG_EXCHANGE. What is in force is looked up in the database at
every use, so that an ended purpose ends in all processes at once; only the reading of a version is remembered, by its hash.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection

from mingtang.platform.exchange.declared import PurposeSpec, SourceSpec, read_purpose, read_source
from mingtang.platform.exchange.faults import BadDeclaration, NoSuchPurpose, NoSuchSource
from mingtang.platform.exchange.models import Purpose, Source

_LARGEST = 200_000
_MOST_READ = 1000  # versions remembered


def files(kind: str) -> dict[str, Path]:
    """The declaration files of ``kind`` ("sources" or "purposes") by code."""
    folder = Path(settings.EXCHANGE) / kind
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))} if folder.is_dir() else {}


def read_file(path: Path) -> dict[str, Any]:
    """The mapping in a declaration file; raises BadDeclaration."""
    state = path.stat()
    return _read_file(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read_file(path: Path, changed: int, size: int) -> dict[str, Any]:
    if size > _LARGEST:
        raise BadDeclaration(file=path.name, zh="文件过大", en="the file is too large")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadDeclaration(file=path.name, zh="不是 YAML", en="it is not YAML") from None
    if not isinstance(given, dict):
        raise BadDeclaration(file=path.name, zh="应是一组键和值", en="it must be keys and values")
    return given


def drafts() -> list[SourceSpec]:
    """The sources as the files declare them, without a database; files that do not read are left out here."""
    found = []
    for path in files("sources").values():
        try:
            found.append(read_source(read_file(path), path.name))
        except BadDeclaration:  # publishing it names the fault
            continue
    return found


def draft_purpose(code: str) -> PurposeSpec | None:
    """The purpose as its file declares it, without a database; None where there is none that reads."""
    path = files("purposes").get(code)
    try:
        return read_purpose(read_file(path), path.name) if path else None
    except BadDeclaration:
        return None


def source(code: str) -> tuple[SourceSpec, str]:
    """The source in force and its hash; raises NoSuchSource."""
    found = _latest(Source, code)
    if found is None:
        raise NoSuchSource(source=str(code)[:60])
    return _spec(Source, read_source, code, found), found[1]


def purpose(code: str) -> tuple[PurposeSpec, str]:
    """The purpose in force and its hash; raises NoSuchPurpose."""
    found = _latest(Purpose, code)
    if found is None:
        raise NoSuchPurpose(purpose=str(code)[:60])
    return _spec(Purpose, read_purpose, code, found), found[1]


def _latest(table: type, code: str) -> tuple[int, str] | None:
    """Key and hash of the version in force, asked of the database each time; None where there is none."""
    # Plain SQL: it stands on the way of every look, twice.
    sql = f"SELECT id, hash, ended_at FROM {table._meta.db_table} WHERE code = %s ORDER BY id DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(code)[:60]])
        row = cursor.fetchone()
    return None if row is None or row[2] is not None else (row[0], row[1])


class Seen:
    """What is in force, looked up once for the askings that are made together."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Any] = {}

    def source(self, code: str) -> tuple[SourceSpec, str]:
        """As ``source``."""
        return self._once("source", code, source)

    def purpose(self, code: str) -> tuple[PurposeSpec, str]:
        """As ``purpose``."""
        return self._once("purpose", code, purpose)

    def _once(self, kind: str, code: str, find: Callable[[str], Any]) -> Any:
        if (kind, code) not in self._found:
            self._found[kind, code] = find(code)
        return self._found[kind, code]


_read: dict[tuple[str, str], Any] = {}


def _spec(table: type, read: Callable[[Any, str], Any], code: str, found: tuple[int, str]) -> Any:
    """A version as it reads; remembered by its hash, under which it cannot change."""
    kept = (table.__name__, found[1])
    if kept not in _read:
        if len(_read) > _MOST_READ:
            _read.clear()
        _read[kept] = read(table.objects.values_list("spec", flat=True).get(id=found[0]), code)
    return _read[kept]


def in_force(table: type[Source] | type[Purpose]) -> list[Source] | list[Purpose]:
    """The rows of a table in force, by code."""
    latest: dict[str, Any] = {}
    for row in table.objects.order_by("id"):
        latest[row.code] = row
    return [row for _code, row in sorted(latest.items()) if row.ended_at is None]
