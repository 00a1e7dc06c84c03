"""From what was typed to facts."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.platform.scenes.answers import BadAnswer, retyped, token, value_of
from mingtang.platform.scenes.packs.form import Option, Question
from mingtang.platform.scenes.packs.located import Words

W = Words("甲", "a")


def _question(kind, options=(), **more):
    usual = {"hint": W, "required": True, "show_if": "", "least": None, "most": None, "longest": 200, "otherwise": None}
    return Question(id="q", fact="q", type=kind, titles=W, options=tuple(Option(o, W, W) for o in options), **{**usual, **more})


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("date", ["1946", "3", "1"], date(1946, 3, 1)),
        ("date", ["1946-03-01"], date(1946, 3, 1)),
        ("date", [" 1946 ", "03", "01"], date(1946, 3, 1)),
        ("number", ["1,450.50"], Decimal("1450.50")),
        ("number", ["１２３"], 123),
        ("integer", ["7"], 7),
        ("money", ["0.1"], Decimal("0.1")),
        ("yes-no", ["yes"], True),
        ("yes-no", ["no"], False),
        ("text", ["  陈  "], "陈"),
        ("paragraph", ["a\nb"], "a\nb"),
    ],
)
def test_what_people_type_becomes_a_fact(kind, typed, value):
    """Dates in three fields or one, full-width digits, thousands marks, spaces: all are taken as meant."""
    assert value_of(_question(kind), typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", ["1946", "2", "30"]),
        ("date", ["1946", "", "1"]),
        ("date", ["x"]),
        ("date", ["99999", "1", "1"]),
        ("number", ["many"]),
        ("number", ["NaN"]),
        ("number", ["1e400"]),
        ("number", ["Infinity"]),
        ("number", ["1.1234567"]),
        ("integer", ["1.5"]),
        ("yes-no", ["maybe"]),
        ("text", [""]),
        ("text", ["x" * 201]),
        ("text", ["a\x00b"]),
        ("number", [""]),
    ],
)
def test_what_cannot_be_is_told_in_both_languages(kind, typed):
    """A faulty answer names its question and says what to do, in Chinese and English."""
    with pytest.raises(BadAnswer) as caught:
        value_of(_question(kind), typed)
    assert caught.value.path == "q"
    assert caught.value.message("zh") != caught.value.message("en")


def test_bounds_hold():
    """A number outside the question's bounds is refused, the bounds themselves are not."""
    question = _question("integer", least=1, most=20)
    assert [value_of(question, [text]) for text in ("1", "20")] == [1, 20]
    for text in ("0", "21"):
        with pytest.raises(BadAnswer):
            value_of(question, [text])


def test_choices_give_the_options_own_values():
    """A choice gives the option's value, be it text, number or boolean; nothing else is accepted."""
    assert value_of(_question("choice", [0, 1, "a", True]), ["1"]) == 1
    assert value_of(_question("choice", [True, False]), ["false"]) is False
    assert value_of(_question("choices", ["a", "b", "c"]), ["c", "a", "c", ""]) == ["c", "a"]
    assert value_of(_question("choices", ["a"], required=False), [""], []) == []
    for question, typed in ((_question("choice", ["a"]), ["b"]), (_question("choices", ["a"]), ["a", "b"])):
        with pytest.raises(BadAnswer):
            value_of(question, typed)


@given(
    st.lists(st.text(max_size=40), max_size=5),
    st.sampled_from(["date", "number", "integer", "yes-no", "choice", "choices", "text"]),
)
def test_anything_typed_gives_a_value_or_a_bad_answer(typed, kind):
    """Whatever is typed, the reader answers with a value or with BadAnswer."""
    try:
        value_of(_question(kind, ["a", 1]), typed)
    except BadAnswer:
        pass


@given(st.dates(min_value=date(1000, 1, 1)) | st.booleans() | st.integers(-(10**12), 10**12))
def test_a_program_states_the_same_fact_as_a_person(value):
    """A JSON value goes through the same reader and comes back unchanged."""
    kind = {date: "date", bool: "yes-no", int: "integer"}[type(value)]
    assert value_of(_question(kind), retyped(_question(kind), value.isoformat() if kind == "date" else value)) == value
    assert token(True) == "true"
