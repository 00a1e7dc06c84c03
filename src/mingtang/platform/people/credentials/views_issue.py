"""OpenID4VCI 1.0 as an issuer, and what verifiers need of us: metadata, keys, status lists. JSON alone; no page, no session, no cookie."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from mingtang.kernel import MingtangError, Sentence
from mingtang.kernel.access import access
from mingtang.platform.people import reads as people
from mingtang.platform.people.credentials import acts, lists, proofs, reads
from mingtang.platform.people.credentials.faults import RequestUnreadable

_LARGEST = 200_000
_DESCRIBED = 300


def protocol(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers our errors in the protocol's shape: ``error``, ``error_description`` in ASCII-safe JSON, beside our own members."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except MingtangError as fault:
            told = fault.as_dict(get_language() or "zh-hans")
            oauth = getattr(fault, "oauth", "invalid_request")
            response = JsonResponse(
                {"error": oauth, "error_description": f"{told['message']} {told['next']}"[:_DESCRIBED], **told},
                status=fault.status,
            )
            if oauth == "invalid_token":
                response["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        response.setdefault("Cache-Control", "no-store")
        return response

    return answered


def _names(unit: str) -> Sentence:
    found = people.unit(unit)
    return Sentence(found.name_zh, found.name_en)


def _public(told: dict[str, Any], seconds: int = 300) -> JsonResponse:
    response = JsonResponse(told)
    response["Cache-Control"] = f"public, max-age={seconds}"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@access("public")
@require_GET
@protocol
def issuer_metadata(request: HttpRequest, unit: str) -> HttpResponse:
    """What an agency issues and how."""
    return _public(reads.issuer_metadata(unit, _names(unit)))


@access("public")
@require_GET
@protocol
def server_metadata(request: HttpRequest, unit: str) -> HttpResponse:
    """Where tokens are given."""
    return _public(reads.server_metadata(unit))


@access("public")
@require_GET
@protocol
def issuer_keys(request: HttpRequest, unit: str) -> HttpResponse:
    """The issuer's keys for SD-JWT VC."""
    return _public(reads.issuer_keys(unit))


@access("public")
@require_GET
@protocol
def did_document(request: HttpRequest, unit: str) -> HttpResponse:
    """The agency's did:web document."""
    return _public(reads.did_document(unit))


@access("public")
@require_GET
@protocol
def type_metadata(request: HttpRequest, kind: str) -> HttpResponse:
    """What a type of credential holds."""
    return _public(reads.type_metadata(kind))


@access("public")
@require_GET
@protocol
def status_list(request: HttpRequest, unit: str, page: int) -> HttpResponse:
    """The signed status list as it stands now."""
    response = HttpResponse(lists.signed(unit, page), content_type="application/statuslist+jwt")
    response["Cache-Control"] = "public, max-age=60"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@access("link")
@require_GET
@protocol
def offer(request: HttpRequest, ident: UUID) -> HttpResponse:
    """An offer while it is open; useless without the six digits told elsewhere."""
    return JsonResponse(reads.offer_document(ident))


@csrf_exempt
@access("link")
@require_POST
@protocol
def token(request: HttpRequest, unit: str) -> HttpResponse:
    """The access token for a pre-authorized code and its transaction code."""
    if len(request.body) > 5000:
        raise RequestUnreadable(rule="size")
    if request.POST.get("grant_type") != reads.PRE_AUTHORIZED:
        return JsonResponse({"error": "unsupported_grant_type", "error_description": f"only {reads.PRE_AUTHORIZED}"}, status=400)
    code, digits = request.POST.get("pre-authorized_code", ""), request.POST.get("tx_code", "")
    if not code or not digits:
        raise RequestUnreadable(rule="pre-authorized_code, tx_code")
    found, seconds = acts.redeem(unit, code[:200], digits[:20])
    return JsonResponse({"access_token": found, "token_type": "Bearer", "expires_in": seconds})


@csrf_exempt
@access("public")
@require_POST
@protocol
def nonce(request: HttpRequest, unit: str) -> HttpResponse:
    """A nonce for the proofs of a credential request."""
    reads.server_metadata(unit)
    return JsonResponse({"c_nonce": proofs.new_nonce()})


@csrf_exempt
@access("link")
@require_POST
@protocol
def credential(request: HttpRequest, unit: str) -> HttpResponse:
    """The credentials, one for each proven key."""
    scheme, _, found = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or len(request.body) > _LARGEST:
        found = ""
    try:
        given = json.loads(request.body[:_LARGEST])
    except (ValueError, RecursionError):
        raise RequestUnreadable(rule="JSON") from None
    if not isinstance(given, dict):
        raise RequestUnreadable(rule="JSON")
    taken = acts.take(unit, found[:200], given)
    return JsonResponse({"credentials": [{"credential": one} for one in taken.credentials]})
