"""Read and write Pabulib files (.pb), the exchange format of participatory-budgeting elections (pabulib.org/format).

In PROJECTS, ``selected`` is 1 for what the rule selected; 2 and above mark projects funded by other money and count as not
selected by the rule. Three sections - META, PROJECTS, VOTES - each a semicolon-separated table under a header line. Example::

    META
    key;value
    budget;1000
    vote_type;approval
    PROJECTS
    project_id;cost;name
    lift;600;A lift for the block
    VOTES
    voter_id;vote
    1;lift
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from mingtang.engines.budgets.election import Election, NotAnElection, Project

_SECTIONS = ("META", "PROJECTS", "VOTES")
_LARGEST = 256 * 1024 * 1024


def read(data: bytes) -> Election:
    """The election in ``data`` (UTF-8, with or without mark). Raises NotAnElection with the line of the fault."""
    if len(data) > _LARGEST:
        raise NotAnElection(reason="file over 256 MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotAnElection(path=f"byte {fault.start}", reason="not UTF-8") from None
    meta, project_rows, vote_rows = _sections(text)
    vote_type = meta.get("vote_type", "approval").strip().lower()
    scale = _scale(meta, project_rows)
    projects = tuple(_project(row, line, scale) for line, row in project_rows)
    known = {project.code for project in projects}
    if len(known) != len(projects):
        raise NotAnElection(path="PROJECTS", reason="a project stands twice")
    ballots: Counter[tuple[tuple[str, Fraction], ...]] = Counter()
    for line, row in vote_rows:
        ballots[_ballot(row, line, vote_type, known, meta)] += 1
    return Election(projects, dict(ballots), _money(meta.get("budget", ""), "META budget", scale), vote_type, meta.get("rule", "").strip().lower(), meta)


def _sections(text: str):
    meta: dict[str, str] = {}
    projects: list[tuple[int, dict[str, str]]] = []
    votes: list[tuple[int, dict[str, str]]] = []
    section, header = "", None
    reader = csv.reader(io.StringIO(text), delimiter=";")
    try:
        for row in reader:
            if not row or not any(cell.strip() for cell in row):
                continue
            line = reader.line_num
            if len(row) == 1 and row[0].strip().upper() in _SECTIONS:
                section, header = row[0].strip().upper(), None
            elif header is None:
                header = [cell.strip().lower() for cell in row]
            elif section == "META":
                meta[row[0].strip().lower()] = ";".join(row[1:]).strip()
            elif section in _SECTIONS:
                (projects if section == "PROJECTS" else votes).append((line, dict(zip(header, row, strict=False))))
            else:
                raise NotAnElection(path=f"line {line}", reason="text before the first section")
    except csv.Error as fault:
        raise NotAnElection(path=f"line {reader.line_num}", reason=str(fault)) from None
    if not projects:
        raise NotAnElection(path="PROJECTS", reason="no projects")
    return meta, projects, votes


def _decimal(text: str, place: str) -> Decimal:
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise NotAnElection(path=place, reason="not a number") from None
    if not value.is_finite() or abs(value) > Decimal(10) ** 15:
        raise NotAnElection(path=place, reason="not a usable number")
    return value


def _scale(meta: dict[str, str], rows) -> int:
    """The power of ten that makes every amount a whole number (cents)."""
    places = 0
    for place, text in [("META budget", meta.get("budget", "")), *((f"line {line} cost", row.get("cost", "")) for line, row in rows)]:
        places = max(places, -int(_decimal(text, place).normalize().as_tuple().exponent))
    if places > 6:
        raise NotAnElection(path="cost", reason="more than six decimals")
    return 10**places


def _money(text: str, place: str, scale: int) -> int:
    value = _decimal(text, place)
    if value < 0:
        raise NotAnElection(path=place, reason="below zero")
    return int(value * scale)


def _project(row: dict[str, str], line: int, scale: int) -> Project:
    code = row.get("project_id", "").strip()
    if not code:
        raise NotAnElection(path=f"line {line}", reason="project without an id")
    chosen = row.get("selected", "").strip()
    given = row.get("score", "").strip()
    return Project(
        code, _money(row.get("cost", ""), f"line {line} cost", scale), row.get("name", "").strip(),
        None if chosen == "" else chosen in ("1", "1.0", "true"), Fraction(_decimal(given, f"line {line} score")) if given else None, row,
    )


def _ballot(row: dict[str, str], line: int, vote_type: str, known: set[str], meta: dict[str, str]):
    named = [code.strip() for code in (row.get("vote") or "").split(",") if code.strip()]
    for code in named:
        if code not in known:
            raise NotAnElection(path=f"line {line}", reason=f"vote for a project that is not listed: {code[:40]}")
    if len(set(named)) != len(named):
        raise NotAnElection(path=f"line {line}", reason="a project named twice on one ballot")
    if vote_type == "ordinal":
        most = int(_decimal(meta.get("max_length", ""), "META max_length")) if meta.get("max_length") else len(named)
        pairs = [(code, Fraction(max(most, len(named)) - i)) for i, code in enumerate(named)]
    elif vote_type in ("cumulative", "scoring") and row.get("points"):
        points = [Fraction(_decimal(p, f"line {line} points")) for p in row["points"].split(",") if p.strip()]
        if len(points) != len(named):
            raise NotAnElection(path=f"line {line}", reason="not one number of points a project")
        pairs = list(zip(named, points, strict=True))
    else:
        pairs = [(code, Fraction(1)) for code in named]
    return tuple(sorted(pairs))


def write(election: Election) -> bytes:
    """The election as a Pabulib file; reading it back gives the same projects, ballots and budget."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\n")
    meta = {**election.meta, "num_projects": len(election.projects), "num_votes": election.voters, "budget": election.budget,
            "vote_type": election.vote_type, "rule": election.rule}
    table.writerows([["META"], ["key", "value"], *meta.items(), ["PROJECTS"], ["project_id", "cost", "votes", "name", "selected"]])
    for project in election.projects:
        chosen = "" if project.official is None else int(project.official)
        table.writerow([project.code, project.cost, election.votes[project.code], project.name, chosen])
    with_points = election.vote_type in ("cumulative", "scoring")
    table.writerows([["VOTES"], ["voter_id", "vote", *(["points"] if with_points else [])]])
    voter = 0
    for ballot, count in election.ballots.items():
        ranked = sorted(ballot, key=lambda pair: -pair[1]) if election.vote_type == "ordinal" else ballot
        row = [",".join(code for code, _ in ranked), *([",".join(str(points) for _, points in ranked)] if with_points else [])]
        for _ in range(count):
            voter += 1
            table.writerow([voter, *row])
    return out.getvalue().encode()
