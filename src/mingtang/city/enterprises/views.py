"""Pages: the licence, how an application stands, a company by its code, the official's desk."""

from __future__ import annotations

from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.city.enterprises import acts, forms, reads
from mingtang.city.enterprises.following import SCENE
from mingtang.kernel import MingtangError
from mingtang.kernel.access import access
from mingtang.platform.cases import reads as cases
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people
from mingtang.platform.scenes import reads as scenes


def _tongue() -> str:
    return get_language() or "zh-hans"


def _private(response: HttpResponse) -> HttpResponse:
    """A page behind a secret link: no search engine shows it, and its address goes nowhere else."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


def _licence(found: reads.Licence) -> dict:
    """A licence as it is printed: its QR leads to the public page of the company."""
    address = settings.PUBLIC_URL + reverse("enterprises:company", args=[found.code])
    picture = segno.make(address, error="m").svg_inline(
        scale=4, border=2, svgclass="qr", lineclass=None, title=_("Code of the licence")
    )
    return {"licence": found, "trade": _trade(found.trade), "address": address, "qr": mark_safe(picture)}


def _trade(code: str) -> str:
    fact = scenes.pack(SCENE).facts["trade"]
    return fact.shown(code, _tongue()) or code


@access("link")
@never_cache
@require_GET
def licence(request: HttpRequest, decision: UUID, secret: str) -> HttpResponse:
    """The licence for the founder, with the private receipt."""
    found = reads.by_decision(decision, secret)
    shown = _licence(found) | {
        "receipt": ledger.receipt_path(found.act, private=True),
        "back": reverse("scenes:decision", args=[decision, secret]),
        "wallet": reverse("enterprises:wallet", args=[decision, secret]),
    }
    return _private(render(request, "enterprises/licence.html", shown))


@access("link")
@require_POST
def wallet(request: HttpRequest, decision: UUID, secret: str) -> HttpResponse:
    """The licence as a credential, offered to the founder's wallet: link, code for the camera, six digits; shown once."""
    found = reads.by_decision(decision, secret)
    offered = acts.offer_licence(found.code, Actor("agency", "", acts.AGENCY))
    picture = segno.make(offered.link, error="m").svg_inline(
        scale=4, border=2, svgclass="qr", lineclass=None, title=_("Code of the offer")
    )
    shown = {
        "licence": found,
        "offered": offered,
        "qr": mark_safe(picture),
        "back": reverse("enterprises:licence", args=[decision, secret]),
    }
    return _private(render(request, "enterprises/wallet.html", shown, status=200))


@access("link")
@never_cache
@require_GET
def standing(request: HttpRequest, decision: UUID, secret: str) -> HttpResponse:
    """How an application stands, for the applicant."""
    found = reads.standing(decision, secret)
    shown = {
        "one": found,
        "way": reverse("enterprises:licence", args=[decision, secret]) if found.state == "approved" else "",
        "back": reverse("scenes:decision", args=[decision, secret]),
    }
    return _private(render(request, "enterprises/standing.html", shown))


@access("public")
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """A company by its code: what the law makes public."""
    form = forms.Find(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        try:
            return HttpResponseRedirect(reverse("enterprises:company", args=[reads.by_code(form.cleaned_data["code"]).code]))
        except MingtangError as fault:
            form.add_error("code", forms.first_fault(fault, _tongue()))
    return render(request, "enterprises/find.html", {"form": form}, status=404 if form.errors else 200)


@access("public")
@require_GET
def company(request: HttpRequest, code: str) -> HttpResponse:
    """A company as everybody may see it, with the receipt of its registration."""
    return render(request, "enterprises/company.html", _licence(reads.by_code(code)))


@access("official:enterprises.decide")
@never_cache
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for an official of the market regulator."""
    mine = people.actor(request).unit == acts.AGENCY
    return render(request, "enterprises/desk.html", {"mine": mine, "waiting": reads.waiting() if mine else []})


@access("official:enterprises.decide")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """One application: what the contract found, what the registers said, every look; and the form to decide."""
    official, language = people.actor(request), _tongue()
    if official.unit != acts.AGENCY:
        raise acts.NotYourOffice()
    found = reads.application(number)
    form = forms.Decide(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            acts.decide(number, given["outcome"] == "approve", given["reason"], reads.facts_of(found.decision), official)
        except MingtangError as fault:
            form.add_error("reason" if fault.path == "reason" else None, forms.first_fault(fault, language))
        else:
            messages.success(request, _("Decided. The applicant sees it now."))
            return HttpResponseRedirect(reverse("enterprises:desk"))
    told = reads.document_of(found.decision)
    tongue = "zh" if language.startswith("zh") else "en"
    shown = {
        "one": found,
        "form": form,
        "diagram": mark_safe(cases.diagram(f"enterprises/applications/{number}", language)),
        "facts": [{"name": fact["titles"][tongue], "value": fact["value"], "source": fact["source"]} for fact in told["facts"]],
        "reasons": [rule[tongue] for table in told["tables"] for rule in table["matched"]],
        "looks": exchange.looks_of_case(f"scenes/decisions/{found.decision}"),
    }
    return render(request, "enterprises/decide.html", shown, status=422 if form.errors else 200)
