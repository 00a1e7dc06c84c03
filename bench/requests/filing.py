"""Filing: what sealing costs, how many a second one web process takes over HTTP, and how soon a receipt is final.

    python bench/requests/filing.py [--rows 3000] [--posts 6000] [--clients 32] [--paced 100] [--seconds 15]

1. CPU a filing, in batches of 32 as the group commit makes them: beside the same insert with nothing sealed. Target: at most 1.5
times.
2. The group commit alone, without HTTP: what the next line can reach at most.
3. ``POST /open311/v2/requests.json`` against a running server (one web process, SQLite with synchronous=FULL) and its worker.
Target: 400/s.
4. The same at a steady pace: from the answer to the receipt in a signed checkpoint. Target: within 1 s at 100/s.

Clients, server and worker share this machine's cores, so 3 is what is left after the clients took theirs.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
KEY = "bench-key-of-an-agency"
BATCH = 32


def texts(count: int) -> list[str]:
    """Invented texts of residents."""
    import random

    from mingtang.city.requests import demo_texts

    chance = random.Random(5)
    return [f"{demo_texts.draw(chance)[0]} 第{i}次反映" for i in range(count)]


def sealing(rows: int) -> None:
    """CPU of ``file_many`` as it is, and with the seal left out: no document, no commitment, no act, no vault."""
    from mingtang.city.requests import acts, acts_file
    from mingtang.kernel import new_id
    from mingtang.platform.cases import transitions
    from mingtang.platform.ledger.acts import Actor, Sealed

    def unsealed(drafts):
        return [Sealed(new_id(), draft.kind, draft.subject, draft.at, b"") for draft in drafts]

    def run(label: str) -> float:
        filings = [acts.Filing(text=text, place=acts.Place(street="MZ-D2-S3")) for text in texts(rows)]
        acts.file_many(filings[:BATCH], Actor("resident"))
        begin = time.process_time()
        for i in range(BATCH, rows, BATCH):
            acts.file_many(filings[i : i + BATCH], Actor("resident"))
        each = (time.process_time() - begin) / (rows - BATCH) * 1e6
        print(f"  {label:30} {each:7.0f} us CPU each, {1e6 / each:6.0f} a CPU second")
        return each

    print(f"sealing, {rows} filings in batches of {BATCH}")
    as_it_is = run("filed, dispatched and sealed")
    seals = acts_file.seal_many, transitions.seal_many
    acts_file.seal_many = transitions.seal_many = unsealed
    try:
        floor = run("the same, nothing sealed")
    finally:
        acts_file.seal_many, transitions.seal_many = seals
    print(f"  ratio {as_it_is / floor:.2f} (target <= 1.5)")


def grouped(posts: int, clients: int) -> None:
    """The group commit alone: ``clients`` threads of one process, each waiting for its answer, on the disk with
    synchronous=FULL.
    """
    from mingtang.city.requests import acts, intake
    from mingtang.platform.ledger.acts import Actor

    waiting, lock = iter(texts(posts)), threading.Lock()

    def work() -> None:
        while True:
            with lock:
                text = next(waiting, None)
            if text is None:
                return
            intake.file(acts.Filing(text=text, place=acts.Place(street="MZ-D2-S3")), Actor("resident"))

    threads = [threading.Thread(target=work) for _ in range(clients)]
    begin, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(f"group commit, {clients} threads: {posts / wall:.0f} a second, {posts / cpu:.0f} a CPU second")


class Server:
    """``mingtang serve`` on a free port over the prepared data folder."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
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


