"""Figures of the ledger, each beside its peer or floor in the same run. CPU seconds count; wall time on a shared machine says little.

    .venv/bin/python bench/ledger/run.py [--entries 200000] [--only tree,append,...]

pymerkle is the peer where it is installed (``pip install pymerkle``); it is measured on fewer entries, for it slows down as it grows.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable

ENTRY = 32


def measured(work: Callable[[], int]) -> tuple[float, float, int]:
    """Wall and CPU seconds of ``work``, and how many it did."""
    cpu, wall = time.process_time(), time.perf_counter()
    done = work()
    return time.perf_counter() - wall, time.process_time() - cpu, done


def line(name: str, wall: float, cpu: float, done: int, note: str = "") -> None:
    """One line of the report."""
    print(f"{name:<52} {done / cpu:>12,.0f} /CPU-s {done / wall:>12,.0f} /s  {note}", flush=True)


def bench_tree(count: int) -> None:
    """Leaf hashes and tree over tiles, no storage: the floor of every append."""
    from mingtang.engines import tlog

    entries = [os.urandom(ENTRY) for _ in range(count)]

    def grow() -> int:
        edge = tlog.Edge()
        for at in range(0, count, 1000):
            edge.append(map(tlog.leaf_hash, entries[at:at + 1000]))
            edge.root()
        return count

    line("tree: leaf, tiles, root at each 1,000", *measured(grow))


def bench_append(count: int) -> None:
    """Sealing and sequencing through the app, SQLite with synchronous=FULL, 1,000 a transaction."""
    from django.db import transaction

    from mingtang.platform.ledger import acts, reads, sequencer
    from mingtang.platform.ledger.acts import Actor, Draft

    actor = Actor("system")
    worst: list[float] = []

    def seal() -> int:
        for at in range(0, count, 1000):
            with transaction.atomic():
                acts.seal_many([Draft("bench.note", f"bench/{at + i}", actor, {"n": at + i, "text": "x" * 100}) for i in range(1000)])
        return count

    def sequence() -> int:
        done = 0
        while True:
            began = time.perf_counter()
            some = sequencer.run_once(1000)
            if not some:
                return done
            worst.append(time.perf_counter() - began)
            done += some

    line("seal: document, vault, commitment, committed", *measured(seal))
    wall, cpu, done = measured(sequence)
    worst.sort()
    line("append: tiles, bundles, numbers, signed, published", wall, cpu, done, f"p99 {worst[len(worst) * 99 // 100] * 1000:.0f} ms a batch of 1,000")
    print(f"  log of {reads.head().size:,} entries; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def bench_store(count: int) -> None:
    """The append alone, as an agency's log does it: tiles, bundles, signed head and lock store, FULL, 1,000 a batch. Memory of the writer."""
    from mingtang.platform.ledger.logs.opening import find_log, open_log

    open_log("bench")
    store = find_log("bench")
    worst: list[float] = []

    def append() -> int:
        for at in range(0, count, 1000):
            batch = [n.to_bytes(ENTRY) for n in range(at, min(at + 1000, count))]
            began = time.perf_counter()
            store.append(batch)
            worst.append(time.perf_counter() - began)
        return count

    began = _memory()
    wall, cpu, done = measured(append)
    worst.sort()
    line("store: append, 1,000 a batch, FULL, published", wall, cpu, done, f"p99 {worst[len(worst) * 99 // 100] * 1000:.0f} ms a batch")
    size = store.checkpoint().splitlines()[1].decode()
    print(f"  log of {int(size):,} entries; memory of the writer {_memory():.0f} MB, of the program before {began:.0f} MB")
    store.close()


def _memory() -> float:
    """Resident memory of this process at its highest, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bench_proofs(count: int) -> None:
    """Inclusion proofs from a log on the disk: each tile read and hashed anew, and out of kept nodes; and their verification."""
    import random

    from mingtang.engines import tlog
    from mingtang.platform.ledger.logs.opening import find_log, open_log

    key = tlog.VerifierKey.parse(open_log("proofs").verifier)
    store = find_log("proofs")
    for at in range(0, count, 8192):
        store.append([i.to_bytes(8) for i in range(at, min(at + 8192, count))])
    root, chance = tlog.open_checkpoint(store.checkpoint(), key)[0].root, random.Random(1)
    cold = [chance.randrange(count) for _ in range(2000)]
    warm = [chance.randrange(count) for _ in range(20_000)]

    def fetch(level: int, n: int) -> bytes:
        return store.tile(level, n, min(256, (count >> 8 * level) - n * 256))

    nodes = tlog.TileReader(fetch, most_cached=1 << 20)
    made: list[tuple[int, list[bytes]]] = []

    def prove_cold() -> int:
        for index in cold:
            tlog.prove_inclusion(tlog.TileReader(fetch), index, count)
        return len(cold)

    def prove_warm() -> int:
        made.extend((index, tlog.prove_inclusion(nodes, index, count)) for index in warm)
        return len(warm)

    def verify() -> int:
        for index, path in made:
            tlog.verify_inclusion(index, count, tlog.leaf_hash(index.to_bytes(8)), path, root)
        return len(made)

    line(f"inclusion proof at {count:,}, from the disk", *measured(prove_cold))
    for index in range(0, count, 2):
        tlog.prove_inclusion(nodes, index, count)
    line("inclusion proof, nodes kept", *measured(prove_warm))
    line("verification", *measured(verify))
    store.close()


def bench_pymerkle(count: int) -> None:
    """The peer: pymerkle's SQLite tree, entry by entry as its interface has it, and in bulk."""
    try:
        from pymerkle import SqliteTree
    except ImportError:
        print("pymerkle is not installed: no peer in this run")
        return
    count = min(count, 20_000)
    with tempfile.TemporaryDirectory() as folder:
        tree = SqliteTree(f"{folder}/one.sqlite3")
        few = min(count, 1000)

        def one() -> int:
            for i in range(few):
                tree.append_entry(i.to_bytes(ENTRY))
            return few

        line("pymerkle: append one by one", *measured(one))
        bulk = SqliteTree(f"{folder}/bulk.sqlite3")

        def many() -> int:
            bulk.append_entries([i.to_bytes(ENTRY) for i in range(count)], 1000)
            return count

        line("pymerkle: append in bulk, no signed heads", *measured(many))

        def prove() -> int:
            for i in range(100):
                bulk.prove_inclusion(i * (count // 100) + 1, count)
            return 100

        line(f"pymerkle: inclusion proof at {count:,}", *measured(prove))


BENCHES = {"tree": bench_tree, "store": bench_store, "append": bench_append, "proofs": bench_proofs, "pymerkle": bench_pymerkle}


def main() -> int:
    """Run the benches asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=200_000)
    parser.add_argument("--only", default=",".join(BENCHES))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mingtang-bench-") as folder:
        os.environ.update(MINGTANG_DATA=folder, MINGTANG_LOG_LEVEL="ERROR", DJANGO_SETTINGS_MODULE="mingtang.site.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        for name in given.only.split(","):
            BENCHES[name](given.entries)
    return 0


if __name__ == "__main__":
    sys.exit(main())
