"""The description of everything that programs may call, in OpenAPI 3: Open311, scenes, the public log, the public figures."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja.responses import NinjaJSONEncoder

from mingtang.city.requests.api import api as requests
from mingtang.kernel.access import access
from mingtang.platform.exchange.api import api as exchange
from mingtang.platform.scenes.api import api as scenes

_TEXT = {"type": "string"}
_WHOLE = {"type": "integer"}


def _query(**fields: dict) -> list[dict]:
    return [{"name": name, "in": "query", "required": False, "schema": schema} for name, schema in fields.items()]


def _in_path(**fields: dict) -> list[dict]:
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name, schema in fields.items()]


def _get(summary: str, *parameters: dict) -> dict:
    return {"get": {"summary": summary, "parameters": list(parameters), "responses": {"200": {"description": "done"}, "4XX": {"description": "refused"}}}}


def _post(summary: str, fields: dict[str, dict]) -> dict:
    body = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": fields}}}}
    return {"post": {"summary": summary, "requestBody": body, "responses": {"200": {"description": "done"}, "4XX": {"description": "refused"}}}}


_END = _in_path(ending={"type": "string", "enum": ["json", "xml"]})
_FILING = {name: _TEXT for name in (
    "service_code", "description", "address_string", "address_id", "email", "device_id", "account_id", "first_name", "last_name", "phone", "media_url",
    "jurisdiction_id", "api_key")} | {"lat": {"type": "number"}, "long": {"type": "number"}}
_UPDATE = {name: _TEXT for name in (
    "update_id", "service_request_id", "status", "updated_datetime", "description", "media_url", "external_status_code", "api_key", "jurisdiction_id")}
_ONE = _in_path(number=_TEXT)

_PATHS: dict[str, dict] = {
    "/open311/v2/discovery.{ending}": _get("Where the service is and what it speaks", *_END),
    "/open311/v2/services.{ending}": _get("The services", *_END, *_query(jurisdiction_id=_TEXT)),
    "/open311/v2/services/{code}.{ending}": _get("What a service asks", *_in_path(code=_TEXT), *_END),
    "/open311/v2/requests.{ending}": {
        **_get("Requests", *_END, *_query(service_request_id=_TEXT, service_code=_TEXT, start_date=_TEXT, end_date=_TEXT, status=_TEXT, page=_WHOLE,
                                          page_size=_WHOLE, jurisdiction_id=_TEXT)),
        "post": {**_post("File a request", _FILING)["post"], "parameters": _END},
    },
    "/open311/v2/requests/{number}.{ending}": _get("One request", *_ONE, *_END),
    "/open311/v2/tokens/{token}.{ending}": _get("The number behind a token", *_in_path(token=_TEXT), *_END),
    "/open311/v2/servicerequestupdates.{ending}": {
        **_get("Updates", *_END, *_query(start_date=_TEXT, end_date=_TEXT, api_key=_TEXT)),
        "post": {**_post("Send an update", _UPDATE)["post"], "parameters": _END},
    },
    "/requests/": _get("Public requests", *_query(q=_TEXT, district=_TEXT, category=_TEXT, state=_TEXT, after=_TEXT)),
    "/requests/{number}/": _get("Public progress of a request", *_ONE),
    "/rates/": _get("The three rates", *_query(by=_TEXT, since=_TEXT, until=_TEXT)),
    "/rates/data/rates.csv": _get("The rates' rows, pseudonymous", *_query(since=_TEXT, until=_TEXT)),
    "/topics/": _get("The topics of a month", *_query(month=_TEXT)),
    "/ledger/checkpoint": _get("The newest signed checkpoint"),
    "/ledger/tile/{path}": _get("A tile or bundle of the log", *_in_path(path=_TEXT)),
    "/ledger/receipts/{act}/": _get("What proves an act", *_in_path(act=_TEXT), *_query(key=_TEXT)),
    "/healthz": _get("Whether web, worker and ledger are up"),
}


def description() -> dict[str, Any]:
    """The whole description as JSON values."""
    told, more, consent = (json.loads(json.dumps(api.get_openapi_schema(path_prefix=prefix), cls=NinjaJSONEncoder))
                  for api, prefix in ((scenes, "/scenes/api/"), (requests, "/api/"), (exchange, "/exchange/api/")))
    for other in (more, consent):
        told["components"]["schemas"] |= {name: shape for name, shape in other["components"]["schemas"].items() if name not in told["components"]["schemas"]}
    told["info"] = {"title": "Mingtang 明堂", "version": "1", "description": "Every answer that refuses says why, where and what to do, in the caller's language."}
    told["paths"] = {**_PATHS, **told["paths"], **more["paths"], **consent["paths"]}
    return told


@access("public")
def openapi(request: HttpRequest) -> JsonResponse:
    """The description as a document."""
    return JsonResponse(description())
