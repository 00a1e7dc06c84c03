"""The officials' desk: the list of what is open, the page of one request, one page for each act with its form and its consequence."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mingtang.city.requests import actions, forms, reads, words
from mingtang.city.requests.story import story
from mingtang.city.requests.views_public import limit_rows
from mingtang.kernel import MingtangError
from mingtang.kernel.access import NotAllowed, access
from mingtang.platform.cases import reads as cases
from mingtang.platform.ledger.acts import Actor
from mingtang.platform.people import reads as people

_FLAGS = ("overdue", "supervised", "reopened", "extended")


@access("official:requests.desk")
def desk(request: HttpRequest) -> HttpResponse:
    """Open requests of the official's unit and the units below it, the most urgent first."""
    actor = people.actor(request)
    units = units_of(actor)
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:60] for name in ("q", "state", "urgency", "flag", "unit")}
    chosen = [given["unit"]] if given["unit"] and (units is None or given["unit"] in units) else units
    page = reads.desk(
        chosen,
        state=given["state"],
        urgency=given["urgency"],
        flag=given["flag"] if given["flag"] in _FLAGS else "",
        query=given["q"],
        cursor=request.GET.get("cursor", ""),
    )
    query = {name: value for name, value in given.items() if value}
    joints = reads.joints_awaited(actor.unit, 20)
    shown = {
        "page": page,
        "given": given,
        "states": {state: words.STATES[state] for state in (*reads.OPEN_STATES, "replied")},
        "urgencies": words.URGENCIES,
        "flags": {flag: words.FIGURES[flag] for flag in _FLAGS},
        "unit": actor.unit,
        "joints": joints,
        "units": [(code, people.unit(code).name(get_language() or "zh-hans")) for code in units]
        if units and len(units) > 1
        else [],
        "first": "?" + urlencode(query) if request.GET.get("cursor") else "",
        "next": "?" + urlencode({**query, "cursor": page.next}) if page.next else "",
    }
    return render(request, "requests/desk/list.html", shown)


@access("official:requests.read")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One request with everything an official needs to act, and the acts that fit now."""
    actor = people.actor(request)
    full = reads.full(number)
    refuse_strangers(request, full, actor)
    language = get_language() or "zh-hans"
    shown = {
        "full": full,
        "request_now": full.masked,
        "story": story(full.masked),
        "limits": limit_rows(full.masked),
        "actions": actions.offered(full, actor, lambda permission: people.may(request, permission)),
        "diagram": mark_safe(cases.diagram(full.masked.subject, language)),
    }
    return render(request, "requests/desk/one.html", shown)


@access("official:requests.read")
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One act: what it asks and what it does; sent, it is done and sealed."""
    action = actions.BY_VERB.get(verb)
    if action is None:
        raise Http404
    if not people.may(request, action.permission):
        raise NotAllowed()
    actor = people.actor(request)
    full = reads.full(number)
    refuse_strangers(request, full, actor)
    initial = {"unit": actions.to_score(full, actor)[0].unit} if verb == "score_joint" and actions.to_score(full, actor) else None
    form = action.form(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            sealed = action.do(number, actor, form.cleaned_data)
        except MingtangError as fault:
            forms.put_fault(form, fault)
        else:
            messages.success(
                request,
                _("Done and sealed: %(act)s. Receipt %(receipt)s.") % {"act": words.VERBS.get(verb, verb), "receipt": sealed.id},
            )
            return HttpResponseRedirect(reverse("desk-one", args=[number]))
    shown = {"full": full, "request_now": full.masked, "action": action, "form": form, "proposal": _proposal(full, verb)}
    return render(request, "requests/desk/act.html", shown, status=400 if form.errors else 200)


def units_of(actor: Actor) -> list[str] | None:
    """The units whose requests an official of ``actor.unit`` sees: a city unit all (None), a district its streets too, others their own."""
    if not actor.unit:
        return []
    unit = people.unit(actor.unit)
    if unit.kind == "city":
        return None
    return [unit.code, *(below.code for below in people.units(parent=unit.code))]


def refuse_strangers(request: HttpRequest, full: reads.FullView, actor: Actor) -> None:
    """Personal data is for those who have a part in the request: its units, those above them, those called, the city, the auditor."""
    units = units_of(actor)
    concerned = {
        full.masked.unit,
        full.masked.lead_unit,
        *(joint.unit for joint in full.joints),
        *(proposal.unit for proposal in full.proposals),
    }
    if units is not None and not concerned & set(units) and not people.may(request, "requests.audit"):
        raise NotAllowed()


def _proposal(full: reads.FullView, verb: str) -> object | None:
    kind = {"approve_return": "return", "approve_exclusion": "exclusion"}.get(verb)
    return next((proposal for proposal in full.proposals if proposal.kind == kind and proposal.decided_at is None), None)
