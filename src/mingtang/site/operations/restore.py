"""``mingtang restore``: a backup becomes the installation again, and the ledger is audited.

1. The whole file is read into a folder beside the data, each member checked against the manifest; nothing is touched before that.
2. Nothing may run: the worker's lock is free and no heartbeat is fresh.
3. What is there is never overwritten: without ``--replace`` the restore is refused, with it the old files go to ``replaced-TIME/``.
4. Database, keys, attachments and the mirror of the vault's keys come into place; missing migrations are applied.
5. ``mingtang ledger audit`` runs in a fresh process; a restore whose audit finds anything says so and ends with a fault.

The lock store (``ledger-lock.sqlite3``) stays as it is: restored beside it, a backup older than the newest published checkpoint is
recognised, and the sequencer signs nothing on top of it.

Trust: an old backup forgets what was sealed after it. Receipts given since then prove that; witnesses see the log shrink.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zlib
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from mingtang.kernel import CallerMistake, RefusedInput, Sentence, now
from mingtang.site.operations.backup import FORMAT, KEYS, VAULT_KEYS, ProgramFailed, mirror, postgresql
from mingtang.site.operations.prepare import migrate

_NAME = re.compile(r"(?:database\.(?:sqlite3|pgdump)|keys/(?:secret-key|ledger-key)|attachments(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,199}){1,8})")
_MANIFEST_MOST = 64 * 1024**2
_CHUNK = 1024**2
_KEY_SIZE = 32


class NotABackup(RefusedInput):
    """The file is not a backup, or is damaged."""

    code = "site.not_a_backup"
    text = Sentence("这不是完整的备份：{reason}。", "This is not a whole backup: {reason}.")
    next_step = Sentence("请核对文件和它的 SHA-256，换一份备份。", "Check the file and its SHA-256, or take another backup.")


class StillRunning(CallerMistake):
    """The city still runs on this data."""

    code = "site.still_running"
    status = 409
    text = Sentence("系统还在运行，不能恢复。", "The city still runs on this data; it cannot be restored now.")
    next_step = Sentence("先停止网站和后台进程。", "Stop web and worker first.")


class DataPresent(CallerMistake):
    """There is data that a restore would replace."""

    code = "site.data_present"
    status = 409
    text = Sentence("这里已有数据。", "There is data here already.")
    next_step = Sentence("确认要替换时加 --replace；现有文件会移到 replaced- 目录。", "To replace it add --replace; what is there is moved to a folder replaced-...")


class KeysMissing(CallerMistake):
    """The mirror of the vault's keys is not beside the backup."""

    code = "site.keys_missing"
    status = 409
    text = Sentence("备份旁边缺少保管库密钥的镜像 vault-keys（缺 {count} 块）。", "The mirror of the vault's keys, vault-keys, is not beside the backup ({count} blocks are missing).")
    next_step = Sentence("请把备份文件和 vault-keys 目录放在一起再恢复。", "Put the folder vault-keys beside the backup file and restore again.")


class AuditFailed(CallerMistake):
    """The restored ledger does not hold."""

    code = "site.audit_failed"
    status = 500
    text = Sentence("已恢复，但账本审计发现问题：{said}", "Restored, but the audit of the ledger found: {said}")
    next_step = Sentence("不要投入使用；请换一份备份，并保留这一份作证据。", "Do not go on with it; take another backup and keep this one as evidence.")


def restore(file: Path, *, replace: bool = False) -> list[str]:
    """Restore from ``file``; returns what was done, one line each. Raises NotABackup, StillRunning, DataPresent, AuditFailed."""
    data = Path(settings.DATA)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        manifest = unpack(file, Path(folder))
        if manifest["database"] != connection.vendor:
            raise NotABackup(reason=f"it is of {manifest['database']}, this installation uses {connection.vendor}")
        kept = file.resolve().parent / VAULT_KEYS
        missing = [name for name in manifest["vault_keys"] if not (kept / name).is_file()]
        if missing:
            raise KeysMissing(count=len(missing))
        with _standing_still():
            _carry_erasures(data / VAULT_KEYS, kept)
            aside = _make_room(data, replace, kept)
            told = [f"put aside: {aside}"] if aside else []
            mirror(kept, data / VAULT_KEYS)
            _put_in_place(Path(folder), data, replace)
    applied = migrate()
    told.append(f"restored: {len(manifest['members'])} members, ledger of {manifest['ledger']['size']} entries, made {manifest['made_at']}")
    told += [f"{applied} migrations applied"] if applied else []
    return told + [_audit()]


