"""What the agencies' write API costs: entries per CPU second of the server, durable, integrated and published when answered.

    .venv/bin/python bench/ledger/door.py [--entries 40000] [--connections 512] [--batch 256]

The real server in processes of its own; this process is the load. Its CPU is counted apart from the server's. The floor is a bare SQLite
insert, one FULL transaction for as many rows as a group had; Tessera's POSIX store, measured by its own hammer on a machine like the
one this was written on, took 5,400 to 5,700 entries per server CPU second.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def cpu_of(root: int) -> float:
    """CPU seconds of a process and its children, now."""
    total, parents = 0.0, {root}
    stats = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        stats.append((int(stat.parent.name), int(fields[1]), (int(fields[11]) + int(fields[12])) / TICK))
    for pid, parent, seconds in sorted(stats):
        if pid == root or parent in parents:
            parents.add(pid)
            total += seconds
    return total


class Client(asyncio.Protocol):
    """One kept connection that sends the next request when the last is answered."""

    def __init__(self, request: bytes, times: list[int], done: asyncio.Future[None], waits: list[float]) -> None:
        self.request, self.times, self.done, self.waits, self.held, self.began = request, times, done, waits, b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.next()

    def next(self) -> None:
        if self.times[0] <= 0:
            self.transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self.times[0] -= 1
        self.began = time.perf_counter()
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.held += data
        head, blank, body = self.held.partition(b"\r\n\r\n")
        if not blank:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        if len(body) < length:
            return
        if b" 200 " not in head[:20]:
            self.done.set_exception(RuntimeError(head.decode()))
            return
        self.waits.append(time.perf_counter() - self.began)
        self.held = b""
        self.next()


async def load(port: int, request: bytes, count: int, connections: int) -> list[float]:
    """Send ``request`` ``count`` times over ``connections``; the seconds each took."""
    loop, times, waits = asyncio.get_running_loop(), [count], []
    ends = [loop.create_future() for _ in range(connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: Client(request, times, end, waits), "127.0.0.1", port)
    await asyncio.gather(*ends)
    return waits


def post(path: str, token: str, body: bytes) -> bytes:
    """One HTTP request."""
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def floor(folder: Path, count: int, group: int) -> float:
    """Rows per CPU second of a bare insert, ``group`` rows a FULL transaction."""
    store = sqlite3.connect(folder / "floor.sqlite3", isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE entry (n INTEGER PRIMARY KEY, data BLOB)")
    began = time.process_time()
    for at in range(0, count, group):
        store.execute("BEGIN IMMEDIATE")
        store.executemany("INSERT INTO entry VALUES (?, ?)", [(n, os.urandom(32)) for n in range(at, min(at + group, count))])
        store.execute("COMMIT")
    spent = time.process_time() - began
    store.close()
    return count / spent


def measure(name: str, server: subprocess.Popen, port: int, request: bytes, count: int, connections: int, each: int) -> None:
    """Run one load and print its line."""
    asyncio.run(load(port, request, max(count // 10, connections), connections))
    before, began = cpu_of(server.pid), time.perf_counter()
    waits = sorted(asyncio.run(load(port, request, count, connections)))
    wall, spent = time.perf_counter() - began, cpu_of(server.pid) - before
    entries = count * each
    p50, p99 = (waits[len(waits) * share // 100] * 1000 for share in (50, 99))
    print(f"{name:<40} {entries / spent:>10,.0f} /server CPU-s {entries / wall:>10,.0f} /s   p50 {p50:.0f} ms, p99 {p99:.0f} ms", flush=True)


def main() -> int:
    """Start the server, load it, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=40_000)
    parser.add_argument("--connections", type=int, default=512)
    parser.add_argument("--batch", type=int, default=256)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingtang-bench-") as folder:
        os.environ.update(MINGTANG_DATA=folder, MINGTANG_LOG_LEVEL="ERROR", DJANGO_SETTINGS_MODULE="mingtang.site.settings", MINGTANG_DATABASE_URL="")
        from mingtang.platform.ledger.logs.opening import find_log, open_log

        token = open_log("bench").token
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-m", "mingtang.cli", "ledger", "serve-logs", "--port", str(port)], stdout=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            measure("/add, one entry a request", server, port, post("/logs/bench/add", token, os.urandom(100)), given.entries, given.connections, 1)
            body = (struct.pack(">H", 100) + os.urandom(100)) * given.batch
            requests = max(given.entries * 5 // given.batch, 64)
            measure(f"/batch of {given.batch}", server, port, post("/logs/bench/batch", token, body), requests, 16, given.batch)
        finally:
            server.terminate()
            server.wait(20)
        print(f"{'floor: bare SQLite insert, 256 a commit':<40} {floor(Path(folder), given.entries, 256):>10,.0f} /CPU-s")
        print(f"log at the end: {find_log('bench').checkpoint().splitlines()[1].decode()} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
