"""Commands of the IT office: serve, web, worker, migrate, seed, doctor, backup, restore."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from mingtang.kernel import Sentence
from mingtang.kernel.command import Command


def _address(parser: ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    parser.add_argument("--processes", type=int, default=1, help="web processes; more than one on PostgreSQL only (default 1)")


def _serve_arguments(parser: ArgumentParser) -> None:
    _address(parser)
    parser.add_argument("--prepare", action="store_true", help="first bring the database up to date and found the demo city")


def _serve(arguments: Namespace) -> int:
    from mingtang.site.operations import prepare, safety
    from mingtang.site.serve import refuse_taken_port, serve

    safety.refuse_unsafe_start()
    refuse_taken_port(arguments.host, arguments.port)
    if arguments.prepare:
        prepare.migrate()
        prepare.seed(lambda text: print(f"· {text}", flush=True))
    prepare.announce(arguments.host, arguments.port)
    return serve(arguments.host, arguments.port, arguments.processes)


def _web(arguments: Namespace) -> int:
    from mingtang.site.operations import safety
    from mingtang.site.serve import web

    safety.refuse_unsafe_start()
    return web(arguments.host, arguments.port, arguments.processes)


def _worker_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what waits, then end")


def _work_once() -> int:
    """Run each duty until none finds work; a duty that fails ends the command."""
    from mingtang.site.worker import duties, hold_lock

    lock = hold_lock()
    listed = duties()
    while any([duty.step() == 0.0 for duty in listed]):  # a list, so that every duty has its turn
        continue
    if lock is not None:
        lock.close()
    for duty in listed:
        print(f"{duty.name} {duty.done}")
    return 1 if any(duty.failures for duty in listed) else 0


def _worker(arguments: Namespace) -> int:
    from mingtang.site.lifeline import end_with_parent
    from mingtang.site.worker import Worker, duties

    if arguments.once:
        return _work_once()
    worker = Worker(duties())
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    end_with_parent()
    worker.run()
    return 0


def _migrate(arguments: Namespace) -> int:
    from mingtang.site.operations import prepare

    print(f"{prepare.migrate()} migrations applied")
    return 0


def _seed(arguments: Namespace) -> int:
    from mingtang.site.operations import prepare

    done = prepare.seed(print)
    print("the demo city is founded" if done else "nothing to do: the city has units, or MINGTANG_DEMO is not 1")
    return 0


def _doctor(arguments: Namespace) -> int:
    from mingtang.kernel.command import language
    from mingtang.site.operations.doctor import examine

    tongue, worst = language(), "ok"
    for finding in examine():
        mark = {"ok": "✓", "note": "·", "bad": "✗"}[finding.level]
        print(f"{mark} {finding.what.fill(tongue, finding.details)}")
        if finding.level != "ok" and finding.advice:
            print(f"  {finding.advice.fill(tongue, finding.details)}")
        worst = "bad" if "bad" in (worst, finding.level) else worst
    return 1 if worst == "bad" else 0


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="file to write (default: backups/ in the data folder)")


def _backup(arguments: Namespace) -> int:
    from mingtang.site.operations.backup import backup

    made = backup(arguments.file)
    print(f"{made.path}  {made.size:,} bytes  sha256:{made.sha256}")
    return 0


def _restore_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="backup to restore")
    parser.add_argument("--replace", action="store_true", help="put what is there now aside and replace it")


def _restore(arguments: Namespace) -> int:
    from mingtang.site.operations.restore import restore

    told = restore(arguments.file, replace=arguments.replace)
    for line in told:
        print(line, file=sys.stdout)
    return 0


COMMANDS = [
    Command("serve", Sentence("启动网站和后台进程", "Start web and worker"), _serve_arguments, _serve),
    Command("web", Sentence("只启动网站", "Start the web process alone"), _address, _web),
    Command("worker", Sentence("只启动后台进程：账本、期限、外发", "Start a worker alone: ledger, timers, effects"), _worker_arguments, _worker),
    Command("migrate", Sentence("把数据库更新到当前版本", "Bring the database up to this version"), run=_migrate),
    Command("seed", Sentence("建立演示城市明州（只做一次）", "Found the demo city of Mingzhou, once"), run=_seed),
    Command("doctor", Sentence("检查安装，指出问题", "Examine the installation and say what is wrong"), run=_doctor, needs_database=False),
    Command("backup", Sentence("备份数据库、密钥和附件", "Back up database, keys and attachments"), _backup_arguments, _backup),
    Command("restore", Sentence("从备份恢复，并审计账本", "Restore from a backup and audit the ledger"), _restore_arguments, _restore),
]
