"""One frame around every call of Open311: method, format, rate, errors. What a view raises leaves as Open311 writes errors, never otherwise.

A frame opens in this order: 1 the format of the answer, so that a refusal can be written in it; 2 the method; 3 the jurisdiction; 4 the key,
if one is given; 5 the rate of a client without a key; then the view. Steps 3 to 5 read the form, so a broken body is refused there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from mingtang.city.requests import categories, hotline
from mingtang.city.requests.open311 import answers, keys, parameters
from mingtang.city.requests.open311.faults import Malformed, NoMethod, NotHere
from mingtang.city.requests.open311.shapes import Shaper
from mingtang.city.requests.open311.throttle import Throttle, client
from mingtang.kernel import MingtangError
from mingtang.kernel.access import access

_throttle = Throttle()


@dataclass(frozen=True, slots=True)
class Call:
    """What a view gets: the request, its fields, the format, the key if one was given, the pack's rules and shapes."""

    request: HttpRequest
    fields: Any
    form: str
    key: keys.Key | None
    shaper: Shaper

    def answer(self, root: str, value: Any, status: int = 200) -> HttpResponse:
        """``value`` in the format asked for."""
        return answers.answer(root, value, self.form, status)


def operation(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view of Open311 of a function that takes a ``Call``; anyone may use it, the function itself asks for a key where one is needed."""
    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @access("public")
        @functools.wraps(view)
        def framed(request: HttpRequest, ending: str | None = None, **named: str) -> HttpResponse:
            form = "xml"
            try:
                form = answers.format_of(request, ending)
                if request.method == "OPTIONS":
                    return _preflight(methods)
                if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                    raise NoMethod(allowed=", ".join(methods))
                return view(_opened(request, form), **named)
            except MingtangError as fault:
                response = answers.error(fault, form, get_language() or "zh-hans")
            except (MultiPartParserError, UnreadablePostError, RequestDataTooBig, SuspiciousOperation, BadRequest):
                response = answers.error(Malformed(path="body", name="body", reason="multipart/form-data, application/x-www-form-urlencoded"), form,
                                         get_language() or "zh-hans")
            if response.status_code == 405:
                response["Allow"] = ", ".join((*methods, "OPTIONS"))
            return response

        return framed

    return wrap


def _opened(request: HttpRequest, form: str) -> Call:
    pack = hotline.pack()
    rules = pack.data("open311.yaml")
    is_post = request.method == "POST"
    fields = parameters.form(request) if is_post else request.GET
    if any("\x00" in name or any("\x00" in value for value in values) for name, values in fields.lists()):
        raise Malformed(path="body" if is_post else "query", name="NUL", reason="U+0000")
    jurisdiction = fields.get("jurisdiction_id") or request.GET.get("jurisdiction_id")
    if jurisdiction and jurisdiction != rules["jurisdiction_id"]:
        raise NotHere(path="jurisdiction_id", name="jurisdiction_id")
    key = keys.given(fields.get("api_key") or request.GET.get("api_key") or "")
    if key is None and settings.RATE_LIMITS:
        kind, limit = ("post", rules["posts_per_minute"]) if is_post else ("read", rules["reads_per_minute"])
        _throttle.take(kind, client(request), limit)
    return Call(request, fields, form, key, Shaper(categories.tree(pack), rules, get_language() or "zh-hans"))


def _preflight(methods: tuple[str, ...]) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = "Content-Type"
    response["Access-Control-Max-Age"] = "86400"
    return response
