"""Pages that belong to no office: the first page, the components, the large and simple mode, the failed form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from mingtang.kernel.access import access
from mingtang.site.examples import examples

_YEAR = 365 * 24 * 3600


@access("public")
def home(request: HttpRequest) -> HttpResponse:
    """The first page: what a person can do here."""
    return render(request, "home.html")


@access("public")
def design(request: HttpRequest) -> HttpResponse:
    """Every component with its own example."""
    shown = [
        {
            "name": example.name,
            "purpose": example.purpose,
            "shown": render_to_string(f"components/{example.name}.html", example.context, request),
        }
        for example in examples()
    ]
    return render(request, "design.html", {"examples": shown})


@access("public")
def simple_mode(request: HttpRequest) -> HttpResponse:
    """Switch large and simple pages on or off for this browser and go back to the page one was on."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.method == "POST":
        if request.POST.get("simple") == "1":
            response.set_cookie("simple", "1", max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
        else:
            response.delete_cookie("simple", samesite="Lax")
    return response


@access("public")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's protection against foreign sites did not match: say so and how to go on; what was typed is not lost with Back."""
    error = {
        "code": "site.csrf",
        "message": _("This form was open too long, or cookies are off."),
        "path": "",
        "next": _("Go back, reload the page and send it again. What you typed is still there when you go back."),
    }
    return render(request, "error.html", {"status": 403, "error": error}, status=403)
