"""What each group says and what unites them, with the numbers behind it.

- *Representative* statements of a group: agreed (or disagreed) within it more than outside; two-proportion test, z over 1.28 inside
  and between (as Polis has it), ranked by the product of probability ratio and test values.
- *Bridging* statements: group-aware consensus, the product over all groups of (agree + 1) / (seen + 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from mingtang.engines.opinion.votes import Conversation

_SURE = 1.2816  # 90 of 100, one-sided


@dataclass(frozen=True, slots=True)
class Representative:
    """Statement ``statement`` stands for ``group``: ``stance`` 1 agree or -1 disagree; counts inside; shares inside and outside; test value."""

    group: int
    statement: int
    stance: int
    agreeing: int
    seen: int
    share: float
    share_outside: float
    z: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """Group-aware consensus of ``statement`` and the counts (agree, disagree, seen) of each group."""

    statement: int
    consensus: float
    counts: tuple[tuple[int, int, int], ...]


def _tallies(talk: Conversation, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Array groups x statements x (agree, disagree, seen)."""
    votes = talk.matrix[rows]
    groups = int(labels.max()) + 1 if len(labels) else 0
    out = np.zeros((groups, votes.shape[1], 3), dtype=int)
    for g in range(groups):
        own = votes[labels == g]
        out[g] = np.stack([(own == 1).sum(0), (own == -1).sum(0), (~np.isnan(own)).sum(0)], axis=1)
    return out


def representative(talk: Conversation, rows: np.ndarray, labels: np.ndarray, most: int = 5) -> list[Representative]:
    """Up to ``most`` representative statements for each group, best first."""
    tallies = _tallies(talk, rows, labels)
    whole = tallies.sum(axis=0)
    found: list[Representative] = []
    for g in range(len(tallies)):
        ranked = []
        for s in np.flatnonzero(~talk.hidden):
            for side, stance in ((0, 1), (1, -1)):
                yes, seen = int(tallies[g, s, side]), int(tallies[g, s, 2])
                out_yes, out_seen = int(whole[s, side]) - yes, int(whole[s, 2]) - seen
                inside, between = _one_share(yes, seen), _two_shares(yes, seen, out_yes, out_seen)
                if inside > _SURE and between > _SURE:
                    share, outside = (yes + 1) / (seen + 2), (out_yes + 1) / (out_seen + 2)
                    ranked.append((share / outside * inside * between, Representative(
                        g, talk.statements[s], stance, yes, seen, yes / seen, out_yes / out_seen if out_seen else 0.0, between)))
        ranked.sort(key=lambda pair: (-pair[0], pair[1].statement))
        found += [one for _, one in ranked[:most]]
    return found


def bridging(talk: Conversation, rows: np.ndarray, labels: np.ndarray) -> list[Bridge]:
    """Every statement that is not hidden, the most uniting first."""
    tallies = _tallies(talk, rows, labels)
    bridges = []
    for s in np.flatnonzero(~talk.hidden):
        counts = tuple(tuple(int(n) for n in tallies[g, s]) for g in range(len(tallies)))
        consensus = 1.0
        for agree, _, seen in counts:
            consensus *= (agree + 1) / (seen + 2)
        bridges.append(Bridge(talk.statements[s], consensus, counts))
    return sorted(bridges, key=lambda bridge: (-bridge.consensus, bridge.statement))


def _one_share(yes: int, seen: int) -> float:
    """Test value that the share is over one half, with one pseudo-count a side."""
    return 2 * sqrt(seen + 1) * ((yes + 1) / (seen + 1) - 0.5) if seen else 0.0


def _two_shares(yes: int, seen: int, out_yes: int, out_seen: int) -> float:
    """Test value that the share inside is over the share outside."""
    if not seen or not out_seen:
        return 0.0
    a, b, n, m = yes + 1, out_yes + 1, seen + 1, out_seen + 1
    pooled = (a + b) / (n + m)
    if pooled >= 1:
        return 0.0
    return (a / n - b / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
