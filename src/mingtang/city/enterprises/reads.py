"""What may be asked of the market regulator: a company by its code, a licence by its link, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from mingtang.city.enterprises.faults import NoSuchApplication, NoSuchEnterprise
from mingtang.city.enterprises.models import Application, Enterprise
from mingtang.engines.identifiers import read_credit_code
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.scenes import reads as scenes

MOST = 200


@dataclass(frozen=True, slots=True)
class Licence:
    """A company as its licence shows it; ``act`` is the sealed act that is the licence."""

    code: str
    name: str
    trade: str
    capital: Decimal
    years: int
    premises: str
    founded_on: date
    state: str
    act: UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application with an official."""

    number: str
    name: str
    decision: UUID
    received_at: datetime
    due: datetime
    state: str
    reason: str
    overdue: bool


def by_code(code: str) -> Licence:
    """The company with a credit code, open to everybody; raises IdentifierRefused, NoSuchEnterprise."""
    return _licence(Enterprise.objects.filter(code=read_credit_code(code).text).first())


def by_decision(decision: UUID, secret: str) -> Licence:
    """The company that a decision registered, for who holds the decision's link; raises NoSuchDecision, NoSuchEnterprise."""
    scenes.decision(decision, secret)
    return _licence(Enterprise.objects.filter(decision=decision).first())


def _licence(row: Enterprise | None) -> Licence:
    if row is None:
        raise NoSuchEnterprise()
    act = ledger.acts_of(f"enterprises/{row.code}")[0].id
    return Licence(row.code, row.name, row.trade, row.capital, row.years, row.premises, row.founded_on, row.state, act)


def standing(decision: UUID, secret: str) -> Waiting:
    """An application as the applicant sees it; raises NoSuchDecision, NoSuchApplication."""
    scenes.decision(decision, secret)
    return _waiting(Application.objects.filter(decision=decision).first())


def application(number: str) -> Waiting:
    """An application for the official; raises NoSuchApplication."""
    return _waiting(Application.objects.filter(number=number).first())


def waiting() -> list[Waiting]:
    """What waits for an official, the earliest due first."""
    return [_waiting(row) for row in Application.objects.filter(state="examining").order_by("due", "id")[:MOST]]


def document_of(decision: UUID) -> dict[str, Any]:
    """The document of a decision of the contract, for the official who goes on from it; raises NoSuchApplication where it was erased."""
    for _act, document in ledger.documents(f"scenes/decisions/{decision}"):
        if document is not None:
            return document["body"]
    raise NoSuchApplication()


def facts_of(decision: UUID) -> dict[str, Any]:
    """The facts on which the contract decided."""
    return {fact["name"]: fact["value"] for fact in document_of(decision)["facts"]}


def _waiting(row: Application | None) -> Waiting:
    if row is None:
        raise NoSuchApplication()
    return Waiting(row.number, row.name, row.decision, row.received_at, row.due, row.state, row.reason, row.overdue)
