"""What a consortium of four carries on this machine: acts in batches, and acts one a transaction beside CometBFT's own kvstore.

    .venv/bin/python bench/ledger/consortium.py [--batch 4000] [--seconds 20] [--acts 12000] [--engine PROGRAM]

Batches: an act is a commitment in a signed batch. Its time runs from the moment the batch is handed to the member's own engine until that member holds a
checkpoint over it, cosigned by more than two thirds; the time to fill a batch comes on top. Members' engines, nodes and this load share the machine.

One by one: each act is handed in alone, and answered alone; the member's gathering puts those of a moment into one envelope. Beside it the kvstore that lies
inside the engine takes as many transactions, and is asked for nothing but that they stand in a block.

One a transaction: the same envelope with a single commitment (164 bytes, an Ed25519 signature checked by every member), against the same
kvstore (164 bytes, no signature, no socket, no disk of its own, no cosignatures), same configuration, alternating rounds. Counted from the
first transaction sent until the last stands in a block.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from nacl.signing import SigningKey

from mingtang.platform.ledger.consortium.engine import Rpc, configure, engine_version, find_engine
from mingtang.platform.ledger.consortium.envelope import seal_envelope
from mingtang.platform.ledger.consortium.gathering import Gathering
from mingtang.platform.ledger.consortium.homes import Home
from mingtang.platform.ledger.consortium.load import drive, some_commitments
from mingtang.platform.ledger.consortium.network import ORIGIN, Network

MEMBERS = 4
ROUNDS = 2
GROUP = 100
_TICK = os.sysconf("SC_CLK_TCK")


def gathered(program: Path, acts: int) -> float:
    """Acts a second, handed in one by one at all four members, until the last is final."""
    with tempfile.TemporaryDirectory() as place, Network(Path(place), MEMBERS, program) as network:
        network.start_all()
        share = [some_commitments(acts // MEMBERS) for _ in range(MEMBERS)]
        began = time.perf_counter()
        with ExitStack() as stack:
            doors = [stack.enter_context(Gathering(lambda number=number: network.ordering(number))) for number in range(MEMBERS)]
            futures = [door.add(one) for some in zip(*share, strict=True) for door, one in zip(doors, some, strict=True)]
            places = {future.result(60) for future in futures}
        seconds = time.perf_counter() - began
    assert len(places) == len(futures)
    return len(futures) / seconds


def cpu(pids: list[int]) -> dict[str, float]:
    """CPU seconds of processes and their children, by program."""
    found = {"engine": 0.0, "node": 0.0}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, fields = stat.read_text().partition("(")[2].rpartition(")")[::2]
        except OSError:
            continue
        parts = fields.split()
        if int(stat.parent.name) in pids or int(parts[1]) in pids:
            found["engine" if name == "cometbft" else "node"] += (int(parts[11]) + int(parts[12])) / _TICK
    return found


def batches(program: Path, batch: int, seconds: float) -> None:
    """Acts in batches, from all four agencies at once."""
    with tempfile.TemporaryDirectory() as place, Network(Path(place), MEMBERS, program) as network:
        network.start_all()
        pids, own = [process.pid for process in network.processes()], time.process_time()
        before = cpu(pids)
        measured = drive(network, list(range(MEMBERS)), batch, seconds)
        after = cpu(pids)
        spent = ", ".join(f"{name} {after[name] - before[name]:.1f}" for name in after)
        print(
            f"batches of {batch}: {measured.rate:,.0f} acts/s final, p50 {measured.wait(0.5):.2f} s, p95 {measured.wait(0.95):.2f} s, "
            f"max {measured.waits[-1]:.2f} s over {measured.acts:,} acts",
            flush=True,
        )
        print(
            f"  CPU seconds in {measured.seconds:.1f} s: {spent}, load {time.process_time() - own:.1f}; {os.cpu_count()} cores",
            flush=True,
        )


@contextmanager
def consortium(program: Path) -> Iterator[tuple[list[Rpc], list[SigningKey]]]:
    """Our four, running."""
    with tempfile.TemporaryDirectory() as place, Network(Path(place), MEMBERS, program) as network:
        network.start_all()
        yield [network.rpc(number) for number in range(MEMBERS)], [home.agency_key() for home in network.homes]


@contextmanager
def kvstore(program: Path) -> Iterator[tuple[list[Rpc], list[None]]]:
    """Four engines with the kvstore inside, and the same configuration."""
    with tempfile.TemporaryDirectory() as place:
        homes = [Home(Path(place) / f"k{number}") for number in range(MEMBERS)]
        peers = [home.create(f"k{number}", ORIGIN, f"127.0.0.{number + 2}:26656") for number, home in enumerate(homes)]
        running, rpcs = [], []
        for number, home in enumerate(homes):
            home.found(ORIGIN, peers)
            path = home.engine / "config/genesis.json"
            genesis = json.loads(path.read_text())
            genesis["consensus_params"]["abci"]["vote_extensions_enable_height"] = "0"
            path.write_text(json.dumps(genesis))
            configure(home, f"127.0.0.{number + 2}:26657")
            running.append(
                subprocess.Popen(
                    [program, "start", "--home", str(home.engine), "--proxy_app", "kvstore"],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )
            rpcs.append(Rpc(f"127.0.0.{number + 2}:26657"))
        try:
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and min(map(height, rpcs)) < 1:
                time.sleep(0.1)
            yield rpcs, [None] * MEMBERS
        finally:
            for rpc in rpcs:
                rpc.close()
            for process in running:
                process.terminate()
                process.wait()


def height(rpc: Rpc) -> int:
    """The newest block of an engine; 0 while it does not answer."""
    try:
        return int(rpc.call("status")["sync_info"]["latest_block_height"])
    except Exception:
        return 0


def transactions(keys, count: int) -> list[list[str]]:
    """For each member ``count`` transactions of 164 bytes, in base64."""
    listed = []
    for member, key in enumerate(keys):
        if key is None:
            raw = [f"m{member}n{number:08}=".encode().ljust(164, b"x") for number in range(count)]
        else:
            raw = [seal_envelope(key, ORIGIN, number + 1, [one]) for number, one in enumerate(some_commitments(count))]
        listed.append([base64.b64encode(data).decode() for data in raw])
    return listed


def one_by_one(rpcs: list[Rpc], keys, acts: int) -> tuple[float, int]:
    """Transactions a second until the last is in a block, and in how many blocks."""
    listed = transactions(keys, acts // MEMBERS)
    first = height(rpcs[0])
    began = time.perf_counter()
    threads = [threading.Thread(target=send, args=(rpc.address, some)) for rpc, some in zip(rpcs, listed, strict=True)]
    for thread in threads:
        thread.start()
    taken, at = 0, first
    ours = keys[0] is not None
    while taken < acts and time.perf_counter() - began < 120:
        time.sleep(0.05)
        last = height(rpcs[0])
        while at < last:
            at += 1
            taken += included(rpcs[0], at, ours)
    seconds = time.perf_counter() - began
    for thread in threads:
        thread.join()
    if taken < acts:
        print(f"  ! only {taken} of {acts} within {seconds:.0f} s")
    return taken / seconds, at - first


def included(rpc: Rpc, at: int, ours: bool) -> int:
    """Transactions of a block, without the set of cosignatures."""
    txs = rpc.call("block", height=str(at))["block"]["data"]["txs"]
    return sum(len(data) == 220 for data in txs) if ours else len(txs)


def send(address: str, listed: list[str]) -> None:
    """Hand transactions to an engine, many a request."""
    rpc = Rpc(address, 60)
    for at in range(0, len(listed), GROUP):
        rpc.calls("broadcast_tx_async", [{"tx": data} for data in listed[at : at + GROUP]])
    rpc.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=4000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--acts", type=int, default=12_000)
    parser.add_argument("--engine", type=Path)
    given = parser.parse_args()
    program = given.engine or find_engine()
    print(f"CometBFT {engine_version(program)}, {MEMBERS} members, load average before: {os.getloadavg()[0]:.1f}", flush=True)
    if given.seconds:
        batches(program, given.batch, given.seconds)
    rates: dict[str, list[float]] = {"kvstore": [], "consortium": [], "gathered": []}
    for _ in range(ROUNDS if given.acts else 0):
        rates["gathered"].append(gathered(program, given.acts))
        print(f"one by one, gathered by the members: {rates['gathered'][-1]:,.0f}/s final", flush=True)
        for name, network in (("kvstore", kvstore), ("consortium", consortium)):
            with network(program) as (rpcs, keys):
                rate, blocks = one_by_one(rpcs, keys, given.acts)
            rates[name].append(rate)
            print(f"one a transaction, {name}: {rate:,.0f}/s in {blocks} blocks", flush=True)
    if given.acts:
        for name, what in (("gathered", "one by one"), ("consortium", "one a transaction")):
            print(f"{what}, consortium / kvstore: {sum(rates[name]) / sum(rates['kvstore']):.2f}")


if __name__ == "__main__":
    main()
