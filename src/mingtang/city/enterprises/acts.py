"""What the market regulator does, each act sealed: register a company, take an application on for an official, decide it.

Example::

    with transaction.atomic():
        enterprise = acts.register(Founding("明州望舟软件有限公司", "software", 500_000, 5, "MZB-00000001", person), decision, contract, actor)
    enterprise.code                                   # a credit code by GB 32100; the licence is the act's document
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from mingtang.city.enterprises import limits
from mingtang.city.enterprises.faults import NameJustTaken, NoSuchApplication, NoSuchEnterprise, NotYourOffice, ReasonNeeded
from mingtang.city.enterprises.models import Application, Enterprise
from mingtang.engines.identifiers import make_credit_code
from mingtang.kernel import now, short_code
from mingtang.platform.cases import acts as cases
from mingtang.platform.cases import outbox
from mingtang.platform.ledger.acts import Actor, Draft, Sealed, seal
from mingtang.platform.people.credentials import acts as credentials
from mingtang.platform.scenes.reads import Pack

AGENCY = "MZ-MARKET"
PLACE = "990100"  # a place of nobody, as in the registers
_BODY = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Founding:
    """A company to be registered; ``capital`` in yuan, ``founder`` a pseudonym."""

    name: str
    trade: str
    capital: Decimal | int
    years: int
    premises: str
    founder: str

    @classmethod
    def of(cls, facts: Mapping[str, Any], founder: str) -> Founding:
        """The company that the facts of a decision describe."""
        capital, years = Decimal(str(facts["registered capital"])), int(facts["years to pay in"])
        return cls(facts["company name"], facts["trade"], capital, years, facts["premises certificate"], founder)


def register(founding: Founding, decision: UUID, contract: str, actor: Actor) -> Enterprise:
    """Register a company and issue its licence, in the open transaction; raises NameJustTaken.

    The licence is what this act's document says; it enters the agency's register through the outbox.
    """
    today = now().astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    code = make_credit_code(PLACE, "MA" + "".join(secrets.choice(_BODY) for _ in range(6)))
    row = Enterprise(
        code=code,
        name=founding.name,
        trade=founding.trade,
        capital=founding.capital,
        years=founding.years,
        premises=founding.premises,
        founded_on=today,
        founder=founding.founder,
        decision=decision,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise NameJustTaken(name=founding.name) from None
    licence = {
        "licence": "business",
        "code": code,
        "name": row.name,
        "trade": row.trade,
        "capital": str(row.capital),
        "years": row.years,
        "premises": row.premises,
        "founded_on": today.isoformat(),
        "founder": row.founder,
        "decision": str(decision),
        "issuer": AGENCY,
    }
    seal(Draft("enterprises.register", f"enterprises/{code}", actor, licence, rows=(row,), contract=contract))
    outbox.put(
        f"enterprises/{code}",
        "enterprises.enter",
        {
            "code": code,
            "name": row.name,
            "trade": row.trade,
            "capital": int(row.capital),
            "founded": today.isoformat(),
            "premises": row.premises,
            "founder": row.founder,
        },
    )
    return row


def receive(pack: Pack, name: str, founder: str, decision: UUID, contract: str, actor: Actor) -> Application:
    """Take on an application that the contract left to an official: a case with the law's three working days."""
    at = now()
    limit = limits.examine(at)
    row = Application.objects.create(
        number=f"E-{short_code(8)}",
        name=name,
        founder=founder,
        decision=decision,
        received_at=at,
        due=datetime.fromisoformat(limit["due"]),
        state="examining",
    )
    draft = Draft(
        "enterprises.receive",
        _subject(row),
        actor,
        {"decision": str(decision), "due": limit["due"]},
        rows=(row,),
        contract=contract,
    )
    cases.start_many(pack, [cases.Start(_subject(row), {"limits": {"examine": limit}}, draft)])
    return row


def decide(number: str, approve: bool, reason: str, facts: dict[str, Any], actor: Actor) -> Sealed:
    """An official decides an application, with a reason of his own; approved, the company is registered in the same transaction.

    ``facts`` are those of the contract's decision (``reads.facts_of``). Raises NotYourOffice, ReasonNeeded, NoSuchApplication, NameJustTaken.
    """
    if actor.unit != AGENCY:
        raise NotYourOffice()
    reason = reason.strip()
    if not 4 <= len(reason) <= 1000 or "\x00" in reason:
        raise ReasonNeeded(path="reason")
    with transaction.atomic():
        row = Application.objects.select_for_update().filter(number=number, state="examining").first()
        if row is None:
            raise NoSuchApplication()
        row.state, row.reason, row.official, row.decided_at = ("approved" if approve else "refused"), reason, actor.ref, now()
        row.overdue = row.overdue or now() >= row.due  # the limit's own act may come in the same step, before this one
        row.save()
        body = {"state": row.state, "reason": reason, "decision": str(row.decision)}
        moved = cases.move(
            cases.Move(
                _subject(row),
                "examine",
                {"outcome": row.state},
                Draft("enterprises.decide", _subject(row), actor, body, rows=(row,)),
            )
        )
        if approve:
            register(Founding.of(facts, row.founder), row.decision, "", actor)
    return moved.sealed


def offer_licence(code: str, actor: Actor) -> credentials.Offered:
    """Offer the licence of a company to its founder's wallet; an older offer of the kind ends. Raises NoSuchEnterprise."""
    row = Enterprise.objects.filter(code=code, state="operating").first()
    if row is None:
        raise NoSuchEnterprise()
    capital = int(row.capital) if row.capital == int(row.capital) else str(row.capital)
    claims = {
        "credit_code": row.code,
        "company": row.name,
        "trade": row.trade,
        "capital": capital,
        "founded_on": row.founded_on.isoformat(),
    }
    return credentials.issue("business-licence", row.founder, claims, actor)


def _subject(row: Application) -> str:
    return f"enterprises/applications/{row.number}"
