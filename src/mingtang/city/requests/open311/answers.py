"""Answers of Open311 in XML and JSON from the same values, and its errors.

A list is written as ``<plural><singular>...``; a missing value is an empty element in XML and null in JSON. Signs that XML cannot hold
are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpRequest, HttpResponse

from mingtang.city.requests.open311.faults import NoFormat
from mingtang.kernel import MingtangError

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_SINGULAR = {"services": "service", "service_requests": "request", "service_requests_updates": "request_update", "errors": "error", "attributes": "attribute",
             "values": "value", "endpoints": "endpoint", "formats": "format", "tokens": "token"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def format_of(request: HttpRequest, ending: str | None) -> str:
    """ "xml" or "json": by the address's ending, else by Accept, else XML as GeoReport v2 has it. Raises NoFormat."""
    if ending:
        if ending.lower() not in FORMATS:
            raise NoFormat()
        return ending.lower()
    accept = request.headers.get("Accept", "")
    return "json" if "application/json" in accept and "xml" not in accept.split("application/json")[0] else "xml"


def answer(root: str, value: Any, form: str, status: int = 200) -> HttpResponse:
    """``value`` (dict or list of dicts) written in ``form``; ``root`` is the XML element."""
    if form == "json":
        body = json.dumps(value, ensure_ascii=False, default=_plain)
    else:
        body = '<?xml version="1.0" encoding="utf-8"?>\n' + "".join(_xml(root, value))
    response = HttpResponse(body.encode("utf-8", "replace"), content_type=FORMATS[form], status=status)
    response["Access-Control-Allow-Origin"] = "*"
    response["Vary"] = "Accept, Accept-Language"
    return response


def error(fault: MingtangError, form: str, language: str) -> HttpResponse:
    """``fault`` as Open311 writes it: a list of code (the HTTP status) and description, the latter beginning with our stable code."""
    place = f" [{fault.path}]" if fault.path else ""
    described = f"{fault.code}: {fault.message(language)}{place} {fault.advice(language)}"
    response = answer("errors", [{"code": fault.status, "description": described}], form, fault.status)
    if "seconds" in fault.details:
        response["Retry-After"] = str(fault.details["seconds"])
    return response


def _xml(name: str, value: Any) -> Iterable[str]:
    if value is None or value == "":
        yield f"<{name}/>"
        return
    yield f"<{name}>"
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _xml(key, inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _xml(_SINGULAR[name], inner)
    else:
        yield escape(_NOT_XML.sub("", _plain(value) if not isinstance(value, str) else value))
    yield f"</{name}>"


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
