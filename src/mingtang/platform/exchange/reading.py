"""Reading a declaration key by key: what is missing, of the wrong kind or not known is refused with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mingtang.kernel import Sentence
from mingtang.platform.exchange.faults import BadDeclaration


class Reader:
    """Takes the keys of one mapping; ``done`` refuses those that nobody took."""

    def __init__(self, given: dict[str, Any], file: str, path: str = "") -> None:
        self._given, self._file, self._path = dict(given), file, path

    @classmethod
    def of(cls, plain: bytes, file: str) -> Reader:
        """A reader over canonical JSON."""
        return cls(json.loads(plain), file)

    def _fault(self, key: str, zh: str, en: str) -> BadDeclaration:
        return BadDeclaration(
            file=self._file, path=f"{self._path}{key}", zh=f"{self._path}{key} {zh}", en=f"{self._path}{key} {en}"
        )

    def _take(self, key: str) -> Any:
        return self._given.pop(key, None)

    def text(self, key: str, form: str, otherwise: str | None = None) -> str:
        """A text of the given form."""
        value = self._take(key)
        if value is None and otherwise is not None:
            return otherwise
        if not isinstance(value, str) or not re.fullmatch(form, value):
            raise self._fault(key, "缺少或格式不对", "is missing or not of its form")
        return value

    def one_of(self, key: str, known: tuple[str, ...], otherwise: str | None = None) -> str:
        """One of the known texts."""
        value = self._take(key)
        value = otherwise if value is None else value
        if value not in known:
            raise self._fault(key, f"应为 {'、'.join(known)} 之一", f"must be one of {', '.join(known)}")
        return value

    def count(self, key: str, least: int, most: int, otherwise: int | None = None) -> int:
        """A whole number within bounds."""
        value = self._take(key)
        value = otherwise if value is None else value
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self._fault(key, f"应为 {least} 至 {most} 的整数", f"must be a whole number from {least} to {most}")
        return value

    def number(self, key: str) -> float | None:
        """A number, or nothing."""
        value = self._take(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float))):
            raise self._fault(key, "应为数字", "must be a number")
        return value

    def flag(self, key: str) -> bool:
        """True or false; false where left out."""
        value = self._take(key) or False
        if not isinstance(value, bool):
            raise self._fault(key, "应为 true 或 false", "must be true or false")
        return value

    def words(self, key: str, optional: bool = False) -> Sentence:
        """A text in both languages."""
        value = self._take(key)
        if value is None and optional:
            return Sentence("", "")
        if not (
            isinstance(value, dict)
            and set(value) == {"zh", "en"}
            and all(isinstance(text, str) and text.strip() for text in value.values())
        ):
            raise self._fault(key, "要有中英文（zh、en）", "needs both languages (zh, en)")
        return Sentence(value["zh"], value["en"])

    def values(self, key: str) -> list[Any]:
        """A list of plain values; empty where left out."""
        value = self._take(key)
        value = [] if value is None else value
        if not isinstance(value, list) or len(value) > 500 or any(isinstance(one, (dict, list)) for one in value):
            raise self._fault(key, "应为列表", "must be a list")
        return value

    def names(self, key: str) -> dict[str, list[str]]:
        """A mapping of names to lists of names; empty where left out."""
        value = self._take(key) or {}
        if not isinstance(value, dict) or any(
            not isinstance(names, list) or any(not isinstance(n, str) for n in names) for names in value.values()
        ):
            raise self._fault(key, "应为数据源到数据项列表", "must map sources to lists of fields")
        return value

    def items(self, key: str, needed: bool = True) -> Iterator[Reader]:
        """A list of mappings, each with its own reader."""
        value = self._take(key)
        value = [] if value is None and not needed else value
        if not isinstance(value, list) or len(value) > 500 or any(not isinstance(item, dict) for item in value):
            raise self._fault(key, "应为列表", "must be a list")
        for i, item in enumerate(value):
            yield Reader(item, self._file, f"{self._path}{key}[{i}].")

    def inner(self, key: str) -> Reader | None:
        """The reader of a mapping inside, or None."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self._fault(key, "应是一组键和值", "must be keys and values")
        return Reader(value, self._file, f"{self._path}{key}.")

    def done(self) -> None:
        """Refuse keys that nobody took."""
        if self._given:
            key = sorted(self._given)[0]
            raise self._fault(key, "不是已知的键", "is not a known key")
