"""Where packs lie: folders while they are written, the database once they are published. Loaded packs are kept by hash."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from django.conf import settings

from mingtang.kernel import CallerMistake, Sentence
from mingtang.platform.scenes.models import Publication, StoredFile
from mingtang.platform.scenes.packs import Pack, load, read_folder
from mingtang.platform.scenes.packs.files import pack_hash

_KEPT = 64


class NoSuchScene(CallerMistake):
    """No scene of this name is published."""

    code = "scenes.not_found"
    status = 404
    text = Sentence("没有已公布的场景“{name}”。", "No scene named “{name}” is published.")
    next_step = Sentence("请在服务目录中查找。", "Look it up in the catalogue of services.")


class Shelf:
    """Loaded packs by hash, the least used given up first. A pack is immutable, so nothing here can be stale."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._packs: OrderedDict[str, Pack] = OrderedDict()
        self._folders: dict[Path, tuple[tuple, Pack]] = {}
        self._kept = kept
        self._lock = threading.Lock()

    def of(self, publication: Publication) -> Pack:
        """The pack of ``publication``. Its files are checked against their hashes when they are loaded."""
        with self._lock:
            pack = self._packs.get(publication.hash)
            if pack is not None:
                self._packs.move_to_end(publication.hash)
                return pack
        stored = {file.hash: bytes(file.content) for file in StoredFile.objects.filter(hash__in=set(publication.files.values()))}
        files = {path: stored[content] for path, content in publication.files.items() if content in stored}
        if pack_hash(files) != publication.hash:
            raise StoredPackChanged(name=publication.name, hash=publication.hash)
        pack = load(publication.name, files)
        with self._lock:
            self._packs[publication.hash] = pack
            while len(self._packs) > self._kept:
                self._packs.popitem(last=False)
        return pack

    def draft(self, name: str) -> Pack:
        """The pack as it lies in its folder now. Raises NoSuchScene, PackRefused."""
        folder = folder_of(name)
        if folder is None:
            raise NoSuchScene(name=name[:60])
        state = tuple(
            sorted((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.is_file())
        )
        known = self._folders.get(folder)
        if known and known[0] == state:
            return known[1]
        pack = load(name, read_folder(folder), folder)
        self._folders[folder] = (state, pack)
        return pack


class StoredPackChanged(CallerMistake):
    """The stored files of a publication are no longer those that were published."""

    code = "scenes.stored_pack_changed"
    status = 409
    text = Sentence(
        "已公布的场景“{name}”的文件与公布时的散列值不符。",
        "The files of the published scene “{name}” no longer match the hash that was published.",
    )
    next_step = Sentence("请运行 mingtang ledger audit，并从备份恢复。", "Run mingtang ledger audit and restore from a backup.")


shelf = Shelf()


def folders() -> dict[str, Path]:
    """The folders of packs by name; the first folder of the setting wins."""
    found: dict[str, Path] = {}
    for root in settings.SCENES:
        if Path(root).is_dir():
            for folder in sorted(Path(root).iterdir()):
                if (folder / "scene.yaml").is_file():
                    found.setdefault(folder.name, folder)
    return found


def folder_of(name: str) -> Path | None:
    """The folder of the pack ``name``; a name is only ever looked up among those that are there."""
    return folders().get(name)
