"""Recurring problems (每月一题): requests that say the same thing, found from their words and places, ranked for the city's choice.

1. Texts that are the same but for digits and marks are one text with a weight.
2. Each text is a vector of runs of two Chinese signs and of English words (TF-IDF, length one). Runs that stand in more than ``COMMON`` of the texts
   are left out: they tell nothing and cost most.
   The ``TERMS_KEPT`` that say most are kept of each text.
3. Two texts are neighbours where their cosine, with ``SAME_STREET`` more in one street, reaches ``NEAR``; for short texts, in which one shared word
   weighs much, up to ``NEAR_SHORT``.
4. The text with most neighbours (by weight) gathers those not gathered yet; then the next. So a problem has a middle, and no chain of small
   resemblances ties two problems together. Problems whose middles lie within ``MERGE`` are one.
5. Problems are ranked by size, growth over the months before, share unsolved, number of streets: each by its place among all, the sum decides.

The same requests give the same problems on every machine. At most ``TEXTS_MOST`` different texts are compared; of more, those whose hashes are least.
Only masked texts come in, and a word is shown only if ``SHOWN_LEAST`` requests of the problem say it.

Example::

    problems(requests, before=3)[0].words        # ("电动车", "飞线充电", "楼道")
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

TEXTS_MOST = 4000
READ = 800  # signs of a text that are looked at
NEAR, NEAR_SHORT, MERGE, SAME_STREET, COMMON, TERMS_KEPT = 0.15, 0.35, 0.40, 0.04, 0.12, 25
SIZE_LEAST, SHOWN_LEAST = 3, 3
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]{3,20}")
_POLITE = re.compile("尊敬的|您好|你好|领导|请问|请|谢谢|希望|反映|投诉|相关部门|有关部门|解决|处理|问题|情况|我们|居民|市民|业主|现在|已经|没有|政府|书记|市长")
_PARTICLES = "的了在以于是和与也都就被把从对又很不会到去来有个这那区县市镇"
_PLAIN = frozenset("the and for has have had are was were not but with from this that there their they our you your its out all any can been please street".split())


@dataclass(frozen=True, slots=True)
class Said:
    """A request as far as it matters here; ``text`` is masked, ``month`` counts months (year * 12 + month - 1), ``unsolved`` is None while not known."""

    number: str
    text: str
    category: str
    street: str
    month: int
    unsolved: bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A recurring problem of one month: ``before`` is its mean size over the months before, ``growth`` size less that, ``rank`` the sum of places."""

    words: tuple[str, ...]
    category: str
    size: int
    before: float
    growth: float
    answered: int
    unsolved: int
    share_unsolved: float | None
    streets: int
    numbers: tuple[str, ...]
    rank: int


def problems(said: Iterable[Said], month: int, months_before: int = 3, most: int = 20) -> list[Problem]:
    """The problems of ``month`` (counted as in ``Said``) among ``said``, which also brings the months before; the first to be chosen first."""
    texts = _Texts(said, month, months_before)
    if not texts.shapes:
        return []
    groups = _merged(texts, _gathered(texts))
    found = [problem for group in groups if (problem := _problem(texts, group, month, months_before)) is not None]
    return _ranked(found)[:most]


