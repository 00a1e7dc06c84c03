"""A ledger at work on a disk that refuses once: run by test_disk.py under refusing_disk.so, one fork an injection.

    disk_at_work.py LIBRARY FOLDER city|agency ROUNDS SEED

Each round: fork; the child arms the library for one call, seals or appends and writes down what was acknowledged, goes on after errors, or dies.
The parent, on a disk that works, lets the ledger recover and judges: nothing acknowledged is missing, nothing stands twice, all fits. It
prints one JSON line: injections that struck, by manner and by whether it was before or after; and the first judgement that failed.
"""

import ctypes
import json
import os
import random
import sqlite3
import sys
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.db import Error, connections, transaction  # noqa: E402

from mingtang.engines import tlog  # noqa: E402
from mingtang.kernel.errors import MingtangError  # noqa: E402
from mingtang.platform.ledger import acts, reads, sequencer  # noqa: E402
from mingtang.platform.ledger.acts import Actor, Draft  # noqa: E402
from mingtang.platform.ledger.audit import audit  # noqa: E402
from mingtang.platform.ledger.logs.opening import find_log, open_log  # noqa: E402
from mingtang.platform.ledger.models import Act  # noqa: E402

MANNERS = {1: "EIO, not done", 2: "EIO, done", 3: "ENOSPC, not done", 4: "ENOSPC, half", 5: "kill -9 before", 6: "kill -9 after"}
STEPS = 6


class City:
    """Acts sealed and sequenced."""

    def work(self, say, tag):
        for step in range(STEPS):
            try:
                with transaction.atomic():
                    sealed = acts.seal_many([Draft("tests.note", "tests/disk", Actor("system"), {"n": i}) for i in range(1 + step * 7 % 20)])
                say(*(str(act.id) for act in sealed))
                sequencer.run_once(15)
            except (Error, sqlite3.Error, OSError, MingtangError):
                connections.close_all()

    def recovered(self):
        while sequencer.run_once():
            pass
        outcome = audit()
        places = list(Act.objects.order_by("index").values_list("index", flat=True))
        held = [str(one) for one in Act.objects.values_list("id", flat=True)]
        faults = [f"{one.kind} {one.where}" for one in outcome.findings]
        if places != list(range(len(places))) or reads.head().size != len(places):
            faults.append("places")
        connections.close_all()
        return held, faults


class Agency:
    """Entries appended to an agency's log."""

    def __init__(self):
        self.key = tlog.VerifierKey.parse(open_log("disk").verifier)

    def work(self, say, tag):
        store = find_log("disk")
        for step in range(STEPS):
            entries = [f"{tag}/{step}/{i}" for i in range(1 + step * 37 % 300)]
            try:
                first = store.append([entry.encode() for entry in entries])
                say(*(f"{first + i} {entry}" for i, entry in enumerate(entries)))
            except (sqlite3.Error, OSError, MingtangError):
                continue

    def recovered(self):
        store = find_log("disk")
        store.append([b"judged"])
        store.close()
        held = []
        report = tlog.examine(store, self.key, on_entries=lambda first, entries: held.extend(f"{first + i} {e.decode()}" for i, e in enumerate(entries)))
        return held, [f"{fault.kind} {fault.where}" for fault in report.faults]


def one(library, target, how, chance, tag, record):
    """One injection; returns whether it struck."""
    child = os.fork()
    if child == 0:
        try:
            with record.open("a") as out:
                def say(*lines):
                    os.write(out.fileno(), "".join(line + "\n" for line in lines).encode())

                library.arm(chance, how)
                target.work(say, tag)
                os._exit(3 if library.seen() >= chance else 4)
        finally:
            os._exit(9)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status) == 9:
        raise RuntimeError("the child ended in another way")
    return os.WEXITSTATUS(status) == 3


def main():
    """Run the rounds and print what came of them."""
    library, folder, which, rounds, seed = ctypes.CDLL(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
    chance, struck, faults, missed = random.Random(seed), Counter(), [], 0
    target = City() if which == "city" else Agency()
    connections.close_all()
    record = folder.with_name(f"{folder.name}.acknowledged")
    record.touch()
    calls = 60  # a child makes about as many; learnt below from those that were not struck
    n = 0
    while sum(struck.values()) < rounds and not faults and missed < rounds + 50:
        how = 1 + n % len(MANNERS)
        n += 1
        if one(library, target, how, chance.randint(1, calls), f"{seed}-{n}", record):
            struck[MANNERS[how]] += 1
        else:
            missed, calls = missed + 1, max(20, calls * 9 // 10)
            continue
        calls = min(400, calls + 2)
        held, faults = target.recovered()
        said = record.read_text().split("\n")[:-1]
        lost = set(said) - set(held)
        if lost or len(set(held)) != len(held):
            faults.append(f"lost {len(lost)}, said {len(said)}, held {len(held)}")
    print(json.dumps({"struck": struck, "faults": faults[:5], "acknowledged": len(record.read_text().split("\n")) - 1, "missed": missed}))


if __name__ == "__main__":
    main()
