"""The report on a contract: what is wrong, what could be simpler, and what was proven - the same for the command and for the page.

A DMN file alone is checked for form, names, kinds, and its tables for gaps, conflicts and rules out of reach; a pack for everything that
keeps it from being published, and its properties. Hostile files end in findings, within the reader's bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mingtang.kernel import MingtangError, Sentence
from mingtang.platform.scenes import proofs
from mingtang.platform.scenes.checking import check
from mingtang.platform.scenes.checking_contracts import _broken
from mingtang.platform.scenes.checking_names import check_names
from mingtang.platform.scenes.checking_tables import check_tables
from mingtang.platform.scenes.packs import Finding, Pack, PackRefused, load, read_folder

if TYPE_CHECKING:
    from mingtang.engines import dmn

_LARGEST = 20_000_000


@dataclass(slots=True)
class Report:
    """``models`` by file; ``findings`` errors first; ``verdicts`` as ``proofs.verdicts`` gives them; ``pack`` where it is one."""

    name: str
    findings: list[Finding]
    models: dict[str, dmn.Model] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    pack: Pack | None = None

    @property
    def errors(self) -> int:
        """How many faults keep it from being published."""
        return sum(one.level == "error" for one in self.findings)


def of_path(path: Path) -> Report:
    """The report on a DMN file or the folder of a pack. A path that cannot be read is a finding."""
    if path.is_dir():
        name = path.resolve().name
        try:
            return of_pack(load(name, read_folder(path.resolve()), path.resolve()))
        except PackRefused as refused:
            return Report(name, list(refused.findings))
    try:
        if path.stat().st_size > _LARGEST:
            return _refused(path.name, f"文件超过 {_LARGEST} 字节", f"the file is larger than {_LARGEST} bytes")
        return of_file(path.name, path.read_bytes(), _beside(path))
    except OSError as fault:
        return _refused(path.name, f"不能读取文件：{fault.strerror}", f"the file cannot be read: {fault.strerror}")


def _beside(path: Path) -> dict[str, bytes]:
    """The other models in the same folder: a model may import them."""
    others = [
        other for other in sorted(path.parent.glob("*.dmn"))[:50] if other.name != path.name and other.stat().st_size <= _LARGEST
    ]
    return {other.name: other.read_bytes() for other in others}


def _refused(name: str, zh: str, en: str) -> Report:
    return Report(name, [Finding("scenes.bad_contract", name, "", 0, Sentence(zh, en))])


def of_file(name: str, content: bytes, imports: Mapping[str, bytes] | None = None) -> Report:
    """The report on one DMN file."""
    from mingtang.engines import dmn

    try:
        model = dmn.load(content, imports=imports or {}, name=name)
    except MingtangError as fault:
        finding = Finding("scenes.bad_contract", name, fault.path, 0, Sentence(fault.message("zh"), fault.message("en")))
        return Report(name, [finding])
    return Report(name, _sorted(_of_model(name, content, model)), {name: model}, {name: content})


def _of_model(file: str, content: bytes, model: dmn.Model) -> list[Finding]:
    broken = [
        Finding(one.code, file, one.path, one.line, one.text, one.level)
        for one in _broken(_Single(content), file.removesuffix(".dmn"), model)
    ]
    found = [*broken, *check_names(file, content, model)]
    return found if broken else [*found, *check_tables(file, content, model)]


class _Single:
    """One file, asked for its bytes as a pack is."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def content(self, _file: str) -> bytes:
        return self._content


def of_pack(pack: Pack) -> Report:
    """The report on a pack: its own check, names and kinds of its contracts, and the verdicts."""
    found, models, contents = check(pack), {}, {}
    for name in pack.contracts:
        try:
            models[f"{name}.dmn"] = pack.contract(name)
        except MingtangError:
            continue  # the check has said so
        contents[f"{name}.dmn"] = pack.content(f"{name}.dmn")
        found += check_names(f"{name}.dmn", contents[f"{name}.dmn"], models[f"{name}.dmn"])
    return Report(pack.name, _sorted(found), models, contents, proofs.verdicts(pack), pack)


def _sorted(found: list[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (one.level != "error", one.file, one.line))
