"""From a message to numbers: runs of one to four characters of its words, weighted by how rare they are, at unit length.

The title counts three times. Digits, Latin letters and punctuation separate runs in Chinese text; in a text without Chinese, whole words count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z]{2,30}")
LONGEST = 4
TITLE_WEIGHT = 3
_MOST_CHARACTERS = 5000


def grams(text: str) -> Counter[str]:
    """How often each run of characters stands in ``text`` (at most 5,000 characters are read)."""
    text = text[:_MOST_CHARACTERS]
    counted: Counter[str] = Counter()
    for run in _CHINESE.findall(text):
        for length in range(1, LONGEST + 1):
            counted.update(run[i:i + length] for i in range(len(run) - length + 1))
    counted.update(_WORD.findall(text.lower()))
    return counted


def message(title: str, text: str) -> Counter[str]:
    """The runs of a message with its title."""
    counted = grams(f"{title}\n{text}")
    for gram, times in grams(title).items():
        counted[gram] += times * (TITLE_WEIGHT - 1)
    return counted


class Weights:
    """Rareness of each run over a collection: idf = ln((1 + N) / (1 + df)) + 1; runs in fewer than ``least`` documents are left out."""

    def __init__(self, documents: Sequence[Counter[str]], least: int = 2) -> None:
        frequency: Counter[str] = Counter()
        for document in documents:
            frequency.update(document.keys())
        self.features = sorted(gram for gram, count in frequency.items() if count >= least)
        self.place = {gram: i for i, gram in enumerate(self.features)}
        counts = np.array([frequency[gram] for gram in self.features], dtype=float)
        self.idf = np.log((1 + len(documents)) / (1 + counts)) + 1

    def row(self, document: Counter[str]) -> tuple[np.ndarray, np.ndarray]:
        """Places and values of a document's runs, at unit length."""
        return weigh(document, self.place, self.idf)


def weigh(document: Counter[str], place: dict[str, int], idf: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places and values of the runs of ``document`` that are known: (1 + ln n) x idf, at unit length."""
    known = [(place[gram], times) for gram, times in document.items() if gram in place]
    places = np.array([at for at, _ in known], dtype=np.int64)
    values = (1 + np.log(np.array([times for _, times in known], dtype=float))) * idf[places] if known else np.zeros(0)
    length = float(np.sqrt((values**2).sum()))
    return places, values / length if length else values
