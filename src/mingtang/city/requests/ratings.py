"""The three rates (三率), reckoned from counters or from the rows themselves: both must give the same, and a test holds that they
do.

For a set of requests, by the month in which they were filed and the unit that answers for them:

    response      responded / due        replied within the limit, and the resident did not say "nobody contacted me";
                                         of those that fell due: replied, or the limit passed
    resolution    solved / answered      the resident says it is solved; of those whose resident answered
    satisfaction  satisfied / answered   the resident is satisfied; of the same

Silence is in no numerator and in no denominator: it is shown beside them as ``unconfirmed``. Each rate stands twice, with and
without
the excluded requests, with its Wilson score interval (Wilson 1927). A figure whose denominator is below ``shown_from`` is not
shown. The
ranking orders by the weighted sum of the three rates; weights, confidence and bounds are data of the scene pack (``rates.yaml``)
and carry its version.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from django.conf import settings
from django.db import connection

from mingtang.city.requests import hotline
from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.models import Request, Tally, TallyChange
from mingtang.city.requests.tally import COUNTS, DIMENSIONS

MONTHS_MOST = 36
RATES = (("response", "responded", "due"), ("resolution", "solved", "answered"), ("satisfaction", "satisfied", "answered"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One rate: ``value`` is numerator / denominator, ``low`` and ``high`` its interval; all None where the denominator is
    too small to show.
    """

    numerator: int | None
    denominator: int | None
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """The rates of one key. ``without`` and ``with_excluded`` hold the three figures by name; ``score`` is the weighted sum,
    ``rank`` from 1.
    """

    key: str
    counts: dict[str, int]
    excluded: int
    without: dict[str, Figure]
    with_excluded: dict[str, Figure]
    score: float | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates along one dimension over some months, with the rule that made them."""

    by: str
    months: tuple[int, ...]
    lines: tuple[Line, ...]
    total: Line
    version: str
    weights: dict[str, float]
    shown_from: int
    ranked_from: int


def rates(by: str, months: Sequence[int], keys: Sequence[str] | None = None) -> Rates:
    """The rates by "district", "street", "unit", "category", "month" or "city", over requests filed in ``months`` (202603 ...).

    ``keys`` narrows the lines to those. Lines are ordered by rank, then by key. Raises FieldRefused.
    """
    rule = hotline.pack().data("rates.yaml")
    months = tuple(sorted(set(months)))
    if by not in (*DIMENSIONS, "month"):
        raise FieldRefused(path="by", field="by", reason=", ".join((*DIMENSIONS, "month")))
    if not 1 <= len(months) <= MONTHS_MOST:
        raise FieldRefused(path="months", field="months", reason=f"1..{MONTHS_MOST}")
    counted = _counted("city" if by == "month" else by, months)
    groups: dict[str, dict[bool, Counter]] = {}
    whole: dict[bool, Counter] = {False: Counter(), True: Counter()}
    for (key, month, excluded), counts in counted.items():
        name = str(month) if by == "month" else key
        if keys is None or name in keys:
            groups.setdefault(name, {False: Counter(), True: Counter()})[excluded] += counts
            whole[excluded] += counts
    lines = [
        _line(rule, key, parts)
        for key, parts in groups.items()
        if (key or by == "city") and any(p["filed"] for p in parts.values())
    ]
    return Rates(
        by,
        months,
        _ranked(lines, rule, ordered=by != "month"),
        _line(rule, "", whole),
        str(rule["version"]),
        dict(rule["weights"]),
        rule["shown_from"],
        rule["ranked_from"],
    )


def wilson(numerator: int, denominator: int, confidence: float) -> tuple[float, float]:
    """The Wilson score interval of a proportion (Wilson 1927, equation for the roots of the normal approximation)."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p, n = numerator / denominator, denominator
    centre, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


csv_columns = ("pseudonym", "month", "district", "street", "unit", "category", "excluded", *COUNTS)


