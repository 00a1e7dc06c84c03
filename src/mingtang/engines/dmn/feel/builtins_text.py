"""Functions of strings (DMN 1.5, 10.3.4.3). Positions count characters, not code units, from 1 or from the end with a minus.

Regular expressions are those of XPath, run by the ``regex`` library in its set-aware mode with a time limit: a hostile pattern gives null.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mingtang.engines.dmn.feel.defining import define, whole
from mingtang.engines.dmn.feel.values import Null

_SECONDS = 0.5
_LONGEST = 2_000_000


@define("substring", "string: string, start position: number, length: number?*")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    at = whole("substring", start)
    if at == 0 or abs(at) > len(text):
        raise Null("substring: start position lies outside the string")
    begin = at - 1 if at > 0 else len(text) + at
    if length is None:
        return text[begin:]
    count = int(length)
    if count < 1:
        raise Null("substring: length is below 1")
    return text[begin:begin + count]


@define("string length", "string: string")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@define("upper case", "string: string")
def upper_case(text: str) -> str:
    return text.upper()


@define("lower case", "string: string")
def lower_case(text: str) -> str:
    return text.lower()


@define("substring before", "string: string, match: string")
def substring_before(text: str, match: str) -> str:
    found = text.find(match)
    return text[:found] if found > 0 else ""


@define("substring after", "string: string, match: string")
def substring_after(text: str, match: str) -> str:
    found = text.find(match)
    return text[found + len(match):] if found >= 0 else ""


@define("contains", "string: string, match: string")
def contains(text: str, match: str) -> bool:
    return match in text


@define("starts with", "string: string, match: string")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@define("ends with", "string: string, match: string")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@lru_cache(maxsize=512)
def _pattern(pattern: str, flags: str) -> Any:
    import regex

    if not set(flags) <= set("smix"):
        raise Null(f"flags of a pattern are s, m, i and x, not {flags}")
    if len(pattern) > 2000:
        raise Null("pattern over 2,000 characters")
    bits = regex.VERSION1
    for letter, bit in (("s", regex.DOTALL), ("m", regex.MULTILINE), ("i", regex.IGNORECASE)):
        if letter in flags:
            bits |= bit
    try:
        return regex.compile(_translated(pattern, flags), bits)
    except (regex.error, OverflowError, RecursionError) as fault:
        raise Null(f"not a pattern: {fault}") from None


def _translated(pattern: str, flags: str) -> str:
    """XPath's pattern as the library writes it: class subtraction, name classes, free spacing, a dot that stops at line ends."""
    if "x" in flags:
        pattern = _without_spaces(pattern)
    if re.search(r"\(\?(?!:)", pattern):
        raise Null("not a pattern: (? is not of XPath")
    out: list[str] = []
    depth, at = 0, 0
    while at < len(pattern):
        char, follow = pattern[at], pattern[at + 1:at + 2]
        if char == "\\" and follow:
            out.append(_escape(follow, depth > 0))
            at += 2
            if follow in "pP" and pattern.startswith("{Is", at):  # XPath's Is is a block, the library writes In
                out.append("{In")
                at += 3
            continue
        if char == "[":
            if depth and (not out or out[-1] != "--"):
                raise Null("not a pattern: [ within a class")
            depth += 1
        elif char == "]":
            depth = max(0, depth - 1)
        elif char == "-" and depth and follow == "[":
            char = "--"  # the library writes subtraction with two
        elif char == "." and not depth and "s" not in flags:
            char = r"[^\n\r]"
        out.append(char)
        at += 1
    return "".join(out)


_NAME_CLASSES = {"i": r"_:\p{L}", "c": r"\-._:\p{L}\p{N}\p{M}"}


def _escape(letter: str, in_class: bool) -> str:
    if letter in _NAME_CLASSES:
        return _NAME_CLASSES[letter] if in_class else f"[{_NAME_CLASSES[letter]}]"
    if letter in "IC":
        return f"[^{_NAME_CLASSES[letter.lower()]}]"
    if letter == "0" or (letter.isdigit() and in_class):
        raise Null("not a pattern: a reference to a group stands where none can")
    return "\\" + letter


def _without_spaces(pattern: str) -> str:
    """White space taken out, but for that within classes (flag x)."""
    kept, depth = [], 0
    for i, char in enumerate(pattern):
        escaped = i > 0 and pattern[i - 1] == "\\"
        if char == "[" and not escaped:
            depth += 1
        elif char == "]" and not escaped:
            depth = max(0, depth - 1)
        if depth or char not in " \t\r\n":
            kept.append(char)
    return "".join(kept)


def _searched(work: Any) -> Any:
    try:
        return work()
    except TimeoutError:
        raise Null("the pattern takes too long on this text") from None


@define("matches", "input: string, pattern: string, flags: string?*")
def matches(text: str, pattern: str, flags: str | None = None) -> bool:
    compiled = _pattern(pattern, flags or "")
    return _searched(lambda: compiled.search(text, timeout=_SECONDS)) is not None


@define("replace", "input: string, pattern: string, replacement: string, flags: string?*")
def replace(text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    compiled = _pattern(pattern, flags or "")
    if compiled.search("") is not None:
        raise Null("replace: the pattern matches nothing at all")
    parts = _replacement(replacement, compiled.groups)

    def put(found: Any) -> str:
        return "".join(part if isinstance(part, str) else (found[part] or "") for part in parts)

    result = _searched(lambda: compiled.sub(put, text, timeout=_SECONDS))
    if len(result) > _LONGEST:
        raise Null("replace: the result is too long")
    return result


def _replacement(text: str, groups: int) -> list[str | int]:
    parts: list[str | int] = []
    at = 0
    while at < len(text):
        char, follow = text[at], text[at + 1:at + 2]
        if char == "\\":
            if follow not in ("\\", "$"):
                raise Null("replace: \\ stands before \\ or $ alone")
            parts.append(follow)
            at += 2
        elif char == "$":
            digits = re.match(r"[0-9]+", text[at + 1:])
            if digits is None:
                raise Null("replace: $ stands before a group's number")
            written_number = digits[0]
            while len(written_number) > 1 and int(written_number) > groups:
                written_number = written_number[:-1]
            group = int(written_number)
            parts.append(group if group <= groups else "")
            at += 1 + len(written_number)
        else:
            parts.append(char)
            at += 1
    return parts


@define("split", "string: string, delimiter: string")
def split(text: str, delimiter: str) -> list:
    compiled = _pattern(delimiter, "")
    return _searched(lambda: [part or "" for part in compiled.split(text, timeout=_SECONDS)])


@define("string join", "list: list, delimiter: string?*")
def string_join(items: list, delimiter: str | None = None) -> str:
    if any(item is not None and not isinstance(item, str) for item in items):
        raise Null("string join: the list holds more than strings")
    result = (delimiter or "").join(item for item in items if item is not None)
    if len(result) > _LONGEST:
        raise Null("string join: the result is too long")
    return result


TEXT_FUNCTIONS = (
    substring, string_length, upper_case, lower_case, substring_before, substring_after, contains, starts_with, ends_with, matches, replace, split, string_join,
)
