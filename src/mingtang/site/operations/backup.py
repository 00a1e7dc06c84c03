"""``mingtang backup``: database, keys and attachments in one file that ``mingtang restore`` takes back.

The file is a gzipped tar, readable by its owner alone, with these members in this order:

    manifest.json      version, time, kind of database, size and root of the ledger, SHA-256 and size of each other member
    database.sqlite3   a consistent copy by SQLite's own backup interface, or
    database.pgdump    pg_dump in its custom format: one snapshot
    keys/...           secret-key and ledger-key
    attachments/...    everything the database can refer to: attachments are read after the database, and are never changed

Trust: the file holds every secret of the installation. Who has it can sign in the city's name: keep it like the keys themselves.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

import mingtang
from mingtang.kernel import CallerMistake, Sentence, now

FORMAT = 1
KEYS = ("secret-key", "ledger-key")
VAULT_KEYS = "vault-keys"
_TOOL_SECONDS = 6 * 3600


class ProgramMissing(CallerMistake):
    """A program that is needed is not on this machine."""

    code = "site.program_missing"
    text = Sentence("找不到程序 {program}。", "The program {program} is missing.")
    next_step = Sentence("请安装与服务器同版本的 postgresql-client。", "Install postgresql-client of the server's version.")


class ProgramFailed(CallerMistake):
    """A program ended with a fault."""

    code = "site.program_failed"
    status = 500
    text = Sentence("{program} 出错：{said}", "{program} failed: {said}")
    next_step = Sentence("请按它所说改正后重试。", "Correct what it says and try again.")


class FileExists(CallerMistake):
    """The file is there already."""

    code = "site.file_exists"
    status = 409
    text = Sentence("{file} 已存在。", "{file} exists already.")
    next_step = Sentence("请换一个文件名。", "Choose another name.")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    path: Path
    size: int
    sha256: str


def backup(target: Path | None = None) -> Backup:
    """Write a backup while the city goes on working; raises FileExists, ProgramMissing, ProgramFailed."""
    stamp = now().strftime("%Y%m%dT%H%M%SZ")
    target = target or Path(settings.DATA) / "backups" / f"mingtang-{stamp}.tar.gz"
    if target.exists():
        raise FileExists(file=target.name)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(prefix="mingtang-backup-", dir=target.parent) as folder:
            database = _database(Path(folder))
            members = [(database.name, database), *_keys(), *_attachments()]
            # After the database: a key is on the disk before the transaction that needs it.
            blocks = mirror(Path(settings.DATA) / VAULT_KEYS, target.parent / VAULT_KEYS)
            _write(partial, members, blocks)
        os.link(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return Backup(target, target.stat().st_size, _sha256(target))


def postgresql(program: str, *arguments: str) -> None:
    """Run a PostgreSQL program against the installation's database; raises ProgramMissing, ProgramFailed."""
    found = shutil.which(program)
    if found is None:
        raise ProgramMissing(program=program)
    given = connection.settings_dict
    environment = {**os.environ, "PGPASSWORD": given["PASSWORD"] or "", "PGCONNECT_TIMEOUT": "15"}
    for name, value in (("PGHOST", given["HOST"]), ("PGPORT", given["PORT"]), ("PGUSER", given["USER"]), ("PGDATABASE", given["NAME"])):
        if value:
            environment[name] = str(value)
    try:
        result = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, timeout=_TOOL_SECONDS)
    except subprocess.TimeoutExpired:
        raise ProgramFailed(program=program, said="took too long") from None
    if result.returncode:
        raise ProgramFailed(program=program, said=result.stderr.strip()[-500:])


def _database(folder: Path) -> Path:
    if connection.vendor == "postgresql":
        path = folder / "database.pgdump"
        postgresql("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}", "--dbname", connection.settings_dict["NAME"])
        return path
    path = folder / "database.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    return path


def _keys() -> list[tuple[str, Path]]:
    return [(f"keys/{name}", Path(settings.DATA) / name) for name in KEYS if (Path(settings.DATA) / name).exists()]


def _attachments() -> list[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    return [(f"attachments/{path.relative_to(root).as_posix()}", path) for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]


def mirror(source: Path, target: Path) -> list[str]:
    """Make ``target`` hold what ``source`` holds, overwriting in place; returns the names of the blocks."""
    names = sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()) if source.exists() else []
    for name in names:
        content, copy = (source / name).read_bytes(), target / name
        if copy.exists() and copy.read_bytes() == content:
            continue
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # In place, not by a new file: what was there must be overwritten, for it may be a destroyed key.
        with os.fdopen(os.open(copy, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.write(content)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())
    return names


def _write(path: Path, members: list[tuple[str, Path]], blocks: list[str]) -> None:
    manifest = {
        "format": FORMAT, "mingtang": mingtang.__version__, "made_at": now().isoformat(), "database": connection.vendor, "ledger": _ledger(), "vault_keys": blocks,
        "members": {name: {"sha256": _sha256(source), "size": source.stat().st_size} for name, source in members},
    }
    content = json.dumps(manifest, indent=1, sort_keys=True).encode()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3, format=tarfile.PAX_FORMAT) as archive:
            archive.addfile(_member("manifest.json", len(content)), io.BytesIO(content))
            for name, source in members:
                with source.open("rb") as file:
                    archive.addfile(_member(name, manifest["members"][name]["size"]), file)
        raw.flush()
        os.fsync(raw.fileno())


def _member(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(now().timestamp())
    return info


def _ledger() -> dict:
    from mingtang.platform.ledger import reads as ledger

    head = ledger.head()
    return {"origin": settings.LEDGER_ORIGIN, "size": head.size, "root": head.root.hex()}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
