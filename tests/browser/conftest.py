"""Chromium and a served city for the browser tests; skipped with a clear reason where Chromium is not there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class City:
    """A served city: its address, the numbers of requests by state, the secrets of their links."""

    address: str
    numbers: dict[str, str]
    secrets: dict[str, str]

    def mine(self, state: str) -> str:
        """The path of the secret link of the request in ``state``."""
        return f"/requests/{self.numbers[state]}/mine/{self.secrets[state]}/"


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The served city, once a session; it stands on SQLite, so a run of the suite on PostgreSQL would only repeat it."""
    if os.environ.get("MINGTANG_DATABASE_URL"):
        pytest.skip("the browser's city stands on SQLite and was visited in the first run")
    folder = tmp_path_factory.mktemp("city")
    with serve(folder) as found:
        yield found


class serve:  # noqa: N801 - used as a function
    """Start the city on ``folder`` and end it again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> City:
        command = [sys.executable, "-W", "ignore", "-m", "tests.browser.city", str(self._folder)]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self._process.stdout.readline()
        while line and not line.startswith("{"):
            line = self._process.stdout.readline()
        if not line:
            said = self._process.stderr.read()[-3000:]
            self.__exit__()
            raise RuntimeError("the city did not start:\n" + said)
        return City(**json.loads(line))

    def __exit__(self, *_fault) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()
        self._process.stderr.close()


def chromium_path() -> str:
    """Where Chromium is, empty where it is not."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or ""


# Not for the session: while Playwright's loop stands, Django takes every later test of the process for an asynchronous one.
@pytest.fixture(scope="module")
def browser():
    """Debian's Chromium, driven by Playwright, for the tests of one file."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: see requirements/dev.in")
    path = chromium_path()
    if not path:
        pytest.skip("Chromium is not here: apt-get install chromium fonts-noto-cjk")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.fixture
def visit(browser, city):
    """Open a context: ``visit(language, size, script)`` gives a page of the served city with nothing remembered."""
    opened = []

    def open_page(
        language: str = "zh", size: dict = DESK, script: bool = True, storage: dict | None = None, simple: bool = False
    ):
        context = browser.new_context(
            base_url=city.address, locale=LOCALES[language], viewport=size, java_script_enabled=script, storage_state=storage
        )
        context.set_default_timeout(15_000)
        if simple:
            context.add_cookies([{"name": "simple", "value": "1", "url": city.address}])
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def signed_in(browser, city):
    """What a browser remembers after an official signed in through the real page with password and digits; by the official's code."""
    known: dict[str, dict] = {}

    def storage(code: str) -> dict:
        if code not in known:
            context = browser.new_context(base_url=city.address, locale="en-GB")
            page = context.new_page()
            sign_in(page, code)
            known[code] = context.storage_state()
            context.close()
        return known[code]

    return storage


def sign_in(page, code: str) -> None:
    """Sign in as a demo official by the one tap of the demo city; password and second factor are checked as everywhere."""
    page.goto("/sign-in/?next=/desk/")
    page.get_by_role("button", name=f"Sign in as {code}", exact=True).or_(
        page.get_by_role("button", name=f"以 {code} 登录", exact=True)
    ).click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
