"""Counting budgets and drawing opinion maps from the command line, on files of our own and on the published ones."""

from __future__ import annotations

import json
import re

import pytest

from mingtang import cli

PB = """META
key;value
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;votes;name;selected
lift;60;3;A lift;{lift}
bench;30;2;Benches;{bench}
trees;50;1;Trees;0
VOTES
voter_id;vote
1;lift,bench
2;lift,bench
3;lift,trees
"""


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


def run(capsys, *arguments):
    """Exit status and printed lines."""
    status = cli.main(list(map(str, arguments)))
    return status, capsys.readouterr()


def test_a_line_a_file_says_whether_the_outcome_is_the_official_one(tmp_path, capsys):
    """Right, wrong with what differs, silent, unreadable; the last line sums up; wrong or unreadable ends with 1."""
    for name, lift, bench in (("a", 1, 1), ("b", 1, 0), ("c", "", "")):
        (tmp_path / f"{name}.pb").write_text(PB.format(lift=lift, bench=bench).replace("Trees;0", "Trees;" + ("" if name == "c" else "0")))
    (tmp_path / "d.pb").write_text("no election")
    status, said = run(capsys, "budget", "count", tmp_path)
    lines = said.out.splitlines()
    assert status == 1 and len(lines) == 4
    assert re.match(r"a\.pb  greedy  selected = official  2 of 3 projects, 3 voters", lines[0])
    assert "selected ≠ official (+bench --)" in lines[1] and "no official outcome" in lines[2]
    assert lines[3] == "4 files: selected = official 1, not 1, without an official outcome 1, not countable 1"
    assert said.err.startswith("d.pb  ✗")
    assert run(capsys, "budget", "count", tmp_path / "a.pb")[0] == 0


def test_a_reason_for_every_project(tmp_path, capsys):
    """What was missing is said, in words and as JSON; another rule can be asked for."""
    (tmp_path / "a.pb").write_text(PB.format(lift=1, bench=1))
    _, said = run(capsys, "budget", "count", tmp_path / "a.pb", "--explain", "trees")
    assert "trees Trees: 1, but only 10 of the budget was left: 40 were missing" in said.out
    _, said = run(capsys, "budget", "count", tmp_path / "a.pb", "--json", "--rule", "equalshares/add1")
    told = json.loads(said.out)
    assert told["selected"] and told["same"] is not None and {r["project"] for r in told["reasons"]} == {"lift", "bench", "trees"}


def conversation(folder):
    """Two camps of eight people on eight statements; all agree to the last."""
    votes = [(p, s, 1 if s == 7 or (p < 8) == (s < 4) else -1) for p in range(16) for s in range(8)]
    rows = "".join(f"1,x,{s},{p},{v}\n" for p, s, v in votes)
    (folder / "votes.csv").write_text("timestamp,datetime,comment-id,voter-id,vote\n" + rows)
    texts = "".join(f"1,x,{s},0,1,0,1,statement {s}\n" for s in range(8))
    (folder / "comments.csv").write_text("timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n" + texts)
    (folder / "participants-votes.csv").write_text("participant,group-id\n" + "".join(f"{p},{p // 8}\n" for p in range(16)) + "99,\n")


def test_the_map_shows_groups_what_unites_and_the_agreement_with_polis(tmp_path, capsys):
    """Two groups of eight, the statement of all first among the uniting ones, adjusted Rand 1; the same again, bit for bit."""
    conversation(tmp_path)
    status, first = run(capsys, "opinion", "map", tmp_path)
    assert status == 0 and "16 people voted, 16 placed, 8 statements, 2 groups" in first.out
    assert "what unites the groups:\n  0.810 (8/8, 8/8)  #7 statement 7" in first.out
    assert "adjusted Rand 1.000" in first.out
    _, again = run(capsys, "opinion", "map", tmp_path, "--json")
    _, third = run(capsys, "opinion", "map", tmp_path, "--json")
    assert again.out == third.out
    told = json.loads(again.out)
    assert told["adjusted_rand_against_polis"] == 1 and len(told["groups"]) == 16 and told["bridging"][0]["statement"] == 7


def test_what_cannot_be_read_is_said(tmp_path, capsys):
    """No files, or no conversation in them: a sentence and status 1."""
    assert run(capsys, "opinion", "map", tmp_path)[0] == 1
    (tmp_path / "votes.csv").write_text("a,b\n1,2\n")
    (tmp_path / "comments.csv").write_text("comment-id\nx\n")
    status, said = run(capsys, "opinion", "map", tmp_path)
    assert status == 1 and "line 2" in said.err


def test_official_outcomes_and_polis_own_groups(shared_data, capsys):
    """On the published files: Equal Shares exact, greedy at least 91 of 100, the Chinese conversation at least 0.91."""
    files = [path for path in sorted((shared_data / "pabulib").glob("*.pb")) if "Warszawa_2026" not in path.name]
    _, said = run(capsys, "budget", "count", *files)
    lines = [line for line in said.out.splitlines() if ".pb  " in line]
    assert len(lines) == len(files)
    shares = [line for line in lines if "  equalshares" in line]
    assert shares and all("selected = official" in line for line in shares)
    greedy = [line for line in lines if "  greedy" in line and "no official" not in line]
    assert sum("selected = official" in line for line in greedy) >= 0.91 * len(greedy)
    _, said = run(capsys, "opinion", "map", shared_data / "polis" / "vtaiwan.uberx")
    assert float(re.search(r"adjusted Rand ([\d.]+)", said.out)[1]) >= 0.91
