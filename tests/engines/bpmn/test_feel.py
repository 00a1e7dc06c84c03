"""Conditions and timers in full FEEL, by the contract engine."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines.bpmn import ConditionUnclear, TimerUnclear
from mingtang.engines.bpmn.expressions import ExpressionFailed, _feel, compile_expression
from tests.engines.bpmn.processes import boundary, flows, process
from tests.engines.bpmn.test_play import AT, Played

BODY = ('<startEvent id="a"/><exclusiveGateway id="g" default="g_n"/><userTask id="y"/><userTask id="n"/><endEvent id="z"/>')


def way(condition, **facts):
    """The task to which ``condition`` leads."""
    (task,) = Played(process(BODY + flows("a>g", f"g>y:{condition}", "g>n", "y>z", "n>z")), facts).tasks
    return task


@pytest.mark.parametrize(("condition", "facts", "task"), [
    ('category in ("water", "gas")', {"category": "gas"}, "y"),
    ("level + 1 > 3", {"level": 3}, "y"),
    ("level + 1 > 3", {"level": 2}, "n"),
    ('some x in people satisfies x.role = "head"', {"people": [{"role": "officer"}, {"role": "head"}]}, "y"),
    ('not(contains(name, "x"))', {"name": "xyz"}, "n"),
    ('count(outcomes[item = "approve"]) >= 2', {"outcomes": ["approve", "no", "approve"]}, "y"),
])
def test_a_condition_is_any_feel_expression(condition, facts, task):
    """Membership, arithmetic, quantifiers, functions and filters decide a gateway."""
    assert way(condition.replace("<", "&lt;"), **facts) == task


@pytest.mark.parametrize(("condition", "facts"), [("nothing + 1 > 2", {}), ('"a" + level', {"level": "b"}), ("level + 1", {"level": 1})])
def test_a_condition_that_is_neither_true_nor_false_is_an_error(condition, facts):
    """An unknown name inside an expression, and a value that is no truth value, stop the step."""
    with pytest.raises(ConditionUnclear):
        way(condition, **facts)


def timed(when, **facts):
    """The pending timers of a task with that timer."""
    return Played(process('<startEvent id="a"/><userTask id="t"/><endEvent id="z"/><endEvent id="y"/>' + boundary("w", "t", when, kind="timeDate", interrupting=False)
                          + flows("a>t", "t>z", "w>y")), facts).pending


@pytest.mark.parametrize(("when", "facts", "due"), [
    ('duration("PT36H")', {}, AT + timedelta(hours=36)),
    ('duration(text)', {"text": "P2D"}, AT + timedelta(days=2)),
    ('date and time("2026-03-05T09:00:00@Asia/Shanghai")', {}, datetime(2026, 3, 5, 1, tzinfo=UTC)),
    ('date and time("2026-03-05T09:00:00+08:00")', {}, datetime(2026, 3, 5, 1, tzinfo=UTC)),
    ('if level &lt; 1 then limits.half else null', {"level": 0, "limits": {"half": {"due": "2026-03-05T01:00:00Z"}}}, datetime(2026, 3, 5, 1, tzinfo=UTC)),
])
def test_a_timer_is_any_feel_expression(when, facts, due):
    """Durations, dates with named zones, and choices between limits give the due time."""
    assert timed(when, **facts) == {"w": due}


def test_feel_may_say_that_there_is_no_deadline():
    """A choice that comes to null sets no timer; one that fails is an error."""
    assert timed("if level &lt; 1 then limits.half else null", level=1, limits={"half": None}) == {}
    with pytest.raises(TimerUnclear):
        timed("if level &lt; 1 then half else null", level=0)
    with pytest.raises(TimerUnclear):
        timed('date and time("2026-03-05T09:00:00")')


_NAMES = st.sampled_from(["a", "b", "a.c"])
_VALUES = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from(["", "x", "5", "true"]))
_LITERALS = st.sampled_from(['"x"', '""', "5", "-3", "0", "true", "false", "null", '"5"'])


@given(name=_NAMES, sign=st.sampled_from(["=", "!="]), literal=_LITERALS, a=st.one_of(_VALUES, st.fixed_dictionaries({"c": _VALUES})), b=_VALUES)
def test_the_short_way_means_what_feel_means(name, sign, literal, a, b):
    """A comparison run directly has the value that the FEEL engine gives it, or both fail."""
    text, scope = f"{name} {sign} {literal}", {"a": a, "b": b}

    def value(run):
        try:
            return run(scope)
        except ExpressionFailed:
            return "failed"

    short, full = value(compile_expression(text).evaluate), value(_feel(text))
    # Where FEEL reports a comparison of different kinds as a fault, the short way says null: neither is true.
    assert short == full or {short, full} <= {None, "failed"}
