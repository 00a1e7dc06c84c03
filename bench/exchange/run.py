"""The exchange and seconds approval: looks a second signed, logged and sealed; companies a second over HTTP; withdrawal to refusal.

    python bench/exchange/run.py [--asks 3000] [--threads 8] [--companies 600] [--clients 8] [--residents 100000]

1. ``acts.ask``: one register, one field and one predicate, in threads of one process, SQLite with synchronous=FULL. Beside it the same fetch with
   nothing signed, logged or sealed. Target: >= 250/s on 2 cores, p95 <= 50 ms.
2. ``POST .../enterprise-registration/decisions`` against a running server (one web process, SQLite): six registers asked, decided, licence and
   decision sealed. Target: p95 < 500 ms, >= 50/s. Clients, server and worker share this machine's cores.
3. From the commit of a withdrawal in this process to the first refusal in another one that asks without pause. Target: <= 1 s.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
WORDS = {"zh": "测试", "en": "bench"}
UNDER_CONSENT = {
    "code": "bench-consent",
    "agency": "MZ-MARKET",
    "titles": WORDS,
    "text": WORDS,
    "callers": ["MZ-MARKET"],
    "retention_days": 1,
    "grounds": [{"id": "consent", "kind": "consent", "law": WORDS}],
    "fields": {"population": ["standing"]},
}


def percentile(walls: list[float], share: float) -> float:
    """Milliseconds below which ``share`` of the walls lie."""
    return sorted(walls)[min(len(walls) - 1, int(len(walls) * share))] * 1000


def numbers(count: int) -> list[str]:
    """Identity numbers from the population register."""
    import sqlite3

    from django.conf import settings

    connection = sqlite3.connect(settings.DATA / "registers" / "population.sqlite3")
    found = [row[0] for row in connection.execute("SELECT number FROM residents LIMIT ?", (count,))]
    connection.close()
    return found


def together(threads: int, jobs: list, work) -> tuple[float, float, list[float]]:
    """Run ``work(job)`` for every job in threads; returns wall seconds, CPU seconds of this process, each job's wall."""
    from django.db import connections

    waiting, lock, walls = iter(jobs), threading.Lock(), []

    def run() -> None:
        while True:
            with lock:
                job = next(waiting, None)
            if job is None:
                connections.close_all()
                return
            begun = time.perf_counter()
            work(job)
            with lock:
                walls.append(time.perf_counter() - begun)

    running = [threading.Thread(target=run) for _ in range(threads)]
    wall, cpu = time.perf_counter(), time.process_time()
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return time.perf_counter() - wall, time.process_time() - cpu, walls


