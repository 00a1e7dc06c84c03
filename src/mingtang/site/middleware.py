"""Security headers on every answer, and every error of ours - or of the storage - as a page, as JSON or as Open311 writes it."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import urlencode
from django.utils.translation import get_language

from mingtang.kernel.access import SignInNeeded
from mingtang.kernel.errors import MingtangError
from mingtang.site.storage_faults import RETRY_AFTER, storage_fault

_log = logging.getLogger("mingtang.site")

# Nothing from elsewhere, no inline script; map tiles and photos are our own too.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; media-src 'self'; worker-src 'self'"
)


class SecurityHeaders:
    """Sets the content security policy and its companions on every answer."""

    sync_capable = async_capable = True

    def __new__(cls, get_response):
        from mingtang.site.both_ways import both_ways

        return both_ways(get_response, after=_harden)


def _harden(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response.setdefault("Content-Security-Policy", _POLICY)
    response.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response


class ErrorPages:
    """Turns a MingtangError raised by a view into an answer: JSON for APIs, else a page; asks to sign in where that helps."""

    sync_capable = async_capable = True

    def __new__(cls, get_response):
        from mingtang.site.both_ways import both_ways

        wrapped = both_ways(get_response)
        wrapped.process_exception = answer_error
        return wrapped


def answer_error(request: HttpRequest, fault: Exception) -> HttpResponse | None:
    """The answer for ``fault``, or None if it is neither ours nor the storage's."""
    if not isinstance(fault, MingtangError):
        ours = storage_fault(fault)
        return _answer_storage(request, ours, fault) if ours else None
    language = get_language() or "zh-hans"
    if wants_json(request):
        return JsonResponse({"error": fault.as_dict(language)}, status=fault.status)
    if isinstance(fault, SignInNeeded) and request.method == "GET":
        return HttpResponseRedirect("/sign-in/?" + urlencode({"next": request.get_full_path()}))
    shown = {"status": fault.status, "error": fault.as_dict(language)}
    return render(request, "error.html", shown, status=fault.status)


def _answer_storage(request: HttpRequest, fault: MingtangError, cause: Exception) -> HttpResponse:
    """Without a word from the database, which may be what is missing: no session, no person, no menu."""
    _log.error("%s: %s", fault.code, type(cause).__name__)
    from mingtang.city.requests.api import open311_error

    language = get_language() or "zh-hans"
    if request.path.startswith("/open311/"):
        form = "json" if request.path.endswith(".json") else "xml"
        response = open311_error(fault, form, language)
    elif wants_json(request):
        response = JsonResponse({"error": fault.as_dict(language)}, status=fault.status)
    else:
        shown = {"zh": fault.as_dict("zh-hans"), "en": fault.as_dict("en")}
        response = HttpResponse(render_to_string("unavailable.html", shown), status=fault.status)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program: an API path, or Accept names JSON before HTML."""
    accept = request.headers.get("Accept", "")
    return request.path.startswith(("/api/", "/ledger/api")) or ("application/json" in accept and "text/html" not in accept)
