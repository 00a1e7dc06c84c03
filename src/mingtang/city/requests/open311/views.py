"""The calls of GeoReport v2: discovery, services, definition, requests, tokens. Updates are in ``views_updates``."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from mingtang.city.requests import intake, reads
from mingtang.city.requests.filing import Filing, Reporter
from mingtang.city.requests.open311 import parameters, queries
from mingtang.city.requests.open311.faults import KeyNeeded, Malformed, Missing, NotHere
from mingtang.city.requests.open311.operation import Call, operation
from mingtang.platform.ledger.acts import Actor

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
_SALT = "open311.token"
_RESIDENT = Actor("resident")


@operation("GET")
def discovery(call: Call) -> HttpResponse:
    """Where the interface is and what it offers."""
    rules, said = call.shaper.rules, "zh" if call.shaper.chinese else "en"
    endpoint = {
        "specification": SPECIFICATION, "url": settings.PUBLIC_URL + "/open311/v2", "changeset": str(rules["changeset"]),
        "type": "test" if settings.DEMO else "production", "formats": ["text/xml", "application/json"],
    }
    found = {"changeset": str(rules["changeset"]), "contact": rules["contact"][said], "key_service": rules["key_service"][said], "endpoints": [endpoint]}
    return call.answer("discovery", found)


@operation("GET")
def services(call: Call) -> HttpResponse:
    """Every category that can be filed."""
    return call.answer("services", [call.shaper.service(leaf) for leaf in call.shaper.tree.leaves.values()])


@operation("GET")
def definition(call: Call, code: str) -> HttpResponse:
    """The further questions of one category."""
    if code not in call.shaper.tree:
        raise NotHere(path="service_code", name="service_code")
    return call.answer("service_definition", call.shaper.definition(code))


@operation("GET", "POST")
def requests(call: Call) -> HttpResponse:
    """GET: requests as everyone may see them. POST: file one."""
    return _file(call) if call.request.method == "POST" else _listed(call)


@operation("GET")
def one(call: Call, number: str) -> HttpResponse:
    """One request, as a list of one."""
    rows = queries.requests_by_number([number])
    if not rows:
        raise NotHere(path="service_request_id", name="service_request_id")
    return call.answer("service_requests", call.shaper.requests(rows))


@operation("GET")
def token(call: Call, token: str) -> HttpResponse:
    """The number behind a token."""
    try:
        number = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise NotHere(path="token", name="token") from None
    return call.answer("service_requests", [{"service_request_id": number, "token": token}])


def _listed(call: Call) -> HttpResponse:
    numbers = parameters.listed(call.fields, "service_request_id")
    if numbers:
        return call.answer("service_requests", call.shaper.requests(queries.requests_by_number(numbers)))
    window = parameters.window(call.fields)
    codes = parameters.listed(call.fields, "service_code", 200)
    for code in codes:
        if code not in call.shaper.tree:
            raise NotHere(path="service_code", name="service_code")
    rows, more = queries.requests_in(window, codes, parameters.statuses(call.fields))
    return paged(call, call.answer("service_requests", call.shaper.requests(rows)), window, more)


def paged(call: Call, response: HttpResponse, window: queries.Window, more: bool) -> HttpResponse:
    """``response`` with the headers of its page: X-Page, X-Page-Size, and Link to the pages beside it."""
    response["X-Page"], response["X-Page-Size"] = str(window.page), str(window.size)
    query = {name: value for name, value in call.fields.items() if name not in ("page", "api_key")}
    # The window is fixed, so that what is filed meanwhile moves nothing from page to page.
    query |= {"start_date": window.start.isoformat(), "end_date": window.end.isoformat()}
    beside = [(window.page - 1, "prev")] if window.page > 1 else []
    if more and (window.page + 1) * window.size <= queries.REACH_MOST:
        beside.append((window.page + 1, "next"))
    if beside:
        address = settings.PUBLIC_URL + call.request.path
        response["Link"] = ", ".join(f'<{address}?{urlencode(query | {"page": page})}>; rel="{relation}"' for page, relation in beside)
    response["Access-Control-Expose-Headers"] = "Link, X-Page, X-Page-Size"
    return response


def _file(call: Call) -> HttpResponse:
    if call.key is None and not call.shaper.rules["anonymous_posting"]:
        raise KeyNeeded(path="api_key")
    filing = _filing(call)
    filed = intake.file(filing, call.key.actor if call.key else _RESIDENT)
    return call.answer("service_requests", [_filed(call, filed)], 201)


def _filing(call: Call) -> Filing:
    fields = call.fields
    code = fields.get("service_code", "").strip()
    if not code:
        raise Missing(path="service_code", name="service_code")
    if code not in call.shaper.tree:
        raise NotHere(path="service_code", name="service_code")
    place, address = parameters.place(fields), fields.get("address_string", "").strip() or fields.get("address_id", "").strip()
    if place is None and not address:
        raise Missing(path="lat", name="lat, long / address_string")
    outside = fields.get("external_id", "").strip() if call.key else ""
    name = " ".join(part for part in (fields.get("first_name", "").strip(), fields.get("last_name", "").strip()) if part)
    account = fields.get("account_id", "").strip() or fields.get("device_id", "").strip()
    return Filing(
        # GeoReport lets the description out; then the service's own name says what it is about.
        text=fields.get("description", "").strip() or call.shaper.tree.name(code, call.shaper.language),
        category=code, place=place, address=address, channel="open311",
        reporter=Reporter(name, fields.get("phone", "").strip(), fields.get("email", "").strip(), account), language=get_language() or "zh-hans",
        media=parameters.media(fields, call.request), attributes=parameters.attributes(fields, call.shaper.attributes(code)),
        source=call.key.source if outside else "", external_id=outside,
    )


def _filed(call: Call, filed: reads.Filed) -> dict:
    if call.fields.get("token", "").lower() in ("true", "1"):
        return {"token": signing.dumps(filed.number, salt=_SALT)}
    link = settings.PUBLIC_URL + reverse("requests-mine", args=[filed.number, filed.secret]) if filed.secret else ""
    said = ("只有提交人知道的链接：", "The link for the filer alone: ")[0 if call.shaper.chinese else 1]
    return {"service_request_id": filed.number, "service_notice": said + link if link else None, "account_id": call.fields.get("account_id") or None}


@operation("GET", "POST")
def nothing(call: Call, rest: str = "") -> HttpResponse:
    """Whatever else is asked for under the interface."""
    if rest.rpartition("/")[2].count(".") and not rest.endswith((".xml", ".json")):
        raise Malformed(path="format", name="format", reason="xml, json")
    raise NotHere(path="path", name="path")
