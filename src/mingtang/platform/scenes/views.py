"""Pages of the scenes: catalogue, guide, one question a page, check your answers, the decision, the contract.

Complete without script. What a person typed waits in the session, by scene, until the decision is made; then it is removed.
"""

from __future__ import annotations

import mimetypes
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mingtang.kernel.access import access
from mingtang.platform.exchange import reads as exchange
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people
from mingtang.platform.scenes import acts, different, effects, gathering, reads, shown, shown_contract, shown_reasons
from mingtang.platform.scenes.answers import BadAnswer, Given, Typed, answered
from mingtang.platform.scenes.deciding import NothingToDecide
from mingtang.platform.scenes.packs import Pack

_SESSION = "scenes.typed"
_MOST_SCENES = 5  # whose answers a session keeps
_INLINE = (".yaml", ".dmn", ".bpmn", ".md")


@access("public")
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every service in force; ``q`` searches titles, summaries and words, ``type`` keeps one of the four types."""
    language = get_language() or "zh-hans"
    query, kind = request.GET.get("q", "")[:100].strip(), request.GET.get("type", "")
    return render(request, "scenes/catalogue.html", shown.catalogue(reads.catalogue(), query, kind, language))


@access("public")
@require_GET
def scene(request: HttpRequest, name: str) -> HttpResponse:
    """One service: whom it serves, what to bring, how it goes, its law; and the way in."""
    language = get_language() or "zh-hans"
    return render(request, "scenes/scene.html", shown.scene(reads.pack(name), language))


@access("public")
@require_GET
def contract(request: HttpRequest, name: str) -> HttpResponse:
    """The rules themselves: every table in full, files with their hashes, what was proven, earlier versions."""
    language = get_language() or "zh-hans"
    pack = reads.pack(name)
    context = shown_reasons.contract(pack, reads.publications(name), language)
    context["verdicts"] = shown_contract.verdicts(reads.proofs(pack), pack, language)
    return render(request, "scenes/contract.html", context)


@access("public")
@require_GET
def pack_file(request: HttpRequest, hash: str, file: str) -> HttpResponse:
    """One file of a published pack, byte for byte. Never cached wrongly: the address holds the pack's hash."""
    content = reads.pack_by_hash(hash).content(file)
    kind = "text/plain; charset=utf-8" if file.endswith(_INLINE) else mimetypes.guess_type(file)[0] or "application/octet-stream"
    # Own types only as a download: a pack's file is never shown as a page of this site.
    headers = {
        "Content-Disposition": f'attachment; filename="{file.rsplit("/", 1)[-1]}"',
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return HttpResponse(content, content_type=kind, headers=headers)


@access("public")
@never_cache
@require_GET
def apply(request: HttpRequest, name: str) -> HttpResponse:
    """To the first question that is still to be answered; ``?anew`` forgets what was typed."""
    pack = _deciding(name)
    if "anew" in request.GET:
        _remember(request, name, None)
    given = answered(pack, _typed(request, name))
    if given.next is None:
        return HttpResponseRedirect(reverse("scenes:check", args=[name]))
    return HttpResponseRedirect(reverse("scenes:question", args=[name, given.next.id]))


@access("public")
@never_cache
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, name: str, ident: str) -> HttpResponse:
    """One question. A fault is told on top, links to the field, and keeps what was typed."""
    pack, language = _deciding(name), get_language() or "zh-hans"
    typed = _typed(request, name)
    asked = next((question for question in pack.questions if question.id == ident), None)
    if asked is None:
        raise Http404
    if request.method == "POST":
        typed[ident] = shown.posted(asked, request.POST)
    given = answered(pack, typed)
    if asked not in given.shown:  # an earlier answer hid it
        return HttpResponseRedirect(reverse("scenes:apply", args=[name]))
    fault = given.faults.get(ident)
    if request.method == "POST" and fault is None:
        _remember(request, name, {key: typed[key] for key in typed if key in {question.id for question in given.shown}})
        after = shown.next_after(asked, given, "check" if request.POST.get("back") == "check" else "")
        return HttpResponseRedirect(
            reverse("scenes:question", args=[name, after.id]) if after else reverse("scenes:check", args=[name])
        )
    context = shown.question(pack, asked, given, typed.get(ident, []), fault if request.method == "POST" else None, language)
    context["back_to_check"] = "change" in request.GET or request.POST.get("back") == "check"
    return render(request, "scenes/question.html", context, status=422 if fault and request.method == "POST" else 200)


