"""The resident's own pages, opened by the secret link: the full answer, the word on how it went, opening again.

Trust: whoever holds the link is taken for the resident. The link stands in the address, so no page here names a foreign address and
the referrer policy keeps it at home; the link's hash is all that the office stores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from mingtang.city.requests import acts, copying, forms, reads
from mingtang.city.requests.story import story
from mingtang.city.requests.views_public import limit_rows
from mingtang.kernel import MingtangError
from mingtang.kernel.access import access


@access("link")
def mine(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident's view of the request."""
    view = reads.by_secret(number, secret)
    shown = {
        "full": view,
        "request_now": view.masked,
        "secret": secret,
        "story": story(view.masked),
        "limits": limit_rows(view.masked),
    }
    return _private(render(request, "requests/mine/one.html", shown))


@access("link")
def confirm(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident says how it went: contacted, solved, satisfied."""

    def do(given: dict[str, Any]) -> None:
        yes = {name: given[name] == "yes" for name in ("contacted", "solved", "satisfied")}
        acts.confirm(number, secret, **yes, comment=given["comment"])

    return _asked(request, number, secret, "confirm", forms.Confirm, do, _("Thank you. Your word is sealed and counts."))


@access("link")
def reopen(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident opens the request again, with a reason."""
    told = _("The request is open again. The office that leads it must answer anew.")
    return _asked(request, number, secret, "reopen", forms.Reopen, lambda given: acts.reopen(number, secret, given["reason"]), told)


@access("link")
def forget(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident has the personal data of an ended request erased, after saying that it is meant."""
    told = _("Your words, the place, your contact and the photos are erased. The erasure is sealed.")
    return _asked(request, number, secret, "forget", forms.Forget, lambda given: acts.forget(number, secret), told)


@access("link")
def copy(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Everything the office holds about the request and its resident, as a file."""
    response = JsonResponse(copying.copy(number, secret), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{number}.json"'
    return _private(response)


def _asked(
    request: HttpRequest, number: str, secret: str, name: str, form_class: type[Form], do: Callable[[dict[str, Any]], Any], told: str
) -> HttpResponse:
    """A form of the resident, shown until the act behind it is done; faults stand at their fields, with what was typed."""
    view = reads.by_secret(number, secret)
    form = form_class(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data)
        except MingtangError as fault:
            forms.put_fault(form, fault)
        else:
            messages.success(request, told)
            return HttpResponseRedirect(reverse("requests-mine", args=[number, secret]))
    shown = {"full": view, "request_now": view.masked, "secret": secret, "form": form}
    return _private(render(request, f"requests/mine/{name}.html", shown, status=400 if form.errors else 200))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    # Same-origin, not none: without an origin the form's protection against foreign sites could not work.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
