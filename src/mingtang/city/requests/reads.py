"""What may be asked about requests: the door of this office for reading. Nothing personal leaves by ``public``, ``search`` or
``rates``.

Example::

    reads.public("MZ26-7KQ4M2XD").state
    reads.desk(["MZ-WATER"], state="sent").rows
    reads.rates("district", months=[202603])
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Q

from mingtang.city.requests import categories, dispatch, hotline, lists, recurring, standing_counts
from mingtang.city.requests.faults import NoSuchRequest, WrongSecret
from mingtang.city.requests.filing import Attachment, Filed, Filing, Place, Reporter
from mingtang.city.requests.learn import suggesting
from mingtang.city.requests.lists import FIGURES, Page, Row
from mingtang.city.requests.models import OPEN_STATES, STATES, Contact, Halt, Joint, Proposal, Request
from mingtang.city.requests.models import Update as _UpdateRow
from mingtang.city.requests.prepare import hashed
from mingtang.city.requests.ratings import Figure, Rates, csv_columns, rates, rates_rows
from mingtang.city.requests.topics import Problem

__all__ = [
    "FIGURES",
    "OPEN_STATES",
    "STATES",
    "Attachment",
    "Figure",
    "Filed",
    "Filing",
    "FullView",
    "Page",
    "Picture",
    "Place",
    "PublicView",
    "Rates",
    "Reporter",
    "Row",
    "Update",
    "board",
    "board_counts",
    "by_secret",
    "category_name",
    "category_tree",
    "csv_columns",
    "desk",
    "explanation",
    "full",
    "grounds",
    "joints_awaited",
    "number_of",
    "pictures",
    "proposals_open",
    "public",
    "rates",
    "rates_rows",
    "search",
    "suggest",
    "updates",
    "updates_between",
]


@dataclass(frozen=True, slots=True)
class Update:
    """A public step of a request; ``act`` is the identifier of its receipt, empty for a step of a timer."""

    id: int
    number: str
    at: datetime
    verb: str
    state: str
    unit: str
    text: str
    act: str
    external_status: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a request; ``url`` is set for one that is held elsewhere."""

    id: int
    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    url: str
    released: bool


@dataclass(frozen=True, slots=True)
class PublicView:
    """A request as everyone may see it: masked, without place below the street, with its limits and steps."""

    number: str
    text: str
    reply: str
    category: str
    urgency: str
    district: str
    street: str
    unit: str
    lead_unit: str
    state: str
    month: int
    language: str
    channel: str
    filed_at: datetime
    dispatched_at: datetime | None
    accepted_at: datetime | None
    first_contact_at: datetime | None
    replied_at: datetime | None
    closed_at: datetime | None
    changed_at: datetime
    due: datetime | None
    feedback_due: datetime | None
    limits: dict
    responded: bool | None
    confirmation: str
    contacted: bool | None
    solved: bool | None
    satisfied: bool | None
    level: int
    overdue: bool
    supervised: bool
    parked: bool
    excluded: bool
    extended: bool
    paused: bool
    reopened: int

    @property
    def subject(self) -> str:
        """The name of this request in the ledger and in cases."""
        return f"requests/{self.number}"


@dataclass(frozen=True, slots=True)
class FullView:
    """A request as its resident and the officials who handle it see it; ``masked`` is the public view."""

    masked: PublicView
    text: str
    reply: str
    address: str
    comment: str
    latitude: float | None
    longitude: float | None
    attributes: dict
    anonymous: bool
    officer: str
    source: str
    external_id: str
    reporter: Reporter | None
    pictures: tuple[Picture, ...]
    proposals: tuple[Proposal, ...]
    joints: tuple[Joint, ...]
    halts: tuple[Halt, ...]


def public(number: str) -> PublicView:
    """The public view of a request; raises NoSuchRequest."""
    return _public(_one(number))


