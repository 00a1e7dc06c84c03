"""From a filing to the row of a request: checked, masked, placed, dispatched by the contract, its limits given. Writes
nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingtang.city.requests import categories, dispatch, hotline, limits, masking
from mingtang.city.requests.filing import Filed, Filing, Reporter, Settled, checked
from mingtang.city.requests.learn import suggesting
from mingtang.city.requests.models import Request
from mingtang.kernel import MingtangError, short_code

Outside = tuple[str, str]  # source and external_id


@dataclass(slots=True)
class Prepared:
    """A filing on its way: its row and what the two acts will say."""

    request: Request
    secret: str
    filing: Filing
    decision: dispatch.Decision
    facts: dispatch.Facts
    acts: tuple[str, ...] = ()
    photos: tuple = ()

    @property
    def outside(self) -> Outside | None:
        """The key under which an outside system knows the request, if it has one."""
        return (self.request.source, self.request.external_id) if self.request.external_id else None

    def filed(self, known: Request | None = None) -> Filed:
        """The answer to the filer; ``known`` is the request as it was filed before under the same outside key."""
        request = known or self.request
        if known is not None:
            return Filed(request.number, "", request.category, request.unit, (), request.due, known=True)
        return Filed(request.number, self.secret, request.category, request.unit, self.acts, request.due)


def prepare_all(pack: Any, filings: Sequence[Filing], at: datetime) -> list[Prepared]:
    """Prepare each filing; a fault's path begins with ``filings[i]``."""
    prepared = []
    for i, filing in enumerate(filings):
        try:
            prepared.append(_prepare(pack, checked(filing, at), at))
        except MingtangError as fault:
            fault.path = f"filings[{i}].{fault.path}" if fault.path else f"filings[{i}]"
            raise
    return prepared


def hashed(secret: str) -> str:
    """What is kept of a secret: its SHA-256. The secret has 144 random bits, so neither salt nor slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def known(prepared: Iterable[Prepared]) -> dict[Outside, Request]:
    """Requests filed before under the outside keys of ``prepared``."""
    by_source: dict[str, list[str]] = {}
    for p in prepared:
        if p.outside:
            by_source.setdefault(p.outside[0], []).append(p.outside[1])
    found: dict[Outside, Request] = {}
    for source, ids in by_source.items():
        for part in _parts(ids):
            for request in Request.objects.filter(source=source, external_id__in=part).exclude(external_id=""):
                found[source, request.external_id] = request
    return found


def first_of_each(prepared: Iterable[Prepared]) -> list[Prepared]:
    """``prepared`` without those whose outside key came before in the same batch."""
    seen: dict[Any, Prepared] = {}
    for p in prepared:
        seen.setdefault(p.outside or id(p), p)
    return list(seen.values())


def number(fresh: Sequence[Prepared], prefix: str, at: datetime) -> None:
    """Give each request a number that no other has. 2^40 codes a year: a clash is rare, not impossible."""
    year = hotline.month(at) // 100 % 100
    given: dict[str, Prepared] = {}
    waiting = list(fresh)
    while waiting:
        drawn: dict[str, Prepared] = {}
        for p in waiting:
            code = f"{prefix}{year:02}-{short_code()}"
            while code in drawn or code in given:
                code = f"{prefix}{year:02}-{short_code()}"
            drawn[code] = p
        taken = {
            code
            for part in _parts(list(drawn))
            for code in Request.objects.filter(number__in=part).values_list("number", flat=True)
        }
        given.update((code, p) for code, p in drawn.items() if code not in taken)
        waiting = [drawn[code] for code in taken]
    for code, p in given.items():
        p.request.number = code


def _prepare(pack: Any, filing: Filing, at: datetime) -> Prepared:
    facts = dispatch.facts(pack, filing, lambda text: suggesting.suggest(categories.tree(pack), text))
    decision = dispatch.decide(pack, facts)
    filed_at = filing.filed_at or at
    secret = secrets.token_urlsafe(18)
    given = {"dispatch": limits.given(pack, decision.urgency, "dispatch", filed_at)}
    # What was settled elsewhere before anyone was in charge here is answered for by the desk.
    unit = decision.unit or (hotline.desk(pack)["desk_unit"] if filing.settled else "")
    sent = bool(unit)
    if sent:
        given["feedback"] = limits.feedback(pack, decision.urgency, filed_at)
    running = limits.parsed(given["feedback" if sent else "dispatch"]["due"])
    place = filing.place
    request = Request(
        secret=hashed(secret),
        text=filing.text,
        public_text=masking.mask(filing.text).text,
        address=filing.address,
        language=filing.language,
        category=facts.category,
        urgency=decision.urgency,
        district=facts.district,
        street=facts.street,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        unit=unit,
        state="sent" if sent else "dispatching",
        month=hotline.month(filed_at),
        channel=filing.channel,
        source=filing.source,
        external_id=filing.external_id,
        anonymous=filing.reporter is None or filing.reporter == Reporter(),
        attributes=filing.attributes,
        limits=given,
        filed_at=filed_at,
        dispatched_at=filed_at if sent else None,
        changed_at=at,
        due=running,
        feedback_due=running if sent else None,
    )
    if filing.settled is not None:
        _settle(pack, request, filing.settled)
    return Prepared(request, secret, filing, decision, facts)


def _settle(pack: Any, request: Request, settled: Settled) -> None:
    request.lead_unit, request.replied_at, request.first_contact_at = request.unit, settled.replied_at, settled.replied_at
    request.responded = settled.replied_at <= request.feedback_due
    request.reply, request.public_reply = settled.text, masking.mask(settled.text).text
    if settled.closed_at is not None:
        request.state, request.closed_at, request.due = "closed", settled.closed_at, None
    else:
        found = limits.given(pack, request.urgency, "confirm", settled.replied_at)
        request.limits = {**request.limits, "confirm": found}
        request.state, request.due = "replied", limits.parsed(found["due"])


def _parts(values: list[str], size: int = 500) -> Iterable[list[str]]:
    for begin in range(0, len(values), size):
        yield values[begin : begin + size]