@access("public")
@never_cache
@require_http_methods(["GET", "POST"])
def check_answers(request: HttpRequest, name: str) -> HttpResponse:
    """Every answer with a way to change it; sending it has the contract decide."""
    pack, language = _deciding(name), get_language() or "zh-hans"
    given = answered(pack, _typed(request, name))
    if given.next is not None:
        return HttpResponseRedirect(reverse("scenes:question", args=[name, given.next.id]))
    asks = gathering.asks_of(pack)
    if asks and exchange.visitor(request) is None:
        return HttpResponseRedirect(reverse("exchange:sign-in") + "?" + urlencode({"next": request.path}))
    if request.method == "POST":
        actor, gathered, channel = _actor(request), None, "web"
        visitor = exchange.visitor(request)
        if asks or (visitor is not None and visitor.by != "card"):
            visitor = exchange.visitor_needed(request, pack.name)
            actor, channel = visitor.actor, "counter" if visitor.by == "counter" else "web"
        if asks:
            try:
                gathered = gathering.gather(pack, given.facts, visitor)
            except BadAnswer as fault:
                return _faulty(request, pack, given, fault, language)
        decided = acts.decide(pack, given.facts, actor, channel=channel, gathered=gathered)
        _remember(request, name, None)
        return HttpResponseRedirect(reverse("scenes:decision", args=[decided.id, decided.secret]))
    return render(request, "scenes/check.html", shown.check(pack, given, language) | {"asks": shown.asks(asks, language)})


def _faulty(request: HttpRequest, pack: Pack, given: Given, fault: BadAnswer, language: str) -> HttpResponse:
    """The question whose answer turned out not to serve when the registers were asked."""
    asked = next(question for question in pack.questions if question.fact == fault.path)
    context = shown.question(pack, asked, given, _typed(request, pack.name).get(asked.id, []), fault, language)
    # The form of this page is the question's own.
    context |= {"back_to_check": True, "action": reverse("scenes:question", args=[pack.name, asked.id])}
    return render(request, "scenes/question.html", context, status=422)


@access("link")
@never_cache
@require_GET
def decision(request: HttpRequest, ident: UUID, secret: str) -> HttpResponse:
    """The decision: outcome, rules that mattered and nearly did, facts and where they came from, law, appeal, receipt."""
    language = get_language() or "zh-hans"
    found = reads.decision(ident, secret)
    return render(
        request,
        "scenes/decision.html",
        {
            **shown_reasons.decision(found, language),
            "receipt": ledger.receipt_path(found.act, private=True),
            "ways": effects.ways(found, secret, language),
            "different": different.is_askable(found) and reverse("scenes:different", args=[ident, secret]),
        },
    )


@access("link")
@never_cache
@require_GET
def what_if(request: HttpRequest, ident: UUID, secret: str) -> HttpResponse:
    """What would have to be different for the decision to be granted, within what the person can change."""
    language = get_language() or "zh-hans"
    found = reads.decision(ident, secret)
    if not different.is_askable(found):
        return HttpResponseRedirect(reverse("scenes:decision", args=[ident, secret]))
    shown_ways = different.ways(found, language)
    back = reverse("scenes:decision", args=[ident, secret])
    return render(request, "scenes/different.html", {"scene": found.pack.titles.say(language), "ways": shown_ways, "back": back})


def _deciding(name: str) -> Pack:
    pack = reads.pack(name)
    if not pack.decides:
        raise NothingToDecide(name=name)
    return pack


def _actor(request: HttpRequest) -> Actor:
    actor = people.actor(request)
    return Actor("resident") if actor.kind == "anonymous" else actor


def _typed(request: HttpRequest, name: str) -> dict[str, Typed]:
    kept = request.session.get(_SESSION, {})
    return dict(kept.get(name, {})) if isinstance(kept, dict) else {}


def _remember(request: HttpRequest, name: str, typed: dict[str, Any] | None) -> None:
    kept = dict(request.session.get(_SESSION, {}))
    kept.pop(name, None)
    if typed is not None:
        kept[name] = typed
    while len(kept) > _MOST_SCENES:
        kept.pop(next(iter(kept)))
    request.session[_SESSION] = kept
