"""Training: least squares with a ridge, one class against the others, solved exactly - no chance, no iteration, the same model each time.

Besides the labelled messages the names in a category tree teach, each as a small document of its class: with few labelled messages they
carry the words that those happen not to use. Classes weigh alike, however many messages each has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mingtang.city.requests.learn.grams import Weights, message

RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled message."""

    title: str
    text: str
    label: str


@dataclass(frozen=True)
class Classifier:
    """``weights[f, c]`` says how far run ``features[f]`` speaks for class ``classes[c]``."""

    classes: tuple[str, ...]
    features: tuple[str, ...]
    idf: np.ndarray
    weights: np.ndarray


def train(messages: Sequence[Labelled], tree: Sequence[tuple[str, str]] = (), most_features: int = 30_000) -> Classifier:
    """Learn from ``messages`` and from ``tree`` - pairs of class and name. Only classes of the messages are learnt."""
    classes = tuple(sorted({one.label for one in messages}))
    number = {label: i for i, label in enumerate(classes)}
    names = [(label, name) for label, name in tree if label in number]
    documents = [message(one.title, one.text) for one in messages] + [message("", name) for _, name in names]
    labels = np.array([number[one.label] for one in messages] + [number[label] for label, _ in names])
    weighting = Weights(documents)
    rows = [weighting.row(document) for document in documents]
    alpha = _solve(rows, labels, len(classes), len(weighting.features))
    weights = np.zeros((len(weighting.features), len(classes)))
    for (places, values), share in zip(rows, alpha, strict=True):
        weights[places] += values[:, None] * share
    kept = np.sort(np.argsort(-np.abs(weights * weighting.idf[:, None]).max(axis=1), kind="stable")[:most_features])
    return Classifier(classes, tuple(weighting.features[i] for i in kept), weighting.idf[kept], weights[kept])


def _solve(rows: list[tuple[np.ndarray, np.ndarray]], labels: np.ndarray, classes: int, features: int) -> np.ndarray:
    """The dual solution (K + ridge / weight) alpha = Y, K the products of all pairs of documents."""
    by_feature: list[list[tuple[int, float]]] = [[] for _ in range(features)]
    for d, (places, values) in enumerate(rows):
        for at, value in zip(places.tolist(), values.tolist(), strict=True):
            by_feature[at].append((d, value))
    kernel = np.zeros((len(rows), len(rows)))
    for pairs in by_feature:
        documents = np.array([d for d, _ in pairs])
        values = np.array([value for _, value in pairs])
        kernel[np.ix_(documents, documents)] += np.outer(values, values)
    counts = np.bincount(labels, minlength=classes)
    weight = (len(labels) / classes / np.maximum(counts, 1))[labels]
    target = -np.ones((len(rows), classes))
    target[np.arange(len(rows)), labels] = 1
    return np.linalg.solve(kernel + np.diag(RIDGE / weight), target)


@dataclass(frozen=True, slots=True)
class Scores:
    """How a model did on messages it had not seen: per class precision, recall, F1, count; macro-F1; confusion [true, said]."""

    classes: tuple[str, ...]
    per_class: tuple[tuple[float, float, float, int], ...]
    macro_f1: float
    confusion: np.ndarray


def cross_validate(messages: Sequence[Labelled], tree: Sequence[tuple[str, str]] = (), folds: int = 5) -> Scores:
    """Each message is judged by a model that has not seen it: ``folds`` parts, each class spread evenly over them in the order of the file."""
    from mingtang.city.requests.learn.suggesting import scores

    classes = tuple(sorted({one.label for one in messages}))
    seen: Counter[str] = Counter()
    part = []
    for one in messages:
        part.append(seen[one.label] % folds)
        seen[one.label] += 1
    confusion = np.zeros((len(classes), len(classes)), dtype=int)
    for fold in range(folds):
        model = train([one for one, p in zip(messages, part, strict=True) if p != fold], tree)
        for one, p in zip(messages, part, strict=True):
            if p == fold:
                said = model.classes[int(np.argmax(scores(model, one.title, one.text)))]
                confusion[classes.index(one.label), classes.index(said)] += 1
    return _scores(classes, confusion)


def _scores(classes: tuple[str, ...], confusion: np.ndarray) -> Scores:
    per_class = []
    for c in range(len(classes)):
        right, said, true = int(confusion[c, c]), int(confusion[:, c].sum()), int(confusion[c].sum())
        per_class.append((right / said if said else 0.0, right / true if true else 0.0, 2 * right / (said + true) if said + true else 0.0, true))
    return Scores(classes, tuple(per_class), sum(row[2] for row in per_class) / len(classes), confusion)


def evaluate(model: Classifier, messages: Sequence[Labelled]) -> Scores:
    """How ``model`` does on messages it was not trained on."""
    from mingtang.city.requests.learn.suggesting import scores

    classes = tuple(sorted({*model.classes, *(one.label for one in messages)}))
    confusion = np.zeros((len(classes), len(classes)), dtype=int)
    for one in messages:
        said = model.classes[int(np.argmax(scores(model, one.title, one.text)))]
        confusion[classes.index(one.label), classes.index(said)] += 1
    return _scores(classes, confusion)
