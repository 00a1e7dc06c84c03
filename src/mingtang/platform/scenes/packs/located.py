"""Safe YAML in which every value knows its line, and a cursor that reads it and collects every fault at once.

A subset of YAML 1.2: mappings with text keys, sequences, and plain scalars - text, true/false, null, whole and decimal numbers,
dates (2026-03-01). Anchors, aliases, tags, merge keys, several documents and repeated keys are refused, so a hostile file can
neither grow in memory nor build objects; ``yes`` and ``on`` are text, as people mean them. Bounds: 1 MB, depth 40,
100,000 values.

Example::

    source = Source.parse("scene.yaml", b"titles: {zh: 热线, en: Hotline}")
    titles = source.root().at("titles").words()      # Words(zh="热线", en="Hotline")
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import yaml

from mingtang.kernel import Sentence
from mingtang.platform.scenes.packs.faults import Finding

LARGEST = 1_000_000
DEEPEST = 40
MOST = 100_000
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})$")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,30}\.[0-9]{1,30}(?:[eE][-+]?[0-9]{1,3})?$")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})$")
_Path = tuple[str | int, ...]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Words(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The text in ``language`` ("zh..." or anything else for English)."""
        return self.zh if language.lower().startswith("zh") else self.en


class _Broken(Exception):
    def __init__(self, path: _Path, line: int, text: Sentence) -> None:
        self.path, self.line, self.text = path, line, text


@dataclass
class Source:
    """One file: its plain value, the line of each value, and the faults found so far."""

    file: str
    value: Any = None
    findings: list[Finding] = field(default_factory=list)
    _lines: dict[_Path, int] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, file: str, content: bytes) -> Source:
        """Read ``content``; a file that is not YAML of the subset gives a source with one finding and the value None."""
        source = cls(file)
        try:
            if len(content) > LARGEST:
                raise _Broken((), 0, Sentence(f"文件超过 {LARGEST} 字节", f"the file is larger than {LARGEST} bytes"))
            source.value = _Builder(source._lines).document(content.decode("utf-8-sig"))
        except UnicodeDecodeError as fault:
            line = content[: fault.start].count(b"\n") + 1
            source.fault("scenes.not_utf8", (), Sentence("文件不是 UTF-8 编码", "the file is not UTF-8"), line)
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            problem = getattr(fault, "problem", None) or "not YAML"
            source.fault(
                "scenes.not_yaml",
                (),
                Sentence(f"不是正确的 YAML：{problem}", f"not YAML: {problem}"),
                mark.line + 1 if mark else 0,
            )
        except RecursionError:
            source.fault("scenes.not_yaml", (), Sentence("嵌套太深", "nested too deeply"))
        except _Broken as fault:
            source.fault("scenes.not_yaml", fault.path, fault.text, fault.line)
        return source

    def root(self) -> Cursor:
        """The cursor over the whole file."""
        return Cursor(self, self.value, ())

    def line(self, path: _Path) -> int:
        """The line of the value at ``path``, or of the nearest value around it."""
        while path not in self._lines and path:
            path = path[:-1]
        return self._lines.get(path, 0)

    def fault(self, code: str, path: _Path, text: Sentence, line: int = 0, level: str = "error") -> None:
        """Note a fault at ``path``."""
        self.findings.append(Finding(code, self.file, written(path), line or self.line(path), text, level))


def written(path: _Path) -> str:
    """``("questions", 2, "type")`` as ``questions[2].type``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


class _Builder:
    """Composes nodes into plain values. Composing alone builds no objects of the file's choosing."""

    def __init__(self, lines: dict[_Path, int]) -> None:
        self._lines = lines
        self._left = MOST

    def document(self, text: str) -> Any:
        self._refuse_references(text)
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
        return None if node is None else self._value(node, ())

    def _refuse_references(self, text: str) -> None:
        """A pass over the events alone: depth, number, anchors. Nothing is built before it is known to be small."""
        depth = 0
        for event in yaml.parse(text, Loader=_Loader):
            self._left -= 1
            line = event.start_mark.line + 1
            if self._left < 0:
                raise _Broken((), line, Sentence(f"超过 {MOST} 个值", f"more than {MOST} values"))
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _Broken((), line, Sentence("不允许使用锚点和别名", "anchors and aliases are not allowed"))
            if getattr(event, "tag", None):
                raise _Broken((), line, Sentence("不允许使用标签", "tags are not allowed"))
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    raise _Broken((), line, Sentence(f"嵌套超过 {DEEPEST} 层", f"nested deeper than {DEEPEST}"))
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1

    def _value(self, node: yaml.Node, path: _Path) -> Any:
        self._lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, i)) for i, item in enumerate(node.value)]
        if node.style in ("'", '"', "|", ">"):
            return node.value
        return _scalar(node.value, path, node.start_mark.line + 1)

    def _mapping(self, node: yaml.MappingNode, path: _Path) -> dict:
        out: dict = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise _Broken(path, line, Sentence("键必须是文本", "a key must be text"))
            key = key_node.value
            if key == "<<":
                raise _Broken(path, line, Sentence("不允许使用合并键", "merge keys are not allowed"))
            if key in out:
                raise _Broken((*path, key), line, Sentence(f"键“{key}”重复", f"the key “{key}” is given twice"))
            out[key] = self._value(value_node, (*path, key))
            self._lines[(*path, key)] = line
        return out


