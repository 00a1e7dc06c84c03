"""The resident's own pages, opened by the secret link: the full answer, the word on how it went, opening again.

Trust: whoever holds the link is taken for the resident. The link stands in the address, so no page here names a foreign address and
the referrer policy keeps it at home; the link's hash is all that the office stores.
"""

from __future__ import annotations

from django.contrib import messages
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
    view = reads.by_secret(number, secret)
    form = forms.Confirm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            acts.confirm(
                number,
                secret,
                given["contacted"] == "yes",
                given["solved"] == "yes",
                given["satisfied"] == "yes",
                given["comment"],
            )
        except MingtangError as fault:
            forms.put_fault(form, fault)
        else:
            messages.success(request, _("Thank you. Your word is sealed and counts."))
            return HttpResponseRedirect(reverse("requests-mine", args=[number, secret]))
    shown = {"full": view, "request_now": view.masked, "secret": secret, "form": form}
    return _private(render(request, "requests/mine/confirm.html", shown, status=400 if form.errors else 200))


@access("link")
def reopen(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident opens the request again, with a reason."""
    view = reads.by_secret(number, secret)
    form = forms.Reopen(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.reopen(number, secret, form.cleaned_data["reason"])
        except MingtangError as fault:
            forms.put_fault(form, fault)
        else:
            messages.success(request, _("The request is open again. The office that leads it must answer anew."))
            return HttpResponseRedirect(reverse("requests-mine", args=[number, secret]))
    shown = {"full": view, "request_now": view.masked, "secret": secret, "form": form}
    return _private(render(request, "requests/mine/reopen.html", shown, status=400 if form.errors else 200))


@access("link")
def forget(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The resident has the personal data of an ended request erased, after saying that it is meant."""
    view = reads.by_secret(number, secret)
    form = forms.Forget(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.forget(number, secret)
        except MingtangError as fault:
            forms.put_fault(form, fault)
        else:
            messages.success(request, _("Your words, the place, your contact and the photos are erased. The erasure is sealed."))
            return HttpResponseRedirect(reverse("requests-mine", args=[number, secret]))
    shown = {"full": view, "request_now": view.masked, "secret": secret, "form": form}
    return _private(render(request, "requests/mine/forget.html", shown, status=400 if form.errors else 200))


@access("link")
def copy(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Everything the office holds about the request and its resident, as a file."""
    response = JsonResponse(copying.copy(number, secret), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{number}.json"'
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    # Same-origin, not none: without an origin the form's protection against foreign sites could not work.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
