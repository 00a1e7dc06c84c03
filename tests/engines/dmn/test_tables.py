"""Decision tables: hit policies, defaults, the index beside the closures, and the explanation."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines import dmn
from mingtang.engines.dmn.feel.compiling import Env, compile_node
from mingtang.engines.dmn.feel.parser import parse_unary_tests
from mingtang.engines.dmn.feel.temporal import parse_date
from mingtang.engines.dmn.feel.values import Run
from mingtang.engines.dmn.table_index import ColumnIndex
from tests.engines.dmn.models import data, decision, definitions, literal, table

_BANDS = [("< 60", '"young"', "1"), (">= 60", '"old"', "2"), (">= 80", '"very old"', "3")]


def _decide(logic: str, age, **more):
    model = dmn.load(definitions(data("age", "number") + decision("Result", logic, ("#in-age",))))
    return model.decide("Result", {"age": age}, **more)


@pytest.mark.parametrize(("policy", "age", "wanted"), [
    ("UNIQUE", 30, "young"), ("UNIQUE", 85, None), ("FIRST", 85, "old"), ("ANY", 85, None), ("ANY", 70, "old"), ("PRIORITY", 85, "very old"),
    ("RULE ORDER", 85, ["old", "very old"]), ("OUTPUT ORDER", 85, ["very old", "old"]), ("COLLECT", 85, ["old", "very old"]), ("COLLECT+COUNT", 85, 2),
    ("COLLECT+MAX", 85, "very old"), ("COLLECT+MIN", 85, "old"), ("UNIQUE", None, None),
])
def test_hit_policy(policy, age, wanted):
    """Each hit policy makes of the matching rules what the standard says."""
    rules = [(cell, text) for cell, text, _ in _BANDS]
    outcome = _decide(table(policy, ("age",), ("out",), rules, values='"very old", "old", "young"'), age)
    assert dmn.to_json(outcome.value) == wanted


def test_sum_and_several_outputs():
    """SUM adds numbers; a table with several outputs gives a context."""
    assert _decide(table("COLLECT+SUM", ("age",), ("out",), [(cell, number) for cell, _, number in _BANDS]), 85).value == Decimal(5)
    assert _decide(table("FIRST", ("age",), ("a", "b"), [("-", "1", '"x"')]), 1).value == {"a": Decimal(1), "b": "x"}


def test_conflict_says_which_rules():
    """Two rules of a UNIQUE table that match make null and are named."""
    outcome = _decide(table("UNIQUE", ("age",), ("out",), [(cell, text) for cell, text, _ in _BANDS]), 85)
    assert outcome.value is None
    assert "2, 3" in outcome.errors[0].message


def test_default_output():
    """Where no rule matches the default output is the value."""
    extra = "<defaultOutputEntry><text>0</text></defaultOutputEntry>"
    assert _decide(table("UNIQUE", ("age",), ("out",), [("> 60", "1")], extra=extra), 5).value == 0


def test_explanation():
    """The trace names the matching rule, its conditions and annotations, and every rule that missed by one cell alone."""
    rules = [(">= 60", '"A"', "1"), (">= 60", '"B"', "2"), ("< 60", '"B"', "3"), ("? > 1000", '"A"', "4")]
    model = dmn.load(definitions(data("age", "number") + data("district", "string") + decision(
        "Result", table("UNIQUE", ("age", "district"), ("out",), rules), ("#in-age", "#in-district"))))
    step = model.decide("Result", {"age": 70, "district": "A"}).trace[0].as_json()
    assert (step["decision"], step["hit_policy"], step["rules"], step["value"]) == ("Result", "UNIQUE", 4, 1)
    assert step["matched"] == [{
        "rule": 1, "id": "rule-1", "annotations": {"why": "why 1"},
        "conditions": [{"input": "age", "cell": ">= 60", "value": 70}, {"input": "district", "cell": '"A"', "value": "A"}]}]
    assert [(rule["rule"], rule["failed"]["input"]) for rule in step["near"]] == [(2, "district"), (4, "age")]


def test_no_trace_when_not_asked():
    """Without trace the value is the same and nothing is told."""
    outcome = _decide(table("FIRST", ("age",), ("out",), [("-", "1")]), 1, trace=False)
    assert (outcome.value, outcome.trace) == (1, [])


def test_cells_over_other_names_are_run():
    """Cells that reckon or name other values run beside indexed ones."""
    model = dmn.load(definitions(data("age", "number") + data("limit", "number") + decision(
        "Result", table("FIRST", ("age",), ("out",), [("< limit", "1"), ("[0..50]", "2"), ("? * 2 > 180", "3"), ("-", "4")]), ("#in-age", "#in-limit"))))
    assert [int(model.decide("Result", {"age": age, "limit": 10}).value) for age in (5, 30, 95, 60)] == [1, 2, 3, 4]


_CELLS = st.sampled_from([
    "-", "1", "-3", "1, 5", "< 3", ">= 3", "[1..4]", "(1..4)", "]1..4]", "[1..4), > 6", "not(1)", "not([1..3], 5)", '"a"', '"a", "b"', 'not("a")', "true", "not(true)",
    "null", "not(null)", "1, null", 'date("2020-01-01")', '< @"2020-01-01"', '[@"2019-01-01"..@"2020-06-01"]', 'not(@"2020-01-01")', '1, "a"', 'not(1, "a")', "= 2",
    "[4..1]", "null, \"a\"", "not(null, 1)",
])
_TESTED = st.sampled_from([None, True, False, "a", "b", "c", *(Decimal(n) / 2 for n in range(-7, 15)), *map(parse_date, ("2019-01-01", "2020-01-01", "2021-05-05"))])


@settings(max_examples=300, deadline=None)
@given(st.lists(_CELLS, min_size=1, max_size=8), _TESTED)
def test_index_equals_closures(cells, value):
    """The index admits a value exactly where the cell's own closure does, null and other kinds included."""
    trees = [parse_unary_tests(cell) for cell in cells]
    index = ColumnIndex(trees)
    slow = sum(1 << i for i, tree in enumerate(trees) if compile_node(tree)(Env({}, None, Run(), value)) is True)
    assert index.rules(value) == slow & ~index.dynamic


def test_text_that_is_no_feel_is_kept_with_its_fault():
    """A cell or output that is not FEEL makes its part null with a fault, and the model tells the checker."""
    model = dmn.load(definitions(decision("Result", literal("1 +"))))
    assert model.decisions["Result"].logic.fault
    outcome = model.decide("Result", {})
    assert outcome.value is None
    assert outcome.errors