def asking(count: int, threads: int) -> None:
    """Looks a second, and what signing, logging and sealing cost beside the bare fetch."""
    from mingtang.platform.exchange import acts, gateway
    from mingtang.platform.ledger.acts import Actor

    actor, known = Actor("agency", "", "MZ-MARKET"), numbers(1000)

    def wanted(i: int) -> acts.Ask:
        return acts.Ask(
            "population", known[i % len(known)], "enterprise-registration", "duty", f"bench/{i}", actor, ("standing",), ("adult",)
        )

    acts.ask(wanted(0))
    bare = time.process_time()
    for i in range(count // 3):
        gateway.fetch(gateway.check(wanted(i)))
    bare = (time.process_time() - bare) / (count // 3) * 1000
    for width in (1, threads):
        wall, cpu, walls = together(width, list(range(count)), lambda i: acts.ask(wanted(i)))
        print(
            f"asked by {width} thread{'s' if width > 1 else ''}: {count / wall:.0f}/s, {cpu / count * 1000:.2f} CPU-ms each, "
            f"p50 {percentile(walls, 0.5):.1f} ms, p95 {percentile(walls, 0.95):.1f} ms (targets >= 250/s, p95 <= 50 ms)"
        )
    wall, cpu, _ = together(1, list(range(count // 5)), lambda i: acts.ask_many([wanted(i)] * 5))
    print(f"five together: {count / wall:.0f}/s, {cpu / count * 1000:.2f} CPU-ms each")
    print(f"the bare check and fetch, nothing signed, logged or sealed: {bare:.2f} CPU-ms")


class Server:
    """``mingtang serve`` on a free port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "mingtang.cli", "serve", "--port", str(self.port)],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> Server:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.2)
        raise SystemExit("the server did not come up")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)


def signed_in(port: int, code: str, pin: str) -> str:
    """The session cookie of a person, by her card, as a browser gets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/my-data/sign-in/")
    answer = connection.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())[1]
    csrf = re.search(r"csrftoken=([^;]+)", answer.headers["Set-Cookie"])[1]
    body = f"code={code}&pin={pin}&csrfmiddlewaretoken={token}"
    connection.request(
        "POST", "/my-data/sign-in/", body, {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={csrf}"}
    )
    answer = connection.getresponse()
    answer.read()
    return re.search(r"sessionid=([^;]+)", ",".join(answer.headers.get_all("Set-Cookie") or []))[1]


def companies(port: int, count: int, clients: int, card) -> None:
    """Companies a second over HTTP."""
    session = signed_in(port, card.code, card.pin)
    marks = [chr(0x4E00 + 7 * i) for i in range(400)]
    local, codes, lock = threading.local(), {}, threading.Lock()

    def post(i: int) -> None:
        facts = {
            "company name": f"明州{marks[i % 400]}{marks[i // 400]}试软件有限公司",
            "trade": "software",
            "registered capital": 500000,
            "years to pay in": 5,
            "premises certificate": "MZB-00000001",
            "partner": False,
        }
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        local.connection.request(
            "POST",
            "/scenes/api/scenes/enterprise-registration/decisions",
            json.dumps({"facts": facts}),
            {"Content-Type": "application/json", "Cookie": f"sessionid={session}"},
        )
        answer = local.connection.getresponse()
        content = answer.read()
        result = (
            json.loads(content)["decision"]["value"]["result"] if answer.status == 201 else f"{answer.status} {content[:200]!r}"
        )
        with lock:
            codes[result] = codes.get(result, 0) + 1

    post(0)
    for width in (1, clients):
        start = 1 if width == 1 else 1 + count // 3
        jobs = list(range(start, start + (count // 3 if width == 1 else count)))
        wall, _, walls = together(width, jobs, post)
        print(
            f"seconds approval over HTTP, {width} client{'s' if width > 1 else ''}: {len(jobs) / wall:.0f}/s, p50 {percentile(walls, 0.5):.0f} ms, "
            f"p95 {percentile(walls, 0.95):.0f} ms (targets >= 50/s, p95 < 500 ms)"
        )
    print(f"  answers {codes}")


def withdrawal(rounds: int = 5) -> None:
    """From the commit of a withdrawal here to the first refusal in another process."""
    from mingtang.platform.exchange import acts, reads
    from mingtang.platform.ledger.acts import Actor

    number, took = numbers(1)[0], []
    person = reads.person_ref(number)
    for _ in range(rounds):
        ident = acts.consent(person, "bench-consent", Actor("resident")).id
        other = subprocess.Popen([sys.executable, __file__, "--until-refused", str(ident)], stdout=subprocess.PIPE, text=True)
        other.stdout.readline()
        acts.withdraw(ident, person, Actor("resident"))
        committed = time.monotonic()
        took.append(float(other.stdout.read().split()[-1]) - committed)
    print(f"withdrawal to refusal in another process: {max(took) * 1000:.0f} ms at most in {rounds} (target <= 1 s)")


def until_refused(ident: UUID) -> None:
    """Ask without pause until it is refused; prints when."""
    from mingtang.platform.exchange import acts
    from mingtang.platform.exchange.faults import NotConsented
    from mingtang.platform.ledger.acts import Actor

    ask = acts.Ask(
        "population",
        numbers(1)[0],
        "bench-consent",
        "consent",
        "bench",
        Actor("agency", "", "MZ-MARKET"),
        ("standing",),
        consent=ident,
    )
    acts.ask(ask)
    print("asking", flush=True)
    try:
        while True:
            acts.ask(ask)
    except NotConsented:
        print(time.monotonic(), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, usual in (("asks", 3000), ("threads", 8), ("companies", 600), ("clients", 8), ("residents", 100_000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--until-refused")
    given = parser.parse_args()
    os.environ |= {
        "MINGTANG_DEMO": "1",
        "MINGTANG_LOG_LEVEL": "ERROR",
        "MINGTANG_RATE_LIMITS": "0",
        "DJANGO_SETTINGS_MODULE": "mingtang.site.settings",
    }
    import django

    if given.until_refused:
        django.setup()
        return until_refused(UUID(given.until_refused))
    with tempfile.TemporaryDirectory(prefix="mingtang-bench-") as folder:
        os.environ["MINGTANG_DATA"] = folder
        django.setup()
        card = prepare(given.residents)
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        asking(given.asks, given.threads)
        with Server() as server:
            companies(server.port, given.companies, given.clients, card)
        withdrawal()


def prepare(residents: int):
    """The city, its registers, its declarations, the scene, and a founder's card."""
    from django.core.management import call_command

    from mingtang.city.registers import commands as registers
    from mingtang.city.registers.demo_people import BY_KEY
    from mingtang.platform.exchange import acts, commands
    from mingtang.platform.ledger.acts import Actor
    from mingtang.platform.people import demo
    from mingtang.platform.scenes import acts as scenes

    call_command("migrate", verbosity=0)
    demo.seed()
    begun = time.process_time()
    rows = registers.seed(residents, residents // 10)
    print(
        f"registers of {residents:,} residents and {residents // 10:,} enterprises, {sum(rows.values()):,} rows: {time.process_time() - begun:.1f} CPU-s"
    )
    actor = Actor("system", "bench")
    commands.publish_all(actor)
    acts.publish_purpose(UNDER_CONSENT, actor)
    scenes.publish("enterprise-registration", actor)
    return acts.issue_card(BY_KEY["lin"].number, actor)


if __name__ == "__main__":
    main()
