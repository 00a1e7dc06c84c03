"""A whole consortium on one machine, for the demo, the tests and the measurements: real engines, real nodes, each a process of its own.

Every member's engine listens on a loopback address of its own (127.0.0.2, .3, ...). Loopback addresses beyond 127.0.0.1 are there on Linux without any setting.

Example::

    with Network(folder, 4, program) as network:
        network.start_all()
        ordering = network.ordering(0)
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mingtang.platform.ledger.consortium.engine import Rpc
from mingtang.platform.ledger.consortium.faults import EngineSilent, NetworkStuck
from mingtang.platform.ledger.consortium.homes import Home
from mingtang.platform.ledger.consortium.ordering import ConsortiumOrdering

ORIGIN = "mingzhou.example/consortium"
NAMES = ("water", "transport", "health", "archive", "parks", "housing", "works")
_RUNNING = "mingtang.platform.ledger.consortium.running"


class Network:
    """Members by number from 0. Leaving it ends every process that it started."""

    def __init__(self, folder: Path, members: int, program: Path, port: int = 26656) -> None:
        self.homes = [Home(folder / NAMES[n]) for n in range(members)]
        self.rpc_addresses = [f"127.0.0.{n + 2}:{port + 1}" for n in range(members)]
        self._program = program
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._connections: list[Rpc] = []
        peers = [home.create(NAMES[n], ORIGIN, f"127.0.0.{n + 2}:{port}") for n, home in enumerate(self.homes)]
        for home in self.homes:
            self.roster = home.found(ORIGIN, peers)

    def __enter__(self) -> Network:
        return self

    def __exit__(self, *exception: object) -> None:
        for connection in self._connections:
            connection.close()
        for number in list(self._processes):
            self.stop(number, signal.SIGTERM, wait=False)
        for process in self._processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, number: int, module: str = _RUNNING, *more: str) -> None:
        """Start a member's node and engine."""
        home = self.homes[number]
        with (home.folder / "node.log").open("ab") as log:
            self._processes[number] = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    module,
                    str(home.folder),
                    self.rpc_addresses[number],
                    "--engine",
                    str(self._program),
                    *more,
                ],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                stdout=log,
                stderr=log,
            )

    def start_all(self, seconds: float = 30) -> None:
        """Start all members and wait until all have the first block; raises NetworkStuck."""
        for number in range(len(self.homes)):
            self.start(number)
        self.wait(lambda: all(self.head(n).get("height", 0) >= 1 for n in range(len(self.homes))), seconds, "the first block")

    def stop(self, number: int, how: signal.Signals = signal.SIGTERM, wait: bool = True) -> None:
        """Stop a member's node; the engine ends with it."""
        process = self._processes[number]
        if process.poll() is None:
            process.send_signal(how)
            if wait:
                process.wait(20)

    def runs(self, number: int) -> bool:
        """True while a member's node runs."""
        return number in self._processes and self._processes[number].poll() is None

    def processes(self) -> list[subprocess.Popen[bytes]]:
        """The members' processes, for measuring."""
        return list(self._processes.values())

    def rpc(self, number: int) -> Rpc:
        """A new connection to a member's engine, closed with the network."""
        self._connections.append(Rpc(self.rpc_addresses[number]))
        return self._connections[-1]

    def ordering(self, number: int) -> ConsortiumOrdering:
        """A member's way into the log."""
        return ConsortiumOrdering(self.homes[number], self.rpc(number))

    def head(self, number: int) -> dict[str, Any]:
        """What a member says of its log; empty while it does not answer."""
        rpc = Rpc(self.rpc_addresses[number], 5)
        try:
            return rpc.query("head") or {}
        except EngineSilent:
            return {}
        finally:
            rpc.close()

    def wait(self, reached: Callable[[], bool], seconds: float, what: str) -> float:
        """Wait until ``reached``; gives the seconds it took, raises NetworkStuck."""
        began = time.monotonic()
        while not reached():
            if time.monotonic() - began > seconds:
                raise NetworkStuck(what=what, seconds=round(seconds))
            time.sleep(0.05)
        return time.monotonic() - began
