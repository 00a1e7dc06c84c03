"""Each write, sync, truncation, renaming and commit fails once done and once not, on the level of libc: nothing acknowledged is lost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MANNERS = {"EIO, not done", "EIO, done", "ENOSPC, not done", "ENOSPC, half", "kill -9 before", "kill -9 after"}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The refusing disk, compiled here."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("faults of the disk are made by a small C library: no C compiler here, or no Linux")
    made = tmp_path_factory.mktemp("library") / "refusing_disk.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(HERE / "refusing_disk.c"), "-ldl"], check=True, capture_output=True)
    return made


@pytest.mark.parametrize("which", ["city", "agency"])
@pytest.mark.parametrize(
    ("rounds", "seed"), [(24, 4), *(pytest.param(100, seed, marks=[pytest.mark.slow, pytest.mark.timeout(900)]) for seed in range(5, 10))])
def test_a_disk_that_refuses_loses_nothing_acknowledged(library, tmp_path, which, rounds, seed):
    """After every injection the ledger goes on, and is whole when derived again from its entries."""
    folder = tmp_path / "data"
    folder.mkdir()
    environment = {**os.environ, "MINGTANG_DATA": str(folder), "MINGTANG_DATABASE_URL": "", "MINGTANG_DEMO": "", "PYTHONPATH": str(ROOT / "src"),
                   "DJANGO_SETTINGS_MODULE": "mingtang.site.settings", "MINGTANG_LOG_LEVEL": "CRITICAL"}
    subprocess.run([sys.executable, "-m", "mingtang.cli", "migrate"], env=environment, check=True, capture_output=True)
    environment |= {"LD_PRELOAD": str(library), "FAULT_BELOW": f"{folder}/"}
    done = subprocess.run([sys.executable, str(HERE / "disk_at_work.py"), str(library), str(folder), which, str(rounds), str(seed)],
                          env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    outcome = json.loads(done.stdout.splitlines()[-1])
    print(outcome)
    assert outcome["faults"] == []
    assert sum(outcome["struck"].values()) == rounds and set(outcome["struck"]) == MANNERS
    assert outcome["acknowledged"] > rounds
