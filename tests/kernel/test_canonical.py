"""RFC 8785: the RFC's own examples, and what it forbids."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.kernel import canonical
from mingtang.kernel.canonical import NotCanonical, canonical_json, digest

# RFC 8785 appendix B: IEEE 754 bits and the text they must give.
NUMBERS = [
    ("0000000000000000", "0"), ("8000000000000000", "0"), ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"), ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"), ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"), ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"), ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"), ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"), ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"), ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"), ("41b3de4355555556", "333333333.3333334"),
    ("becbf647612f3696", "-0.0000033333333333333333"), ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_are_written_as_the_rfc_writes_them(bits, text):
    """Appendix B of RFC 8785, every row."""
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert canonical_json(value).decode() == text


def test_the_rfc_example_of_section_3_2_2():
    """Section 3.2.2 to 3.2.4 of RFC 8785: the worked example gives exactly the RFC's bytes."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_json(value) == expected.encode()


def test_keys_are_sorted_by_utf16_code_units():
    """Section 3.2.3: an astral character sorts by its surrogates, before U+FB33."""
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(__import__("json").loads(canonical_json(value))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 2**53 + 1, {1: 2}, "\ud800", object(), b"bytes", {"a": [set()]}])
def test_what_is_not_json_is_refused(bad):
    """NaN, infinities, big integers, foreign types, other keys and lone surrogates raise NotCanonical."""
    with pytest.raises(NotCanonical):
        canonical_json(bad)


def test_a_refusal_names_the_place():
    """The path leads to the faulty value."""
    with pytest.raises(NotCanonical) as caught:
        canonical_json({"rows": [1, {"x": float("nan")}]})
    assert caught.value.path == "$.rows[1].x"


def test_nesting_without_end_is_refused():
    """A hostile depth is refused, not a crash."""
    value = []
    for _ in range(5000):
        value = [value]
    with pytest.raises(NotCanonical):
        canonical_json(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_double_round_trips(value):
    """Reading the canonical text back gives the same double."""
    assert float(canonical_json(value)) == value


def test_digest_separates_domains():
    """The same value under two domains has two digests."""
    assert digest("a", [1]) != digest("b", [1])


def test_known_shapes_change_nothing_and_stay_few():
    """An object whose keys were met before has the same bytes, in any order of its keys; keys that are data are not kept."""
    first = canonical_json({"b": {"y": None, "x": [1]}, "a": "é", "name": 2.5})
    assert canonical_json({"name": 2.5, "a": "é", "b": {"x": [1], "y": None}}) == first == canonical_json(json.loads(first))
    for i in range(5000):
        assert canonical_json({f"row/{i}": i, "一": 0, f"name{i}": 1}) == f'{{"name{i}":1,"row/{i}":{i},"一":0}}'.encode()
        assert canonical_json({f"name{i}": None}) == f'{{"name{i}":null}}'.encode()
    assert len(canonical._SHAPES) <= canonical._MOST_SHAPES
