"""A worker that kills itself at a chosen point, for test_cases_kill.py; run as a program with the database in the environment.

    cases_worker.py setup N        begin N cases whose deadlines have passed
    cases_worker.py fire POINT K   fire what is due in batches of ten; die with SIGKILL at the K-th passing of POINT
    cases_worker.py count          print what the database holds, and what the oracle finds
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingtang.site.settings")

import django

django.setup()

from django.db import connection, transaction

from mingtang.engines import bpmn
from mingtang.kernel import now
from mingtang.platform.cases import acts, check, handlers, timers, transitions
from mingtang.platform.cases.models import Case, Event, Timer
from mingtang.platform.ledger.acts import Actor, Draft
from mingtang.platform.ledger.models import Act
from tests.engines.bpmn.processes import boundary, flows, process

XML = process('<startEvent id="a"/><userTask id="t"/><serviceTask id="s" mt:handler="fault.note"/><endEvent id="z"/><endEvent id="y"/>'
              + boundary("one", "t", "2026-01-05T00:00:00Z", kind="timeDate", interrupting=False)
              + boundary("two", "t", "2026-01-06T00:00:00Z", kind="timeDate", interrupting=False)
              + flows("a>t", "t>z", "one>s", "two>s", "s>y"))


class Pack:
    name, hash = "fault", "sha256:fault"

    def process(self):
        return bpmn.load(XML)


def dying(function, k: int, *, after: bool):
    left = [k]

    def run(*args, **kwargs):
        left[0] -= 1
        if left[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return run


def note(firings):
    return [Draft("fault.note", f.ref, Actor("system", "fault"), {}) for f in firings]


def main(command: str, *rest: str) -> None:
    handlers.register("fault.note", note)
    if command == "setup":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        with transaction.atomic():
            acts.start_many(Pack(), [acts.Start(f"fault/{i}", {}, Draft("fault.file", f"fault/{i}", Actor("system"), {})) for i in range(int(rest[0]))])
    elif command == "fire":
        point, k = rest[0], int(rest[1])
        if point == "handler":
            handlers.register("fault.note", dying(note, k, after=False))
        elif point == "cases written":
            transitions._write_cases = dying(transitions._write_cases, k, after=True)
        elif point == "sealed":
            transitions.seal_many = dying(transitions.seal_many, k, after=True)
        elif point == "timers written":
            transitions._write_timers = dying(transitions._write_timers, k, after=True)
        elif point == "before commit":
            connection.ensure_connection()
            connection._commit = dying(connection._commit, k, after=False)
        elif point == "after commit":
            connection.ensure_connection()
            connection._commit = dying(connection._commit, k, after=True)
        while timers.fire_due(now(), 1000, batch=10):
            pass
    else:
        print(json.dumps({
            "cases": Case.objects.count(), "pending": Timer.objects.count(), "events": Event.objects.count(),
            "fired": Event.objects.filter(kind="fault.note").values("case", "body__timer__node").distinct().count(),
            "acts": Act.objects.filter(kind="fault.note").count(), "faults": check.faults(),
        }))


if __name__ == "__main__":
    main(*sys.argv[1:])
