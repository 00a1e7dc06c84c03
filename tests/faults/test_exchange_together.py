"""Many ask at once: a single-use consent serves exactly one, and a withdrawal is felt by every process within a second."""

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from mingtang.platform.exchange import acts, reads
from mingtang.platform.exchange.faults import NotConsented
from mingtang.platform.exchange.models import AccessEntry
from mingtang.platform.ledger.acts import Actor
from tests.platform.exchange.conftest import ANNA, SHARING, SOURCE, SYSTEM, register, wanted  # noqa: F401 - fixture

ROOT = Path(__file__).resolve().parents[2]
ASKERS = 50


@pytest.fixture
def processes(tmp_path):
    """A function that starts a process of the exchange on one database in a file; all are ended afterwards."""
    folder = tmp_path / "test-registers"
    folder.mkdir()
    with sqlite3.connect(folder / "residents.sqlite3") as made:
        made.execute("CREATE TABLE residents (number TEXT, name TEXT, birth TEXT, faith TEXT)")
        made.execute("INSERT INTO residents VALUES (?, '安禾', '1960-03-01', '')", (ANNA,))
    made.close()
    environment = {
        **os.environ,
        "MINGTANG_DATA": str(tmp_path),
        "MINGTANG_DATABASE_URL": "",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "PYTHONWARNINGS": "ignore",
    }
    started = []

    def start(*words):
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.faults.exchange_asker", *map(str, words)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.skipif(bool(os.environ.get("MINGTANG_DATABASE_URL")), reason="the processes share the embedded database")
def test_over_processes_one_wins_and_a_withdrawal_is_felt(processes):
    """Fifty askings in four processes: one is given. A withdrawal in a fifth: no asking begun a second later, and none begun after it, is given."""
    single, lasting = processes("prepare").communicate(timeout=100)[0].split()
    askers = [processes("once", single, count) for count in (13, 13, 12, 12)]
    for asker in askers:
        assert asker.stdout.readline() == "ready\n"
    for asker in askers:
        asker.stdin.write("go\n")
        asker.stdin.flush()
    said = [line for asker in askers for line in asker.stdout.read().split()]
    assert (said.count("given"), said.count("refused")) == (1, ASKERS - 1)

    askers = [processes("until", lasting) for _ in range(2)]
    for asker in askers:
        assert asker.stdout.readline() == "ready\n" and asker.stdout.readline().startswith("given")
    withdrawn = float(processes("withdraw", lasting).communicate(timeout=60)[0])
    for asker in askers:
        lines = asker.stdout.read().split("\n")
        given = [float(line.split()[1]) for line in lines if line.startswith("given")]
        assert not [begun for begun in given if begun > withdrawn], "an asking begun after the withdrawal was given"
        refused = float(lines[-2])
        assert refused - withdrawn <= 1.0


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_and_one_is_given(register):  # noqa: F811
    """On PostgreSQL in fifty connections: exactly one is given, the others are refused and logged."""
    if connection.vendor == "sqlite":
        pytest.skip("an in-memory SQLite is one connection; the test above uses a file")
    acts.publish_source(SOURCE, SYSTEM)
    acts.publish_purpose(SHARING, SYSTEM)
    consent = acts.consent(reads.person_ref(ANNA), "sharing", Actor("resident"), single_use=True).id
    said = []

    def ask():
        try:
            acts.ask(wanted(purpose="sharing", ground="consent", consent=consent))
            said.append("given")
        except NotConsented:
            said.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (said.count("given"), said.count("refused")) == (1, ASKERS - 1)
    assert AccessEntry.objects.filter(outcome="given").count() == 1
