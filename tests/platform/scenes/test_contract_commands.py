"""The commands about contracts: check, decide, run over a population."""

from __future__ import annotations

import json
import shutil
from xml.etree import ElementTree

import polars as pl
import pytest

from mingtang import cli
from tests.engines.dmn.models import data, decision, definitions, literal, table
from tests.platform.scenes.conftest import SCENES

_RULES = [("< 60", "0"), ("[60..80)", "50"), (">= 80", "100")]


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def _file(tmp_path, rules, name="rules.dmn", **more):
    logic = table("UNIQUE", ("age",), ("out",), rules)
    path = tmp_path / name
    path.write_bytes(definitions(data("age", "number") + decision("Sum", logic, ("#in-age",), **more)))
    return path


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([("< 60", "0"), ("> 60", "1")], "scenes.gap"),
        ([("<= 60", "0"), (">= 60", "1")], "scenes.conflict"),
        ([("<= 60", "0"), ("> 60", "1"), ("> 60 60", "1")], "scenes.bad_expression"),
        ([("< limit", "0"), ("-", "1")], "scenes.unknown_name"),
        ([('"old"', "0"), ("-", "1")], "scenes.wrong_kind"),
    ],
)
def test_check_names_the_fault_and_ends_with_one(tmp_path, capsys, rules, code):
    """A table with a gap, a conflict, text that is no FEEL, an unknown name or a cell of another kind is refused, with its place."""
    assert cli.main(["contract", "check", str(_file(tmp_path, rules))]) == 1
    out = capsys.readouterr().out
    assert f"({code})" in out and "✗ rules.dmn" in out and " Sum: " in out


def test_check_of_a_sound_file_tells_its_hash(tmp_path, capsys):
    """A sound file ends with status 0, tells its hash, and rules that could be one as a note."""
    rules = [("< 60", "0", "a"), ("[60..80)", "50", "a"), (">= 80", "50", "a")]
    path = _file(tmp_path, [(cell, value) for cell, value, _ in rules])
    content = path.read_bytes().replace(b"why 2", b"why").replace(b"why 3", b"why")
    path.write_bytes(content)
    assert cli.main(["contract", "check", str(path)]) == 0
    out = capsys.readouterr().out
    assert "no faults sha256:" in out and "rules 2 and 3 differ in “age” alone" in out


def test_check_of_a_pack_tells_every_property(capsys):
    """Each property of a pack has its verdict on a line of its own."""
    assert cli.main(["contract", "check", str(SCENES / "water-charge")]) == 0
    out = capsys.readouterr().out
    for name in ("more-water-never-cheaper", "supply-does-not-matter", "never-negative"):
        assert any(line.startswith(("✓ proved", "? unknown")) and name in line for line in out.splitlines())


