"""Populations: what facts may come as, what the result says, and when the engine is asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from mingtang.engines import dmn
from mingtang.engines.dmn import columns
from tests.engines.dmn.columns.test_equal import same
from tests.engines.dmn.models import data, decision, definitions, literal, table

_RULES = [("< 60", "-", "0"), ("[60..80)", '"a"', "50.5"), (">= 80", "-", "100"), ("null", "-", "7")]


def _model(logic: str, **kinds: str) -> dmn.Model:
    body = "".join(data(name, kind) for name, kind in kinds.items())
    return dmn.load(definitions(body + decision("Sum", logic, tuple(f"#in-{name}" for name in kinds))))


def _allowance() -> dmn.Model:
    return _model(table("UNIQUE", ("age", "district"), ("out",), _RULES), age="number", district="string")


def test_values_rules_and_counts():
    """Values come with the rules that matched, and nobody was decided by the engine where columns do."""
    result = columns.compile(_allowance(), "Sum").run({"age": np.array([30, 65, 65, 90]), "district": ["a", "a", "b", None]})
    assert result.to_list() == [0, Decimal("50.5"), None, 100]
    assert result.matched["Sum"].counts() == {(1,): 1, (2,): 1, (): 1, (3,): 1}
    assert (result.by_engine, result.errors, result.reasons) == (0, 0, {})
    whole, places, null = result.numbers()
    assert (whole[~null].tolist(), places, null.tolist()) == ([0, 505, 1000], 1, [False, False, True, False])


@pytest.mark.parametrize(
    "ages",
    [
        [30, 65, 90, None],
        pl.Series([30, 65, 90, None]),
        np.array([30.0, 65.0, 90.0, np.nan]),
        pl.Series([30.0, 65.0, 90.0, None]),
        np.array([30, 65, 90, None], object),
        [Decimal(30), 65, 90.0, None],
    ],
)
def test_every_form_of_facts(ages):
    """Arrays, series and lists, whole, floating or decimal, with what is missing, are the same facts."""
    result = columns.compile(_allowance(), "Sum").run({"age": ages, "district": pl.Series(["a"] * 4)})
    assert result.to_list() == [0, Decimal("50.5"), 100, 7]


def test_a_frame_with_other_columns():
    """A frame may hold more than the model asks for; an input that it does not hold is null."""
    frame = pl.DataFrame({"age": [70, 70], "name": ["x", "y"], "district": pl.Series(["a", "b"]).cast(pl.Categorical)})
    assert columns.compile(_allowance(), "Sum").run(frame).to_list() == [Decimal("50.5"), None]
    assert columns.compile(_allowance(), "Sum").run(frame.drop("age")).to_list() == [7, 7]


def test_two_rules_where_one_may_match():
    """Where two rules of a UNIQUE table match, the row is null, and counted as a fault."""
    model = _model(table("UNIQUE", ("age",), ("out",), [("> 10", "1"), ("> 20", "2")]), age="number")
    result = same(model, "Sum", [{"age": age} for age in (5, 15, 25)])
    assert (result.errors, result.by_engine) == (1, 1)


def test_numbers_beyond_sixty_four_bits_are_the_engines():
    """Numbers that columns cannot hold are decided by the engine, and the result says so."""
    model = _model(literal("a * a * a"), a="number")
    people = [{"a": value} for value in (3, 10**12, -(10**17), 2)]
    result = same(model, "Sum", people)
    assert result.by_engine == 4 and result.reasons


def test_floats_are_read_by_their_shortest_decimal():
    """0.1 is a tenth, 0.1 + 0.2 as a float is what Python prints of it."""
    model = _model(literal("a * 3"), a="number")
    for values in ([0.1, 2.5, 1e-7], [0.1 + 0.2, 1 / 3], [1e300, 2.0]):
        result = columns.compile(model, "Sum").run({"a": np.array(values)})
        assert result.to_list() == [model.decide("Sum", {"a": value}).value for value in values]


def test_dates_and_text_dates():
    """Dates come as dates, as numpy's days, or as text where a date is declared."""
    model = _model(table("FIRST", ("born",), ("out",), [('< date("1960-01-01")', "1"), ("-", "0")]), born="date")
    days = [dt.date(1959, 12, 31), dt.date(1960, 1, 1)]
    for born in (days, np.array(days, "datetime64[D]"), pl.Series(days), [str(day) for day in days]):
        assert columns.compile(model, "Sum").run({"born": born}).to_list() == [1, 0]


def test_rounding_a_division():
    """A division is exact until it is rounded, half to even, up and down, and negative."""
    model = _model(literal("decimal(a / b, 2) + round half up(a / b, 1) + floor(a / 7)"), a="number", b="number")
    same(model, "Sum", [{"a": a, "b": b} for a in (1, -5, 125, 1000, Decimal("0.05"), -25) for b in (3, 8, -40, 0, 7)])


def test_types_with_allowed_values():
    """A fact beyond its type's allowed values is null with a fault, for each such person."""
    items = (
        '<itemDefinition name="tAge"><typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>'
        '<itemDefinition name="tPlace"><typeRef>string</typeRef><allowedValues><text>"a", "b"</text></allowedValues></itemDefinition>'
    )
    body = (
        data("age", "tAge")
        + data("place", "tPlace")
        + decision(
            "Sum", table("FIRST", ("age", "place"), ("out",), [("> 60", '"a"', "1"), ("-", "-", "0")]), ("#in-age", "#in-place")
        )
    )
    model = dmn.load(definitions(items + body))
    result = same(
        model, "Sum", [{"age": age, "place": place} for age in (-1, 61, 200, 10**13) for place in ("a", "b", "z", None)]
    )
    assert 0 < result.errors < result.rows


def test_facts_of_different_lengths():
    """Facts of different lengths are refused."""
    with pytest.raises(ValueError, match="rows"):
        columns.compile(_allowance(), "Sum").run({"age": [1], "district": ["a", "b"]})


def test_nobody():
    """A population of nobody has no values."""
    assert columns.compile(_allowance(), "Sum").run({"age": [], "district": []}).to_list() == []


def test_no_such_decision():
    """A decision that the model does not have is a caller's mistake."""
    with pytest.raises(dmn.NoSuchDecision):
        columns.compile(_allowance(), "Other")
