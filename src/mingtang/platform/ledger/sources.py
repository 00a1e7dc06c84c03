"""Where a log can be read from besides this database: a folder of files, or a server, both in the layout of C2SP tlog-tiles.

What comes from there is hostile until proven otherwise: sizes and times are bounded, and only ``http`` and ``https`` are followed.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from pathlib import Path

from mingtang.engines.tlog import WIDTH, NotInLog, tile_path
from mingtang.kernel import RefusedInput, Sentence

_LARGEST_NOTE = 1 << 20
_LARGEST_TILE = WIDTH * (2 + 0xFFFF)
_SECONDS = 20


class SourceUnreadable(RefusedInput):
    """The log's address or folder does not answer as one."""

    code = "ledger.source_unreadable"
    text = Sentence("读不到 {where} 的账本：{why}。", "The log at {where} cannot be read: {why}.")
    next_step = Sentence("请给出含有 checkpoint 文件的目录，或账本网址，例如 https://示例/ledger/。",
                         "Give a folder that holds a file named checkpoint, or the log's address, such as https://example/ledger/.")


class FolderSource:
    """A log in a folder: ``checkpoint`` and ``tile/...``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checkpoint(self) -> bytes:
        return self._read("checkpoint", _LARGEST_NOTE)

    def tile(self, level: int | str, index: int, width: int) -> bytes:
        return _tile(self._read, level, index, width)

    def _read(self, path: str, largest: int) -> bytes:
        try:
            with (self._folder / path).open("rb") as file:
                return file.read(largest + 1)[:largest]
        except FileNotFoundError:
            if path == "checkpoint":
                raise SourceUnreadable(where=str(self._folder), why="no file named checkpoint") from None
            raise NotInLog(index=path, size="?") from None
        except OSError as fault:
            raise SourceUnreadable(where=str(self._folder), why=type(fault).__name__) from None


class ServerSource:
    """A log behind an address."""

    def __init__(self, address: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise SourceUnreadable(where=address[:200], why="neither http nor https")
        self._address = address if address.endswith("/") else address + "/"

    def checkpoint(self) -> bytes:
        try:
            return self._read("checkpoint", _LARGEST_NOTE)
        except NotInLog:
            raise SourceUnreadable(where=self._address, why="there is no checkpoint") from None

    def tile(self, level: int | str, index: int, width: int) -> bytes:
        return _tile(self._read, level, index, width)

    def _read(self, path: str, largest: int) -> bytes:
        try:
            with urllib.request.urlopen(self._address + path, timeout=_SECONDS) as answer:
                return answer.read(largest + 1)[:largest]
        except urllib.error.HTTPError as fault:
            if fault.code in (404, 410):
                raise NotInLog(index=path, size="?") from None
            raise SourceUnreadable(where=self._address, why=f"HTTP {fault.code}") from None
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise SourceUnreadable(where=self._address, why=type(fault).__name__) from None


def _tile(read, level: int | str, index: int, width: int) -> bytes:
    """A tile of ``width``; where the partial one is no longer kept, the full one is cut."""
    try:
        return read(f"tile/{tile_path(level, index, width)}", _LARGEST_TILE)
    except NotInLog:
        if width == WIDTH:
            raise
    data = read(f"tile/{tile_path(level, index)}", _LARGEST_TILE)
    if level != "entries":
        return data[:width * 32]
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(data[at:at + 2])
    return data[:at]


def source(where: str) -> FolderSource | ServerSource:
    """The log at an address or in a folder; raises SourceUnreadable."""
    return ServerSource(where) if "://" in where else FolderSource(Path(where))
