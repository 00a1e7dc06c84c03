"""The counter: an official acts for a person who is there, for one service and ten minutes, or gives her a card. And what is public about the exchange."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.kernel import MingtangError
from mingtang.kernel.access import access
from mingtang.platform.exchange import acts, forms, reads, services, shown, visitors
from mingtang.platform.exchange.views import private, tongue
from mingtang.platform.people import reads as people

_CARD = "card"


@access("official:exchange.counter")
@never_cache
@sensitive_post_parameters("number")
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """Begin one thing for the person before you."""
    wanted = [(_CARD, _("A card with a PIN, to see and do things alone")), *services.named(tongue())]
    form = forms.Counter(request.POST if request.method == "POST" else None, services=wanted)
    official = people.actor(request)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["service"] == _CARD:
                return private(render(request, "exchange/card.html", _printed(acts.issue_card(given["number"], official))))
            session = acts.open_counter(given["number"], given["service"], official)
        except MingtangError as fault:
            forms.put_fault(form, fault, "number")
        else:
            visitors.enter_at_counter(request, session)
            return HttpResponseRedirect(services.address(given["service"]))
    return private(
        render(request, "exchange/counter.html", {"form": form, "visitor": _still(request)}, status=422 if form.errors else 200)
    )


def _still(request: HttpRequest) -> visitors.Visitor | None:
    try:
        return reads.visitor(request)
    except MingtangError:
        return None


def _printed(card: acts.IssuedCard) -> dict:
    """The card as it is printed, once: number, PIN, QR of the sign-in page. The QR holds no personal data and no PIN."""
    address = settings.PUBLIC_URL + reverse("exchange:card", args=[card.code])
    code = " ".join(card.code[i : i + 4] for i in range(0, len(card.code), 4))
    picture = segno.make(address, error="m").svg_inline(
        scale=5, border=2, svgclass="qr", lineclass=None, title=_("Code of the card")
    )
    return {
        "code": code,
        "pin": card.pin,
        "until": card.until,
        "address": address,
        "qr": mark_safe(picture),
        "receipt": card.sealed.id,
    }


@access("official:exchange.counter")
@require_POST
def close_counter(request: HttpRequest) -> HttpResponse:
    """End the session at the counter, on to its printed receipt."""
    visitor = _still(request)
    if visitor is None or visitor.by != "counter":
        return HttpResponseRedirect(reverse("exchange:counter"))
    acts.close_counter(visitor.label, people.actor(request))
    visitors.leave(request)
    return HttpResponseRedirect(reverse("exchange:counter-receipt", args=[visitor.label]))


@access("official:exchange.counter")
@never_cache
@require_GET
def counter_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was done in a session at the counter, in large type, for the person to take home; for the official who held it."""
    found, language = reads.counter_session(number, people.actor(request).ref), tongue()
    names = dict(services.named(language))
    given = {
        "one": found,
        "unit": shown.unit(found.unit, language),
        "service": names.get(found.service, found.service),
        "looks": shown.looks(found.looks, language),
    }
    return private(render(request, "exchange/counter_receipt.html", given))


@access("public")
@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """Which sources the city has, and for what each may be used."""
    language = tongue()
    sources = [
        {
            "title": spec.titles.fill(language, {}),
            "agency": shown.unit(spec.agency, language),
            "fields": [{"title": field.titles.fill(language, {}), "level": field.level} for field in spec.fields.values()],
        }
        for spec in reads.sources()
    ]
    given = {
        "sources": sources,
        "purposes": [shown.purpose(spec, language) for spec in reads.purposes()],
        "key": reads.node_key(),
    }
    return render(request, "exchange/public.html", given)


@access("public")
@require_GET
def policy(request: HttpRequest, code: str) -> JsonResponse:
    """A purpose as an ODRL 2.2 policy."""
    return JsonResponse(reads.policy(code), json_dumps_params={"ensure_ascii": False}, content_type="application/ld+json")
