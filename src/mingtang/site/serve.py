"""``mingtang serve``: web and worker as two processes under one supervisor.

Rules:

1. A process that ends unasked is started again: at once, then after a wait that doubles up to 10 s.
2. Ctrl-C or a TERM ends both: asked first, killed after 15 s. No process is left behind, for each also ends when its parent is gone.
3. The web process is WSGI with a pool of threads that keep their database connections; see docs/operations.md for the measurement.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

from mingtang.kernel import CallerMistake, Sentence

_LONGEST_WAIT = 10.0
_PATIENCE = 15.0
_THREADS = 32


class PortTaken(CallerMistake):
    """Another program listens on the port."""

    code = "site.port_taken"
    status = 409
    text = Sentence("端口 {port} 已被占用。", "Port {port} is taken.")
    next_step = Sentence("请用 --port 换一个端口，或停止占用它的程序。", "Choose another with --port, or stop the program that has it.")


@dataclass(slots=True)
class _Child:
    name: str
    arguments: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    wait: float = 0.0
    again_at: float = 0.0


class Supervisor:
    """Keeps children running until told to stop."""

    def __init__(self, children: dict[str, list[str]]) -> None:
        self._children = [_Child(name, arguments) for name, arguments in children.items()]
        self._stop = threading.Event()

    def run(self) -> int:
        """Start the children and keep them; returns 0 after a wanted stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            while not self._stop.is_set():
                for child in self._children:
                    self._keep(child)
                self._stop.wait(0.2)
        finally:
            self._end()
        return 0

    def _keep(self, child: _Child) -> None:
        moment = time.monotonic()
        if child.process is not None and child.process.poll() is None:
            return
        if child.process is not None and not child.again_at:
            quick = moment - child.started < 5
            child.wait = min(max(0.5, child.wait * 2), _LONGEST_WAIT) if quick else 0.0
            child.again_at = moment + child.wait
            print(f"! {child.name} ended with status {child.process.returncode}; again in {child.wait:g} s", file=sys.stderr, flush=True)
        if moment >= child.again_at:
            environment = {**os.environ, "MINGTANG_SUPERVISOR": str(os.getpid())}
            # A session of its own: Ctrl-C reaches the supervisor alone, which then ends the children in order.
            child.process = subprocess.Popen(child.arguments, env=environment, start_new_session=True, stdin=subprocess.DEVNULL)
            child.started, child.again_at = moment, 0.0

    def _end(self) -> None:
        alive = [child for child in self._children if child.process is not None and child.process.poll() is None]
        for child in alive:
            child.process.terminate()
        until = time.monotonic() + _PATIENCE
        for child in alive:
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def serve(host: str, port: int, processes: int = 1) -> int:
    """Run web and worker until Ctrl-C; raises PortTaken."""
    refuse_taken_port(host, port)
    own = [sys.executable, "-m", "mingtang.cli"]
    return Supervisor({
        "web": [*own, "web", "--host", host, "--port", str(port), "--processes", str(processes)],
        "worker": [*own, "worker"],
    }).run()


def refuse_taken_port(host: str, port: int) -> None:
    """Raise PortTaken where something listens already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(path="--port", port=port) from None


def web(host: str, port: int, processes: int = 1) -> int:
    """Run the web server in the foreground until TERM or INT."""
    from granian import Granian
    from granian.constants import Interfaces

    from mingtang.site.lifeline import end_with_parent

    end_with_parent()
    server = Granian(
        "mingtang.site.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=processes,
        blocking_threads=_THREADS, backlog=2048, log_enabled=True, respawn_failed_workers=True, respawn_interval=0.5,
        workers_kill_timeout=10,
    )
    server.serve()
    return 0
