"""Web and worker killed while many file: what was acknowledged is there, once, sealed; what was not is there whole or not at all."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
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


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "MINGTANG_DATA": str(folder),
        "MINGTANG_DATABASE_URL": "",
        "MINGTANG_DEMO": "1",
        "MINGTANG_LOG_LEVEL": "CRITICAL",
        "DJANGO_SETTINGS_MODULE": os.environ.get("MINGTANG_FAULT_SETTINGS", "mingtang.site.settings"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }


class City:
    """A city's processes, begun by order; see filing_under_load.py."""

    def __init__(self, process: subprocess.Popen, folder: Path) -> None:
        self._process, self._folder = process, folder
        self._alive: list[int] = []

    def begin(self, order: str) -> int:
        """Begin a process and return its number."""
        self._alive.append(int(self._ask(order)))
        return self._alive[-1]

    def tell(self, order: str) -> dict:
        """What ``examine`` or ``audit`` say."""
        return json.loads(self._ask(order))

    def kill(self, number: int) -> None:
        """SIGKILL, and wait until the process is gone with its locks."""
        os.kill(number, signal.SIGKILL)
        self._alive.remove(number)
        with suppress(ProcessLookupError):
            while True:
                os.kill(number, 0)
                time.sleep(0.002)

    def kill_all(self) -> None:
        """Leave no process behind."""
        for number in list(self._alive):
            self.kill(number)

    def acknowledged(self, run: int) -> dict[str, str]:
        """What the web process of ``run`` said was filed; a torn last line was not said."""
        path = self._folder / f"acknowledged-{run}"
        lines = path.read_text().split("\n")[:-1] if path.exists() else []
        return dict(line.split(" ") for line in lines)

    def _ask(self, order: str) -> str:
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


@contextmanager
def _city(folder: Path):
    environment = _environment(folder)
    made = subprocess.run([sys.executable, "-c", PREPARE], env=environment, capture_output=True, text=True, timeout=100)
    assert made.returncode == 0, made.stderr[-2000:]
    command = [sys.executable, "-m", "tests.faults.filing_under_load"]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        city = City(process, folder)
        assert process.stdout.readline() == "ready\n"
        try:
            yield city
        finally:
            city.kill_all()
            process.stdin.close()
            process.wait(30)


def _kill_and_examine(folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: dict[str, str] = {}
    with _city(folder) as city:
        for run in range(kills):
            web, worker = city.begin(f"web {run}"), city.begin("worker")
            patience = time.monotonic() + 30
            while (
                run % 4 and not city.acknowledged(run) and time.monotonic() < patience
            ):  # each fourth dies before it is at work, perhaps
                time.sleep(0.01)
            for number in chance.sample([web, worker], 2):
                time.sleep(chance.uniform(0.0, 0.3))
                city.kill(number)
            acknowledged |= city.acknowledged(run)
            found = city.tell("examine")
            assert found["faults"] == []
            assert {key: found["numbers"].get(key) for key in acknowledged} == acknowledged
            assert found["rows"] == len(found["numbers"]) == found["counted"] == found["timers"] // 4
        assert len(acknowledged) > 5 * kills
        assert city.tell("audit") == {"clean": True, "findings": []}
    print(f"{kills} kills of web and of worker, {len(acknowledged)} filings acknowledged")


@pytest.mark.timeout(110)
def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path):
    """Both killed three times at work: each acknowledged filing stands once, with case, timers, two acts and its count; the audit is clean."""
    _kill_and_examine(tmp_path, 3, 1)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_kills(tmp_path):
    """The same a hundred times."""
    _kill_and_examine(tmp_path, 100, 2)
