"""What is written about the program is what the program is: settings, commands, errors, translations, dependencies."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from mingtang.kernel.errors import MingtangError
from tests.house import house


def _script(name, *arguments):
    return subprocess.run([sys.executable, str(house.ROOT / "script" / name), *arguments], capture_output=True, text=True, cwd=house.ROOT)


def test_generated_pages_reproduce():
    """docs/settings.md, commands.md and errors.md are what script/docs writes now."""
    result = _script("docs", "--check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_text_has_its_chinese():
    """No text of a template or of the code lacks its Chinese translation."""
    result = _script("messages", "--check")
    assert result.returncode == 0, result.stdout


def test_every_setting_that_the_source_names_is_declared():
    """A MINGTANG_ variable in the source stands in config.py; what the scripts use between themselves is few and known."""
    declared = set(re.findall(r'Setting\("(MINGTANG_[A-Z_]+)"', (house.SOURCE / "mingtang/site/config.py").read_text()))
    named = {name for path in house.modules().values() for name in re.findall(r"MINGTANG_[A-Z_]+", path.read_text())}
    assert named - declared <= {"MINGTANG_SUPERVISOR"}


def _errors():
    found, todo = set(), [MingtangError]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith("mingtang."):
            found.add(kind)
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__qualname__}")


def test_every_error_speaks_both_languages():
    """Each error has a code of its office, and both languages in sentence and advice, with the same details."""
    faults = []
    for kind in _errors():
        if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", kind.code):
            faults.append(f"{kind.__qualname__}: code {kind.code}")
        for sentence in (kind.text, kind.next_step):
            if not sentence.zh or not sentence.en:
                faults.append(f"{kind.__qualname__}: a language is missing")
    assert not faults


def test_codes_are_unique():
    """Two errors that state a code state different ones."""
    stated = [kind for kind in _errors() if "code" in vars(kind)]
    codes = [kind.code for kind in stated]
    assert not {code for code in codes if codes.count(code) > 1}


@pytest.mark.parametrize("listed", ["base", "build", "matching", "dev"])
def test_every_dependency_is_explained(listed):
    """Each line of requirements/*.in stands in docs/dependencies.md."""
    names = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", (house.ROOT / f"requirements/{listed}.in").read_text(), re.MULTILINE)
    page = (house.ROOT / "docs/dependencies.md").read_text().lower()
    assert not [name for name in names if f"| {name.lower()} |" not in page]


@pytest.mark.parametrize("listed", ["base", "build", "matching", "dev"])
def test_locks_carry_hashes_and_no_address(listed):
    """Every locked package has hashes; no lock names an index, a folder or a machine."""
    text = (house.ROOT / f"requirements/{listed}.txt").read_text()
    packages = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert packages and all("--hash=sha256:" in package for package in packages)
    assert not re.search(r"https?://|file:/|^-|@ ", text, re.MULTILINE)


def test_permissions_that_routes_ask_for_exist():
    """Every permission in an @access or a may() of the source is in the table of people."""
    from mingtang.platform.people.permissions import PERMISSIONS

    known = set().union(*PERMISSIONS.values())
    asked = {}
    for name, path in house.modules().items():
        for found in re.findall(r"""(?:official:|may\([a-z_.]+, ["'])([a-z]+\.[a-z_]+)""", path.read_text()):
            asked.setdefault(found, name)
    assert asked
    unknown = {found: name for found, name in asked.items() if found not in known}
    assert not unknown
