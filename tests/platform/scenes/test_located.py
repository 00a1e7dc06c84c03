"""YAML that knows its lines and refuses what could hurt."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingtang.platform.scenes.packs.located import DEEPEST, LARGEST, Source


def test_plain_values_are_what_people_mean():
    """yes and on are text, dates are dates, a telephone number keeps its nought."""
    read = Source.parse("x.yaml", "a: yes\non: 2026-03-01\nb: [1, 2.5, true, null, '1', 0123]\n热线: 明州".encode())
    assert read.value == {"a": "yes", "on": date(2026, 3, 1), "b": [1, 2.5, True, None, "1", "0123"], "热线": "明州"}
    assert read.findings == []


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: &x 1\nb: *x", 1, "anchor"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a: !!python/object:os.system 1", 1, "tag"),
        ("a: [1, 2", 2, "YAML"),
        ("b: 1\na: 2026-02-30", 2, "no day"),
        ("x: 1\n<<: {a: 1}", 2, "merge"),
        ("a: 1\n---\nb: 2", 2, "YAML"),
        ("a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), 1, "deeper"),
        ("? [a]\n: 1", 1, "key must be text"),
        ("a: \tb\n\t- c", 2, "YAML"),
    ],
)
def test_a_fault_names_its_line(text, line, word):
    """Anchors, tags, repeated keys, impossible days, several documents and broken YAML are refused where they stand."""
    read = Source.parse("x.yaml", text.encode())
    assert len(read.findings) == 1
    assert read.findings[0].line in (line, line - 1)
    assert word.lower() in read.findings[0].text.en.lower() or word == "YAML"


def test_wrong_encoding_and_size_are_said():
    """A file in another encoding or beyond a megabyte is refused before it is parsed."""
    assert Source.parse("x.yaml", "a: 明州\nb: 二".encode("gb18030")).findings[0].code == "scenes.not_utf8"
    assert "larger" in Source.parse("x.yaml", b"a" * (LARGEST + 1)).findings[0].text.en


def test_many_values_are_refused_early():
    """A file of a hundred thousand values is refused by counting, before anything is built."""
    assert "more than" in Source.parse("x.yaml", b"[" + b"1," * 120_000 + b"1]").findings[0].text.en


def test_the_cursor_collects_every_fault_with_its_place():
    """One reading finds all faults, each with file, line and key path."""
    source = Source.parse("form.yaml", b"titles: {zh: x}\nkind: blue\nmore: 1\nday: soon\nlist: 3")
    root = source.root()
    root.fields("titles", "kind", "day", "list", needed=("name",))
    root.at("titles").words()
    root.at("kind").one_of(("red", "green"))
    root.at("day").day()
    list(root.at("list").items())
    places = {finding.place() for finding in source.findings}
    assert places == {
        "form.yaml:1",
        "form.yaml:3 more",
        "form.yaml:1 titles",
        "form.yaml:2 kind",
        "form.yaml:4 day",
        "form.yaml:5 list",
    }
    assert all(finding.text.zh and finding.text.en for finding in source.findings)


@given(st.binary(max_size=400) | st.text(alphabet="ab:-[]{}&*!#'\"|>\n \t?,%@", max_size=200).map(str.encode))
def test_any_bytes_give_a_value_or_findings(content):
    """Whatever comes in, parsing never raises; it ends in a value or in a located finding."""
    source = Source.parse("x.yaml", content)
    assert source.findings or source.value is None or isinstance(source.value, (dict, list, str, int, float, bool, date))
