"""Defects planted in the packs that come along, and the hole of a published table copied literally: all are found and located."""

from pathlib import Path

import pytest

from mingtang.platform.scenes.checking import check
from mingtang.platform.scenes.packs import PackRefused, load, read_folder

SCENES = Path(__file__).resolve().parents[2] / "scenes"


def _errors(name, *changes):
    """The codes and sentences of the errors of a pack after replacing (file, old, new) texts."""
    files = read_folder(SCENES / name)
    for file, old, new in changes:
        text = files[file].decode()
        assert old in text, (file, old)
        files[file] = text.replace(old, new, 1).encode()
    try:
        findings = check(load(name, files))
    except PackRefused as refused:
        findings = refused.findings
    return [(finding.code, finding.sentence("en")) for finding in findings if finding.level == "error"]


def test_the_published_water_table_copied_cell_by_cell_has_a_hole():
    """Copied cell by cell, 180.5 cubic metres has no tier; worked examples with whole numbers alone do not show it."""
    found = _errors(
        "water-charge",
        ("rules.dmn", "(180..260]", "[181..260]"),
        ("cases.yaml", "water used: 180.5", "water used: 181"),
        ("cases.yaml", "charge: 903.5", "charge: 907"),
    )
    assert [code for code, _ in found] == ["scenes.gap"]
    assert "Tier" in found[0][1] and "between 180 and 181" in found[0][1] and "household" in found[0][1]


def test_the_first_draft_of_the_minimum_living_allowance_paid_more_to_the_richer():
    """The prover finds the household of one with ten members at the full rate, to which more income gave more money; the check refuses it."""
    found = _errors(
        "minimum-living-allowance",
        ("rules.dmn", "(members - min(members, members at the full rate))", "(members - members at the full rate)"),
        ("rules.dmn", "minimum living standard * min(members, members at the full rate)", "minimum living standard * members at the full rate"),
    )
    assert "scenes.refuted" in [code for code, _ in found]
    told = next(sentence for code, sentence in found if code == "scenes.refuted")
    assert "A poorer household never gets less" in told and "members at the full rate" in told and "other income" in told


@pytest.mark.parametrize("name", sorted(path.parent.name for path in SCENES.glob("*/properties.yaml")))
def test_every_property_of_the_packs_is_proved(name):
    """No pack that comes along has a refuted property, nor one that the prover leaves open."""
    findings = check(load(name, read_folder(SCENES / name)))
    assert not [finding.sentence("en") for finding in findings if finding.code in ("scenes.refuted", "scenes.not_proven")]


@pytest.mark.parametrize(
    ("name", "change", "code", "word"),
    [
        ("old-age-allowance", ("rules.dmn", "[90..100)", "(90..100)"), "scenes.gap", "90"),
        ("old-age-allowance", ("rules.dmn", "[80..90)", "[80..90]"), "scenes.conflict", "90"),
        ("old-age-allowance", ("rules.dmn", "&gt;= 100", "&gt; 100"), "scenes.gap", "100"),
        ("old-age-allowance", ("rules.dmn", "&lt; 60", "&lt;= 60"), "scenes.conflict", "60"),
        ("water-charge", ("rules.dmn", "&gt; 260", "&gt;= 260"), "scenes.conflict", "260"),
        ("minimum-living-allowance", ("rules.dmn", "&lt; 1<", "&lt;= 1<"), "scenes.conflict", "Share of the standard"),
        (
            "old-age-allowance",
            ("facts.yaml", "  - name: hardship\n    type: text\n", "  - name: hardships\n    type: text\n"),
            "scenes.undeclared_fact",
            "hardship",
        ),
        (
            "old-age-allowance",
            ("cases.yaml", "expect: {old age: 100, ", "expect: {old age: 101, "),
            "scenes.example_otherwise",
            "101",
        ),
        (
            "old-age-allowance",
            ("form.yaml", "    fact: registered here\n", "    fact: registered there\n"),
            "scenes.undeclared_fact",
            "registered there",
        ),
        ("old-age-allowance", ("form.yaml", 'disability != "none"', "disability !! none"), "scenes.bad_condition", "show_if"),
        (
            "old-age-allowance",
            ("rules.dmn", "bj-2019-160 | 二（三）1", "bj-2019-999 | 二（三）1"),
            "scenes.unknown_law",
            "bj-2019-999",
        ),
        ("old-age-allowance", ("scene.yaml", "decision: Allowances", "decision: Allowance"), "scenes.no_decision", "Allowance"),
        (
            "old-age-allowance",
            ("rules.dmn", "years and months duration(birth date", "years and months duration((birth date"),
            "scenes.bad_expression",
            "Age",
        ),
    ],
)
def test_a_planted_defect_is_found_and_named(name, change, code, word):
    """A gap, a conflict, an undeclared fact, a wrong example, an unlisted law: each is refused with its place."""
    found = _errors(name, change)
    assert any(got == code and word in sentence for got, sentence in found), found


def test_a_protected_fact_may_not_decide_even_indirectly():
    """A protected fact that reaches the result through another decision is refused, and the way it takes is told."""
    protect = (
        "facts.yaml",
        "basis: {law: bj-2019-160, article: {zh: 二（三）, en: Part 2 (3)}}\n",
        "basis: {law: bj-2019-160, article: {zh: 二（三）, en: Part 2 (3)}}\n    protected: true\n",
    )
    found = [sentence for code, sentence in _errors("old-age-allowance", protect) if code == "scenes.forbidden_dependence"]
    assert found and "birth date → Age → Old age allowance" in found[0]


def test_a_missing_guide_is_refused():
    """Both languages are needed."""
    files = read_folder(SCENES / "old-age-allowance")
    del files["guide.en.md"]
    found = [finding for finding in check(load("old-age-allowance", files)) if finding.level == "error"]
    assert [(finding.code, finding.file) for finding in found] == [("scenes.missing_file", "guide.en.md")]
