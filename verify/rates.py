"""Reckon the three rates and the ranking again from the published CSV, with the standard library only.

    python verify/rates.py requests-2026-03.csv --by unit
    python verify/rates.py requests-2026-03.csv --by district --with-excluded --weights 0.30,0.35,0.35

The file has one row a request and no person in it: pseudonym, month, district, street, unit, category, excluded, and nine counts
of 0 or 1.
For each key:

    response      responded / due
    resolution    solved / answered
    satisfaction  satisfied / answered

A figure whose denominator is below --shown-from is not shown; a key is ranked where every denominator reaches --ranked-from. Exit
status: 0 done, 1 the file is not what it should be.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections import Counter
from statistics import NormalDist

COUNTS = ("filed", "due", "responded", "answered", "solved", "satisfied", "unconfirmed", "overdue", "parked")
KEYS = ("district", "street", "unit", "category", "month")
RATES = (("response", "responded", "due"), ("resolution", "solved", "answered"), ("satisfaction", "satisfied", "answered"))


class BadFile(Exception):
    """The CSV is not what it should be; says where."""


def read(lines, by: str, with_excluded: bool) -> dict[str, Counter]:
    """The sums of each key. Raises BadFile for a missing column, a count that is not 0 or 1, a pseudonym that comes twice, or
    counts that cannot be (solved without an answer, a response that never fell due)."""
    reader = csv.DictReader(lines)
    missing = [name for name in ("pseudonym", "excluded", by, *COUNTS) if name not in (reader.fieldnames or ())]
    if missing:
        raise BadFile(f"missing columns: {', '.join(missing)}")
    sums: dict[str, Counter] = {}
    seen: set[str] = set()
    for row in reader:
        place = f"line {reader.line_num}"
        if row["pseudonym"] in seen:
            raise BadFile(f"{place}: pseudonym {row['pseudonym']} comes twice")
        seen.add(row["pseudonym"])
        try:
            counts = {name: int(row[name]) for name in COUNTS}
        except (TypeError, ValueError):
            raise BadFile(f"{place}: a count is not a number") from None
        if any(value not in (0, 1) for value in counts.values()):
            raise BadFile(f"{place}: a count is neither 0 nor 1")
        if (
            counts["solved"] > counts["answered"]
            or counts["satisfied"] > counts["answered"]
            or counts["responded"] > counts["due"]
        ):
            raise BadFile(f"{place}: a numerator without its denominator")
        if row[by] and (with_excluded or row["excluded"] == "0"):
            sums.setdefault(row[by], Counter()).update(counts)
    return sums


def wilson(numerator: int, denominator: int, confidence: float) -> tuple[float, float]:
    """The Wilson score interval (Wilson 1927)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p, n = numerator / denominator, denominator
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (p + z * z / (2 * n) - half) / scale), min(1.0, (p + z * z / (2 * n) + half) / scale)


def ranking(sums: dict[str, Counter], weights: tuple[float, ...], shown_from: int, ranked_from: int) -> list[tuple]:
    """(rank or None, key, score or None, {rate: (numerator, denominator) or None}), by rank, then key. Equal scores share a
    rank.
    """
    lines = []
    for key, counts in sums.items():
        figures = {name: (counts[top], counts[bottom]) if counts[bottom] >= shown_from else None for name, top, bottom in RATES}
        score = None
        if all(figures.values()):
            score = round(sum(weight * figures[name][0] / figures[name][1] for weight, (name, _, _) in zip(weights, RATES)), 6)
        fit = score is not None and all(figures[name][1] >= ranked_from for name, _, _ in RATES)
        lines.append((key, score, figures, fit))
    scores = sorted((score for _, score, _, fit in lines if fit), reverse=True)
    ranked = [(scores.index(score) + 1 if fit else None, key, score, figures) for key, score, figures, fit in lines]
    return sorted(ranked, key=lambda line: (line[0] is None, line[0] or 0, line[1]))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Reckon the three rates again from the published CSV / 由公开的 CSV 重新计算三率"
    )
    parser.add_argument("file")
    parser.add_argument("--by", choices=KEYS, default="unit")
    parser.add_argument("--with-excluded", action="store_true", help="count the excluded requests too / 计入剔除件")
    parser.add_argument("--weights", default="0.30,0.35,0.35", help="response, resolution, satisfaction")
    parser.add_argument("--shown-from", type=int, default=5)
    parser.add_argument("--ranked-from", type=int, default=10)
    parser.add_argument("--confidence", type=float, default=0.95)
    given = parser.parse_args(arguments)
    weights = tuple(float(weight) for weight in given.weights.split(","))
    if len(weights) != len(RATES):
        parser.error("--weights needs three numbers")
    try:
        with open(given.file, encoding="utf-8-sig", newline="") as lines:
            sums = read(lines, given.by, given.with_excluded)
    except (OSError, UnicodeDecodeError, csv.Error, BadFile) as fault:
        print(f"{given.file}: {fault}", file=sys.stderr)
        return 1
    print(f"rank\t{given.by}\tscore\t" + "\t".join(name for name, _, _ in RATES))
    for rank, key, score, figures in ranking(sums, weights, given.shown_from, given.ranked_from):
        shown = [_shown(figures[name], given.confidence) for name, _, _ in RATES]
        print(f"{rank or '-'}\t{key}\t{'-' if score is None else f'{score:.6f}'}\t" + "\t".join(shown))
    return 0


def _shown(figure: tuple[int, int] | None, confidence: float) -> str:
    if figure is None:
        return "-"
    low, high = wilson(*figure, confidence)
    return f"{figure[0]}/{figure[1]} = {figure[0] / figure[1]:.4f} [{low:.4f}, {high:.4f}]"


if __name__ == "__main__":
    sys.exit(main())
