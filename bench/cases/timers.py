"""Deadlines on PostgreSQL: a million pend, some thousands are due, two workers fire them, one is killed at work.

    python bench/cases/timers.py [--pending 1000000] [--due 50000]

Beside our rate stands the floor: the same number of bare timer rows claimed with SKIP LOCKED and deleted, one event each, by
two clients with no process, no act and no seal. Afterwards everything is counted: none lost, none twice.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

STATE = '{"next": 4, "tokens": [{"id": 2, "at": "feedback", "waits": {"feedback_full": "%s"}}, {"id": 3, "at": "handle", "in": 2}]}'
FACTS = ('{"unit": "MZ-WATER", "outcome": null, "limits": {"dispatch": {"full": null}, "confirm": {"full": null}, "parking": {"full": null}, '
         '"feedback": {"half": null, "most": null, "city": null, "full": {"due": "%s", "rule": "limits.dmn#sha256:0", "calendar": "cn-2026/natural"}}}}')


def fill(graph, pending: int, due: int) -> None:
    """Cases of the hotline in handling, each with one pending deadline; of these ``due`` have passed."""
    from django.db import connection

    from mingtang.platform.cases import processes

    processes.remember(graph)
    body = '{"tasks": ["handle"], "path": []}'
    with connection.cursor() as cursor:
        for first, last, when in ((1, due, "2026-01-05T15:59:59Z"), (due + 1, pending, "2099-01-05T15:59:59Z")):
            cursor.execute(
                "INSERT INTO cases_case (id, ref, pack, process, rev, state, facts, started_at, changed_at) OVERRIDING SYSTEM VALUE "
                "SELECT n, 'requests/B' || n, 'hotline@bench', %s, 1, %s::jsonb, %s::jsonb, '2026-01-01Z', '2026-01-01Z' FROM generate_series(%s, %s) n",
                [graph.hash, STATE % when, FACTS % when, first, last])
            cursor.execute(
                "INSERT INTO cases_timer (case_id, token, node, due, rule, calendar, wake, attempts, error) "
                "SELECT n, 2, 'feedback_full', %s, 'limits.dmn#sha256:0', 'cn-2026/natural', %s, 0, '' FROM generate_series(%s, %s) n",
                [when, when, first, last])
        cursor.execute(
            "INSERT INTO cases_event (case_id, rev, at, recorded_at, kind, body, act) SELECT n, 1, '2026-01-01Z', '2026-01-01Z', 'bench.file', %s::jsonb, "
            "gen_random_uuid() FROM generate_series(1, %s) n", [body, pending])
        cursor.execute("CREATE TABLE floor_timer AS SELECT id, case_id, due FROM cases_timer WHERE due < '2027-01-01'")
        cursor.execute("CREATE INDEX ON floor_timer (due); CREATE TABLE floor_event (id bigserial primary key, case_id bigint, at timestamptz)")
        cursor.execute("ANALYZE")


def worker() -> None:
    """One worker: fires until nothing is due; writes its CPU seconds."""
    from mingtang.kernel import now
    from mingtang.platform.cases import handlers, timers
    from mingtang.platform.ledger.acts import Actor, Draft

    clockwork = Actor("system", "limits")
    handlers.register("requests.escalate", lambda firings: [
        Draft("requests.escalate", f.ref, clockwork, {"level": 3, "told": "supervision"}, at=f.due) for f in firings])
    print("ready", flush=True)
    sys.stdin.readline()
    fired = 0
    while done := timers.fire_due(now(), 1000):
        fired += done
    print(f"{fired} {time.process_time():.2f}", flush=True)


def floor() -> None:
    """The floor: one statement a batch, nothing decided, nothing sealed."""
    from django.db import connection

    print("ready", flush=True)
    sys.stdin.readline()
    fired = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH t AS (DELETE FROM floor_timer WHERE id IN (SELECT id FROM floor_timer WHERE due < now() ORDER BY due LIMIT 250 FOR UPDATE SKIP LOCKED) "
                "RETURNING case_id, due) INSERT INTO floor_event (case_id, at) SELECT case_id, due FROM t")
            if not cursor.rowcount:
                break
            fired += cursor.rowcount
    print(f"{fired} {time.process_time():.2f}", flush=True)


def race(role: str, kill_when=None) -> tuple[float, list[str]]:
    """Two processes of ``role`` side by side; seconds until both are done, and what each printed."""
    workers = [subprocess.Popen([sys.executable, __file__, "--role", role], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for each in workers:
        each.stdout.readline()
    begin = time.monotonic()
    for each in workers:
        each.stdin.write("\n")
        each.stdin.flush()
    if kill_when is not None:
        while not kill_when():
            time.sleep(0.02)
        os.kill(workers[0].pid, signal.SIGKILL)
    said = [each.communicate()[0].strip() for each in workers]
    return time.monotonic() - begin, said


def main(pending: int, due: int) -> int:
    """Fill, run, count, print; exit status 1 if anything was lost or doubled."""
    from bench.postgres import server

    with server() as address, tempfile.TemporaryDirectory() as folder:
        os.environ.update(MINGTANG_DATABASE_URL=address, MINGTANG_DATA=folder, DJANGO_SETTINGS_MODULE="mingtang.site.settings", MINGTANG_LOG_LEVEL="ERROR")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from mingtang.engines import bpmn
        from mingtang.platform.cases import check
        from mingtang.platform.cases.models import Case, Event, Timer
        from mingtang.platform.ledger.models import Act

        call_command("migrate", verbosity=0)
        begin = time.monotonic()
        fill(bpmn.load((ROOT / "scenes/hotline/process.bpmn").read_bytes()), pending, due)
        print(f"{pending:,} pending deadlines of as many open cases, {due:,} due; filled in {time.monotonic() - begin:.0f} s")

        def count() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM cases_event WHERE rev > 1")
                return cursor.fetchone()[0]

        seconds, said = race("worker", kill_when=lambda: count() >= due // 3)
        print(f"two workers, one killed -9 after a third: {due / seconds:,.0f} deadlines/s wall; the other fired {said[1].split()[0]} in {said[1].split()[1]} CPU s")
        base, said = race("floor")
        print(f"floor, bare rows without process, act or seal:  {due / base:,.0f} rows/s wall; ratio {seconds / base:.1f}")
        fired = Event.objects.filter(rev=2).values("case").distinct().count()
        acts = Act.objects.filter(kind="requests.escalate").values("subject").distinct().count()
        lost, left = due - fired, Timer.objects.filter(due__year=2026).count()
        twice = Event.objects.filter(rev__gt=2).count() + Act.objects.filter(kind="requests.escalate").count() - acts
        wrong = [f for block in range(1, due + 1, 1000) for f in check._block(list(Case.objects.filter(pk__range=(block, block + 999))))]
        print(f"fired {fired:,}, acts {acts:,}, lost {lost}, still pending {left}, twice {twice}, cases wrong {len(wrong)}")
        return 1 if lost or left or twice or wrong or acts != fired else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pending", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=50_000)
    parser.add_argument("--role", choices=("worker", "floor"))
    given = parser.parse_args()
    if given.role:
        import django

        django.setup()
        worker() if given.role == "worker" else floor()
    else:
        sys.exit(main(given.pending, given.due))
