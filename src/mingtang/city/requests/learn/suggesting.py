"""The trained suggestion at work: which class a text speaks for, how clearly, and by which words.

The file in the data folder is read when it changes; where there is none the category tree's own words serve alone. A learnt
class is an area of the tree; within it the tree's words choose the category.
"""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from mingtang.city.requests.learn.grams import message, weigh
from mingtang.city.requests.learn.training import Classifier

_lock = threading.Lock()
_loaded: tuple[float, Classifier, dict[str, int]] | None = None
_REASONS = 5


def model_path() -> Path:
    """Where the trained model lies."""
    return Path(settings.DATA) / "learned" / "categories.npz"


def save(model: Classifier, path: Path) -> None:
    """Write ``model`` as arrays (no pickle)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npz")
    with draft.open("wb") as file:
        np.savez_compressed(file, classes=np.array(model.classes), features=np.array(model.features), idf=model.idf.astype(np.float32),
                            weights=model.weights.astype(np.float32))
    draft.replace(path)


def load(path: Path) -> Classifier:
    """Read a model that ``save`` wrote; raises ValueError for anything else."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            made = Classifier(
                tuple(map(str, stored["classes"])), tuple(map(str, stored["features"])), stored["idf"].astype(float), stored["weights"].astype(float))
    except (zipfile.BadZipFile, EOFError, AttributeError, TypeError, KeyError) as fault:
        raise ValueError(str(fault)) from None
    if made.weights.shape != (len(made.features), len(made.classes)) or made.idf.shape != (len(made.features),):
        raise ValueError("arrays do not fit one another")
    return made


def scores(model: Classifier, title: str, text: str, place: dict[str, int] | None = None) -> np.ndarray:
    """One number a class; the largest is what the text speaks for."""
    places, values = weigh(message(title, text), place or {gram: i for i, gram in enumerate(model.features)}, model.idf)
    return values @ model.weights[places]


def _current() -> tuple[Classifier, dict[str, int]] | None:
    global _loaded
    path = model_path()
    try:
        changed = path.stat().st_mtime
    except OSError:
        return None
    with _lock:
        if _loaded is None or _loaded[0] != changed:
            try:
                model = load(path)
            except (ValueError, OSError):
                return None
            _loaded = changed, model, {gram: i for i, gram in enumerate(model.features)}
        return _loaded[1], _loaded[2]


def suggest(tree: Any, text: str) -> list[tuple[str, float, list[str]]]:
    """Categories of ``tree`` that ``text`` suggests, best first: code, clearness 0..1, and the words that spoke for it. Empty without a model."""
    current = _current()
    if current is None:
        return []
    model, place = current
    places, values = weigh(message("", text), place, model.idf)
    if not len(places):
        return []
    parts = values[:, None] * model.weights[places]
    total = parts.sum(axis=0)
    order = np.argsort(-total, kind="stable")
    best = int(order[0])
    clear = float(np.clip((total[order[0]] - total[order[1]]) / 2, 0, 1)) if len(order) > 1 else 1.0
    area = tree.area_named(model.classes[best])
    if area is None:
        return []
    strongest = places[np.argsort(-parts[:, best], kind="stable")[:_REASONS]]
    reasons = [model.features[i] for i in strongest if len(model.features[i]) > 1]
    within = [found for found in tree.suggest(text) if found.code.startswith(f"{area}.")]
    code = within[0].code if within else tree.first_of(area)
    return [(code, clear, [*(within[0].words if within else ()), *reasons][:8])]
