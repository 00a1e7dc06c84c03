"""The keys of the vault: one for each act, outside the database, destroyed by overwriting.

Keys lie in block files of 1,024 under ``vault-keys`` in the data folder. A process that seals makes a block of its own, writes it to the
disk before the first key is used, and takes each key once; so a key is durable before any transaction that needs it, at one
fsync in a thousand acts. A key of zeros is a destroyed one.

Trust: who copies this folder can open every document in any copy of the database. Backups keep one mirror of it, never a history: an old
copy would undo an erasure. Overwriting reaches the file; what a snapshotting file system or a worn flash cell keeps, it does not.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

KEY_SIZE = 32
BLOCK = 1024
_NAME = re.compile("[0-9a-f]{32}")


class KeyDestroyed(Exception):
    """The key was overwritten, or its block is not there."""


class TakenKey(NamedTuple):
    """A fresh key and where it lies."""

    block: str
    slot: int
    key: bytes


class Keyring:
    """Takes, reads and destroys keys below ``folder``. Safe among threads; after a fork the child starts a block of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._pid = 0
        self._block = ""
        self._keys = b""
        self._next = BLOCK

    def take(self, count: int) -> list[TakenKey]:
        """``count`` fresh keys, already on the disk."""
        taken = []
        with self._lock:
            for _ in range(count):
                if self._next == BLOCK or self._pid != os.getpid():
                    self._start_block()
                slot = self._next
                self._next += 1
                taken.append(TakenKey(self._block, slot, self._keys[slot * KEY_SIZE:(slot + 1) * KEY_SIZE]))
        return taken

    def _start_block(self) -> None:
        name, keys = secrets.token_hex(16), os.urandom(BLOCK * KEY_SIZE)
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(keys)
            file.flush()
            os.fsync(file.fileno())
        for folder in (path.parent, self._folder):
            _sync_folder(folder)
        self._block, self._keys, self._next, self._pid = name, keys, 0, os.getpid()

    def read(self, block: str, slot: int) -> bytes:
        """The key at ``block`` and ``slot``; raises KeyDestroyed."""
        try:
            with self._path(block).open("rb") as file:
                file.seek(slot * KEY_SIZE)
                key = file.read(KEY_SIZE)
        except FileNotFoundError:
            key = b""
        if len(key) != KEY_SIZE or not any(key):
            raise KeyDestroyed
        return key

    def destroy(self, places: Iterable[tuple[str, int]]) -> None:
        """Overwrite keys with zeros and wait for the disk. A block that is not there holds no key any more."""
        by_block: dict[str, list[int]] = {}
        for block, slot in places:
            by_block.setdefault(block, []).append(slot)
        for block, slots in by_block.items():
            try:
                file = self._path(block).open("r+b")
            except FileNotFoundError:
                continue
            with file:
                for slot in slots:
                    if 0 <= slot < BLOCK:
                        file.seek(slot * KEY_SIZE)
                        file.write(bytes(KEY_SIZE))
                file.flush()
                os.fsync(file.fileno())

    def _path(self, block: str) -> Path:
        if not _NAME.fullmatch(block):
            raise KeyDestroyed
        return self._folder / block[:2] / block


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
