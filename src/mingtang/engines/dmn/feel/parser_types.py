"""Reading types: names, and list, range, context and function with their parts (DMN 1.5, 10.3.1, rule 52)."""

from __future__ import annotations

from mingtang.engines.dmn.feel import ast
from mingtang.engines.dmn.feel.text import Reader
from mingtang.engines.dmn.feel.types import TYPE_NAMES

DEEPEST = 120


class TypeParser:
    """The part of the parser that reads types."""

    def __init__(self, read: Reader) -> None:
        self.read = read
        self._depth = 0

    def type(self) -> ast.TypeNode:
        """A type: a name, ``list<T>``, ``range<T>``, ``context<a: T>`` or ``function<T> -> T``."""
        read = self.read
        at = read.at
        self._depth += 1
        if self._depth > DEEPEST:
            raise read.fail(f"nested deeper than {DEEPEST}")
        try:
            for word in ("list", "range", "context", "function"):
                if read.is_word(word) and read.text[at + len(word):].lstrip().startswith("<"):
                    read.take_word(word)
                    read.take("<")
                    return self._composite(at, word)
            for name in TYPE_NAMES:
                if read.take_word(name):
                    return ast.TypeNode(at, name)
            name = read.name()
            if name is None:
                raise read.fail("type expected")
            while read.take("."):
                name += "." + (read.name() or "")
            return ast.TypeNode(at, name)
        finally:
            self._depth -= 1

    def _composite(self, at: int, word: str) -> ast.TypeNode:
        read = self.read
        if word == "context":
            fields = []
            while not read.take(">"):
                name = read.loose_name((":",))
                read.need(":")
                fields.append((name, self.type()))
                read.take(",")
            return ast.TypeNode(at, word, (), tuple(fields))
        parts = []
        while not read.take(">"):
            parts.append(self.type())
            read.take(",")
        if word == "function":
            read.need("->")
            parts.append(self.type())
        return ast.TypeNode(at, word, tuple(parts))
