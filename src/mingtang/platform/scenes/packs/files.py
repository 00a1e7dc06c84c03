"""The files of a pack: read from a folder within bounds, hashed.

Only names and kinds of files that a pack may hold are read; anything else in the folder is a fault, so that what was
checked is exactly what is published. Links are not followed.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from mingtang.kernel import Sentence, digest
from mingtang.platform.scenes.packs.faults import Finding, PackRefused

LARGEST = 1_000_000
LARGEST_PACK = 8_000_000
MOST_FILES = 200
NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_PATH = re.compile(r"(?:[a-z0-9][a-z0-9._-]{0,60}/){0,2}[a-z0-9][a-z0-9._-]{0,80}")
_KINDS = (".yaml", ".dmn", ".bpmn", ".md", ".json", ".csv", ".svg")


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file of the pack in ``folder`` by its path within it. Raises PackRefused."""
    name = folder.name
    if not folder.is_dir():
        raise PackRefused(name, [_finding(name, "scenes.no_folder", Sentence("没有这个目录", "there is no such folder"))])
    findings: list[Finding] = []
    files: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            continue
        if inside.startswith(".") or inside.endswith("~"):  # an editor's own files
            continue
        fault = _unfit(path, inside)
        if fault:
            findings.append(_finding(inside, "scenes.foreign_file", fault))
            continue
        size += path.stat().st_size
        if len(files) >= MOST_FILES or size > LARGEST_PACK:
            findings.append(
                _finding(
                    inside,
                    "scenes.too_large",
                    Sentence(
                        f"场景包超过 {MOST_FILES} 个文件或 {LARGEST_PACK} 字节",
                        f"the pack has more than {MOST_FILES} files or {LARGEST_PACK} bytes",
                    ),
                )
            )
            break
        files[inside] = path.read_bytes()
    if findings:
        raise PackRefused(name, findings)
    return files


def file_hash(content: bytes) -> str:
    """SHA-256 of one file, hex."""
    return hashlib.sha256(content).hexdigest()


def pack_hash(files: dict[str, bytes]) -> str:
    """The pack's hash, ``sha256:<hex>``: over the canonical JSON of each path with its file's hash."""
    return "sha256:" + digest("mingtang/scene-pack/v1", {path: file_hash(content) for path, content in files.items()}).hex()


def _unfit(path: Path, inside: str) -> Sentence | None:
    if path.is_symlink() or not path.is_file():
        return Sentence("不是普通文件", "not a plain file")
    if not _PATH.fullmatch(inside):
        return Sentence("文件名只能用小写字母、数字、点和短横", "file names hold small letters, digits, dots and hyphens only")
    if not inside.endswith(_KINDS):
        return Sentence(f"场景包只能有 {'、'.join(_KINDS)} 文件", f"a pack holds {', '.join(_KINDS)} files only")
    if path.stat().st_size > LARGEST:
        return Sentence(f"文件超过 {LARGEST} 字节", f"the file is larger than {LARGEST} bytes")
    return None


def _finding(file: str, code: str, text: Sentence) -> Finding:
    return Finding(code, file, "", 0, text)