def test_check_of_what_is_no_model(tmp_path, capsys):
    """A missing file, XML that is none, and entities are findings, not crashes."""
    (tmp_path / "a.dmn").write_bytes(b"<definitions")
    (tmp_path / "b.dmn").write_bytes(b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    for name in ("a.dmn", "b.dmn", "c.dmn"):
        assert cli.main(["contract", "check", str(tmp_path / name)]) == 1
    assert capsys.readouterr().out.count("scenes.bad_contract") == 3


def test_decide_uses_the_law_of_the_day(capsys):
    """One person's decision names the contract's hash and its reasons."""
    facts = json.dumps({"water used": 200, "supply": "mains", "user": "household"})
    assert cli.main(["contract", "decide", str(SCENES / "water-charge"), "--facts", facts, "--as-of", "2026-03-01"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["value"]["charge"] == 1040 and told["contract"].startswith("sha256:") and told["trace"][0]["matched"]


@pytest.mark.parametrize("facts", ["{", "[]", "@nowhere.json"])
def test_decide_refuses_what_is_no_object(tmp_path, facts):
    """Facts that are no JSON object are wrong use."""
    assert cli.main(["contract", "decide", str(_file(tmp_path, _RULES)), "--facts", facts]) == 2


def test_run_compares_two_versions_by_group(tmp_path, capsys):
    """Winners, losers and costs by group are those of the two versions; the rows and the chart are written."""
    old, new = (
        _file(tmp_path, _RULES, "old.dmn"),
        _file(tmp_path, [("< 65", "0"), ("[65..80)", "60"), (">= 80", "100")], "new.dmn"),
    )
    people = [(age, place) for place in ("east", "west") for age in (30, 62, 64, 66, 70, 85)] + [(62, "isle")]
    pl.DataFrame(people, schema=["age", "district"], orient="row").write_parquet(tmp_path / "people.parquet")
    made = [str(tmp_path / name) for name in ("out.csv", "chart.svg")]
    asked = ["contract", "run", str(new), "--over", str(tmp_path / "people.parquet"), "--against", str(old), "--by", "district"]
    assert cli.main([*asked, "--out", made[0], "--chart", made[1]]) == 0
    out = capsys.readouterr().out
    assert "everybody\t13\t6\t440\t650\t4\t5" in out and "west\t6\t3\t220\t300\t2\t2" in out
    assert "isle" not in out and "(fewer)" in out
    rows = pl.read_csv(made[0])
    assert rows.filter(pl.col("age") == 62)["change"].to_list() == [-50.0, -50.0, -50.0]
    drawn = ElementTree.parse(made[1]).getroot()
    assert drawn.get("role") == "img" and drawn.find("{http://www.w3.org/2000/svg}title").text == "Sum"


def test_run_of_a_charge_counts_who_pays_less_as_winner(tmp_path, capsys):
    """With --charge a lower amount is a gain."""
    pack = tmp_path / "water-charge"
    shutil.copytree(SCENES / "water-charge", pack)
    rules = pack / "rules.dmn"
    rules.write_text(rules.read_text(encoding="utf-8").replace("180", "150"), encoding="utf-8")
    (tmp_path / "people.csv").write_text(
        "water used,supply,user\n100,mains,household\n170,mains,household\n170.5,well,household\n"
    )
    asked = [
        "contract",
        "run",
        str(pack),
        "--over",
        str(tmp_path / "people.csv"),
        "--against",
        str(SCENES / "water-charge"),
        "--charge",
    ]
    assert cli.main([*asked, "--output", "charge"]) == 0
    assert "\t0\t2\n" in capsys.readouterr().out


@pytest.mark.parametrize("more", [["--by", "nothing"], ["--output", "nothing"], ["--decision", "nothing"]])
def test_run_refuses_what_is_not_there(tmp_path, capsys, more):
    """A column, component or decision that is not there is refused in a sentence."""
    (tmp_path / "people.csv").write_text("age\n61\n")
    path = _file(tmp_path, _RULES)
    code = cli.main(["contract", "run", str(path), "--over", str(tmp_path / "people.csv"), *more])
    assert code == 1 and capsys.readouterr().err.strip()


def test_run_refuses_a_table_that_cannot_be_read(tmp_path, capsys):
    """A missing file and a Parquet file that is none are refused."""
    (tmp_path / "people.parquet").write_bytes(b"PAR1 nothing")
    for name in ("people.parquet", "missing.csv"):
        assert cli.main(["contract", "run", str(_file(tmp_path, _RULES)), "--over", str(tmp_path / name)]) == 1
    assert "scenes.population_refused" in capsys.readouterr().err


def test_run_tells_an_input_that_the_table_does_not_have(tmp_path, capsys):
    """An input without a column is null for all, and the report says so."""
    path = tmp_path / "two.dmn"
    body = (
        data("age", "number")
        + data("bonus", "number")
        + decision("Sum", literal("if bonus = null then age else bonus"), ("#in-age", "#in-bonus"))
    )
    path.write_bytes(definitions(body))
    (tmp_path / "people.csv").write_text("age\n61\n")
    assert cli.main(["contract", "run", str(path), "--over", str(tmp_path / "people.csv")]) == 0
    assert "no input “bonus”" in capsys.readouterr().out