class _Texts:
    """The different texts, the requests that say each, their vectors, and who stands near whom."""

    def __init__(self, said: Iterable[Said], month: int, months_before: int) -> None:
        by_shape: dict[tuple[str, str], list[Said]] = defaultdict(list)
        for one in said:
            if month - months_before <= one.month <= month:
                by_shape[" ".join(_RUN.findall(one.text[:READ].lower())), one.street].append(one)
        shapes = sorted((shape for shape in by_shape if shape[0]), key=lambda shape: hashlib.sha256("\n".join(shape).encode()).digest())[:TEXTS_MOST]
        self.shapes = sorted(shapes)
        self.sayers = [by_shape[shape] for shape in self.shapes]
        self.weight = np.array([len(sayers) for sayers in self.sayers], float)
        streets = sorted({shape[1] for shape in self.shapes})
        self.street = np.array([streets.index(shape[1]) if shape[1] else -1 - i for i, shape in enumerate(self.shapes)])
        self._vectors()

    def _vectors(self) -> None:
        counted = [Counter(terms(shape[0])) for shape in self.shapes]
        frequency: Counter[str] = Counter()
        said: Counter[str] = Counter()
        for count, sayers in zip(counted, self.sayers, strict=True):
            frequency.update(count.keys())
            said.update(dict.fromkeys(count, len(sayers)))
        limit = max(20, COMMON * len(self.shapes))
        self.terms = sorted(term for term, n in frequency.items() if said[term] >= 2 and n <= limit)
        place = {term: i for i, term in enumerate(self.terms)}
        self.rows: list[tuple[np.ndarray, np.ndarray]] = []
        holding: list[list[tuple[int, float]]] = [[] for _ in self.terms]
        for i, count in enumerate(counted):
            known = sorted((place[term], n) for term, n in count.items() if term in place)
            places = np.array([p for p, _ in known], np.int64)
            values = np.array([(1 + np.log(n)) * np.log(1 + len(self.shapes) / frequency[self.terms[p]]) for p, n in known])
            kept = np.sort(np.argsort(-values, kind="stable")[:TERMS_KEPT])
            places, values = places[kept], values[kept]
            values = values / (np.linalg.norm(values) or 1.0)
            self.rows.append((places, values))
            for p, value in zip(places.tolist(), values.tolist(), strict=True):
                holding[p].append((i, value))
        self._holding = [(np.array([i for i, _ in pairs]), np.array([v for _, v in pairs])) for pairs in holding]

    def near(self, i: int) -> np.ndarray:
        """The texts near text ``i``, itself among them."""
        likeness = np.zeros(len(self.shapes))
        for place, value in zip(*self.rows[i], strict=True):
            holders, values = self._holding[place]
            likeness[holders] += value * values
        likeness += SAME_STREET * ((self.street == self.street[i]) & (likeness >= NEAR / 2))
        likeness[i] = 1.0
        return np.flatnonzero(likeness >= NEAR + (NEAR_SHORT - NEAR) * (1 - len(self.rows[i][0]) / TERMS_KEPT))


