"""What everyone may see of requests: the list, the progress page of each, the way from a number to its page. Nothing personal."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mingtang.city.requests import forms, reads, words
from mingtang.city.requests.faults import NoSuchRequest
from mingtang.city.requests.story import story
from mingtang.city.requests.views_file import street_choices
from mingtang.kernel.access import access
from mingtang.platform.cases import reads as cases
from mingtang.platform.people import reads as people

_FILTERS = ("q", "category", "district", "street", "unit", "state", "figure", "month", "since", "until")


@access("public")
def listing(request: HttpRequest) -> HttpResponse:
    """Search and list of all requests, newest first; figures of other pages lead here with their filter."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:80] for name in _FILTERS}
    excluded = {"0": False, "1": True}.get(request.GET.get("excluded", ""))
    months = {name: int(given[name]) if re.fullmatch(r"[0-9]{6}", given[name]) else None for name in ("month", "since", "until")}
    page = reads.search(
        given["q"],
        category=given["category"],
        district=given["district"],
        street=given["street"],
        unit=given["unit"],
        state=given["state"],
        figure=given["figure"],
        **months,
        excluded=excluded,
        cursor=request.GET.get("cursor", ""),
    )
    query = {name: value for name, value in given.items() if value} | (
        {"excluded": request.GET["excluded"]} if excluded is not None else {}
    )
    shown = {
        "page": page,
        "given": given,
        "query": query,
        "categories": forms.category_choices(),
        "states": words.STATES,
        "districts": [(unit.code, unit.name(get_language() or "zh-hans")) for unit in people.units("district")],
        "streets": street_choices(),
        "narrowed": _narrowed(given, excluded),
        "first": "?" + urlencode(query) if request.GET.get("cursor") else "",
        "next": "?" + urlencode({**query, "cursor": page.next}) if page.next else "",
    }
    return render(request, "requests/list.html", shown)


def _narrowed(given: dict, excluded: bool | None) -> list[dict]:
    """What a link from a figure narrowed the list to, beyond what the search form shows."""
    language = get_language() or "zh-hans"
    found = []
    for name, label in (("unit", _("Answers for it")), ("street", _("Street office"))):
        if given[name]:
            codes = {unit.code: unit.name(language) for unit in people.units()}
            found.append({"name": label, "value": codes.get(given[name], given[name])})
    if given["figure"]:
        found.append({"name": _("Only"), "value": words.FIGURES.get(given["figure"], given["figure"])})
    for name, label in (("month", _("Month")), ("since", _("From the month")), ("until", _("Up to the month"))):
        if given[name]:
            found.append({"name": label, "value": f"{given[name][:4]}-{given[name][4:]}"})
    if excluded is not None:
        found.append({"name": _("In the rates"), "value": _("not counted") if excluded else _("counted")})
    return found


@access("public")
def find(request: HttpRequest) -> HttpResponse:
    """From a number, however it was typed, to its page."""
    typed = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", request.GET.get("number", "")[:60]).upper())
    if not typed:
        return HttpResponseRedirect(reverse("requests-list"))
    if not re.fullmatch(r"[0-9A-Z]{12}", typed):
        raise NoSuchRequest(number=typed[:24])
    return HttpResponseRedirect(reverse("requests-one", args=[f"{typed[:4]}-{typed[4:]}"]))


@access("public")
def one(request: HttpRequest, number: str) -> HttpResponse:
    """The progress page of one request."""
    view = reads.public(number)
    language = get_language() or "zh-hans"
    pictures = reads.pictures(number)
    shown = {
        "request_now": view,
        "story": story(view),
        "diagram": mark_safe(cases.diagram(view.subject, language)),
        "limits": limit_rows(view),
        "why": reasons(number),
        "pictures": pictures,
        "states": words.STATES,
    }
    return render(request, "requests/one.html", shown)


def reasons(number: str) -> list[str]:
    """Why the contract sent the request where it did: the sentence of each rule that matched, in the reader's language."""
    language = "zh" if (get_language() or "zh-hans").startswith("zh") else "en"
    trace = reads.explanation(number)["steps"].get("trace", ())
    found = [rule.get("annotations", {}).get(language, "") for step in trace for rule in step.get("matched", ())]
    return list(dict.fromkeys(sentence for sentence in found if sentence))


def limit_rows(view: reads.PublicView) -> list[dict]:
    """The limits of a request, each with its due time, its rule and its calendar, so that anyone can reckon it again."""
    names = {
        "dispatch": _("Find the office in charge"),
        "feedback": _("Answer"),
        "confirm": _("The resident's word"),
        "parking": _("Review"),
    }
    units = {"hour": _("hours"), "day": _("days")}
    kinds = {"natural": _("counted on every day"), "working": _("counted on working days")}
    found = []
    for name, label in names.items():
        entry = view.limits.get(name)
        if entry:
            span = (
                f"{entry['amount']} {units.get(entry.get('unit'), '')}, {kinds.get(entry.get('reckoning'), '')}"
                if "amount" in entry
                else ""
            )
            found.append({"name": label, "due": entry["due"], "span": span, "rule": entry["rule"], "calendar": entry["calendar"]})
    return found
