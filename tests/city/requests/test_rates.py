"""The three rates: what is counted, with which interval, and that anyone gets the same from the public file."""

from __future__ import annotations

import csv
import importlib.util
import io
from pathlib import Path

import pytest

from mingtang.city.requests import acts, reads
from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.models import Request
from mingtang.city.requests.ratings import wilson
from mingtang.kernel import now
from mingtang.platform.cases import timers
from tests.city.requests.conftest import RESIDENT, official

ROOT = Path(__file__).resolve().parents[3]
CITY = official("MZ", "clerk")


def _verifier():
    spec = importlib.util.spec_from_file_location("verify_rates", ROOT / "verify" / "rates.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def year(mingzhou):
    """Sixty requests with known ends: per unit 20, of which some late, unsolved, unconfirmed, excluded."""
    for unit, text in (("MZ-WATER", "停水了"), ("MZ-POLICE", "红绿灯坏了"), ("MZ-URBAN", "路灯不亮")):
        officer = official(unit)
        filed = acts.file_many(
            [acts.Filing(text=f"{text}{i}", place=acts.Place(street=f"MZ-D{i % 2 + 1}-S1")) for i in range(20)], RESIDENT
        )
        for i, request in enumerate(filed):
            acts.accept(request.number, officer)
            if i < 18:
                acts.reply(request.number, "已经办好了", officer)
            if i < 15:
                acts.confirm(
                    request.number, request.secret, contacted=i != 0, solved=i > 2, satisfied=i > (4 if unit == "MZ-WATER" else 6)
                )
            if i == 14:
                acts.propose_exclusion(request.number, "duplicate", "与前一件重复", officer)
                acts.approve_exclusion(request.number, CITY, "核实属实同意")
    mingzhou.advance(days=40)
    while timers.fire_due(now(), 500):
        pass
    return mingzhou


def test_what_each_rate_counts(year):
    """Of 20: one excluded, one not contacted, two overdue; the three unsolved came back and fell due a second time."""
    line = next(line for line in reads.rates("unit", [202603]).lines if line.key == "MZ-WATER")
    assert line.counts["filed"] == 19 and line.excluded == 1
    assert (line.without["resolution"].numerator, line.without["resolution"].denominator) == (11, 14)
    assert (line.with_excluded["resolution"].numerator, line.with_excluded["resolution"].denominator) == (12, 15)
    assert (line.without["satisfaction"].numerator, line.without["satisfaction"].denominator) == (9, 14)
    assert line.without["response"].denominator == 19
    assert line.without["response"].numerator == 19 - 3 - 2
    assert line.counts["unconfirmed"] == 3


def test_each_figure_opens_the_list_behind_it(year):
    """The list of a figure has as many rows as the figure says, for every unit and figure."""
    rates = reads.rates("unit", [202603])
    assert {line.key for line in rates.lines} == {"MZ-WATER", "MZ-POLICE", "MZ-URBAN"}
    for line in rates.lines:
        for figure, count in line.counts.items():
            rows = reads.search(
                unit=line.key, month=202603, figure=figure if figure != "filed" else "", excluded=False, size=200
            ).rows
            assert len(rows) == count, (line.key, figure)


def test_the_ranking_is_by_the_published_weights(year):
    """Water satisfied more residents than the others, with all else equal, and ranks first; the others share the second rank."""
    rates = reads.rates("unit", [202603])
    assert [(line.key, line.rank) for line in rates.lines] == [("MZ-WATER", 1), ("MZ-POLICE", 2), ("MZ-URBAN", 2)]
    first = rates.lines[0]
    assert first.score == pytest.approx(sum(rates.weights[name] * first.without[name].value for name in rates.weights), abs=1e-6)


@pytest.mark.parametrize("by", ["unit", "district", "street", "category", "month"])
@pytest.mark.parametrize("with_excluded", [False, True])
def test_anyone_gets_the_same_from_the_public_file(year, by, with_excluded):
    """The verifier, which imports nothing of ours, reckons the same figures and the same ranking from the CSV."""
    verifier = _verifier()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(reads.csv_columns)
    writer.writerows(reads.rates_rows([202603]))
    sums = verifier.read(io.StringIO(out.getvalue()), by, with_excluded)
    rates = reads.rates(by, [202603])
    theirs = verifier.ranking(
        sums, tuple(rates.weights[name] for name, _, _ in verifier.RATES), rates.shown_from, rates.ranked_from
    )
    assert {key for _, key, _, _ in theirs} == {line.key for line in rates.lines}
    for rank, key, score, figures in theirs:
        line = next(line for line in rates.lines if line.key == key)
        ours = line.with_excluded if with_excluded else line.without
        for name, figure in figures.items():
            assert figure == ((ours[name].numerator, ours[name].denominator) if ours[name].denominator else None)
        if not with_excluded:
            assert (rank, score) == (line.rank, line.score)


def test_the_public_file_names_nobody(year):
    """No number, text or secret of a request stands in the file, and a pseudonym differs from month to month."""
    text = "\n".join(",".join(map(str, row)) for row in reads.rates_rows([202603]))
    assert not [number for number in Request.objects.values_list("number", flat=True) if number in text or number[5:] in text]
    assert "停水" not in text
    assert len({line.split(",")[0] for line in text.splitlines()}) == Request.objects.count()


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows + [rows[-1]],
        lambda rows: [rows[0], *[[*row[:8], "2", *row[9:]] for row in rows[1:]]],
        lambda rows: [[*rows[0][:-1], "other"], *rows[1:]],
        lambda rows: [rows[0], *[[*row[:9], "1", "0", *row[11:12], "1", *row[13:]] for row in rows[1:]]],
    ],
)
def test_a_file_that_was_meddled_with_is_refused(year, change):
    """A row twice, a count above one, a missing column, a numerator without its denominator: refused with the line."""
    verifier = _verifier()
    rows = [list(map(str, reads.csv_columns)), *[list(map(str, row)) for row in reads.rates_rows([202603])]]
    out = io.StringIO()
    csv.writer(out).writerows(change(rows))
    with pytest.raises(verifier.BadFile):
        verifier.read(io.StringIO(out.getvalue()), "unit", True)


def test_small_numbers_are_not_shown(mingzhou):
    """Four answers are no rate: figure, score and rank stay empty."""
    officer = official("MZ-WATER")
    for request in acts.file_many([acts.Filing(text="停水了") for _ in range(4)], RESIDENT):
        acts.accept(request.number, officer)
        acts.reply(request.number, "已经办好了", officer)
        acts.confirm(request.number, request.secret, True, True, True)
    line = reads.rates("unit", [202603]).lines[0]
    assert (line.without["resolution"].value, line.score, line.rank) == (None, None, None)


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(numerator, denominator, low, high):
    """Known 95 % intervals of the Wilson score."""
    assert wilson(numerator, denominator, 0.95) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("by", "months"), [("colour", [202603]), ("unit", []), ("unit", range(200001, 200060))])
def test_a_hostile_question_for_rates_is_refused(mingzhou, by, months):
    """An unknown dimension, no month or too many are refused politely."""
    with pytest.raises(FieldRefused):
        reads.rates(by, list(months))


def test_an_empty_city_has_empty_rates(mingzhou):
    """Nothing filed: no lines, and a total without figures."""
    rates = reads.rates("district", [202603])
    assert rates.lines == () and rates.total.without["response"].value is None
