"""Numbers of people and enterprises carry valid checks, and what does not is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.engines.identifiers import (
    IdentifierRefused,
    make_credit_code,
    make_resident_number,
    read_credit_code,
    read_resident_number,
)

PLACES = st.from_regex(r"[0-9]{6}", fullmatch=True).filter(str.isascii)
BODIES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)


def test_the_example_of_the_standard():
    """GB 11643-1999's own example, 11010519491231002X, is read; GB 32100's published codes too."""
    read = read_resident_number("11010519491231002X")
    assert (read.place, read.birth, read.female) == ("110105", date(1949, 12, 31), True)
    assert make_resident_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"
    assert read_credit_code("91350100M000100Y43").place == "350100"


@given(PLACES, st.dates(date(1900, 1, 1)), st.integers(0, 999), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_changed_character_is_found(place, birth, sequence, at, other):
    """What is made is read again; one other character is refused, or changes nothing."""
    text = make_resident_number(place, birth, sequence)
    assert read_resident_number(text).birth == birth
    changed = text[:at] + other + text[at + 1 :]
    if changed != text:
        with pytest.raises(IdentifierRefused):
            read_resident_number(changed)


@given(PLACES, BODIES, st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_changed_character_of_a_credit_code_is_found(place, body, at, other):
    """What is made is read again; one other character is refused."""
    text = make_credit_code(place, body)
    assert read_credit_code(text).body[:8] == body
    changed = text[:at] + other + text[at + 1 :]
    if changed != text:
        with pytest.raises(IdentifierRefused):
            read_credit_code(changed)


@pytest.mark.parametrize(
    "text", ["", "1" * 18, "99010119991331001X", "x" * 5000, "９９０１０１１９６００３０２０１７Ｘ", "990101196003020175 "]
)
def test_what_is_no_number_is_refused_without_repeating_it(text):
    """The message never carries the number."""
    with pytest.raises(IdentifierRefused) as refused:
        read_resident_number(text)
    assert not text or text not in refused.value.message("en")
