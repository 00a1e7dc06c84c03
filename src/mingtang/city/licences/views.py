"""Pages of electronic licences: what there is and what I took; an offer; suspend, lift, end."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mingtang.city.licences import acts
from mingtang.kernel import CallerMistake
from mingtang.kernel.access import access
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.people import reads as people
from mingtang.platform.people.credentials import reads


def _agency(code: str, language: str) -> str:
    try:
        return people.unit(code).name(language)
    except CallerMistake:
        return code


@access("link")
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What can be taken, and how what was taken stands. Without a person: what there is, and the way in."""
    language = get_language() or "zh-hans"
    visitor = exchange.visitor(request)
    words = {0: _("valid"), 1: _("ended"), 2: _("suspended")}
    given = {
        "visitor": visitor,
        "kinds": [
            {
                "code": one.code,
                "title": one.titles.fill(language, {}),
                "agency": _agency(one.agency, language),
                "online": one.code in acts.ONLINE,
                "claims": [title.fill(language, {}) for title in one.paths().values()],
            }
            for one in reads.kinds()
        ],
        "held": [
            {"is": one, "title": one.titles.fill(language, {}), "status": words[one.status]}
            for one in (reads.issued_to(visitor.ref) if visitor else [])
        ],
    }
    return render(request, "licences/home.html", given)


@access("link")
@never_cache
@require_POST
def take(request: HttpRequest, kind: str) -> HttpResponse:
    """Look up what the licence says and offer it to the wallet; the digits are shown here and nowhere else."""
    visitor = exchange.visitor_needed(request, acts.SERVICE)
    made = acts.take(kind, visitor.ref, visitor.actor)
    title = next(one.titles.fill(get_language() or "zh-hans", {}) for one in reads.kinds() if one.code == kind)
    qr = mark_safe(segno.make(made.link, error="m").svg_inline(scale=4, dark="#1d2329", light="#fff"))
    response = render(request, "licences/offer.html", {"title": title, "made": made, "qr": qr})
    response["Cache-Control"] = "no-store"
    return response


@access("link")
@require_POST
def change(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Suspend, lift or end what I took."""
    visitor = exchange.visitor_needed(request, acts.SERVICE)
    {"suspend": acts.suspend, "restore": acts.restore, "end": acts.end}[verb](number, visitor.ref, visitor.actor)
    messages.success(request, _("Done and sealed. It counts from now on."))
    return HttpResponseRedirect(reverse("licences:home"))