def by_secret(number: str, secret: str) -> FullView:
    """The resident's view; raises NoSuchRequest, WrongSecret."""
    request = _one(number)
    if not isinstance(secret, str) or not hmac.compare_digest(hashed(secret), request.secret):
        raise WrongSecret()
    return _full(request)


def full(number: str) -> FullView:
    """The view of officials; raises NoSuchRequest. The route checks who asks."""
    return _full(_one(number))


def number_of(source: str, external_id: str) -> str:
    """The number under which an outside request was filed, empty if none was."""
    return (
        Request.objects.filter(source=source, external_id=external_id)
        .exclude(external_id="")
        .values_list("number", flat=True)
        .first()
        or ""
    )


def updates(number: str) -> list[Update]:
    """The public steps of a request, the oldest first."""
    return [
        _update(row) for row in _UpdateRow.objects.filter(request__number=number).select_related("request").order_by("at", "pk")
    ]


def updates_between(begin: datetime, end: datetime, after: int = 0, limit: int = 1000) -> list[Update]:
    """The public steps of all requests in a stretch of time, oldest first; ``after`` is the id of the last one seen."""
    rows = _UpdateRow.objects.filter(at__gte=begin, at__lte=end, pk__gt=after).select_related("request").order_by("pk")
    return [_update(row) for row in rows[:limit]]


def pictures(number: str, released_only: bool = True) -> list[Picture]:
    """The pictures of a request; for the public only what an official released."""
    return [picture for picture in _pictures(_one(number)) if picture.released or not released_only]


def desk(
    units: Sequence[str] | None,
    state: str = "",
    urgency: str = "",
    flag: str = "",
    query: str = "",
    cursor: str = "",
    size: int = 20,
) -> Page:
    """Open requests of ``units`` (None: of all), the most urgent first; keyset-paged. Raises FieldRefused."""
    where = lists.conditions({"state": state, "figure": flag})
    if urgency:
        where &= Q(urgency=urgency)
    if query:
        within = where & Q(closed_at=None)
        return lists.by_text(query, within & Q(unit__in=list(units)) if units is not None else within, cursor, size)
    return lists.by_due(units, where, cursor, size)


def search(
    query: str = "",
    *,
    category: str = "",
    district: str = "",
    street: str = "",
    unit: str = "",
    state: str = "",
    month: int | None = None,
    since: int | None = None,
    until: int | None = None,
    figure: str = "",
    excluded: bool | None = None,
    cursor: str = "",
    size: int = 20,
) -> Page:
    """The public list, newest first; ``category`` may name an area, a group or a leaf; ``figure`` is a count of the rates
    (``FIGURES``).

    ``unit`` is the one that answers for the request, as the rates count it. Raises FieldRefused.
    """
    given = {"state": state, "figure": figure, "month": month, "since": since, "until": until, "excluded": excluded}
    where = lists.conditions(given)
    along: tuple[str, list[str]] | None = None
    for name, key in (("category", category), ("street", street), ("unit", unit), ("district", district)):
        if not key:
            continue
        keys = _leaves(key) if name == "category" else [key]
        if along is None:
            along = (name, keys)
        else:
            where &= lists.conditions({name: keys})
    if query.strip():
        if along is not None:
            where &= lists.conditions({along[0]: along[1]})
        return lists.by_text(query, where, cursor, size)
    return lists.by_month(where, along, cursor, size)


def board(figure: str, units: Sequence[str] | None = None, cursor: str = "", size: int = 20) -> Page:
    """The supervisor's lists: "overdue", "supervised", "parked", "excluded", "reopened", "extended", "unsolved" ..., newest
    first.
    """
    where = lists.conditions({"figure": figure})
    return lists.by_month(where, ("unit", list(units)) if units is not None else None, cursor, size)


def board_counts() -> dict[str, int]:
    """How many open requests there are by state, and by each flag of the board."""
    return standing_counts.board()


