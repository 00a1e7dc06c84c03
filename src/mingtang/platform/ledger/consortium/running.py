"""A member's node while it runs: this process answers the engine, the engine is its child. One ends with the other.

    python -m mingtang.platform.ledger.consortium.running FOLDER HOST:PORT [--engine PROGRAM]

is what ``mingtang consortium start`` does, without the rest of Mingtang: a node needs no database and no web.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from mingtang.kernel.errors import MingtangError
from mingtang.kernel.garbage import search_seldom
from mingtang.platform.ledger.consortium.engine import configure, find_engine
from mingtang.platform.ledger.consortium.guard import Guard
from mingtang.platform.ledger.consortium.homes import Home
from mingtang.platform.ledger.consortium.node import Node
from mingtang.platform.ledger.consortium.server import NodeServer
from mingtang.platform.ledger.consortium.state import StateStore

_SECONDS_TO_END = 10


def open_node(home: Home, kind: type[Node] = Node, snapshot_every: int = 1000) -> Node:
    """The node of a member's folder; raises HomeRefused, RosterRefused, LogBroken."""
    roster = home.roster()
    store = StateStore(home.folder / "log.sqlite3", roster)
    return kind(
        roster, store, Guard(home.folder / "cosigned.sqlite3", home.witness_key(), store.tile), home.log_key(), snapshot_every
    )


async def run(home: Home, rpc: str, program: Path, kind: type[Node] = Node, **more: dict[str, Any]) -> int:
    """Run the node and its engine until one of them ends or a signal comes; gives the exit status."""
    configure(home, rpc, **more)
    node = open_node(home, kind)
    stopped: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: stopped.done() or stopped.set_result(0))
    # A socket's path has at most 107 bytes; a member's folder may be anywhere.
    with tempfile.TemporaryDirectory(prefix="mingtang-") as place, (home.folder / "engine.log").open("ab") as log:
        socket = Path(place) / "app"
        async with NodeServer(node, socket) as server:
            engine = await asyncio.create_subprocess_exec(
                program,
                "start",
                "--home",
                str(home.engine),
                "--proxy_app",
                f"unix://{socket}",
                stdout=log,
                stderr=log,
                env=_environment(),
            )
            ended = asyncio.create_task(engine.wait())
            try:
                done, _ = await asyncio.wait([ended, stopped, server.failed], return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _end(engine)
    node.store.close()
    if server.failed in done:
        print(server.failed.result(), file=sys.stderr)
        return 1
    return 0 if stopped in done else 1


def _environment() -> dict[str, str]:
    """What the engine needs of ours: nothing that is secret."""
    return {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "GOGC", "GOMAXPROCS", "GOMEMLIMIT") if name in os.environ
    }


async def _end(engine: asyncio.subprocess.Process) -> None:
    if engine.returncode is None:
        engine.terminate()
        try:
            await asyncio.wait_for(engine.wait(), _SECONDS_TO_END)
        except TimeoutError:
            engine.kill()
            await engine.wait()


def main(kind: type[Node] = Node) -> int:
    """Run from the command line; ``kind`` is the node to run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rpc")
    parser.add_argument("--engine", type=Path)
    given = parser.parse_args()
    search_seldom()
    try:
        return asyncio.run(run(Home(given.folder), given.rpc, given.engine or find_engine(), kind))
    except MingtangError as fault:
        print(f"{fault} ({fault.code})", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
