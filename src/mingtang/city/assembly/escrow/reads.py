"""What may be asked of the escrow: lines, projects from first fen to last payment, and whether the log gives what the tables say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from mingtang.city.assembly.escrow.book_rows import events_of, project_row
from mingtang.city.assembly.escrow.faults import NoSuchLine
from mingtang.city.assembly.escrow.models import Entry, Line, Milestone, Payment, Project, Transfer
from mingtang.engines import escrow
from mingtang.platform.ledger import reads as ledger

MOST = 200
_ACCOUNTS = ("encumbered", "committed", "ordered", "held", "paid")


@dataclass(frozen=True, slots=True)
class LineView:
    """A budget line; ``left`` fen are free, ``funded`` came in."""

    code: str
    title_zh: str
    title_en: str
    unit: str
    funded: int
    left: int


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone as everybody may see it; acceptors by role, with who has accepted in this round."""

    number: int
    title_zh: str
    title_en: str
    amount: int
    due: date
    evidence_kind: str
    needed: int
    acceptors: list[dict[str, Any]]
    state: str
    round: int
    accept_by: datetime | None
    silent: bool
    evidence: str
    refusals: list[str]


@dataclass(frozen=True, slots=True)
class ProjectView:
    """A project: balances in fen, milestones, every entry with its transfers, every payment, every act."""

    code: str
    line: str
    title_zh: str
    title_en: str
    amount: int
    binding: str
    fingerprint: str
    state: str
    frozen: bool
    contractor: str
    opened_at: datetime
    balances: dict[str, int]
    milestones: list[MilestoneView]
    entries: list[dict[str, Any]]
    payments: list[Payment]
    acts: list[Any]


def lines() -> list[LineView]:
    """All lines of the budget by code."""
    balances = _balances()
    funded = {row["target"]: row["sum"] for row in Transfer.objects.filter(source=escrow.TREASURY).values("target").annotate(sum=Sum("amount"))}
    return [LineView(one.code, one.title_zh, one.title_en, one.unit, funded.get(f"line/{one.code}", 0), balances.get(f"line/{one.code}", 0))
            for one in Line.objects.order_by("code")]


def line(code: str) -> LineView:
    """One line; raises NoSuchLine."""
    found = [one for one in lines() if one.code == code]
    if not found:
        raise NoSuchLine(line=code[:40])
    return found[0]


def projects() -> list[Project]:
    """The projects, the newest first."""
    return list(Project.objects.order_by("-id")[:MOST])


def project(code: str) -> ProjectView:
    """A project with all that happened; raises NoSuchProject."""
    row = project_row(code)
    entries = list(Entry.objects.filter(project=code).order_by("id").prefetch_related("transfers"))
    balances = _balances(entries)
    return ProjectView(
        row.code, row.line, row.title_zh, row.title_en, row.amount, row.binding, row.fingerprint, row.state, row.frozen, row.contractor, row.opened_at,
        {name: balances.get(f"{name}/{code}", 0) for name in _ACCOUNTS}, _milestones(code, entries),
        [{"kind": e.kind, "at": e.at, "key": e.key, "body": e.body, "transfers": list(e.transfers.all())} for e in entries],
        list(Payment.objects.filter(project=code).order_by("id")), ledger.acts_of(f"projects/{code}"))


def csv_rows(code: str) -> Iterator[list[str]]:
    """Every transfer of a project: entry, time, from, to, fen; whoever adds them up has the balances."""
    yield ["entry", "at", "from", "to", "fen"]
    for one in Transfer.objects.filter(entry__project=project_row(code).code).select_related("entry").order_by("id"):
        yield [one.entry.key, one.entry.at.isoformat(), one.source, one.target, str(one.amount)]


def replayed() -> bool:
    """Whether the log, replayed, gives every balance, every state and every payment of the tables."""
    balances, paid = _balances(), {row.key: row.amount for row in Payment.objects.all()}
    derived: dict[str, int] = defaultdict(int)
    orders: dict[str, int] = {}
    states: dict[str, tuple] = {}
    for code in Line.objects.values_list("code", flat=True):
        book = escrow.replay(events_of(code))
        if book.faults():
            return False
        for name, fen in book.balances.items():
            derived[name] += fen
        orders |= {key: order.amount for key, order in book.payments.items()}
        states |= {one.code: (one.state, one.frozen, one.fingerprint, {m.number: (m.state, m.round) for m in one.milestones.values()}) for one in book.projects.values()}
    rows: dict[str, dict[int, tuple]] = defaultdict(dict)
    for m in Milestone.objects.all():
        rows[m.project][m.number] = (m.state, m.round)
    tables = {p.code: (p.state, p.frozen, p.fingerprint, rows[p.code]) for p in Project.objects.all()}
    return {k: v for k, v in derived.items() if v} == {k: v for k, v in balances.items() if v} and orders == paid and states == tables


def waiting_for(ref: str) -> list[tuple[str, int]]:
    """The milestones (project, number) that an acceptor is asked about and has not answered."""
    found = []
    for row in Milestone.objects.filter(state="claimed").order_by("accept_by", "id")[:MOST]:
        if any(one["ref"] == ref for one in row.acceptors) and not _accepted(row, ref):
            found.append((row.project, row.number))
    return found


def _accepted(row: Milestone, ref: str) -> bool:
    return Entry.objects.filter(key=f"accept/{row.project}/{row.number}/{row.round}/{ref}").exists()


def _balances(entries: list[Entry] | None = None) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    if entries is not None:
        for one in entries:
            for moved in one.transfers.all():
                found[moved.source] -= moved.amount
                found[moved.target] += moved.amount
        return found
    for name, sign in (("source", -1), ("target", 1)):
        for row in Transfer.objects.values(name).annotate(sum=Sum("amount")):
            found[row[name]] += sign * row["sum"]
    return found


def _milestones(code: str, entries: list[Entry]) -> list[MilestoneView]:
    found = []
    for row in Milestone.objects.filter(project=code).order_by("number"):
        mine = [e for e in entries if e.body.get("milestone") == row.number]
        accepted = {e.body["acceptor"] for e in mine if e.kind == "accept" and e.body["round"] == row.round}
        evidence = [e.body["evidence"] for e in mine if e.kind == "claim" and e.body["round"] == row.round]
        people = [{"role": one["role"], "accepted": one["ref"] in accepted, "ref": one["ref"]} for one in row.acceptors]
        found.append(MilestoneView(row.number, row.title_zh, row.title_en, row.amount, row.due, row.evidence_kind, row.needed, people, row.state, row.round,
                                   row.accept_by, row.silent, evidence[0] if evidence else "", [e.body["reason"] for e in mine if e.kind == "refuse"]))
    return found
