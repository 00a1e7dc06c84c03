"""kill -9 of the worker between any two of its statements: no deadline is lost, none fires twice."""

import json
import os
import random
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from bench import postgres

PROGRAM = Path(__file__).with_name("cases_worker.py")
CASES = 60
POINTS = ("handler", "cases written", "sealed", "timers written", "before commit", "after commit")


def run(address, folder, *command, dies=False):
    environment = {**os.environ, "MINGTANG_DATABASE_URL": address, "MINGTANG_DATA": str(folder), "MINGTANG_LOG_LEVEL": "CRITICAL",
                   "DJANGO_SETTINGS_MODULE": "mingtang.site.settings"}
    done = subprocess.run([sys.executable, str(PROGRAM), *map(str, command)], env=environment, capture_output=True, text=True, timeout=100, check=False)
    if dies:
        assert done.returncode in (0, -signal.SIGKILL), done.stderr[-2000:]
    else:
        assert done.returncode == 0, done.stderr[-2000:]
    return done


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_killed_worker_loses_no_deadline_and_doubles_none(database, tmp_path):
    """Killed once at each point of a firing, then run to the end: each of two deadlines of each case fired exactly once, with its act."""
    if database == "postgresql" and postgres.binaries() is None:
        pytest.skip("PostgreSQL's programs are not installed")
    dice = random.Random(20260302)
    with postgres.server() if database == "postgresql" else nullcontext("") as address:
        run(address, tmp_path, "setup", CASES)
        killed = 0
        for point in POINTS:
            done = run(address, tmp_path, "fire", point, dice.randint(1, 2), dies=True)
            killed += done.returncode == -signal.SIGKILL
            count = json.loads(run(address, tmp_path, "count").stdout)
            assert count["faults"] == []
            assert count["pending"] + count["fired"] == 2 * CASES
            assert count["acts"] == count["fired"] == count["events"] - CASES
        assert killed >= 4
        run(address, tmp_path, "fire", "nowhere", 0)
        count = json.loads(run(address, tmp_path, "count").stdout)
        assert (count["pending"], count["fired"], count["acts"], count["faults"]) == (0, 2 * CASES, 2 * CASES, [])