def rates_rows(months: Sequence[int], batch: int = 2000) -> Iterator[tuple]:
    """One row a request filed in ``months``, in the columns ``csv_columns``: what anyone needs to reckon the rates again, and
    nothing of the person.

    The pseudonym is a keyed hash of the number and the month: it joins no other file. Memory is one batch.
    """
    key = hashlib.sha256(b"mingtang/rates-pseudonym\n" + settings.SECRET_KEY.encode()).digest()
    names = (
        "number",
        "month",
        "district",
        "street",
        "unit",
        "lead_unit",
        "category",
        "excluded",
        "replied_at",
        "overdue",
        "responded",
        "confirmation",
        "solved",
        "satisfied",
        "parked",
    )
    for month in sorted(set(months)):
        last = 0
        while True:
            # By pages rather than one long cursor: neither a lock nor a snapshot is held while a slow reader downloads.
            part = list(Request.objects.filter(month=month, pk__gt=last).order_by("pk").only(*names)[:batch])
            if not part:
                break
            last = part[-1].pk
            for request in part:
                pseudonym = hmac.new(key, f"{month}/{request.number}".encode(), "sha256").hexdigest()[:20]
                yield (pseudonym, *_share(request))


def _share(request: Request) -> tuple:
    from mingtang.city.requests.tally import cell, contribution

    month, district, street, unit, category, excluded = cell(request)
    return (month, district, street, unit, category, int(excluded), *contribution(request))


def _counted(dimension: str, months: tuple[int, ...]) -> dict[tuple[str, int, bool], Counter]:
    """The counters along ``dimension`` and what waits to be folded into them, in one statement, so that a fold in between is
    never counted twice.
    """
    quote = connection.ops.quote_name
    sums = ", ".join(quote(name) for name in COUNTS)
    marks = ", ".join(["%s"] * len(months))
    key = "''" if dimension == "city" else quote(dimension)
    statement = (
        f"SELECT {quote('key')}, month, {quote('excluded')}, {sums} FROM {quote(Tally._meta.db_table)} "
        f"WHERE dimension = %s AND month IN ({marks}) UNION ALL "
        f"SELECT {key}, month, {quote('excluded')}, {sums} FROM {quote(TallyChange._meta.db_table)} WHERE month IN ({marks})"
    )
    found: dict[tuple[str, int, bool], Counter] = {}
    with connection.cursor() as cursor:
        cursor.execute(statement, [dimension, *months, *months])
        for name, month, excluded, *counts in cursor.fetchall():
            found.setdefault((name, month, bool(excluded)), Counter()).update(dict(zip(COUNTS, counts, strict=True)))
    return found


def _line(rule: dict[str, Any], key: str, parts: dict[bool, Counter]) -> Line:
    kept = {name: parts[False][name] for name in COUNTS}
    both = {name: parts[False][name] + parts[True][name] for name in COUNTS}
    without = {name: _figure(rule, kept[top], kept[bottom]) for name, top, bottom in RATES}
    whole = {name: _figure(rule, both[top], both[bottom]) for name, top, bottom in RATES}
    values = [without[name].value for name, _, _ in RATES]
    score = (
        None
        if None in values
        else round(sum(rule["weights"][name] * value for (name, _, _), value in zip(RATES, values, strict=True)), 6)
    )
    return Line(key, kept, parts[True]["filed"], without, whole, score, None)


def _figure(rule: dict[str, Any], numerator: int, denominator: int) -> Figure:
    if denominator < rule["shown_from"]:
        return Figure(None, None, None, None, None)
    low, high = wilson(numerator, denominator, rule["confidence"])
    return Figure(numerator, denominator, numerator / denominator, low, high)


def _ranked(lines: list[Line], rule: dict[str, Any], ordered: bool) -> tuple[Line, ...]:
    """Lines with their rank: by score, equal scores share a rank. A line is ranked where every denominator reaches
    ``ranked_from``.
    """

    def fit(line: Line) -> bool:
        return line.score is not None and all(
            (line.without[name].denominator or 0) >= rule["ranked_from"] for name, _, _ in RATES
        )

    scores = sorted((line.score for line in lines if fit(line)), reverse=True)
    given = [
        Line(
            line.key,
            line.counts,
            line.excluded,
            line.without,
            line.with_excluded,
            line.score,
            scores.index(line.score) + 1 if fit(line) else None,
        )
        for line in lines
    ]
    if not ordered:
        return tuple(sorted(given, key=lambda line: line.key))
    return tuple(sorted(given, key=lambda line: (line.rank is None, line.rank or 0, line.key)))