def terms(text: str) -> list[str]:
    """The runs of two signs and the words of ``text``, courtesies left out."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if run[0] < "\u4e00":
            if run not in _PLAIN:
                found.append(run)
            continue
        for part in _POLITE.split(run):
            found += [part[i:i + 2] for i in range(len(part) - 1)]
    return found


def _gathered(texts: _Texts) -> list[list[int]]:
    near = [texts.near(i) for i in range(len(texts.shapes))]
    pull = [float(texts.weight[around].sum()) for around in near]
    free = np.ones(len(near), bool)
    groups = []
    for middle in sorted(range(len(near)), key=lambda i: (-pull[i], texts.shapes[i])):
        if free[middle]:
            group = [int(i) for i in near[middle] if free[i]]
            free[group] = False
            groups.append(group)
    return groups


def _merged(texts: _Texts, groups: list[list[int]]) -> list[list[int]]:
    """Groups whose middles are alike, joined; only those that may matter are compared."""
    heavy = [group for group in groups if texts.weight[group].sum() >= SIZE_LEAST]
    middles = [_middle(texts, group) for group in heavy]
    joined: list[list[int]] = []
    kept: list[dict[int, float]] = []
    for group, middle in zip(heavy, middles, strict=True):
        for i, other in enumerate(kept):
            if sum(value * other.get(place, 0.0) for place, value in middle.items()) >= MERGE:
                joined[i] = joined[i] + group
                kept[i] = _middle(texts, joined[i])
                break
        else:
            joined.append(group)
            kept.append(middle)
    return joined


def _middle(texts: _Texts, group: Sequence[int], most: int = 60) -> dict[int, float]:
    summed: dict[int, float] = defaultdict(float)
    for i in group:
        for place, value in zip(*texts.rows[i], strict=True):
            summed[int(place)] += float(value * texts.weight[i])
    kept = sorted(summed.items(), key=lambda entry: (-entry[1], entry[0]))[:most]
    length = float(np.sqrt(sum(value * value for _, value in kept))) or 1.0
    return {place: value / length for place, value in kept}


def _problem(texts: _Texts, group: list[int], month: int, months_before: int) -> Problem | None:
    sayers = [one for i in group for one in texts.sayers[i]]
    present = [one for one in sayers if one.month == month]
    if len(present) < SIZE_LEAST:
        return None
    before = sum(one.month < month for one in sayers) / months_before if months_before else 0.0
    answered = [one for one in present if one.unsolved is not None]
    unsolved = sum(bool(one.unsolved) for one in answered)
    categories = Counter(one.category for one in present)
    return Problem(
        words=_words(texts, group, present), category=min(categories, key=lambda code: (-categories[code], code)), size=len(present), before=round(before, 2),
        growth=round(len(present) - before, 2), answered=len(answered), unsolved=unsolved, share_unsolved=unsolved / len(answered) if answered else None,
        streets=len({one.street for one in present if one.street}), numbers=tuple(sorted(one.number for one in present)), rank=0,
    )


def _words(texts: _Texts, group: list[int], present: list[Said], most: int = 4) -> tuple[str, ...]:
    """The strongest words that at least ``SHOWN_LEAST`` requests say; runs of two that overlap are read as one word."""
    middle = _middle(texts, group)
    strongest = [texts.terms[place] for place in sorted(middle, key=lambda place: (-middle[place], place))[:24]]
    low = [one.text[:READ].lower() for one in present]

    def says(word: str) -> int:
        return sum(word in text for text in low)

    found: list[str] = []
    for term in strongest:
        count = says(term)
        if count < SHOWN_LEAST:
            continue
        word = _grown(term, [other for other in strongest if len(other) == 2], says) if term >= "\u4e00" else term
        pieces = {word[i:i + 2] for i in range(len(word) - 1)}
        if len(word) > 1 and not any(len(pieces & {other[i:i + 2] for i in range(len(other) - 1)}) * 2 >= min(len(pieces), len(other) - 1) for other in found):
            found.append(word)
        if len(found) == most:
            break
    return tuple(found)


def _grown(word: str, pieces: list[str], says: Callable[[str], int]) -> str:
    """``word`` made longer, sign by sign, while most who say it say the longer one; without particles at its ends."""
    count = says(word)
    while len(word) < 6:
        longer = [word + piece[1] for piece in pieces if piece[0] == word[-1]] + [piece[0] + word for piece in pieces if piece[1] == word[0]]
        likely = [(says(one), one) for one in longer]
        likely = [(n, one) for n, one in likely if n >= max(SHOWN_LEAST, 0.6 * count)]
        if not likely:
            break
        word = max(likely)[1]
    return word.strip(_PARTICLES)


def _ranked(found: list[Problem]) -> list[Problem]:
    """The sum of the places by the four measures decides, then size, then words."""
    points = [0] * len(found)
    for measure in (lambda p: p.size, lambda p: p.growth, lambda p: p.share_unsolved or 0.0, lambda p: p.streets):
        values = sorted({measure(problem) for problem in found}, reverse=True)
        places = {value: place for place, value in enumerate(values)}
        points = [point + places[measure(problem)] for point, problem in zip(points, found, strict=True)]
    placed = [replace(problem, rank=point) for problem, point in zip(found, points, strict=True)]
    return sorted(placed, key=lambda problem: (problem.rank, -problem.size, problem.words, problem.numbers))
