"""A real installation in a folder of its own, driven by its command."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """An installation: its data folder, its settings, its command."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data = data
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MINGTANG_") and name != "DJANGO_SETTINGS_MODULE"}
        self.environment = {
            **kept, "PYTHONPATH": str(ROOT / "src"), "MINGTANG_DATA": str(data), "MINGTANG_LOG_LEVEL": "ERROR", "LC_ALL": "C.UTF-8", **settings,
        }

    def command(self, *arguments: str) -> list[str]:
        """The command line of ``mingtang`` with ``arguments``."""
        return [sys.executable, "-m", "mingtang.cli", *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run ``mingtang`` with ``arguments``."""
        return subprocess.run(self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=100)

    def done(self, *arguments: str) -> str:
        """Run it, expect it to go well, return what it printed."""
        result = self.run(*arguments)
        assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
        return result.stdout

    def start(self, *arguments: str, **more) -> subprocess.Popen:
        """Start it and let it run."""
        return subprocess.Popen(self.command(*arguments), env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


@pytest.fixture(scope="session")
def _pattern(tmp_path_factory):
    """The installation that others are copied from."""
    found = Installation(tmp_path_factory.mktemp("pattern") / "data")
    found.done("migrate")
    found.done("people", "found", "C", "city", "--zh", "测试市", "--en", "Test City")
    found.done("people", "found", "C-1", "street", "--zh", "桥头街道", "--en", "Bridge Street", "--parent", "C")
    found.done("people", "appoint", "o1", "C-1", "--zh", "乙二", "--en", "Yi Er", "--role", "officer")
    return found


@pytest.fixture
def installation(_pattern, tmp_path):
    """A fresh installation with tables, a city, a street, an official."""
    shutil.copytree(_pattern.data, tmp_path / "data")
    return Installation(tmp_path / "data")


@pytest.fixture
def port():
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
