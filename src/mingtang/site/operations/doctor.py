"""``mingtang doctor``: what is wrong with an installation, in words, with what to do about it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from mingtang.kernel import Sentence, now
from mingtang.site.config import setting
from mingtang.site.operations import prepare, safety

_LITTLE, _TOO_LITTLE = 2 * 1024**3, 200 * 1024**2
_OLD_BACKUP = timedelta(days=2)
_DRIFT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``level`` is "ok", "note" or "bad"."""

    level: str
    what: Sentence
    advice: Sentence | None = None
    details: dict = field(default_factory=dict)


def examine() -> Iterator[Finding]:
    """Look at everything; a check that cannot be made is itself a finding."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _python, _settings, _files, _disk, _translations, _database, _clock, _worker, _ledger, _cases, _people, _backups)
    for check in checks:
        try:
            yield from check()
        except DatabaseError as fault:
            yield Finding("bad", Sentence("数据库不可用，无法检查（{kind}）", "The database does not answer, so this could not be checked ({kind})"),
                          Sentence("先运行 mingtang migrate，并核对 MINGTANG_DATABASE_URL", "Run mingtang migrate and check MINGTANG_DATABASE_URL"),
                          {"kind": type(fault).__name__})


def _ok(zh: str, en: str, **details: object) -> Finding:
    return Finding("ok", Sentence(zh, en), None, details)


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield _ok("Python {version}", "Python {version}", version=version)


def _settings() -> Iterator[Finding]:
    for reason in safety.unsafe():
        yield Finding("bad", reason, Sentence("改正设置；否则拒绝启动", "Correct the setting; the start is refused until then"))
    if safety.is_public():
        if settings.RATE_LIMITS is False:
            yield Finding("note", Sentence("没有限制请求频率", "Requests are not limited"), Sentence("删除 MINGTANG_RATE_LIMITS=0", "Remove MINGTANG_RATE_LIMITS=0"))
        if not setting("MINGTANG_METRICS_KEY"):
            yield Finding("note", Sentence("/metrics 对所有人公开", "/metrics is open to everybody"),
                          Sentence("设置 MINGTANG_METRICS_KEY", "Set MINGTANG_METRICS_KEY"))
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("bad", Sentence("MINGTANG_HOSTS 接受任何主机名", "MINGTANG_HOSTS accepts any host name"),
                      Sentence("写出确切的主机名", "Name the hosts exactly"))
    yield _ok("网址 {url}，演示 {demo}", "Address {url}, demo {demo}", url=settings.PUBLIC_URL, demo="on" if settings.DEMO else "off")


def _files() -> Iterator[Finding]:
    for name, wanted in (("", 0o700), ("secret-key", 0o600), ("ledger-key", 0o600)):
        path = Path(settings.DATA) / name
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Finding("bad", Sentence("{path} 别的用户可读（{mode}）", "{path} is open to other users ({mode})"),
                          Sentence("chmod {wanted} {path}", "chmod {wanted} {path}"),
                          {"path": path, "mode": oct(mode)[2:], "wanted": oct(wanted)[2:]})
        elif path.stat().st_uid != os.geteuid():
            yield Finding("bad", Sentence("{path} 属于另一个用户", "{path} belongs to another user"),
                          Sentence("用 chown 交给运行本程序的用户", "chown it to the user that runs this"), {"path": path})
    yield _ok("数据目录 {path}", "Data folder {path}", path=settings.DATA)


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA).free
    level = "bad" if free < _TOO_LITTLE else "note" if free < _LITTLE else "ok"
    yield Finding(level, Sentence("磁盘剩余 {free} MB", "{free} MB free on disk"),
                  Sentence("清理磁盘或扩容：写满后不能再受理", "Make room: nothing can be filed on a full disk"), {"free": f"{free // 1024**2:,}"})


def _translations() -> Iterator[Finding]:
    package = Path(__file__).resolve().parents[2]
    stale = [path for path in package.rglob("locale/*/LC_MESSAGES/django.po")
             if not path.with_suffix(".mo").exists() or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime]
    if stale:
        yield Finding("bad", Sentence("{count} 份翻译没有编译", "{count} translations are not compiled"),
                      Sentence("运行 script/messages", "Run script/messages"), {"count": len(stale)})
    else:
        yield _ok("翻译已编译", "Translations are compiled")


def _database() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    missing = prepare.pending_migrations()
    if missing:
        yield Finding("bad", Sentence("数据库缺 {count} 项更新", "The database lacks {count} migrations"),
                      Sentence("运行 mingtang migrate", "Run mingtang migrate"), {"count": missing})
    else:
        yield _ok("数据库 {vendor} 已是最新", "The database ({vendor}) is up to date", vendor=connection.vendor)
    if connection.vendor == "sqlite" and not connection.is_in_memory_db():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            journal = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            synchronous = cursor.fetchone()[0]
        if (journal, synchronous) != ("wal", 2):
            yield Finding("bad", Sentence("SQLite 不是 WAL + FULL：断电可能丢失已受理的事项", "SQLite is not in WAL with FULL: a power cut may lose what was accepted"),
                          Sentence("数据目录须在本地磁盘上", "The data folder must lie on a local disk"))


def _clock() -> Iterator[Finding]:
    from mingtang.platform.ledger import reads as ledger

    signed = ledger.head().at
    if signed is not None and signed - now() > _DRIFT:
        yield Finding("bad", Sentence("时钟比账本最近一次签名还早", "The clock stands before the ledger's newest signature"),
                      Sentence("校准时钟（NTP）后再启动", "Set the clock (NTP) before starting"))
    else:
        yield _ok("时钟 {time} UTC", "Clock {time} UTC", time=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"))


def _worker() -> Iterator[Finding]:
    from mingtang.site.health import worker_state

    state = worker_state(now())
    if state["up"]:
        yield _ok("后台进程 {workers} 个，正常", "{workers} worker, well", workers=state["workers"])
    else:
        yield Finding("bad", Sentence("后台进程不正常：{reason}", "Worker: {reason}"),
                      Sentence("没有它，期限不会触发，回执不会生效", "Without it no deadline fires and no receipt becomes final"), {"reason": state["reason"]})


def _ledger() -> Iterator[Finding]:
    from mingtang.site.health import ledger_state

    state = ledger_state(now())
    if state["up"]:
        yield _ok("账本 {size} 条，{waiting} 条待入账", "Ledger: {size} entries, {waiting} waiting", **state)
    else:
        yield Finding("bad", Sentence("账本不正常：{reason}", "Ledger: {reason}"),
                      Sentence("查看后台进程日志，再运行 mingtang ledger audit", "See the worker's log, then run mingtang ledger audit"), state)


def _cases() -> Iterator[Finding]:
    from mingtang.platform.cases import reads as cases

    counts = cases.counts()
    for name in ("timers_stuck", "effects_dead"):
        if counts.get(name):
            yield Finding("bad", Sentence("{count} 项需要人处理：{name}", "{count} need a person: {name}"),
                          Sentence("见运维页 /cases/stuck/", "See the operator's page under /cases/"), {"count": counts[name], "name": name})


def _people() -> Iterator[Finding]:
    from mingtang.platform.people import demo

    if not settings.DEMO and demo.is_founded():
        yield Finding("bad", Sentence("数据库里有演示账号，而 MINGTANG_DEMO 已关闭", "The database holds the demo sign-ins while MINGTANG_DEMO is off"),
                      Sentence("演示库不能转为正式库：请新建数据库", "A demo database cannot become a real one: begin with a new one"))


def _backups() -> Iterator[Finding]:
    made = sorted((Path(settings.DATA) / "backups").glob("mingtang-*.tar.gz"))
    if made and datetime.now(UTC) - datetime.fromtimestamp(made[-1].stat().st_mtime, UTC) < _OLD_BACKUP:
        yield _ok("最近的备份 {name}", "Newest backup {name}", name=made[-1].name)
    elif not settings.DEMO:
        yield Finding("note", Sentence("两天内没有备份", "No backup within two days"), Sentence("运行 mingtang backup", "Run mingtang backup"))
