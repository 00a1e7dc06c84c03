"""Columns and the engine say the same of every person: generated models over generated people."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from mingtang.engines import dmn
from mingtang.engines.dmn import columns
from mingtang.engines.dmn.table_index import bits
from mingtang.engines.dmn.tables import Captured
from tests.engines.dmn.models import data, decision, definitions, literal, table

INPUTS = ("#in-income", "#in-persons", "#in-district", "#in-born", "#in-works")
CLOCK = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_KINDS = {"income": "number", "persons": "number", "district": "string", "born": "date", "works": "boolean"}

_numbers = st.sampled_from(["0", "1", "2", "3", "5", "-1", "0.5", "2.25", "100", "99.99", "0.001"])
_dates = st.sampled_from(['date("2000-02-29")', 'date("1950-01-01")', 'date("2024-12-31")'])
_texts = st.sampled_from(['"a"', '"b"', '"c"'])


def _intervals(ends):
    return st.one_of(
        st.builds(lambda o, e: f"{o} {e}", st.sampled_from(["<", "<=", ">", ">="]), ends),
        st.builds(lambda o, a, b, c: f"{o}{a}..{b}{c}", st.sampled_from("[("), ends, ends, st.sampled_from("])")),
        ends,
    )


def _cells(name: str):
    one = {
        "income": st.one_of(
            _intervals(_numbers),
            st.sampled_from(["< persons", "? * 2 > persons", "null", "> persons * 2.5", "[persons..100]", "-"]),
        ),
        "persons": st.one_of(_intervals(_numbers), st.sampled_from(["income", "? = 2 or ? > income"])),
        "district": st.one_of(_texts, st.sampled_from(['"a", "b"', "null", 'starts with(?, "a")', "1"])),
        "born": st.one_of(_intervals(_dates), st.sampled_from(["?.year < 1980", "null"])),
        "works": st.sampled_from(["true", "false", "null", "works"]),
    }[name]
    return st.one_of(st.just("-"), one, st.builds("not({})".format, one), st.builds("{}, {}".format, one, one))


def _values(depth: int = 2):
    """Expressions that give numbers, mostly."""
    leaf = st.one_of(
        _numbers,
        st.sampled_from(
            ["income", "persons", "income", "persons", "born.year", "income", "persons", "string length(district)", "null"]
        ),
    )
    if not depth:
        return leaf
    inner = _values(depth - 1)
    return st.one_of(
        leaf,
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("-({})".format, inner),
        st.builds("(if {} then {} else {})".format, _conditions(depth - 1), inner, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max", "sum"]), inner, inner),
        st.builds("abs({})".format, inner),
        st.builds(
            "{}({}, {})".format,
            st.sampled_from(["decimal", "round up", "round down", "round half up", "round half down", "floor", "ceiling"]),
            inner,
            st.sampled_from("0123"),
        ),
        st.builds("{{a: {}, b: a + 1}}.b".format, inner),
        st.sampled_from(['years and months duration(born, date("2026-01-01")).years', "doubled(income)"]),
    )


def _conditions(depth: int = 1):
    inner = _values(max(0, depth - 1))
    some = st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner),
        st.just("works"),
        st.builds("(income {} null)".format, st.sampled_from(["=", "!="])),
        st.builds("(district = {})".format, _texts),
        st.builds("({} between {} and {})".format, inner, _numbers, _numbers),
        st.builds("({} in ({}, {}))".format, inner, _numbers, _intervals(_numbers)),
        st.just('born < date("1990-01-01")'),
    )
    return (
        some
        if not depth
        else st.one_of(
            some, st.builds("({} {} {})".format, some, st.sampled_from(["and", "or"]), some), st.builds("not({})".format, some)
        )
    )


@st.composite
def _tables(draw, outputs):
    names = draw(st.lists(st.sampled_from(sorted(_KINDS)), min_size=1, max_size=3, unique=True))
    policy = draw(
        st.sampled_from(
            [
                "UNIQUE",
                "ANY",
                "FIRST",
                "FIRST",
                "PRIORITY",
                "RULE ORDER",
                "OUTPUT ORDER",
                "COLLECT",
                "COLLECT+SUM",
                "COLLECT+COUNT",
                "COLLECT+MIN",
                "COLLECT+MAX",
            ]
        )
    )
    many = draw(st.booleans()) and "+" not in policy
    heads = ("out", "other") if many else ("out",)
    rules = [
        tuple(draw(_cells(name)) for name in names) + tuple(draw(outputs) for _ in heads) for _ in range(draw(st.integers(1, 5)))
    ]
    listed = "3, 2, 1, 0.5, 0" if policy in ("PRIORITY", "OUTPUT ORDER") else ""
    return table(policy, tuple(names), heads, rules, values=listed)


def _boxed():
    entry = '<contextEntry><variable name="{}"/>{}</contextEntry>'.format
    part = st.builds(literal, _values(1))
    context = st.builds(
        lambda a, b, c: f"<context>{entry('first', a)}{entry('second', b)}<contextEntry>{c}</contextEntry></context>",
        part,
        part,
        st.one_of(st.just(literal("first + second")), st.just(literal("{x: first, y: second}")), part),
    )
    choice = st.builds(
        lambda i, t, e: f"<conditional><if>{i}</if><then>{t}</then><else>{e}</else></conditional>",
        st.builds(literal, _conditions()),
        part,
        part,
    )
    call = st.builds(
        lambda a: f'<invocation>{literal("doubled")}<binding><parameter name="amount"/>{a}</binding></invocation>', part
    )
    return st.one_of(part, context, choice, call, _tables(st.one_of(_numbers, _values(1))), _tables(_numbers))


@st.composite
def models(draw):
    """A model of two decisions and a knowledge model."""
    kind = draw(st.sampled_from(["", "", "", "", "number", "number", "number", "string"]))
    body = "".join(data(name, own if draw(st.integers(0, 9)) else "") for name, own in _KINDS.items())
    body += (
        f'<businessKnowledgeModel id="bkm" name="doubled"><variable name="doubled"/><encapsulatedLogic><formalParameter name="amount" typeRef="number"/>'
        f"{literal(draw(st.sampled_from(['amount * 2', 'if amount > 2 then amount + 1 else amount * 0.5'])))}</encapsulatedLogic></businessKnowledgeModel>"
    )
    body += decision("First", draw(_boxed()), INPUTS, ("#bkm",), kind)
    last = draw(
        st.one_of(
            _boxed(),
            st.just(
                table("FIRST", ("First", "works"), ("out",), [("> 2", "true", "First"), ("null", "-", "0"), ("-", "-", "1")])
            ),
            st.just(literal("First + 1")),
            st.just(literal("[First, income]")),
        )
    )
    return definitions(body + decision("Last", last, (*INPUTS, "#dec-First"), ("#bkm",)))


def _people():
    """People of whom all is known, or of whom something may not be."""
    known = {
        "income": st.one_of(
            st.integers(-3, 120), st.sampled_from([Decimal("0.5"), Decimal("2.25"), Decimal("99.99"), Decimal("99.995")])
        ),
        "persons": st.integers(0, 6),
        "district": st.sampled_from(["a", "b", "c", "d"]),
        "born": st.sampled_from([dt.date(2000, 2, 29), dt.date(1950, 1, 1), dt.date(1999, 12, 31), dt.date(2025, 5, 5)]),
        "works": st.booleans(),
    }
    perhaps = {name: st.one_of(values, values, values, st.none()) for name, values in known.items()}
    return st.one_of(*(st.lists(st.fixed_dictionaries(one), min_size=2, max_size=12) for one in (known, known, perhaps)))


def same(model, name: str, people: list[dict], chunk: int = 1 << 16) -> columns.Result:
    """Hold columns against the engine, row by row: values, faults, rules that matched."""
    facts = {fact: [one[fact] for one in people] for fact in people[0]}
    result = columns.compile(model, name).run(facts, clock=CLOCK, chunk=chunk)
    faults = 0
    for i, (person, value) in enumerate(zip(people, result.to_list(), strict=True)):
        outcome = model.decide(name, person, clock=CLOCK)
        faults += bool(outcome.errors)
        assert dmn.to_json(value) == dmn.to_json(outcome.value), (person, value, outcome.value)
        for step in outcome.trace:
            if isinstance(step.captured, Captured) and step.decision in result.matched:
                assert result.matched[step.decision].of(i) == tuple(rule + 1 for rule in bits(step.captured.hits)), (
                    person,
                    step.decision,
                )
    assert result.errors == faults
    return result


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(models(), _people(), st.sampled_from([3, 1 << 16]))
def test_columns_are_the_engine(text, people, chunk):
    """Of generated models and people the values, faults and matching rules are the engine's in every row."""
    same(dmn.load(text), "Last", people, chunk)
