"""The requests for programs, in JSON: categories, suggestion, filing, public requests with their steps, rates, recurring problems.

What everyone may see on the pages, no more; errors have the one shape ``{"error": {code, message, path, next}}``. Programs that speak Open311
find the same requests there.
"""

from dataclasses import asdict, fields
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language
from ninja import NinjaAPI, Query, Schema, Status
from ninja.errors import ValidationError
from pydantic import Field

from mingtang.city.requests import hotline, intake, reads
from mingtang.city.requests.faults import FieldRefused
from mingtang.city.requests.open311.answers import error as open311_error
from mingtang.kernel import MingtangError, now
from mingtang.kernel.access import access
from mingtang.platform.ledger.acts import Actor

__all__ = ["api", "open311_error"]  # the site answers Open311's callers in their own form

api = NinjaAPI(title="Mingtang requests", version="1", urls_namespace="requests-api", docs_url=None, openapi_url=None)

Month = Annotated[int, Field(ge=190001, le=299912)]
Short = Annotated[str, Field(max_length=80)]


class Told(Schema):
    """A text to find a category for."""

    text: str = Field(max_length=5000)


class ToFile(Schema):
    """A request to file. Who gives no name, phone or e-mail stays anonymous."""

    text: str = Field(max_length=5000)
    category: Short = ""
    latitude: float | None = None
    longitude: float | None = None
    street: Short = ""
    address: str = Field("", max_length=300)
    name: str = Field("", max_length=120)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=200)


class Narrowed(Schema):
    """Filters of the public list; ``cursor`` is the ``next`` of the page before."""

    q: Short = ""
    category: Short = ""
    district: Short = ""
    street: Short = ""
    unit: Short = ""
    state: Short = ""
    figure: Short = ""
    month: Month | None = None
    cursor: Short = ""
    size: int = Field(20, ge=1, le=200)


@api.exception_handler(MingtangError)
def _told(request: HttpRequest, fault: MingtangError) -> JsonResponse:
    return JsonResponse({"error": fault.as_dict(_language())}, status=fault.status)


@api.exception_handler(ValidationError)
def _misshapen(request: HttpRequest, fault: ValidationError) -> JsonResponse:
    first = fault.errors[0] if fault.errors else {}
    path = ".".join(str(part) for part in first.get("loc", ())[1:])
    refused = FieldRefused(path=path, field=path or "body", reason=str(first.get("msg", ""))[:200])
    return JsonResponse({"error": refused.as_dict(_language())}, status=422)


@api.get("categories", summary="The category tree")
@access("public")
def categories(request: HttpRequest) -> list[dict[str, Any]]:
    """Every category with its group and area, named in both languages."""
    tree = reads.category_tree()
    return [{"code": leaf.code, "group": leaf.group, "area": leaf.area, "zh": leaf.name_zh, "en": leaf.name_en} for leaf in tree.leaves.values()]


@api.post("suggest", summary="Categories that a text suggests, with the words that do")
@access("public")
def suggest(request: HttpRequest, told: Told) -> list[dict[str, Any]]:
    """Up to five, the likeliest first. Nothing is kept."""
    return [{"category": found.code, "name": reads.category_name(found.code, _language()), "score": found.score, "words": list(found.words)}
            for found in reads.suggest(told.text)]


@api.get("requests", summary="Public requests, newest first")
@access("public")
def search(request: HttpRequest, narrowed: Query[Narrowed]) -> dict[str, Any]:
    """One page; ``next`` is empty at the end."""
    given = narrowed.dict()
    for name, value in given.items():
        if isinstance(value, str) and "\x00" in value:
            raise FieldRefused(path=name, field=name, reason="U+0000")
    page = reads.search(given.pop("q"), **given)
    hidden = ("latitude", "longitude", "officer")
    return {"rows": [{name: value for name, value in _plain(row).items() if name not in hidden} for row in page.rows], "next": page.next}


@api.post("requests", summary="File a request; sealed, with a receipt", response={201: dict[str, Any]})
@access("public")
def file(request: HttpRequest, asked: ToFile) -> Status:
    """Answers with the number, the secret link (shown once), the acts for receipts, who handles it and by when."""
    place = None
    if asked.latitude is not None or asked.longitude is not None or asked.street:
        if (asked.latitude is None) != (asked.longitude is None):
            raise FieldRefused(path="longitude" if asked.longitude is None else "latitude", field="latitude, longitude", reason="both or none")
        place = reads.Place(asked.latitude, asked.longitude, street=asked.street)
    filing = reads.Filing(text=asked.text, category=asked.category, place=place, address=asked.address, channel="api", language=_language(),
                          reporter=reads.Reporter(asked.name, asked.phone, asked.email))
    filed = intake.file(filing, Actor("resident"))
    link = settings.PUBLIC_URL + reverse("requests-mine", args=[filed.number, filed.secret])
    return Status(201, {"number": filed.number, "link": link, "category": filed.category, "unit": filed.unit, "acts": list(filed.acts), "due": filed.due})


@api.get("requests/{number}", summary="One request as everyone may see it")
@access("public")
def one(request: HttpRequest, number: str) -> dict[str, Any]:
    """Masked text, limits with their rules, answer, flags."""
    return _plain(reads.public(_clean(number)))


@api.get("requests/{number}/updates", summary="The public steps of a request, oldest first")
@access("public")
def updates(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """Each with the act for its receipt."""
    return [_plain(step) for step in reads.updates(reads.public(_clean(number)).number)]


@api.get("rates", summary="Response, resolution, satisfaction along one dimension")
@access("public")
def rates(request: HttpRequest, by: Short = "district", month: Month | None = None) -> dict[str, Any]:
    """Numerators, denominators, intervals, with and without exclusions; small numbers are null. The running month where none is named."""
    return asdict(reads.rates(by, [_month(month)]))


@api.get("topics", summary="Recurring problems of a month")
@access("public")
def topics(request: HttpRequest, month: Month | None = None) -> list[dict[str, Any]]:
    """Words, size, growth, share unsolved, streets, requests."""
    return [_plain(problem) for problem in reads.topics(_month(month))]


def _month(given: int | None) -> int:
    month = given or hotline.month(now())
    if not 1 <= month % 100 <= 12:
        raise FieldRefused(path="month", field="month", reason="202603")
    return month


def _clean(number: str) -> str:
    return number.replace("\x00", "")[:24]


def _plain(row: Any) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _language() -> str:
    return get_language() or "zh-hans"
