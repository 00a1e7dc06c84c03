"""A city's processes, made to be killed: each order forks one from a parent that has Django ready but no connection and no thread.

    python -m tests.faults.filing_under_load

Orders come by standard input, one a line; answers go to standard output, one a line:

    web RUN     files without end through the group commit, and writes each key and number to ``acknowledged-RUN`` in the data
                folder only when it is acknowledged; the answer is its process number
    worker      the worker with all its duties; the answer is its process number
    examine     what the database holds, as JSON
    audit       appends what is pending, then audits the ledger; the findings, as JSON

Forking is what makes a hundred kills affordable: loading Django takes longer than a round.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path


def _web(run: str) -> None:
    from mingtang.city.requests import acts, intake
    from mingtang.platform.ledger.acts import Actor

    counter, lock = itertools.count(), threading.Lock()
    told = os.open(_folder() / f"acknowledged-{run}", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

    def work() -> None:
        while True:
            key = f"{run}-{next(counter)}"
            filed = intake.file(acts.Filing(text="停水了，请处理", source="load", external_id=key), Actor("resident"))
            with lock:
                os.write(told, f"{key} {filed.number}\n".encode())

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _worker(_: str) -> None:
    from mingtang.site.worker import Worker, duties

    Worker(duties()).run()


def _examine(_: str) -> None:
    """What must hold after any kill: a row, a case, a filing and a dispatch for each request, counters that agree."""
    from mingtang.city.requests import ratings
    from mingtang.city.requests.models import Request
    from mingtang.platform.cases.models import Case, Timer
    from mingtang.platform.ledger.models import Act

    numbers = dict(Request.objects.values_list("external_id", "number"))
    kinds = Counter(Act.objects.filter(kind__startswith="requests.").values_list("subject", "kind"))
    subjects = {f"requests/{number}" for number in numbers.values()}
    faults = [str(key) for key, count in kinds.items() if count != 1] + sorted(subjects ^ {subject for subject, _ in kinds})
    faults += sorted(subjects ^ set(Case.objects.values_list("ref", flat=True)))
    months = tuple(set(Request.objects.values_list("month", flat=True))) or (202603,)
    counted = sum(counts["filed"] for counts in ratings._counted("unit", months).values())
    found = {"numbers": numbers, "faults": faults[:5], "rows": Request.objects.count(), "counted": counted}
    _say(json.dumps(found | {"timers": Timer.objects.count()}))


def _audit(_: str) -> None:
    from mingtang.platform.ledger import reads, sequencer

    while sequencer.run_once(2000):
        pass
    audit = reads.audit()
    _say(json.dumps({"clean": audit.clean, "findings": [str(finding) for finding in audit.findings][:5]}))


_ROLES = {"web": _web, "worker": _worker, "examine": _examine, "audit": _audit}


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.DATA)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _become(role: str, given: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    status = 1
    try:
        _ROLES[role](given)
        status = 0
    finally:
        os._exit(status)


def _end_with_parent(parent: int) -> None:
    """A test that is itself killed leaves nothing at work."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main() -> None:
    import django

    django.setup()
    from django.db import connections

    from mingtang.city.requests import acts, hotline, intake  # noqa: F401 - loaded once, for every child

    hotline.pack()
    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed: the kernel takes them away
    _say("ready")
    for line in sys.stdin:
        role, _, given = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            _become(role, given)
        if role in ("web", "worker"):
            _say(str(child))


if __name__ == "__main__":
    main()
