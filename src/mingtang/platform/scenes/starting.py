"""A new scene pack to start from: small, whole, and one that passes the check. The author replaces it piece by piece."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template

from mingtang.kernel import CallerMistake, Sentence
from mingtang.platform.scenes.packs.files import NAME

_PATTERN = Path(__file__).resolve().parent / "pattern"


class CannotStart(CallerMistake):
    """The folder cannot become a new pack."""

    code = "scenes.cannot_start"
    text = Sentence("不能在“{folder}”新建场景包：{zh}。", "A new pack cannot be made in “{folder}”: {en}.")
    next_step = Sentence("请换一个目录名。", "Choose another folder.")


def write_new(folder: Path) -> list[Path]:
    """Write the pattern into ``folder``, which must not exist or be empty; returns the files written. Raises CannotStart."""
    name = folder.resolve().name
    if not re.fullmatch(NAME, name):
        raise CannotStart(
            folder=name, zh="目录名只能用小写字母、数字和短横", en="its name must hold small letters, digits and hyphens only"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotStart(folder=name, zh="目录已存在且不为空", en="it exists and is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted(_PATTERN.iterdir()):
        target = folder / source.name.removesuffix(".txt")
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(name=name), encoding="utf-8")
        written.append(target)
    return written
