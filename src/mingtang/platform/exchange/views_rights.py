"""Pages of a person's rights and helpers: copy, correction, explanation, erasure, delegation."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.kernel import MingtangError, now
from mingtang.kernel.access import access
from mingtang.platform.exchange import acts, forms, reads, services, shown, visitors
from mingtang.platform.exchange.faults import NoSuchRight
from mingtang.platform.exchange.views import private, tongue
from mingtang.platform.people import reads as people


@access("link")
@never_cache
@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """The four rights, and what became of those used."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    given = {"visitor": visitor, "rights": shown.rights(reads.rights(visitor.ref), tongue())}
    return private(render(request, "exchange/rights.html", given))


@access("link")
@require_POST
def copy(request: HttpRequest) -> HttpResponse:
    """Everything that the registers and the exchange hold about the person, as a file."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    told = {
        "registers": acts.copy(visitor.ref, visitor.actor),
        "looks": [
            {
                "at": look.at.isoformat(),
                "by": look.by,
                "source": look.source,
                "purpose": look.purpose,
                "fields": look.fields,
                "predicates": look.predicates,
                "outcome": look.outcome,
            }
            for look in reads.looks(visitor.ref, limit=reads.MOST)
        ],
        "consents": [view.record for view in reads.consents(visitor.ref)],
        "rights": [
            {"number": view.number, "right": view.right, "words": view.words, "state": view.state, "answer": view.answer}
            for view in reads.rights(visitor.ref)
        ],
        "delegations": [
            {"number": view.number, "mine": view.mine, "services": view.services, "until": view.until.isoformat()}
            for view in reads.delegations(visitor.ref)
        ],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return private(response)


def _form_page(request: HttpRequest, form: forms.Plain, act, done: str, template: str, back: str, **more) -> HttpResponse:
    """Show a form; sent well, do ``act`` with what was given and go ``back``."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except MingtangError as fault:
            forms.put_fault(form, fault, more.pop("fault_at", None))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse(back))
    more.pop("fault_at", None)
    return private(render(request, template, {"form": form, "back": reverse(back), **more}, status=422 if form.errors else 200))


@access("link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest) -> HttpResponse:
    """Have data in a register corrected."""
    visitor = visitors.needed(request, visitors.MY_DATA)

    def act(given: dict) -> None:
        source, _sep, field = given["item"].partition(".")
        acts.ask_correction(visitor.ref, source, field, given["words"], visitor.actor)

    form = forms.Correct(request.POST if request.method == "POST" else None, language=tongue())
    done = _("Sent to the agency. Its answer appears here within fifteen days.")
    return _form_page(
        request,
        form,
        act,
        done,
        "exchange/form.html",
        "exchange:rights",
        title=_("Have data corrected"),
        lead=_("The agency that keeps the register checks it and answers you here."),
        button=_("Send"),
    )


@access("link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest) -> HttpResponse:
    """Have explained what was done with data."""
    visitor = visitors.needed(request, visitors.MY_DATA)

    def act(given: dict) -> None:
        acts.ask_explanation(visitor.ref, given["source"], given["words"], visitor.actor)

    form = forms.Explain(request.POST if request.method == "POST" else None, language=tongue())
    done = _("Sent to the agency. Its answer appears here within fifteen days.")
    return _form_page(
        request,
        form,
        act,
        done,
        "exchange/form.html",
        "exchange:rights",
        title=_("Have something explained"),
        lead=_("For example why somebody looked, or what a decision was based on."),
        button=_("Send"),
    )


@access("link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Erase what the exchange holds about the person."""
    visitor = visitors.needed(request, visitors.MY_DATA)

    def act(given: dict) -> None:
        acts.erase(visitor.ref, visitor.actor)
        visitors.leave(request)

    lead = _(
        "Your number, card, consents, helpers and what you wrote here are erased for good, and all sharing ends. "
        "The list of who looked stays under a code, as the law orders; what the registers hold stays with the agencies."
    )
    form = forms.Meant(request.POST if request.method == "POST" else None)
    return _form_page(
        request,
        form,
        act,
        _("Erased. The erasure is sealed."),
        "exchange/form.html",
        "exchange:home",
        title=_("Erase my data here"),
        lead=lead,
        button=_("Erase for good"),
    )


@access("link")
@never_cache
@require_GET
def helpers(request: HttpRequest) -> HttpResponse:
    """Who may act for me, and for whom I may act."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    names = dict(services.named(tongue()))
    found = [
        {"is": view, "services": [names.get(name, name) for name in view.services]} for view in reads.delegations(visitor.ref)
    ]
    given = {
        "visitor": visitor,
        "mine": [one for one in found if one["is"].mine],
        "others": [one for one in found if not one["is"].mine],
    }
    return private(render(request, "exchange/helpers.html", given))


@access("link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delegate(request: HttpRequest) -> HttpResponse:
    """Let a carer or another helper act for me, with limits and an end."""
    visitor = visitors.needed(request, visitors.MY_DATA)

    def act(given: dict) -> None:
        helper = reads.helper_ref(given["helper"])
        acts.delegate(visitor.ref, helper, given["services"], now() + timedelta(days=given["days"]), visitor.actor)

    form = forms.Delegate(request.POST if request.method == "POST" else None, services=services.named(tongue()))
    return _form_page(
        request,
        form,
        act,
        _("Done. You can end it here at any time."),
        "exchange/form.html",
        "exchange:helpers",
        fault_at="helper",
        title=_("Let somebody help you"),
        lead=_("Everything the helper does for you names you both."),
        button=_("Let her help me"),
    )


@access("link")
@require_POST
def end_delegation(request: HttpRequest, number: str) -> HttpResponse:
    """End a delegation, from either side."""
    visitor = visitors.needed(request, visitors.MY_DATA)
    acts.end_delegation(number[:24], visitor.ref, visitor.actor)
    messages.success(request, _("Ended."))
    return HttpResponseRedirect(reverse("exchange:helpers"))


@access("link")
@require_POST
def act_for(request: HttpRequest, number: str) -> HttpResponse:
    """Act under a delegation from now on."""
    visitors.enter_as_helper(request, number[:24])
    return HttpResponseRedirect("/scenes/")


@access("official:exchange.answer")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, number: str = "") -> HttpResponse:
    """What waits for my agency's answer; one of it with the form to answer."""
    official, language = people.actor(request), tongue()
    waiting = reads.rights_of_agency(official.unit)
    if not number:
        return private(render(request, "exchange/desk.html", {"rights": shown.rights(waiting, language)}))
    row = next((one for one in waiting if one.number == number), None)
    if row is None:
        raise NoSuchRight()

    def act(given: dict) -> None:
        acts.answer_right(row.number, given["outcome"] == "done", given["words"], official)

    (told,) = shown.rights([row], language)
    return _form_page(
        request,
        forms.Answer(request.POST if request.method == "POST" else None),
        act,
        _("Answered."),
        "exchange/answer.html",
        "exchange:desk",
        one=told,
    )
