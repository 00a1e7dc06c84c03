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
    """The append alone, as a library would do it: tiles, bundles and signed head in SQLite FULL, 1,000 a batch, no acts."""
    import sqlite3

    from mingtang.engines import tlog

    key = tlog.SignerKey.from_seed("bench.example", tlog.NOTE_KEY, bytes(32))
    entries = [os.urandom(ENTRY) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite3.connect(f"{folder}/log.sqlite3", isolation_level=None)
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=FULL")
        store.execute("CREATE TABLE tile (level INTEGER, n INTEGER, data BLOB, PRIMARY KEY (level, n)) WITHOUT ROWID")
        store.execute("CREATE TABLE head (id INTEGER PRIMARY KEY, note BLOB)")
        worst: list[float] = []

        def append() -> int:
            edge, held = tlog.Edge(), []
            for at in range(0, count, 1000):
                began = time.perf_counter()
                batch = entries[at:at + 1000]
                first = edge.size // 256
                changed = edge.append(map(tlog.leaf_hash, batch))
                held += batch
                for i in range(0, len(held), 256):
                    changed[-1, first + i // 256] = tlog.pack_bundle(held[i:i + 256])
                held = held[len(held) // 256 * 256:]
                store.execute("BEGIN IMMEDIATE")
                store.executemany("INSERT OR REPLACE INTO tile VALUES (?, ?, ?)", [(level, n, data) for (level, n), data in changed.items()])
                store.execute("INSERT OR REPLACE INTO head VALUES (1, ?)", (tlog.Checkpoint("bench.example", edge.size, edge.root()).signed(key),))
                store.execute("COMMIT")
                worst.append(time.perf_counter() - began)
            return count

        wall, cpu, done = measured(append)
        worst.sort()
        line("store: library append, 1,000 a batch, FULL", wall, cpu, done, f"p99 {worst[len(worst) * 99 // 100] * 1000:.0f} ms a batch")
        store.close()


def bench_proofs(count: int) -> None:
    """Inclusion proofs from stored tiles, cold and cached, and their verification."""
    import random

    from mingtang.engines import tlog

    leaves = [tlog.leaf_hash(i.to_bytes(8)) for i in range(count)]
    edge, tiles = tlog.Edge(), {}
    tiles.update(edge.append(leaves))
    root, chance = edge.root(), random.Random(1)
    cold = [chance.randrange(count) for _ in range(1000)]
    warm = [chance.randrange(count) for _ in range(10_000)]
    nodes = tlog.TileReader(lambda level, n: tiles[level, n], most_cached=1 << 20)
    made: list[tuple[int, list[bytes]]] = []

    def prove_cold() -> int:
        for index in cold:
            tlog.prove_inclusion(tlog.TileReader(lambda level, n: tiles[level, n]), index, count)
        return len(cold)

    def prove_warm() -> int:
        made.extend((index, tlog.prove_inclusion(nodes, index, count)) for index in warm)
        return len(warm)

    def verify() -> int:
        for index, path in made:
            tlog.verify_inclusion(index, count, leaves[index], path, root)
        return len(made)

    line(f"inclusion proof at {count:,}, tiles hashed anew", *measured(prove_cold))
    for index in range(0, count, 256):
        tlog.prove_inclusion(nodes, index, count)
    line("inclusion proof, inner nodes cached", *measured(prove_warm))
    line("verification", *measured(verify))


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
