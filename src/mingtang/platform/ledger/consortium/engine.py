"""The engine's side: where its program lies, how it is configured, and its JSON-RPC.

CometBFT is asked for by its exact version; "latest" would give a line that is no longer maintained. What is set differently from its defaults, and why:

    create_empty_blocks false      a block only where there is something to agree on (and one after it, for the hash)
    timeout_commit 100 ms          one second a block is meant for a hundred validators around the world
    peer_gossip_sleep 10 ms        the same; envelopes are large and few
    timeout_propose 1 s            how long a stopped proposer costs
    tx_index null                  the log itself is the index
    pex false                      members are listed, nobody is discovered
    max_body_bytes 2 MB            an envelope of 20,000 commitments, in base64
"""

from __future__ import annotations

import base64
import http.client
import json
import mmap
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from mingtang.platform.ledger.consortium.faults import EngineMissing, EngineSilent
from mingtang.platform.ledger.consortium.homes import Home

VERSION = "v0.38.25"
VERSIONS = (VERSION, "v0.40.0")
_BUILT_FROM = re.compile(rb"\tgithub\.com/cometbft/cometbft\t(v[0-9]+\.[0-9]+\.[0-9]+)\t")
_LARGEST_ANSWER = 16 << 20


def find_engine(version: str = VERSION) -> Path:
    """The engine's program: MINGTANG_COMETBFT, or where script/consortium has put it, or on the PATH. Raises EngineMissing."""
    named = os.environ.get("MINGTANG_COMETBFT")
    places = (
        [Path(named)]
        if named
        else [Path(sys.prefix) / "engine" / version / "cometbft", Path(shutil.which("cometbft") or "cometbft")]
    )
    for place in places:
        if engine_version(place) in VERSIONS:
            return place.resolve()
    raise EngineMissing(version=version)


def engine_version(program: Path) -> str:
    """The version from which the program was built, such as v0.38.25; empty where it is no CometBFT.

    Read from what Go writes into each program: ``cometbft version`` of v0.40.0 says 0.39.0. A program built otherwise is asked.
    """
    try:
        with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = _BUILT_FROM.search(content)
            if found:
                return found[1].decode()
        said = subprocess.run([program, "version"], capture_output=True, text=True, timeout=20).stdout.strip()
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return "v" + said.split("+")[0].removeprefix("v") if said else ""


def configure(home: Home, rpc: str, **more: dict[str, Any]) -> None:
    """Write the engine's config.toml; ``rpc`` is HOST:PORT of its JSON-RPC, ``more`` overrides settings by section."""
    own = home.peer()
    peers = ",".join(f"{peer.node}@{peer.address}" for peer in home.peers() if peer.node != own.node)
    sections: dict[str, dict[str, Any]] = {
        "": {"moniker": own.member.name, "log_level": "error", "abci": "socket", "db_backend": "goleveldb"},
        "rpc": {"laddr": f"tcp://{rpc}", "max_body_bytes": 2_000_000, "max_request_batch_size": 1000},
        "p2p": {
            "laddr": f"tcp://{own.address}",
            "persistent_peers": peers,
            "addr_book_strict": False,
            "allow_duplicate_ip": True,
            "pex": False,
            "flush_throttle_timeout": "10ms",
            "send_rate": 52_428_800,
            "recv_rate": 52_428_800,
            "persistent_peers_max_dial_period": "2s",
        },
        "mempool": {"size": 50_000, "cache_size": 100_000, "max_tx_bytes": 1 << 20},
        "consensus": {
            "create_empty_blocks": False,
            "timeout_commit": "100ms",
            "timeout_propose": "1s",
            "timeout_prevote": "500ms",
            "timeout_precommit": "500ms",
            "peer_gossip_sleep_duration": "10ms",
        },
        "tx_index": {"indexer": "null"},
        "storage": {"discard_abci_responses": True},
    }
    for section, values in more.items():
        sections.setdefault(section, {}).update(values)
    lines = []
    for section, values in sections.items():
        lines += [f"\n[{section}]"] if section else []
        lines += [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    (home.engine / "config" / "config.toml").write_text("\n".join(lines) + "\n")


class Rpc:
    """The engine's JSON-RPC at HOST:PORT, over one kept connection. Not for two threads at once."""

    def __init__(self, address: str, seconds: float = 20) -> None:
        host, _, port = address.rpartition(":")
        self.address = address
        self._connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=seconds)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a method; raises EngineSilent where nobody answers, or where the answer is an error."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        return self._result(self._send(body))

    def try_call(self, method: str, **params: Any) -> dict[str, Any] | str:
        """The result of a method, or what the engine says against it; raises EngineSilent where nobody answers."""
        answer = self._send(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))
        error = answer.get("error") if isinstance(answer, dict) else None
        return f"{error.get('message', '')} {error.get('data', '')}" if isinstance(error, dict) else self._result(answer)

    def calls(self, method: str, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Many calls of one method in one request."""
        body = json.dumps([{"jsonrpc": "2.0", "id": n, "method": method, "params": params} for n, params in enumerate(listed)])
        answer = self._send(body)
        return [self._result(one) for one in (answer if isinstance(answer, list) else [answer])]

    def query(self, path: str, data: bytes = b"") -> dict[str, Any] | None:
        """What the application answers to a path (consortium/asking.py), or None where there is nothing of the kind."""
        response = self.call("abci_query", path=path, data=data.hex()).get("response")
        if not isinstance(response, dict) or response.get("code", 0):
            return None
        try:
            return json.loads(base64.b64decode(response.get("value") or ""))
        except (ValueError, RecursionError):
            raise EngineSilent(address=self.address, why="no JSON") from None

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _send(self, body: str) -> Any:
        for last in (False, True):  # a kept connection may have been closed by the other side
            try:
                self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
                return json.loads(self._connection.getresponse().read(_LARGEST_ANSWER))
            except (OSError, http.client.HTTPException, ValueError, RecursionError) as fault:
                self._connection.close()
                if last or not isinstance(fault, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)):
                    raise EngineSilent(address=self.address, why=type(fault).__name__) from None
        raise AssertionError("unreachable")

    def _result(self, answer: Any) -> dict[str, Any]:
        if not isinstance(answer, dict) or not isinstance(answer.get("result"), dict):
            error = answer.get("error") if isinstance(answer, dict) else None
            raise EngineSilent(address=self.address, why=str((error or {}).get("data", "no result"))[:200])
        return answer["result"]
