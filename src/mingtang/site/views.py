"""Pages that belong to no office: health, CSRF failure, errors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from mingtang.kernel.access import access


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
