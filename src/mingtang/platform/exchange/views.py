"""The pages of a person's own data: sign in by card, who looked, sharing and consent. Complete without script.

Trust: the browser holds a session that names a pseudonym; each page looks it up anew. Nothing here is cached by anybody.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.kernel import MingtangError, parse_id
from mingtang.kernel.access import access
from mingtang.platform.exchange import acts, demo, forms, reads, services, shown, visitors
from mingtang.platform.exchange.declared import SCOPES
from mingtang.platform.exchange.faults import NothingToConsent
from mingtang.platform.ledger import reads as ledger

_PAGE = 30


def tongue() -> str:
    """The language of the page."""
    return get_language() or "zh-hans"


def private(response: HttpResponse) -> HttpResponse:
    """A page that nobody keeps and no search engine shows."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


@access("link")
@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, code: str = "") -> HttpResponse:
    """Card and PIN; the card's own code leads here with the number filled in."""
    form = forms.SignIn(request.POST if request.method == "POST" else None, initial={"code": code[:40]})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person = visitors.prove_card(form.cleaned_data["code"], form.cleaned_data["pin"])
            except MingtangError as fault:
                forms.put_fault(form, fault)
                status = fault.status
            else:
                visitors.enter(request, person)
                return HttpResponseRedirect(_next(request))
    given = {"form": form, "next": _next(request), "demo_cards": demo.cards(tongue()) if settings.DEMO else []}
    return private(render(request, "exchange/sign_in.html", given, status=status))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) and wanted.startswith("/"):
        return wanted
    return reverse("exchange:home")


@access("link")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Nobody is behind this browser any more; a helper is herself again."""
    visitors.leave(request)
    return HttpResponseRedirect(reverse("exchange:home"))


@access("link")
@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What one can see and do here, and the newest looks."""
    visitor = reads.visitor(request)
    if visitor is None:
        return HttpResponseRedirect(reverse("exchange:sign-in"))
    if not visitor.may(visitors.MY_DATA):
        return private(render(request, "exchange/acting.html", {"visitor": visitor}))
    language = tongue()
    held = [_consent(view, language) for view in reads.consents(visitor.ref) if view.holds]
    given = {"visitor": visitor, "looks": shown.looks(reads.looks(visitor.ref, limit=3), language), "consents": held}
    return private(render(request, "exchange/home.html", given))


@access("link")
@never_cache
@require_GET
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at my data: every entry, newest first, and the rules by which one may come later."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    try:
        before = datetime.fromisoformat(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        before = None
    if before is not None and before.tzinfo is None:
        before = None
    language = tongue()
    found = reads.looks(visitor.ref, before, _PAGE)
    delays = [shown.purpose(spec, language) for spec in reads.purposes() if spec.delay]
    given = {
        "visitor": visitor,
        "looks": shown.looks(found, language),
        "delays": delays,
        "older": found[-1].at.isoformat() if len(found) == _PAGE else "",
        "first": before is not None,
    }
    return private(render(request, "exchange/looks.html", given))


@access("link")
@never_cache
@require_GET
def sharing(request: HttpRequest) -> HttpResponse:
    """Health, education and elder care: one switch a purpose, what follows from it, and who looked under it."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    language = tongue()
    seen = reads.looks(visitor.ref, limit=reads.MOST)
    groups = []
    for code in [scope for scope in SCOPES if scope]:
        purposes = []
        for spec in reads.purposes():
            if spec.scope == code:
                under = [look for look in seen if look.purpose == spec.code]
                purposes.append(
                    {"is": shown.purpose(spec, language), "consent": reads.consented(visitor.ref, spec.code), "looks": len(under)}
                )
        groups.append({"title": shown.scope(code), "purposes": purposes})
    return private(render(request, "exchange/sharing.html", {"visitor": visitor, "groups": groups}))


@access("link")
@require_POST
def follows(request: HttpRequest, code: str) -> HttpResponse:
    """What follows from sharing for a purpose, now: the office reckons it from what is shared, and that look is logged like any other."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    spec, language = reads.purpose(code), tongue()
    held, plan = reads.consented(visitor.ref, code), services.plan(code)
    if held is None or plan is None:
        return HttpResponseRedirect(reverse("exchange:sharing"))
    lines = [line.fill(language, {}) for line in plan(reads.number_of(visitor.ref), held)]
    given = {"visitor": visitor, "purpose": shown.purpose(spec, language), "lines": lines, "consent": held}
    return private(render(request, "exchange/follows.html", given))


@access("link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, code: str) -> HttpResponse:
    """One purpose in plain words; agree with one button, take it back with one button."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    spec, language = reads.purpose(code), tongue()
    given = shown.purpose(spec, language)
    if request.method == "POST":
        if not given["consent"]:
            raise NothingToConsent(purpose=code)
        made = acts.consent(visitor.ref, code, visitor.actor)
        if not made.code:
            messages.success(request, _("You agreed. It ends by itself, and you can take it back here at any time."))
        return HttpResponseRedirect(reverse("exchange:consented", args=[made.id]))
    held = [_consent(view, language) for view in reads.consents(visitor.ref) if view.purpose == code and view.holds]
    return private(render(request, "exchange/consent.html", {"visitor": visitor, "purpose": given, "held": held}))


@access("link")
@never_cache
@require_GET
def consented(request: HttpRequest, ident: str) -> HttpResponse:
    """A consent that was given: its receipt, its code where it is for one use, the way to take it back."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    view, language = reads.consent(parse_id(ident), visitor.ref), tongue()
    act = ledger.acts_of(f"exchange/consents/{view.id}")[0]
    given = {
        "visitor": visitor,
        "view": view,
        "one": _consent(view, language),
        "receipt": ledger.receipt_path(act.id, private=True),
    }
    return private(render(request, "exchange/consented.html", given))


@access("link")
@require_POST
def withdraw(request: HttpRequest, ident: str) -> HttpResponse:
    """Take a consent back, now."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    view = reads.consent(parse_id(ident), visitor.ref)
    acts.withdraw(view.id, visitor.ref, visitor.actor)
    messages.success(request, _("Taken back. From now on nobody is given anything under it; no service is refused for that."))
    scope = next((spec.scope for spec in reads.purposes() if spec.code == view.purpose), "")
    return HttpResponseRedirect(reverse("exchange:sharing") if scope else reverse("exchange:home"))


def _consent(view: reads.ConsentView, language: str) -> dict:
    return {
        "id": view.id,
        "title": reads.purpose_title(view.purpose, language),
        "purpose": view.purpose,
        "until": view.expires_at,
        "code": view.code,
        "holds": view.holds,
        "given_at": view.given_at,
        "used": view.used_at is not None,
        "withdrawn": view.withdrawn_at is not None,
    }
