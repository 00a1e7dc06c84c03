"""From nothing to a city that can be opened: tables, the demo city, the words on the terminal."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from mingtang.kernel import MingtangError

_DEMO_REQUESTS = 600
_DEMO_SEED = 2026
_READY_SECONDS = 60


def pending_migrations() -> int:
    """How many migrations this version has that the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> int:
    """Apply what is missing; returns how many."""
    count = pending_migrations()
    if count:
        call_command("migrate", verbosity=0, interactive=False)
    return count


def seed(say: Callable[[str], object]) -> bool:
    """Found the demo city: people, scenes, a year of requests; returns whether anything was done.

    Done once, where this is a demo and the database has no units of its own; begun and broken off, it goes on where it stopped.
    """
    from mingtang.platform.people import demo as people

    done = settings.DATA / "demo-founded"
    if not settings.DEMO or done.exists():
        return False
    say("founding the demo city of Mingzhou")
    if not people.seed() and not people.is_founded():
        return False
    _make_registers(say)
    _publish_scenes(say)
    _file_requests(say)
    done.touch()
    return True


def _make_registers(say: Callable[[str], object]) -> None:
    from mingtang.city.registers import demo as registers
    from mingtang.platform.exchange import demo as exchange

    say("making the registers and the cards of the demo's people")
    registers.make()
    exchange.seed(registers.people())


def _publish_scenes(say: Callable[[str], object]) -> None:
    from mingtang.platform.ledger.acts import Actor
    from mingtang.platform.scenes import acts

    names = sorted({path.parent.name for folder in settings.SCENES for path in folder.glob("*/scene.yaml")})
    for name in names:
        try:
            acts.publish(name, Actor("system", "demo"))
        except MingtangError as fault:
            say(f"! the scene {name} was not published: {fault}")


def _file_requests(say: Callable[[str], object]) -> None:
    try:
        from mingtang.city.requests import demo
    except ModuleNotFoundError as missing:
        if missing.name != "mingtang.city.requests.demo":
            raise
        return
    say(f"filing {_DEMO_REQUESTS} invented requests of a year")
    demo.seed(_DEMO_REQUESTS, _DEMO_SEED)


def announce(host: str, port: int) -> None:
    """Print the address and the demo sign-ins now, and a line when web, worker and ledger are up."""
    print(f"\nMingtang 明堂  {settings.PUBLIC_URL}/")
    if settings.DEMO:
        from mingtang.platform.people import demo

        print(f"\nDemo sign-ins 演示账号  {settings.PUBLIC_URL}/sign-in/  (one tap there; password 口令: {demo.PASSWORD})")
        for one in demo.sign_ins(int(datetime.now(UTC).timestamp())):
            print(f"  {one.code:<12} {one.unit:<10} {', '.join(one.roles):<18} digits 验证码 {one.digits}")
    print("\nCtrl-C stops web and worker. 按 Ctrl-C 停止。", flush=True)
    threading.Thread(target=_say_when_ready, args=(host, port), daemon=True).start()


def _say_when_ready(host: str, port: int) -> None:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    until, state = time.monotonic() + _READY_SECONDS, {}
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{name}:{port}/healthz", timeout=2):
                print("✓ ready: web, worker and ledger are up 已就绪", flush=True)
                return
        except urllib.error.HTTPError as answer:
            state = _state(answer)
        except OSError:
            pass
        time.sleep(0.2)
    print(f"! not ready after {_READY_SECONDS} s: {json.dumps(state)}", flush=True)


def _state(answer: urllib.error.HTTPError) -> dict:
    try:
        return json.loads(answer.read(10_000))
    except ValueError:
        return {"status": answer.code}
