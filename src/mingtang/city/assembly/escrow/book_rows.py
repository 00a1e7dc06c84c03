"""The book of a budget line out of its entries, and back: an event applied, its rows written, its act sealed.

The line's row is locked first, so two events of one line never see the same balance. The book of a line is replayed from its entries each
time: a line has hundreds of entries, and a replay takes some microseconds an entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models as db

from mingtang.city.assembly.escrow.faults import NoSuchLine, NoSuchProject
from mingtang.city.assembly.escrow.models import Entry, Line, Milestone, Payment, Project, Transfer
from mingtang.engines import escrow
from mingtang.engines.escrow.book import key_of
from mingtang.kernel import now
from mingtang.platform.cases import outbox


def book_of(line: str) -> escrow.Book:
    """The book of one line, replayed; the line is locked where a transaction is open. Raises NoSuchLine."""
    if not Line.objects.select_for_update().filter(code=line).exists():
        raise NoSuchLine(line=line[:40])
    return escrow.replay(events_of(line))


def events_of(line: str) -> list[escrow.Event]:
    """The events of a line in order."""
    rows = Entry.objects.filter(line=line).order_by("id").values_list("kind", "line", "project", "body")
    return [escrow.Event(*row) for row in rows]


def project_row(code: str) -> Project:
    """The row of a project; raises NoSuchProject."""
    found = Project.objects.filter(code=code).first()
    if found is None:
        raise NoSuchProject()
    return found


@dataclass(slots=True)
class Step:
    """An event that was taken: the rows it changed and the state after it; ``known`` where it was recorded before."""

    event: escrow.Event
    book: escrow.Book
    rows: list[db.Model] = field(default_factory=list)
    known: bool = False

    @property
    def subject(self) -> str:
        """What the act is about."""
        return f"projects/{self.event.project}" if self.event.project else f"lines/{self.event.line}"


def take(event: escrow.Event, book: escrow.Book | None = None, titles: dict[str, str] | None = None, details: Sequence[dict[str, Any]] = ()) -> Step:
    """Apply ``event`` and write what follows, in the open transaction; the caller seals ``rows``. Raises what the book raises.

    ``titles`` name a new project; ``details`` are the titles and dates of the milestones of a new contract.
    """
    book = book or book_of(event.line)
    step = Step(event, book)
    if book.knows(event):
        book.apply(event)  # refuses another content under the same key
        step.known = True
        return step
    orders = set(book.payments)
    moved = book.apply(event)
    at = now()
    entry = Entry.objects.create(key=key_of(event), kind=event.kind, line=event.line, project=event.project, body=event.body, at=at)
    Transfer.objects.bulk_create([Transfer(entry=entry, source=t.source, target=t.target, amount=t.amount) for t in moved])
    step.rows.append(entry)
    if event.project:
        _project(step, titles or {}, at)
        _milestones(step, details)
        _payments(step, [book.payments[key] for key in book.payments if key not in orders], at)
    return step


def _project(step: Step, titles: dict[str, str], at: Any) -> None:
    one = step.book.project(step.event.project)
    row = Project.objects.filter(code=one.code).first()
    if row is None:
        row = Project(code=one.code, line=one.line, amount=one.amount, binding=one.binding, opened_at=at, title_zh=titles["zh"], title_en=titles["en"])
    row.fingerprint, row.state, row.frozen = one.fingerprint, one.state, one.frozen
    row.contractor = one.contracts[-1].contractor if one.contracts else ""
    row.save()
    step.rows.append(row)


def _milestones(step: Step, details: Sequence[dict[str, Any]]) -> None:
    one = step.book.project(step.event.project)
    if step.event.kind == "contract":
        for given in details:
            m = one.milestones[given["number"]]
            step.rows.append(Milestone.objects.create(project=one.code, number=m.number, amount=m.amount, needed=m.needed, contract=m.contract,
                                                      **{name: given[name] for name in ("title_zh", "title_en", "due", "evidence_kind", "acceptors")}))
        return
    for row in Milestone.objects.filter(project=one.code):
        m = one.milestones[row.number]
        if (row.state, row.round) != (m.state, m.round):
            row.state, row.round = m.state, m.round
            if m.state != "claimed":
                row.accept_by, row.silent = None, False
            row.save()
            step.rows.append(row)


def _payments(step: Step, orders: list[escrow.Payment], at: Any) -> None:
    event = step.event
    for order in orders:
        contract = event.body.get("contract") or step.book.project(event.project).milestones[order.milestone].contract
        row = Payment.objects.create(key=order.key, project=order.project, milestone=order.milestone, contract=contract, payee=order.payee,
                                     amount=order.amount, ordered_at=at)
        step.rows.append(row)
        outbox.put(order.key, "escrow.pay", {"key": order.key, "payee": order.payee, "amount": order.amount})
    if event.kind == "paid":
        row = Payment.objects.get(project=event.project, milestone=event.body.get("milestone", 0), **({} if event.body.get("milestone") else {"contract": event.body["contract"]}))
        row.paid_at = at
        row.save()
        step.rows.append(row)
