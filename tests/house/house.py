"""What the house tests know of the codebase: its modules, their imports, their rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"

# Each room and its floor: a module may import from its own room and from rooms on lower floors, never sideways or up.
FLOORS = {
    "mingtang.kernel": 0,
    "mingtang.engines": 1,
    "mingtang.platform.ledger": 2,
    "mingtang.platform.people": 3,
    "mingtang.platform.exchange": 4,
    "mingtang.platform.scenes": 5,
    "mingtang.platform.cases": 6,
    "mingtang.city": 7,
    "mingtang.site": 8,
    "mingtang.cli": 9,
}
APPS = ("mingtang.platform", "mingtang.city")
# The only modules of an app that another app may import.
DOORS = ("acts", "reads")
# Doors that one port has besides, each named in docs/architecture.md.
MORE_DOORS = {
    "mingtang.platform.ledger": ("sequencer",),
    "mingtang.platform.people": ("credentials",),
    "mingtang.platform.exchange": ("services", "turns"),
    "mingtang.platform.scenes": ("effects",),
    "mingtang.platform.cases": ("handlers", "timers", "outbox"),
}


@cache
def modules() -> dict[str, Path]:
    """Every module of the source tree by dotted name, migrations left out."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = list(path.relative_to(SOURCE).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found[".".join(parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of ``path``."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(name: str) -> Iterator[tuple[str, int]]:
    """The names of ours that module ``name`` imports, with line numbers; ``from a import b`` gives ``a.b`` where b is a module."""
    known = modules()
    path = known[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join(above + ([node.module] if node.module else []))
            targets = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names]
        else:
            continue
        for target in targets:
            if target.split(".")[0] == "mingtang":
                yield target, node.lineno


def room(name: str) -> str:
    """The room of module ``name``: ``mingtang.kernel``, ``mingtang.engines``, an app, ``mingtang.site`` ..."""
    parts = name.split(".")
    if ".".join(parts[:2]) in APPS and len(parts) > 2:
        return ".".join(parts[:3])
    return ".".join(parts[:2])


def floor(name: str) -> int:
    """The floor of the room of ``name``."""
    place = room(name)
    return FLOORS.get(place, FLOORS.get(".".join(place.split(".")[:2]), 0))
