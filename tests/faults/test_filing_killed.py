"""The web process killed while many file: what was acknowledged is there, once, sealed; what was not is there whole or not
at all.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from mingtang.platform.people import demo
demo.seed()
"""
# What must hold of the database after any kill: a row, a case, a filing and a dispatch for each request, counters that agree.
EXAMINE = """
import django; django.setup()
import json
from collections import Counter
from mingtang.city.requests.models import Request
from mingtang.city.requests import tally, ratings
from mingtang.platform.cases.models import Case, Timer
from mingtang.platform.ledger.models import Act
numbers = dict(Request.objects.values_list("external_id", "number"))
kinds = Counter(Act.objects.filter(kind__startswith="requests.").values_list("subject", "kind"))
subjects = {f"requests/{number}" for number in numbers.values()}
faults = [str(key) for key, count in kinds.items() if count != 1] + sorted(subjects ^ {subject for subject, _ in kinds})
faults += sorted(subjects ^ set(Case.objects.values_list("ref", flat=True)))
months = tuple(set(Request.objects.values_list("month", flat=True))) or (202603,)
counted = sum(counts["filed"] for counts in ratings._counted("unit", months).values())
print(json.dumps({"numbers": numbers, "faults": faults[:5], "rows": Request.objects.count(), "counted": counted, "timers":
Timer.objects.count()}))
"""


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "MINGTANG_DATA": str(folder),
        "MINGTANG_DATABASE_URL": "",
        "MINGTANG_DEMO": "1",
        "MINGTANG_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": os.environ.get("MINGTANG_FAULT_SETTINGS", "mingtang.site.settings"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }


def _run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def _kill_and_examine(folder: Path, kills: int, seed: int) -> None:
    environment, chance = _environment(folder), random.Random(seed)
    _run(PREPARE, environment)
    acknowledged: dict[str, str] = {}
    for run in range(kills):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.filing_under_load", str(run)], env=environment, stdout=subprocess.PIPE, cwd=ROOT
        )
        first = process.stdout.readline()  # it is at work
        time.sleep(chance.uniform(0.0, 0.5))
        process.kill()
        said = (first + process.stdout.read()).decode().split("\n")
        process.stdout.close()
        process.wait()
        # The last line may be torn; whole lines were acknowledged.
        acknowledged |= dict(line.split(" ") for line in said[:-1])
        found = json.loads(_run(EXAMINE, environment).splitlines()[-1])
        assert found["faults"] == []
        assert {key: found["numbers"].get(key) for key in acknowledged} == acknowledged
        assert found["rows"] == len(found["numbers"]) == found["counted"] == found["timers"] // 4
    assert len(acknowledged) > 20 * kills


@pytest.mark.timeout(110)
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path):
    """Killed three times at work: each acknowledged filing stands once, with case, timers, two acts and its count."""
    _kill_and_examine(tmp_path, 3, 1)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_kills(tmp_path):
    """The same a hundred times."""
    _kill_and_examine(tmp_path, 100, 2)
