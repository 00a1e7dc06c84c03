"""Imports run downward, apps are entered by their doors, engines stay pure, files stay small."""

import ast
import re
import subprocess

import pytest

from tests.house import house

FOREIGN_TO_ENGINES = ("django", "ninja", "psycopg", "sqlite3", "socket", "http", "urllib.request", "requests", "httpx")
GROWN = 450


@pytest.mark.parametrize("name", sorted(house.modules()))
def test_imports_run_downward(name):
    """A module imports from its own room or from a lower floor."""
    own = house.room(name)
    faults = [
        f"{name}:{line} imports {target}"
        for target, line in house.imports(name)
        if house.room(target) != own and house.floor(target) >= house.floor(name) and house.floor(name) > 0 and target != "mingtang"
    ]
    assert not faults


def test_the_kernel_imports_nothing_of_ours():
    """The kernel stands on nothing."""
    faults = [
        f"{name} imports {target}"
        for name in house.modules() if house.room(name) == "mingtang.kernel"
        for target, _ in house.imports(name) if house.room(target) != "mingtang.kernel"
    ]
    assert not faults


def test_apps_are_entered_by_their_doors():
    """Another app, the site or the command reaches an app through acts, reads or a door named in docs/architecture.md."""
    faults = []
    for name in house.modules():
        for target, line in house.imports(name):
            place = house.room(target)
            if not place.startswith(house.APPS) or place == house.room(name) or target == place:
                continue
            door = target[len(place) + 1:].split(".")[0]
            allowed = (*house.DOORS, *house.MORE_DOORS.get(place, ()))
            outer = house.room(name) in ("mingtang.site", "mingtang.cli") and door in ("urls", "commands", "apps", "demo", "api")
            if door not in allowed and not outer:
                faults.append(f"{name}:{line} imports {target}")
    assert not faults


@pytest.mark.parametrize("name", sorted(n for n in house.modules() if n.startswith("mingtang.engines")))
def test_engines_are_pure(name):
    """No Django, database or network in an engine."""
    faults = []
    for node in ast.walk(house.tree(house.modules()[name])):
        targets = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        faults += [f"line {node.lineno}: {t}" for t in targets if any(t == f or t.startswith(f + ".") for f in FOREIGN_TO_ENGINES)]
    assert not faults


def test_no_eval_or_exec():
    """Nothing from outside is ever run as Python: no eval, exec, pickle or yaml.load."""
    faults = []
    for name, path in house.modules().items():
        for node in ast.walk(house.tree(path)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in ("eval", "exec", "pickle.load", "pickle.loads", "yaml.load", "yaml.unsafe_load", "marshal.loads"):
                    faults.append(f"{name}:{node.lineno} {called}")
    assert not faults


def test_no_file_has_grown_beyond_reason():
    """A source file over 450 lines wants to be two."""
    faults = [f"{name}: {count}" for name, path in house.modules().items() if (count := path.read_text().count("\n")) > GROWN]
    assert not faults


def test_no_room_without_an_idea():
    """No module is called utils, helpers, common or manager."""
    faults = [name for name in house.modules() if name.split(".")[-1] in ("utils", "helpers", "common", "manager", "misc")]
    assert not faults


def test_every_module_says_what_it_is():
    """Each module has a docstring."""
    faults = [name for name, path in house.modules().items() if not ast.get_docstring(house.tree(path))]
    assert not faults


def test_every_test_is_a_sentence_of_fact():
    """Each test function has a docstring."""
    faults = []
    for path in sorted((house.ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(house.tree(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_") and not ast.get_docstring(node):
                faults.append(f"{path.relative_to(house.ROOT)}:{node.lineno} {node.name}")
    assert not faults


def _tracked() -> list[str]:
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=house.ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: the list of files is not known")
    return [name for name in listed.splitlines() if (house.ROOT / name).is_file()]


def test_no_path_of_a_machine_and_no_registry_host_in_the_tree():
    """No file names a folder of one machine or the host of a package registry."""
    machine = re.compile(r"(?<![\w.])/(?:work|farm|root)/[\w.]")
    registry = re.compile(r"https?://[^\s\"']*(?:registry\.|files\.pythonhosted|/simple/|\.whl\b|\.tgz\b)")
    faults = []
    for name in _tracked():
        path = house.ROOT / name
        if path.suffix in (".png", ".jpg", ".gz", ".xlsx", ".parquet", ".ico", ".webp"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if machine.search(line) or registry.search(line):
                faults.append(f"{name}:{number}")
    assert not [fault for fault in faults if not fault.startswith("tests/house/test_walls.py")]


def test_no_unfinished_note_in_the_source():
    """No TODO, FIXME or lorem ipsum ships."""
    mark = re.compile(r"\b(todo|fixme|xxx|lorem ipsum|notimplemented)\b", re.IGNORECASE)
    faults = [
        f"{name}:{number}"
        for name in _tracked() if name.startswith(("src/", "verify/", "web/src/")) and name.endswith((".py", ".ts", ".html", ".css"))
        for number, line in enumerate((house.ROOT / name).read_text(encoding="utf-8").splitlines(), 1) if mark.search(line)
    ]
    assert not faults
