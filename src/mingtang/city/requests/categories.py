"""The category tree of the hotline: names in both languages, and the words of a text that suggest a category.

The tree is data of the scene pack (``categories.yaml``). Without a trained model these words are the whole suggestion; each
suggestion names the words that made it.

Example::

    tree = categories.tree(pack)
    tree.name("utility.water.outage", "en")            # "No water"
    tree.suggest("小区停水三天了")[0].code                # "utility.water.outage"
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_READ = 4000  # characters of a text that are looked at
_KEPT = 5


@dataclass(frozen=True, slots=True)
class Category:
    """One leaf of the tree; ``group`` and ``area`` are the codes above it."""

    code: str
    group: str
    area: str
    name_zh: str
    name_en: str
    words: tuple[str, ...]

    def name(self, language: str) -> str:
        """The name in ``language`` ("zh..." or English)."""
        return self.name_zh if language.lower().startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category that a text suggests, how strongly (0..1), and the words that did."""

    code: str
    score: float
    words: tuple[str, ...]


class Tree:
    """The category tree of one version of the pack."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.version: str = str(data["version"])
        self.other: str = data["other"]
        self.leaves: dict[str, Category] = {}
        self.names: dict[str, tuple[str, str]] = {}  # of areas and groups
        for area in data["areas"]:
            self.names[area["code"]] = (area["zh"], area["en"])
            for group in area["groups"]:
                self.names[group["code"]] = (group["zh"], group["en"])
                for leaf in group["categories"]:
                    words = tuple(str(word).lower() for word in leaf.get("words", ()))
                    self.leaves[leaf["code"]] = Category(leaf["code"], group["code"], area["code"], leaf["zh"], leaf["en"], words)
        self._word = _finder({word: leaf.code for leaf in self.leaves.values() for word in leaf.words})
        self._by_word: dict[str, tuple[str, ...]] = {}
        for leaf in self.leaves.values():
            for word in leaf.words:
                self._by_word[word] = (*self._by_word.get(word, ()), leaf.code)
        danger = data.get("danger_words", {})
        self._danger = _finder({str(word).lower(): "" for words in danger.values() for word in words})

    def __contains__(self, code: str) -> bool:
        return code in self.leaves

    def name(self, code: str, language: str) -> str:
        """The name of an area, group or category in ``language``; the code itself where it is unknown."""
        leaf = self.leaves.get(code)
        zh, en = (leaf.name_zh, leaf.name_en) if leaf else self.names.get(code, (code, code))
        return zh if language.lower().startswith("zh") else en

    def suggest(self, text: str) -> list[Suggestion]:
        """Up to five categories whose words stand in ``text``, the likeliest first; long words count more. Linear in the text."""
        weight: dict[str, float] = {}
        seen: dict[str, list[str]] = {}
        for word in dict.fromkeys(found.group(0) for found in self._word.finditer(text[:_READ].lower())):
            for code in self._by_word[word]:
                weight[code] = weight.get(code, 0.0) + _worth(word)
                seen.setdefault(code, []).append(word)
        total = sum(weight.values())
        ranked = sorted(weight, key=lambda code: (-weight[code], code))[:_KEPT]
        return [Suggestion(code, round(weight[code] / total, 4), tuple(seen[code])) for code in ranked]

    def area_named(self, name: str) -> str | None:
        """The code of the area called ``name`` in either language, or None."""
        return next((code for code, names in self.names.items() if name in names and "." not in code), None)

    def first_of(self, area: str) -> str:
        """The first category of ``area``: where its words name none more closely."""
        return next(code for code, leaf in self.leaves.items() if leaf.area == area)

    def class_names(self) -> list[tuple[str, str]]:
        """(name of the area, word) for every name and word of the tree in Chinese: what a learner may take from it."""
        found = []
        for leaf in self.leaves.values():
            area = self.names[leaf.area][0]
            found += [(area, word) for word in (leaf.name_zh, self.names[leaf.group][0], *leaf.words) if not word.isascii()]
        return list(dict.fromkeys(found))

    def danger(self, text: str) -> tuple[str, ...]:
        """The words of ``text`` that speak of danger to life or property."""
        return tuple(dict.fromkeys(found.group(0) for found in self._danger.finditer(text[:_READ].lower())))


_trees: dict[str, Tree] = {}  # by the pack's hash; a process sees few versions


def tree(pack: Any) -> Tree:
    """The tree of ``pack``, built once a version."""
    found = _trees.get(pack.hash)
    if found is None:
        found = _trees[pack.hash] = Tree(pack.data("categories.yaml"))
    return found


def _worth(word: str) -> float:
    # Chinese carries about a word in two characters, English in six.
    return len(word) / 2 if not word.isascii() else max(len(word) / 6, 0.5)


def _finder(words: dict[str, str]) -> re.Pattern[str]:
    """One alternation by first character, longest first; English words only at word borders. No repetition, hence linear."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda w: (-len(w), w)):
        by_first.setdefault(word[0], []).append(rf"{re.escape(word[1:])}(?![a-z])" if word.isascii() else re.escape(word[1:]))
    if not by_first:
        return re.compile(r"(?!)")
    # The set of first characters is looked at first: most places of a text begin no word.
    parts = [
        (r"(?<![a-z])" if first.isascii() else "") + re.escape(first) + f"(?:{'|'.join(rest)})"
        for first, rest in by_first.items()
    ]
    return re.compile(f"(?=[{''.join(map(re.escape, by_first))}])(?:{'|'.join(parts)})")
