"""What expressions evaluate to, by the sections of DMN 1.5, chapter 10."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from mingtang.engines.dmn import feel, to_json

VALUES = [
    # numbers: decimal128, half even
    ("1 / 3", "0.3333333333333333333333333333333333"), ("-1234567890.123456789012345678901234", "-1234567890.123456789012345678901234"),
    ("0.1 + 0.2 = 0.3", True), ("2 ** 3 ** 2", 64), ("-2 ** 2", 4), ("7 - -3", 10), ("decimal(2.5, 0)", 2), ("round half up(2.5, 0)", 3),
    ("modulo(-12, 5)", 3), ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"), ("floor(-1.5)", -2), ("1 / 0", None),
    # three-valued logic
    ("true or null", True), ("false or null", None), ("false and null", False), ("true and null", None), ("not(null)", None),
    ("if null then 1 else 2", 2), ("1 = \"1\"", None), ("null = 1", False), ("null < 1", None),
    # text
    ('substring("\U0001f40eab", 2)', "ab"), ('string length("明堂")', 2), ('substring before("foobar", "bar")', "foo"), ('split("a;b;;", ";")', ["a", "b", "", ""]),
    ('replace("darted", "^(.*?)d(.*)$", "$1c$2")', "carted"), ('matches("O0", "[A-Z-[OI]]")', False), ('string join(["a", null, "c"], "-")', "a-c"),
    ('"a" + 1', None), ('upper case("aé")', "AÉ"), ('string(1.10)', "1.1"), ('string([1, "a", {x: 1}])', '[1, "a", {x: 1}]'),
    # calendar
    ('@"2020-01-31" + @"P1M"', "2020-02-29"), ('date("2020-02-30")', None), ('date("-0044-03-15").year', -44), ('date("999999999-12-31").month', 12),
    ('date("2018-12-10").weekday', 1), ('week of year(date(2021, 1, 3))', 53), ('day of year(date(2020, 12, 31))', 366),
    ('date and time("2018-12-10T10:30:00@Europe/Paris") = date and time("2018-12-10T09:30:00Z")', True),
    ('time("10:30:00@Europe/Paris").time offset', "PT1H"), ('string(time(11, 59, 45, duration("-PT2H")))', "11:59:45-02:00"),
    ('years and months duration(date("2011-12-22"), date("2013-08-24"))', "P1Y8M"), ('duration("P1D") * 2', "P2D"), ('duration("P1Y") / duration("P6M")', 2),
    ('date("2020-01-01") - date("2019-01-01")', "P365D"), ('@"PT24H" = @"P1D"', True), ('duration("P2DT5H").years', None),
    # lists, ranges, contexts
    ("[1, 2, 3][item > 1]", [2, 3]), ("[1, 2, 3][-1]", 3), ("[{a: 1, b: 2}, {a: 2, b: 1}][a > 1].b", [1]), ("[1, 2][5]", None),
    ("for i in 1..3, j in 1..i return i * j", [1, 2, 4, 3, 6, 9]), ("for i in 3..1 return i", [3, 2, 1]),
    ("for i in 1..5 return if i = 1 then 1 else sum(partial)", [1, 1, 2, 4, 8]), ("some x in [1, 2, 3] satisfies x > 2", True),
    ("every x in [1, null] satisfies x > 0", None), ("5 in (> 3, < 2)", True), ("5 in [[1..3], [4..6]]", True),
    ('{"a b": 1}.a b', 1), ("{a: 1, b: a + 1}.b", 2), ("{a: 1, a: 2}", None), ("sort([3, 1, 2], function(x, y) x < y)", [1, 2, 3]),
    ('context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', {"x": 1, "y": {"a": 2}}), ("flatten([1, [2, [3]]])", [1, 2, 3]), ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("overlaps([1..5], [3..8])", True), ("before(1, [2..5])", True), ("(1..5).start included", False), ("median([8, 2, 5, 3, 4])", 4), ("sum([])", None),
    # functions and types
    ("(function(x) x + 1)(2)", 3), ("(function(x: number) x)(\"a\")", None), ("[1] instance of list<number>", True), ("null instance of Any", False),
    ("{f: function(a, b) a * b, r: f(b: 2, a: 3)}.r", 6), ("substring(string: \"foobar\", start position: 4)", "bar"), ("abs(n: -1)", 1),
    ('{fac: function(n) if n < 2 then 1 else n * fac(n - 1), r: fac(20)}.r', "2432902008176640000"),
]


@pytest.mark.parametrize(("text", "wanted"), VALUES, ids=[text for text, _ in VALUES])
def test_value(text, wanted):
    """An expression has the value that the standard gives it."""
    got = to_json(feel.evaluate(text).value)
    assert got == wanted and isinstance(got, bool) == isinstance(wanted, bool)


@pytest.mark.parametrize("text", ["1 / 0", 'date("2020-02-30")', '"a" + 1', "nothing", "[1][5]", "null < 1", "sum([])", 'matches("a", "[")'])
def test_null_says_why(text):
    """A value that is null by fault comes with a message and a place."""
    result = feel.evaluate(text)
    assert result.value is None
    assert result.errors[0].message and result.errors[0].place.startswith("line 1, column ")


def test_plain_python_values_are_converted():
    """Scopes take plain Python numbers, dates, lists and mappings."""
    scope = {"monthly income": 1200.5, "born": date(1940, 5, 1), "at": datetime(2026, 3, 2, 1, tzinfo=UTC), "people": [{"age": 3}, {"age": 80}]}
    assert feel.evaluate("monthly income * 2", scope).value == Decimal("2401")
    assert feel.evaluate("born.year + people[age > 60][1].age", scope).value == Decimal(2020)
    assert to_json(feel.evaluate("at", scope).value) == "2026-03-02T01:00:00Z"


def test_clock_is_handed_in():
    """now() and today() are the instant that is handed in, one for the whole evaluation."""
    at = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert to_json(feel.compile("[now(), today(), now() = now()]").evaluate({}, clock=at).value) == ["2026-03-02T01:00:00Z", "2026-03-02", True]


def test_unary_tests():
    """Unary tests are asked of the value under test."""
    test = feel.unary('not("a", "b")')
    assert [test.evaluate({}, tested=value).value for value in ("a", "c")] == [False, True]
    assert feel.unary("[18..65), > limit").evaluate({"limit": 80}, tested=81).value is True
    assert feel.unary("-").evaluate({}, tested=None).value is True


@pytest.mark.parametrize("text", [
    "for i in 1..1000000 return for j in 1..1000000 return i", "{f: function(x) f(x), r: f(1)}.r",
    '{a: "0123456789", b: a+a+a+a+a+a+a+a+a+a, c: string join(for i in 1..100000 return b)}.c + "x"',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|aa)+$") = null', "10 ** 6000 ** 9",
    "{d: function(l, n) if n = 0 then l else d(concatenate(l, l), n - 1), r: count(d([1], 60))}.r",
])
def test_hostile_expressions_end(text):
    """What would take for ever, or all memory, ends in null with a fault, or in a value."""
    result = feel.evaluate(text)
    assert result.errors or result.value is not None