class Client:
    """One connection kept open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, text: str) -> tuple[int, str]:
        """Post one request; returns the status and the number given."""
        body = urlencode(
            {"api_key": KEY, "service_code": "urban.works.light", "lat": "30.0412", "long": "122.0113", "description": text}
        )
        self._connection.request("POST", "/open311/v2/requests.json", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201):
            return answer.status, content[:200].decode("utf-8", "replace")
        return answer.status, json.loads(content)[0]["service_request_id"]


def over_http(port: int, posts: int, clients: int) -> None:
    """``clients`` at once, each on its own connection, until ``posts`` are answered."""
    waiting = iter(texts(posts))
    lock, codes, walls = threading.Lock(), {}, []

    def work() -> None:
        client = Client(port)
        while True:
            with lock:
                text = next(waiting, None)
            if text is None:
                return
            begin = time.perf_counter()
            status, said = client.post(text)
            with lock:
                walls.append(time.perf_counter() - begin)
                codes.setdefault(status, [0, said])[0] += 1

    threads = [threading.Thread(target=work) for _ in range(clients)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begin
    walls.sort()
    print(
        f"over HTTP, {clients} clients: {posts / wall:.0f} a second, "
        f"p50 {walls[posts // 2] * 1000:.0f} ms, p95 {walls[int(posts * 0.95)] * 1000:.0f} ms; "
        f"answers { ({status: count for status, (count, _) in codes.items()}) } (target >= 400 a second)"
    )
    for status, (_, said) in codes.items():
        if status not in (200, 201):
            print(f"  {status}: {said}")


def receipts(port: int, pace: int, seconds: int) -> None:
    """At ``pace`` filings a second: how long after the answer is the filing's receipt final?"""
    from mingtang.platform.ledger import reads as ledger

    answered: list[tuple[float, str]] = []
    lock = threading.Lock()
    sentences = iter(texts(pace * seconds))
    start = time.perf_counter() + 0.5

    def work(first: int, step: int) -> None:
        client = Client(port)
        for i in range(first, pace * seconds, step):
            time.sleep(max(0.0, start + i / pace - time.perf_counter()))
            with lock:
                text = next(sentences)
            status, number = client.post(text)
            if status in (200, 201) and i % 10 == 0:
                with lock:
                    answered.append((time.perf_counter(), number))

    threads = [threading.Thread(target=work, args=(first, 16)) for first in range(16)]
    for thread in threads:
        thread.start()
    took: list[float] = []
    open_: list[tuple[float, str]] = []
    while any(thread.is_alive() for thread in threads) or open_ or answered:
        with lock:
            open_ += answered
            answered.clear()
        still = []
        for at, number in open_:
            acts = ledger.acts_of(f"requests/{number}")
            if acts and ledger.receipt(acts[0].id).final:
                took.append(time.perf_counter() - at)
            elif time.perf_counter() - at < 30:
                still.append((at, number))
            else:
                took.append(float("inf"))
        open_ = still
        time.sleep(0.02)
    took.sort()
    print(
        f"receipts at {pace} filings a second, {len(took)} looked at: "
        f"final after p50 {took[len(took) // 2]:.2f} s, p95 {took[int(len(took) * 0.95)]:.2f} s, "
        f"max {took[-1]:.2f} s (target <= 1 s)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--posts", type=int, default=6000)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--paced", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingtang-bench-") as folder:
        os.environ |= {
            "MINGTANG_DATA": folder,
            "MINGTANG_DEMO": "1",
            "MINGTANG_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "mingtang.site.settings"),
        }
        import django

        django.setup()
        prepare()
        sealing(given.rows)
        grouped(given.posts // 2, given.clients)
        with Server() as server:
            over_http(server.port, given.posts, given.clients)
            receipts(server.port, given.paced, given.seconds)


def prepare() -> None:
    """The city's units and people, the hotline published, and a key for the clients."""
    from django.core.management import call_command

    from mingtang.city.requests.models import ApiKey
    from mingtang.kernel import now
    from mingtang.platform.ledger.acts import Actor
    from mingtang.platform.people import demo
    from mingtang.platform.scenes import acts as scenes

    call_command("migrate", verbosity=0)
    demo.seed()
    scenes.publish("hotline", Actor("system", "bench"))
    ApiKey.objects.create(name="bench", sha256=hashlib.sha256(KEY.encode()).hexdigest(), made_at=now())


if __name__ == "__main__":
    main()
