"""Node with the packages of tests/interop/package-lock.json, and our server under its real address."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mingtang.platform.people import directory
from mingtang.platform.people.acts import Founding, found
from tests.platform.people.credentials.conftest import SYSTEM, UNITS

HERE = Path(__file__).resolve().parent


def node() -> str:
    """Node of the machine or of the environment, or ""."""
    beside = Path(sys.executable).parent / "node"
    return str(beside) if beside.exists() else shutil.which("node") or ""


@pytest.fixture(scope="session")
def packages() -> str:
    """The wallet's packages, installed once from the lock file; skipped with the reason where they cannot be had."""
    program = node()
    if not program:
        pytest.skip("node is not here: script/environment test brings it")
    if not (HERE / "node_modules" / "@openid4vc" / "openid4vp").is_dir():
        path = {
            **os.environ,
            "PATH": f"{Path(program).parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "npm_config_update_notifier": "false",
        }
        npm = shutil.which("npm", path=path["PATH"]) or "npm"
        tried = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=HERE,
            env=path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if tried.returncode:
            pytest.skip(f"the packages of tests/interop could not be installed: {tried.stderr.strip()[:200]}")
    return program


@pytest.fixture
def server(live_server, settings):
    """Our server, its public address the one it is reached by."""
    settings.PUBLIC_URL = live_server.url
    directory.forget()
    found([Founding("MZ", "city", "明州市", "Mingzhou"), *(Founding(unit, "agency", unit, unit, "MZ") for unit in UNITS)], SYSTEM)
    yield live_server.url
    directory.forget()


@pytest.fixture
def run(packages):
    """Run a program of this folder with JSON as its input; its JSON output."""

    def call(name: str, given: dict) -> dict:
        done = subprocess.run([packages, name], cwd=HERE, input=json.dumps(given), capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return call
