"""From ``MINGTANG_DATABASE_URL`` to Django's database settings: SQLite in the data folder, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from mingtang.site.config import BadSetting

# WAL with synchronous=FULL: an acknowledged commit survives power loss. IMMEDIATE: a writer waits at BEGIN, never in the middle.
_SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"


def database(url: str, data: Path) -> dict:
    """Return Django's settings of the database that ``url`` names; empty means SQLite in ``data``. Raises BadSetting."""
    if not url:
        return _sqlite(str(data / "mingtang.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or str(data / "mingtang.sqlite3"))
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(parts)
    raise BadSetting(name="MINGTANG_DATABASE_URL", reason="scheme must be sqlite or postgresql")


def _sqlite(path: str) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": _SQLITE_PRAGMAS},
        "TEST": {"NAME": None},
    }


def _postgresql(parts) -> dict:
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "mingtang",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }
