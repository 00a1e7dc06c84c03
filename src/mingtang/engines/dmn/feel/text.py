"""Reading FEEL's text: white space and comments, numbers, strings, names with spaces.

A name may hold spaces and some operators, so where a name ends depends on which names are known: the longest known name that
stands at the place wins, else the run of name characters. Names are kept normalised: one space between parts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from mingtang.engines.dmn.feel.errors import FeelSyntax
from mingtang.engines.dmn.feel.values import DECIMAL128

LONGEST_TEXT = 100_000
_SPACE = re.compile(r"(?:[\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_START = r"?A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_PART = re.compile(f"[{_START.replace('?', '')}][{_START.replace('?', '')}0-9\u0300-\u036f\u203f-\u2040]*")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}

KEYWORDS = frozenset((
    "and", "or", "if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "between", "instance", "of", "function",
    "external", "true", "false", "null", "not",
))


def normal(name: str) -> str:
    """``name`` with single spaces, as names are compared."""
    return " ".join(name.split())


def is_name_part(char: str) -> bool:
    """Whether a name could go on with ``char``."""
    return bool(char) and (_PART.match(char) is not None or char.isdigit())


@lru_cache(maxsize=8192)
def _pattern(name: str) -> re.Pattern | None:
    """What finds a name that is more than one word; None for a single word, which needs no finding."""
    if not name or _PART.fullmatch(name):
        return None
    if name.replace(" ", "").isalnum():
        return re.compile(r"\s+".join(re.escape(word) for word in name.split()))
    words = [re.escape(part) for part in re.split(r"\s+|(?=[^\w])|(?<=[^\w])", name) if part and part.strip()]
    return re.compile(r"\s*".join(words))


_Found = tuple[tuple[str, re.Pattern], ...]


def _longest_first(found: Iterable[tuple[str, re.Pattern]]) -> _Found:
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


@lru_cache(maxsize=128)
def _vocabulary(known: frozenset[str]) -> dict[str, _Found]:
    """The patterns of names by their first character, longest first."""
    gathered: dict[str, list[tuple[str, re.Pattern]]] = {}
    for name in {normal(name) for name in known}:
        pattern = _pattern(name)
        if pattern is not None:
            gathered.setdefault(name[0], []).append((name, pattern))
    return {first: _longest_first(found) for first, found in gathered.items()}


class Reader:
    """A place in the text and what can be read there. Raises FeelSyntax with line and column."""

    def __init__(self, text: str, known: Iterable[str] = ()) -> None:
        if len(text) > LONGEST_TEXT:
            raise FeelSyntax(path="line 1, column 1", reason=f"text over {LONGEST_TEXT} characters")
        self.text = text
        self.at = 0
        self._patterns = _vocabulary(frozenset(known))
        self.space()

    def learn(self, name: str) -> None:
        """From here on ``name`` is known, with its spaces and operators."""
        name = normal(name)
        pattern = _pattern(name)
        if pattern is not None and all(known != name for known, _ in self._patterns.get(name[0], ())):
            # The patterns are shared by every reader of the same names: they are replaced, never changed.
            self._patterns = {**self._patterns, name[0]: _longest_first((*self._patterns.get(name[0], ()), (name, pattern)))}

    def fail(self, reason: str, at: int | None = None) -> FeelSyntax:
        """The error for ``reason`` at the place reached."""
        place = self.at if at is None else at
        line = self.text.count("\n", 0, place) + 1
        column = place - (self.text.rfind("\n", 0, place) + 1) + 1
        shown = reason.encode("utf-8", "replace").decode()  # half a character of the text must not break the page that shows it
        return FeelSyntax(path=f"line {line}, column {column}", reason=shown)

    def space(self) -> None:
        """Pass over white space and comments."""
        found = _SPACE.match(self.text, self.at)
        if found:
            self.at = found.end()
        if self.text.startswith("/*", self.at):
            raise self.fail("comment without end")

    @property
    def done(self) -> bool:
        return self.at >= len(self.text)

    def peek(self, symbol: str) -> bool:
        """Whether ``symbol`` stands here."""
        return self.text.startswith(symbol, self.at)

    def take(self, symbol: str) -> bool:
        """Pass ``symbol`` and what white space follows, if it stands here."""
        if not self.text.startswith(symbol, self.at):
            return False
        self.at += len(symbol)
        self.space()
        return True

    def need(self, symbol: str) -> None:
        """Pass ``symbol``; raises FeelSyntax if it does not stand here."""
        if not self.take(symbol):
            found = self.text[self.at:self.at + 12] or "the end"
            raise self.fail(f"{symbol} expected, {found} found")

    def is_word(self, word: str) -> bool:
        """Whether the keyword ``word`` stands here as a whole word."""
        end = self.at + len(word)
        return self.text.startswith(word, self.at) and not is_name_part(self.text[end:end + 1])

    def take_word(self, word: str) -> bool:
        """Pass the keyword ``word`` if it stands here."""
        if not self.is_word(word):
            return False
        self.at += len(word)
        self.space()
        return True

    def need_word(self, word: str) -> None:
        if not self.take_word(word):
            raise self.fail(f"{word} expected")

    def number(self) -> Decimal | None:
        """The number that stands here, or None."""
        found = _NUMBER.match(self.text, self.at)
        if found is None or len(found[0]) > 1000:
            return None
        try:
            value = DECIMAL128.create_decimal(found[0])
        except ArithmeticError:
            raise self.fail("number beyond decimal128") from None
        self.at = found.end()
        self.space()
        return value

    def string(self) -> str | None:
        """The string literal that stands here with its escapes resolved, or None."""
        if not self.peek('"'):
            return None
        found = _STRING.match(self.text, self.at)
        if found is None:
            raise self.fail("string without end")
        self.at = found.end()
        self.space()
        return _ESCAPE.sub(_unescape, found[1]).encode("utf-16", "surrogatepass").decode("utf-16", "replace") if "\\" in found[1] else found[1]

    def name(self) -> str | None:
        """The name that stands here, or None: the longest known one, else a run of name characters that is no keyword."""
        known = self._known_name()
        if known is not None:
            return known
        found = _PART.match(self.text, self.at)
        if found is None or found[0] in KEYWORDS:
            return None
        self.at = found.end()
        self.space()
        return found[0]

    def _known_name(self) -> str | None:
        plain = _PART.match(self.text, self.at)
        reach = plain.end() if plain else self.at
        for name, pattern in self._patterns.get(self.text[self.at:self.at + 1], ()):
            found = pattern.match(self.text, self.at)
            if found is None or (found.end() < reach and is_name_part(self.text[found.end():found.end() + 1])):
                continue
            if is_name_part(name[-1]) and is_name_part(self.text[found.end():found.end() + 1]):
                continue
            if found.end() < reach:
                continue
            self.at = found.end()
            self.space()
            return name
        return None

    def loose_name(self, ends: tuple[str, ...]) -> str:
        """A name being introduced - everything up to one of ``ends`` (symbols, or words after white space) - normalised."""
        start = self.at
        while not self.done:
            if any(self._ends(end, start) for end in ends):
                break
            self.at += 1
        text = normal(_SPACE.sub(" ", self.text[start:self.at]))
        if not text or self.done or not _PART.match(text):
            self.at = start
            raise self.fail("name expected")
        return sys.intern(text)

    def _ends(self, end: str, start: int) -> bool:
        if end[0].isalpha():
            return self.at > start and not is_name_part(self.text[self.at - 1]) and self.is_word(end)
        return self.peek(end)


def _unescape(found: re.Match) -> str:
    if found[1]:
        return chr(int(found[1], 16))
    if found[2]:
        code = int(found[2], 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return _SIMPLE.get(found[3], "\\" + found[3])
