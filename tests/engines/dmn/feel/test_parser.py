"""Reading FEEL: names with spaces, places of faults, and text that nobody meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingtang.engines.dmn import feel
from mingtang.engines.dmn.feel import ast
from mingtang.kernel.errors import MingtangError

_PIECES = st.sampled_from([
    "if", "then", "else", "for", "in", "return", "some", "satisfies", "between", "and", "or", "not", "function", "instance of", "list<", ">", "(", ")", "[", "]",
    "{", "}", "..", ".", ",", ":", "+", "-", "*", "**", "/", "=", "<=", "!=", "?", "@", '"x"', '"', "1", "2.5e3", "a", "b c", "null", "true", "date", "-", "/*", "//",
    "\n", "\u3000", "明", "\\", "\x00", "\ud800",
])


def test_names_with_spaces_and_operators():
    """The longest known name that stands at a place is read as one."""
    tree = feel.parse("monthly income - a-b", ["monthly income", "monthly", "a-b"])
    assert isinstance(tree, ast.Binary)
    assert (tree.left.name, tree.right.name) == ("monthly income", "a-b")
    assert isinstance(feel.parse("a-b", ["a", "b"]), ast.Binary)


def test_place_of_a_fault():
    """A fault of syntax names its line and column."""
    with pytest.raises(feel.FeelSyntax) as caught:
        feel.parse("1 +\n  * 2")
    assert caught.value.path == "line 2, column 3"


def test_every_node_knows_its_place():
    """Each node carries the offset of its first character."""
    tree = feel.parse("a + sum([1, b])", ["a", "b"])
    assert (tree.at, tree.right.at, tree.right.arguments[0].items[1].at) == (0, 4, 12)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES, max_size=25).map("".join)))
def test_any_text_is_read_or_refused(text):
    """Any text is an expression, whose evaluation raises nothing, or is refused as not FEEL."""
    for read in (feel.compile, feel.unary):
        try:
            expression = read(text)
        except feel.FeelSyntax as fault:
            assert isinstance(fault, MingtangError)
            assert fault.path
            fault.message("zh").encode()
            continue
        expression.evaluate({"a": 1}, tested=2, budget=20_000)


@pytest.mark.parametrize("text", ["(" * 5000, "[" * 5000, "-" * 5000 + "1", "1" + "+1" * 5000, "if " * 500, "a." * 5000 + "a", "x" * 100_001])
def test_depth_and_length_are_bounded(text):
    """Nesting and length beyond the bounds are refused, never a crash."""
    with pytest.raises(feel.FeelSyntax):
        feel.compile(text)
