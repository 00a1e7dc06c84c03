"""Opinion groups: k-means in two stages, deterministic.

First up to 100 base clusters, then groups of base clusters weighted by their members, for k from 2 to 5; the k with the best
silhouette wins. k-means starts from the first distinct points, as Polis does; three further starts are tried, and one of
them is taken only where it is better by more than a twentieth - so a bad start is mended and near ties do not flip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BASE_CLUSTERS = 100
MOST_GROUPS = 5
_CLEARLY_BETTER = 0.95
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Groups:
    """``labels[i]`` is the group of point i, 0 to k-1 by size; ``silhouettes`` maps each k tried to its score."""

    labels: np.ndarray
    centres: np.ndarray
    silhouettes: dict[int, float]


def find_groups(points: np.ndarray) -> Groups:
    """Group ``points`` (n x 2). Fewer than four points, or all in one place, make one group; people in two or three places are as many groups."""
    places, at = np.unique(points.round(9), axis=0, return_inverse=True)
    if len(points) >= 4 and 2 <= len(places) < 4:
        labels, centres = _by_size(at.reshape(-1), places)
        return Groups(labels, centres, {len(places): 1.0})
    if len(points) < 4 or len(places) < 4:
        return Groups(np.zeros(len(points), dtype=int), points.mean(axis=0, keepdims=True) if len(points) else np.zeros((1, 2)), {})
    base_labels, base, _ = _k_means(points, np.ones(len(points)), _first_distinct(points, BASE_CLUSTERS), rounds=20)
    counts = np.bincount(base_labels, minlength=len(base))
    kept = counts > 0
    base_labels, base, weights = (np.cumsum(kept) - 1)[base_labels], base[kept], counts[kept].astype(float)
    tried: dict[int, tuple[float, np.ndarray, np.ndarray]] = {}
    for k in range(2, min(MOST_GROUPS, len(base) - 1) + 1):
        labels, centres, _ = _best_of_starts(base, weights, k)
        if len(np.unique(labels)) == k:
            tried[k] = (_silhouette(base, labels, weights), labels, centres)
    if not tried:
        return Groups(np.zeros(len(points), dtype=int), points.mean(axis=0, keepdims=True), {})
    best = max(tried, key=lambda k: (round(tried[k][0], 9), -k))
    labels, centres = _by_size(tried[best][1][base_labels], tried[best][2])
    return Groups(labels, centres, {k: score for k, (score, _, _) in tried.items()})


def _first_distinct(points: np.ndarray, k: int) -> np.ndarray:
    _, first = np.unique(points.round(9), axis=0, return_index=True)
    return points[np.sort(first)[:k]]


def _best_of_starts(points: np.ndarray, weights: np.ndarray, k: int):
    best = _k_means(points, weights, points[:k])
    for start in _other_starts(points, k):
        other = _k_means(points, weights, start)
        if other[2] < _CLEARLY_BETTER * best[2]:
            best = other
    return best


def _other_starts(points: np.ndarray, k: int):
    """Even steps along each axis, and the points farthest from one another."""
    steps = ((np.arange(k) + 0.5) * len(points) / k).astype(int)
    for axis in (0, 1):
        yield points[np.argsort(points[:, axis], kind="stable")[steps]]
    chosen = [points[((points - points.mean(axis=0)) ** 2).sum(axis=1).argmax()]]
    while len(chosen) < k:
        chosen.append(points[np.min([((points - c) ** 2).sum(axis=1) for c in chosen], axis=0).argmax()])
    yield np.array(chosen)


def _k_means(points: np.ndarray, weights: np.ndarray, start: np.ndarray, rounds: int = _ROUNDS):
    centres = start.astype(float).copy()
    for _ in range(rounds):
        labels = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
        mass = np.bincount(labels, weights=weights, minlength=len(centres))
        sums = np.stack([np.bincount(labels, weights=weights * points[:, a], minlength=len(centres)) for a in (0, 1)], axis=1)
        moved = np.where(mass[:, None] > 0, sums / np.maximum(mass, 1e-300)[:, None], centres)
        if np.allclose(moved, centres, rtol=0, atol=1e-12):
            break
        centres = moved
    distances = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2)
    labels = distances.argmin(axis=1)
    return labels, centres, float((distances[np.arange(len(points)), labels] * weights).sum())


def _silhouette(points: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """Rousseeuw's silhouette over weighted points."""
    distances = np.sqrt(((points[:, None, :] - points[None]) ** 2).sum(axis=2))
    k = labels.max() + 1
    member = (labels[:, None] == np.arange(k)[None]) * weights[:, None]
    sums, mass = distances @ member, member.sum(axis=0)
    own = np.arange(len(points)), labels
    inside = sums[own] / np.maximum(mass[labels] - weights, 1.0)
    across = sums / mass
    across[own] = np.inf
    nearest = across.min(axis=1)
    value = np.where(mass[labels] <= weights, 0.0, (nearest - inside) / np.maximum(np.maximum(nearest, inside), 1e-300))
    return float((value * weights).sum() / weights.sum())


def _by_size(labels: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the groups by size, the largest first."""
    order = np.argsort(-np.bincount(labels, minlength=len(centres)), kind="stable")
    new = np.empty_like(order)
    new[order] = np.arange(len(order))
    return new[labels], centres[order]
