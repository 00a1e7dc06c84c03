"""The opinion space: two principal components of the vote matrix, and where each participant stands in it.

As Polis reckons it: hidden statements count as passed by all; a vote not cast counts as the statement's mean; the components are those of the
centred matrix; a participant is placed by the votes that they cast alone and moved outwards by
sqrt(statements / statements seen), so that few votes do not pull to the middle. Signs are fixed so that the result
is the same on every machine: the largest weight of a component is positive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mingtang.engines.opinion.votes import Conversation

FEWEST_VOTES = 7


@dataclass(frozen=True, slots=True)
class Space:
    """``points[i]`` is where participant row ``rows[i]`` stands; ``components`` has one row a component; ``share`` the variance each explains."""

    rows: np.ndarray
    points: np.ndarray
    components: np.ndarray
    share: tuple[float, float]


def place(talk: Conversation) -> Space:
    """Place everybody who cast at least seven votes (or as many as there are statements)."""
    cast = ~np.isnan(talk.matrix)
    enough = cast.sum(axis=1) >= min(FEWEST_VOTES, talk.matrix.shape[1])
    matrix = np.where(talk.hidden, 0.0, talk.matrix)
    seen = ~np.isnan(matrix)
    mean = np.nansum(matrix, axis=0) / np.maximum(seen.sum(axis=0), 1)
    centred = np.where(seen, matrix - mean, 0.0)
    components, share = _components(centred)
    points = centred @ components.T
    points *= np.sqrt(matrix.shape[1] / np.maximum(seen.sum(axis=1), 1))[:, None]
    rows = np.flatnonzero(enough)
    return Space(rows, points[rows], components, share)


def _components(centred: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """The two leading eigenvectors of the scatter matrix of the statements."""
    scatter = centred.T @ centred
    values, vectors = np.linalg.eigh(scatter)
    order = np.argsort(values)[::-1][:2]
    components = vectors[:, order].T
    if components.shape[0] < 2:
        components = np.vstack([components, np.zeros((2 - components.shape[0], centred.shape[1]))])
    largest = np.abs(components).argmax(axis=1)
    components = components * np.where(components[np.arange(2), largest] < 0, -1.0, 1.0)[:, None]
    total = float(values.sum()) or 1.0
    shares = [float(values[i]) / total for i in order] + [0.0, 0.0]
    return components, (shares[0], shares[1])