def unpack(file: Path, folder: Path) -> dict:
    """Unpack ``file`` into ``folder`` and return its manifest; every member is named, whole and as it was. Raises NotABackup."""
    try:
        with tarfile.open(file, mode="r:gz") as archive:
            manifest = _manifest(archive)
            left = dict(manifest["members"])
            for member in archive:
                if member.offset == 0:  # the manifest, read above
                    continue
                wanted = left.pop(member.name, None)
                if wanted is None or not member.isreg() or not _NAME.fullmatch(member.name) or member.size != wanted["size"]:
                    raise NotABackup(reason="a member that the manifest does not name", path=member.name[:200])
                _unpack(archive, member, folder / member.name, wanted["sha256"])
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise NotABackup(reason=type(fault).__name__) from None
    if left:
        raise NotABackup(reason="a member is missing", path=next(iter(left)))
    return manifest


def _manifest(archive: tarfile.TarFile) -> dict:
    first = archive.next()
    if first is None or first.name != "manifest.json" or first.size > _MANIFEST_MOST:
        raise NotABackup(reason="no manifest")
    manifest = json.loads(archive.extractfile(first).read())
    if manifest["format"] != FORMAT:
        raise NotABackup(reason=f"format {manifest['format']}")
    if sum(name.startswith("database.") for name in manifest["members"]) != 1:
        raise NotABackup(reason="no database")
    told = (manifest["database"], manifest["made_at"], *manifest["vault_keys"])
    if not all(isinstance(text, str) for text in told) or not isinstance(manifest["ledger"]["size"], int):
        raise NotABackup(reason="a manifest of another shape")
    return manifest


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, sha256: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    total = hashlib.sha256()
    with archive.extractfile(member) as source, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as copy:
        while chunk := source.read(_CHUNK):
            total.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    if total.hexdigest() != sha256:
        raise NotABackup(reason="a member is damaged", path=member.name)


@contextmanager
def _standing_still():
    """Nobody works on the data while it is replaced: hold the worker's lock, and no worker has beaten lately."""
    from mingtang.site.health import worker_state
    from mingtang.site.worker import WorkerRuns, hold_lock

    try:
        if worker_state(now()).get("workers"):
            raise StillRunning()
    except DatabaseError:  # no tables yet: nobody works here
        pass
    try:
        lock = hold_lock()
    except WorkerRuns:
        raise StillRunning() from None
    try:
        yield
    finally:
        if lock is not None:
            lock.close()


def _carry_erasures(live: Path, kept: Path) -> None:
    """What was erased since the backup stays erased: a key that is zeros here is made zeros in the mirror."""
    for path in sorted(live.rglob("*")) if live.exists() else []:
        copy = kept / path.relative_to(live)
        if not path.is_file() or not copy.is_file():
            continue
        now_here = path.read_bytes()
        with copy.open("r+b") as file:
            for at in range(0, len(now_here), _KEY_SIZE):
                if not any(now_here[at:at + _KEY_SIZE]):
                    file.seek(at)
                    file.write(bytes(_KEY_SIZE))
            file.flush()
            os.fsync(file.fileno())


def _make_room(data: Path, replace: bool, kept: Path) -> Path | None:
    if not replace and (connection.introspection.table_names() or (data / "attachments").exists()):
        raise DataPresent()
    connection.close()
    database = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    candidates = (data / "attachments", data / "demo-founded", *(data / name for name in KEYS), *_database_files(database))
    old = [path for path in candidates if path.exists()]
    if (data / VAULT_KEYS).resolve() != kept:
        old += [path for path in (data / VAULT_KEYS,) if path.exists()]
    if not old:
        return None
    aside = data / f"replaced-{now():%Y%m%dT%H%M%S%f}Z"
    aside.mkdir(mode=0o700)
    for path in old:
        path.rename(aside / path.name)
    return aside


def _database_files(database: Path | None) -> list[Path]:
    return [] if database is None else [database.with_name(database.name + end) for end in ("", "-wal", "-shm")]


def _put_in_place(folder: Path, data: Path, replace: bool) -> None:
    for name in KEYS:
        if (folder / "keys" / name).exists():
            (folder / "keys" / name).rename(data / name)
    if (folder / "attachments").exists():
        shutil.move(folder / "attachments", settings.MEDIA_ROOT)
    if connection.vendor == "sqlite":
        (folder / "database.sqlite3").rename(connection.settings_dict["NAME"])
        return
    if replace:
        postgresql("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    postgresql("pg_restore", "--single-transaction", "--no-owner", "--no-privileges",
               f"--dbname={connection.settings_dict['NAME']}", str(folder / "database.pgdump"))


def _audit() -> str:
    """Audit in a fresh process: this one may still hold the old keys."""
    connection.close()
    result = subprocess.run([sys.executable, "-m", "mingtang.cli", "ledger", "audit"], capture_output=True, text=True)
    said = (result.stdout.strip() or result.stderr.strip())[-2000:]
    if result.returncode == 2:
        raise ProgramFailed(program="mingtang ledger audit", said=said[-500:])
    if result.returncode:
        raise AuditFailed(said=said)
    return f"audit of the ledger: {said}"
