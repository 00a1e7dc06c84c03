"""Filing: a request comes in, the contract dispatches it, its case begins, two acts are sealed - all in one transaction.

``requests.file`` is the resident's act, ``requests.dispatch`` the system's, with the contract that decided. Where the contract
names no unit the case waits at the desk and only the filing is sealed. Batches go the same way as single filings: everything is
written
in bulk, and one bad filing refuses the whole batch, with its place (``filings[12].text``), before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from mingtang.city.requests import bulk, fulltext, hotline, limits, prepare
from mingtang.city.requests.filing import Filed, Filing
from mingtang.city.requests.models import Contact, Photo, Request
from mingtang.city.requests.prepare import Prepared
from mingtang.city.requests.tally import Changes
from mingtang.kernel import MingtangError, now
from mingtang.platform.cases.acts import Move, Start, move_many, start_many
from mingtang.platform.ledger.acts import Actor, Draft, seal_many

SYSTEM = Actor("system", "hotline")


def file(filing: Filing, actor: Actor) -> Filed:
    """File one request; see ``file_many``. A fault's path names the field alone."""
    try:
        return file_many([filing], actor)[0]
    except MingtangError as fault:
        fault.path = fault.path.removeprefix("filings[0]").removeprefix(".")
        raise


def file_many(filings: Sequence[Filing], actor: Actor) -> list[Filed]:
    """File many requests in one transaction; order kept. A filing with a known ``source`` and ``external_id`` gives what was
    filed then.

    Raises RefusedInput (TextRefused, FieldRefused, NoSuchCategory) with the path ``filings[i].field``; then nothing is written.
    """
    at = now()
    pack = hotline.pack()
    prepared = prepare.prepare_all(pack, filings, at)
    with transaction.atomic():
        known = prepare.known(prepared)
        fresh = prepare.first_of_each(p for p in prepared if p.outside not in known)
        prepare.number(fresh, hotline.desk(pack)["number_prefix"], at)
        _write(fresh)
        _seal(pack, fresh, actor, at)
    first = {id(p) for p in fresh}
    known.update((p.outside, p.request) for p in fresh if p.outside)
    return [p.filed(None if id(p) in first else known[p.outside]) for p in prepared]


def _write(fresh: list[Prepared]) -> None:
    bulk.insert([p.request for p in fresh])
    bulk.insert([Contact(request=p.request, **asdict(p.filing.reporter)) for p in fresh if not p.request.anonymous])
    for p in fresh:
        p.photos = tuple(Photo(request=p.request, **asdict(attachment)) for attachment in p.filing.media)
    bulk.insert([photo for p in fresh for photo in p.photos])
    fulltext.add([(p.request.pk, p.request.public_text) for p in fresh])
    changes = Changes()
    for p in fresh:
        changes.add(p.request)
    changes.write()


def _seal(pack: Any, fresh: list[Prepared], actor: Actor, at: datetime) -> None:
    """Begin the cases and seal the acts, in the order in which they happened: filing, dispatch, and for what was settled
    elsewhere its end.
    """
    acts: dict[str, list[str]] = {p.request.number: [] for p in fresh}
    if not fresh:
        return
    for p, step in zip(
        fresh,
        start_many(pack, [Start(p.request.subject, _case_facts(p.request), _file_draft(p, actor, at)) for p in fresh]),
        strict=True,
    ):
        acts[p.request.number].append(str(step.sealed.id))
    sent = [p for p in fresh if p.request.unit]
    for p, act in zip(sent, seal_many([_dispatch_draft(p, at) for p in sent]) if sent else [], strict=True):
        acts[p.request.number].append(str(act.id))
    # Replies, then ends, in one call: the cases are read once.
    moves = [pair for kind in _settling(fresh, actor).values() for pair in kind.items()]
    for (number, _move), step in zip(moves, move_many([move for _number, move in moves]), strict=True):
        acts[number].append(str(step.sealed.id))
    for p in fresh:
        p.acts = tuple(acts[p.request.number])


def _case_facts(request: Request) -> dict:
    given = request.limits
    if request.replied_at is not None:
        # Answered elsewhere, before this system had it: its limits are on record, but no timer is set on what is past.
        given = {"confirm": given["confirm"]} if "confirm" in given else {}
    return {"limits": limits.facts(given), "unit": request.unit, "outcome": ""}


def _settling(fresh: list[Prepared], actor: Actor) -> dict[str, dict[str, Move]]:
    moves: dict[str, dict[str, Move]] = {}
    for p in fresh:
        request = p.request
        if request.replied_at is None:
            continue
        body = {"number": request.number, "text": request.reply, "in_time": request.responded, "elsewhere": request.source}
        rows = () if request.closed_at else (request,)
        draft = Draft("requests.reply", request.subject, actor, body, rows=rows, at=request.replied_at)
        moves.setdefault("reply", {})[request.number] = Move(request.subject, hotline.HANDLE, {"outcome": "reply"}, draft)
        if request.closed_at:
            draft = Draft(
                "requests.close",
                request.subject,
                actor,
                {"number": request.number, "elsewhere": request.source},
                rows=(request,),
                at=request.closed_at,
            )
            moves.setdefault("close", {})[request.number] = Move(request.subject, hotline.CONFIRM, {"outcome": "closed"}, draft)
    return moves


def _file_draft(p: Prepared, actor: Actor, at: datetime) -> Draft:
    request, filing = p.request, p.filing
    body: dict[str, Any] = {
        "number": request.number,
        "text": request.text,
        "address": request.address,
        "category": request.category,
        "channel": request.channel,
        "place": {
            "latitude": request.latitude,
            "longitude": request.longitude,
            "district": request.district,
            "street": request.street,
        },
        "limits": {"dispatch": request.limits["dispatch"]},
    }
    if p.facts.suggested is not None:
        body["suggested"] = p.facts.suggested
    if filing.reporter is not None and not request.anonymous:
        body["reporter"] = asdict(filing.reporter)
    if filing.media:
        body["media"] = [asdict(attachment) for attachment in filing.media]
    if filing.attributes:
        body["attributes"] = filing.attributes
    if request.external_id:
        body["outside"] = {"source": request.source, "id": request.external_id}
    # The row is fixed by the last act of this transaction.
    rows = p.photos if request.unit else (*p.photos, request)
    return Draft(
        "requests.file", request.subject, actor, body, rows=rows, at=None if request.filed_at == at else request.filed_at
    )


def _dispatch_draft(p: Prepared, at: datetime) -> Draft:
    request = p.request
    body = {
        "number": request.number,
        "unit": request.unit,
        "urgency": request.urgency,
        "decision": p.decision.explanation,
        "danger_words": list(p.facts.danger),
        "limits": {"feedback": request.limits["feedback"]},
    }
    return Draft(
        "requests.dispatch",
        request.subject,
        SYSTEM,
        body,
        rows=() if request.replied_at else (request,),
        contract=p.decision.contract,
        at=None if request.filed_at == at else request.filed_at,
    )