def _scalar(text: str, path: _Path, line: int) -> Any:
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _WHOLE.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    found = _DATE.match(text)
    if found:
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            raise _Broken(path, line, Sentence(f"没有 {text} 这一天", f"there is no day {text}")) from None
    return text


_MISSING = object()


class Cursor:
    """A value of a file and its place. Each reader notes a fault and answers an empty value instead of raising."""

    __slots__ = ("path", "source", "value")

    def __init__(self, source: Source, value: Any, path: _Path) -> None:
        self.source, self.value, self.path = source, value, path

    @property
    def given(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not _MISSING and self.value is not None

    def fault(self, zh: str, en: str, code: str = "scenes.format") -> None:
        """Note a fault here."""
        self.source.fault(code, self.path, Sentence(zh, en))

    def at(self, key: str) -> Cursor:
        """The value under ``key``; missing where this is no mapping or has no such key."""
        inner = self.value.get(key, _MISSING) if isinstance(self.value, dict) else _MISSING
        return Cursor(self.source, inner, (*self.path, key))

    def fields(self, *known: str, needed: tuple[str, ...] = ()) -> bool:
        """Whether this is a mapping; notes keys that are not ``known`` and ``needed`` ones that are missing."""
        if not isinstance(self.value, dict):
            self.fault("应是一组“键: 值”", "must be a mapping of keys to values")
            return False
        for key in self.value:
            if key not in known and key not in needed:
                self.at(key).fault(f"不认识的键“{key}”", f"unknown key “{key}”; known here: {', '.join((*needed, *known))}")
        for key in needed:
            if not self.at(key).given:
                self.fault(f"缺少“{key}”", f"“{key}” is missing")
        return True

    def items(self, needed: bool = False) -> Iterator[Cursor]:
        """The members of a list; nothing where it is missing and not ``needed``."""
        if not self.given:
            if needed:
                self.fault("缺少列表", "a list is missing here")
            return
        if not isinstance(self.value, list):
            self.fault("应是列表", "must be a list")
            return
        for i, item in enumerate(self.value):
            yield Cursor(self.source, item, (*self.path, i))

    def keys(self) -> Iterator[tuple[str, Cursor]]:
        """The members of a mapping."""
        if isinstance(self.value, dict):
            for key in self.value:
                yield key, self.at(key)
        elif self.given:
            self.fault("应是一组“键: 值”", "must be a mapping of keys to values")

    def text(self, default: str = "", longest: int = 4000, pattern: str = "") -> str:
        """A text; numbers are taken as they are written."""
        if not self.given:
            return default
        if isinstance(self.value, (dict, list, bool)):
            self.fault("应是文本", "must be text")
            return default
        text = str(self.value).strip()
        if len(text) > longest:
            self.fault(f"超过 {longest} 个字", f"longer than {longest} characters")
            return default
        if pattern and not re.fullmatch(pattern, text):
            self.fault(f"“{text[:40]}”的写法不对，应符合 {pattern}", f"“{text[:40]}” is not of the form {pattern}")
            return default
        return text

    def words(self, needed: bool = True) -> Words:
        """A text in both languages: ``{zh: ..., en: ...}``. One text alone is a fault, for both languages are complete."""
        if not self.given:
            if needed:
                self.fault("缺少中英文文字", "the text in Chinese and English is missing")
            return Words("", "")
        if not self.fields(needed=("zh", "en")):
            return Words("", "")
        return Words(self.at("zh").text(), self.at("en").text())

    def one_of(self, choices: tuple[str, ...], default: str = "") -> str:
        """One of ``choices``."""
        if not self.given:
            return default
        if self.value not in choices:
            self.fault(f"应是其中之一：{'、'.join(choices)}", f"must be one of: {', '.join(choices)}")
            return default or choices[0]
        return self.value

    def flag(self, default: bool = False) -> bool:
        """true or false."""
        if not self.given:
            return default
        if not isinstance(self.value, bool):
            self.fault("应是 true 或 false", "must be true or false")
            return default
        return self.value

    def number(self, default: float | None = None) -> int | float | None:
        """A number."""
        if not self.given:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            self.fault("应是数字", "must be a number")
            return default
        return self.value

    def day(self, default: date | None = None) -> date | None:
        """A date."""
        if not self.given:
            return default
        if not isinstance(self.value, date):
            self.fault("应是日期，写作 2026-03-01", "must be a date, written 2026-03-01")
            return default
        return self.value