def proposals_open(kind: str = "", after: int = 0, size: int = 50) -> list[Proposal]:
    """Returns and exclusions that wait for a second official."""
    rows = Proposal.objects.filter(decided_at=None, pk__gt=after).select_related("request").order_by("pk")
    return list((rows.filter(kind=kind) if kind else rows)[:size])


def joints_awaited(unit: str = "", size: int = 50) -> list[Joint]:
    """Departments called that have not arrived yet, the most urgent first."""
    rows = Joint.objects.filter(arrived_at=None).select_related("request").order_by("arrive_by", "pk")
    return list((rows.filter(unit=unit) if unit else rows)[:size])


def category_tree() -> categories.Tree:
    """The category tree in force."""
    return categories.tree(hotline.pack())


def category_name(code: str, language: str) -> str:
    """The name of a category, group or area."""
    return category_tree().name(code, language)


def suggest(text: str) -> list[categories.Suggestion]:
    """Up to five categories that ``text`` suggests, with the words that do: what was learnt first, then the tree's own words."""
    tree = category_tree()
    learnt = [categories.Suggestion(code, round(clear, 4), tuple(words)) for code, clear, words in suggesting.suggest(tree, text)]
    known = {one.code for one in learnt}
    return [*learnt, *(one for one in tree.suggest(text) if one.code not in known)][:5]


def topics(month: int, most: int = 20) -> list[Problem]:
    """The recurring problems of ``month`` (202603), found from masked texts and places, the first to be chosen first."""
    return recurring.of_month(month, most)


def grounds(kind: str) -> list[dict[str, Any]]:
    """The grounds that the rules name for "pause", "park", "exclusion" or "return": code, zh, en."""
    return list(hotline.desk(hotline.pack())["grounds"][kind])


def explanation(number: str) -> dict[str, Any]:
    """Why the request went where it did: the dispatch contract run again over the facts in its act, with every rule that
    mattered.

    ``facts``, ``unit``, ``urgency``, ``contract`` (hash), ``steps`` (as ``dmn.Outcome.as_json``). Raises NoSuchRequest.
    """
    request = _one(number)
    danger = bool(category_tree().danger(request.text))
    facts = {"category": request.category, "district": request.district, "street": request.street, "danger": danger}
    return dispatch.explained(hotline.pack(), facts)


def _leaves(key: str) -> list[str]:
    tree = category_tree()
    return [key] if key in tree else [leaf.code for leaf in tree.leaves.values() if key in (leaf.area, leaf.group)] or [key]


def _one(number: str) -> Request:
    request = Request.objects.filter(number=str(number)).first()
    if request is None:
        raise NoSuchRequest(number=str(number)[:24])
    return request


_SAME = tuple(field.name for field in fields(PublicView) if field.name not in ("text", "reply"))


def _public(request: Request) -> PublicView:
    return PublicView(text=request.public_text, reply=request.public_reply, **{name: getattr(request, name) for name in _SAME})


def _full(request: Request) -> FullView:
    contact = Contact.objects.filter(request=request).first()
    return FullView(
        masked=_public(request),
        text=request.text,
        reply=request.reply,
        address=request.address,
        comment=request.comment,
        latitude=request.latitude,
        longitude=request.longitude,
        attributes=request.attributes,
        anonymous=request.anonymous,
        officer=request.officer,
        source=request.source,
        external_id=request.external_id,
        reporter=Reporter(contact.name, contact.phone, contact.email, contact.account) if contact else None,
        pictures=_pictures(request),
        proposals=tuple(request.proposals.order_by("pk")),
        joints=tuple(request.joints.order_by("pk")),
        halts=tuple(request.halts.order_by("pk")),
    )


def _pictures(request: Request) -> tuple[Picture, ...]:
    names = [field.name for field in fields(Picture)]
    return tuple(Picture(**{name: getattr(photo, name) for name in names}) for photo in request.photos.order_by("pk"))


def _update(row: _UpdateRow) -> Update:
    return Update(
        row.pk, row.request.number, row.at, row.verb, row.state, row.unit, row.text, str(row.act or ""), row.external_status
    )
