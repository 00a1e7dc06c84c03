"""Filing a request, one question a page: what, what about, where, photo, contact, check. No account, no script needed.

1. Each page keeps its answer in the session (``draft``) and leads to the next question that is open, or back to "check your answers".
2. Nothing is filed before the last button. Filing is one act of the office; its faults lead back to the question they belong to.
3. The last page shows number, secret link, receipts, what happens next and by when, for an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mingtang.city.requests import acts, citymap, draft, forms, hotline, photos, reads
from mingtang.city.requests.filing import _MEDIA_MOST as PHOTOS_MOST
from mingtang.kernel import MingtangError
from mingtang.kernel.access import access
from mingtang.platform.ledger import reads as ledger
from mingtang.platform.people import reads as people

# The question to which a fault of the act belongs.
_ASKED = {
    "text": "what",
    "category": "category",
    "address": "place",
    "place": "place",
    "lat": "place",
    "long": "place",
    "media": "photo",
    "name": "contact",
    "phone": "contact",
    "email": "contact",
}


@access("public")
def start(request: HttpRequest) -> HttpResponse:
    """To the first open question."""
    return _to(draft.load(request.session).missing() if "again" in request.GET else "what")


@access("public")
def step(request: HttpRequest, step: str) -> HttpResponse:
    """One question: show it, or take its answer."""
    kept = draft.load(request.session)
    missing = kept.missing()
    if draft.STEPS.index(step) > draft.STEPS.index(missing):
        return _to(missing)
    return _PAGES[step](request, kept)


@access("public")
def done(request: HttpRequest) -> HttpResponse:
    """Filed: number, secret link, receipts, what happens next and by when."""
    result = draft.last(request.session)
    if result is None:
        return _to("what")
    request_now = reads.public(result["number"])
    link = request.build_absolute_uri(reverse("requests-mine", args=[result["number"], result["secret"]]))
    receipts = [ledger.receipt_path(act, private=True) for act in result["acts"]]
    return render(request, "requests/file/done.html", {"filed": result, "request_now": request_now, "link": link, "receipts": receipts})


def _what(request: HttpRequest, kept: draft.Draft) -> HttpResponse:
    form = forms.What(*_sent(request), initial={"text": kept.text})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["text"] != kept.text:
            kept.seen = [name for name in kept.seen if name != "category"]
        kept.text = form.cleaned_data["text"]
        return _go_on(request, kept, "what")
    return _page(request, kept, "what", form)


def _category(request: HttpRequest, kept: draft.Draft) -> HttpResponse:
    language = get_language() or "zh-hans"
    found = reads.suggest(kept.text)[:3]
    proposals = [(one.code, reads.category_name(one.code, language)) for one in found]
    codes = [code for code, _name in proposals]
    initial = {
        "choice": kept.category
        if kept.category in codes
        else "listed"
        if kept.category
        else "unknown"
        if "category" in kept.seen
        else None,
        "listed": "" if kept.category in codes else kept.category,
    }
    form = forms.Category(*_sent(request), proposals=proposals, initial=initial)
    if request.method == "POST" and form.is_valid():
        kept.category = form.cleaned_data["category"]
        return _go_on(request, kept, "category")
    danger = reads.category_tree().danger(kept.text)
    return _page(request, kept, "category", form, found=found, danger=danger)


def _place(request: HttpRequest, kept: draft.Draft) -> HttpResponse:
    streets = street_choices()
    known = {code for _district, group in streets for code, _name in group}
    chosen = request.GET.get("street", "")
    initial = {
        "address": kept.address,
        "street": chosen if chosen in known else kept.street,
        "latitude": kept.latitude,
        "longitude": kept.longitude,
    }
    form = forms.Where(*_sent(request), streets=streets, initial=initial)
    if request.method == "POST" and form.is_valid():
        for name in ("address", "street", "latitude", "longitude"):
            setattr(kept, name, form.cleaned_data[name])
        return _go_on(request, kept, "place")
    here = reverse("requests-file-step", args=["place"])
    picture = citymap.svg(
        hotline.pack(),
        get_language() or "zh-hans",
        link=lambda code: f"{here}?street={code}#id_street",
        title=_("Map of Mingzhou: choose a street office"),
        chosen=initial["street"],
    )
    return _page(request, kept, "place", form, map=picture)


def _photo(request: HttpRequest, kept: draft.Draft) -> HttpResponse:
    form = forms.PhotoForm(*_sent(request, files=True))
    if request.method == "POST":
        if "remove" in request.POST:
            kept.photos = [photo for photo in kept.photos if photo["sha256"] != request.POST["remove"]]
            draft.keep(request.session, kept, "photo")
            return _to("photo")
        if form.is_valid() and _took_photo(form, kept):
            if "add" in request.POST:
                draft.keep(request.session, kept, "photo")
                return _to("photo")
            return _go_on(request, kept, "photo")
    return _page(request, kept, "photo", form, room=len(kept.photos) < PHOTOS_MOST)


def _took_photo(form: forms.PhotoForm, kept: draft.Draft) -> bool:
    """Store the photo of the form, if one was sent; a fault is put at the field."""
    upload = form.cleaned_data.get("photo")
    if not upload:
        return True
    if len(kept.photos) >= PHOTOS_MOST:
        form.add_error("photo", _("There are enough photos: six at most."))
        return False
    try:
        stored = photos.store(upload.read(photos.BYTES_MOST + 1))
    except MingtangError as fault:
        fault.path = "photo"
        forms.put_fault(form, fault)
        return False
    if all(photo["sha256"] != stored.sha256 for photo in kept.photos):
        kept.photos.append(
            {
                "sha256": stored.sha256,
                "media_type": stored.media_type,
                "size": stored.size,
                "width": stored.width,
                "height": stored.height,
            }
        )
    return True


def _contact(request: HttpRequest, kept: draft.Draft) -> HttpResponse:
    who = ("anonymous" if kept.anonymous else "named") if "contact" in kept.seen else None
    form = forms.ContactForm(*_sent(request), initial={"who": who, "name": kept.name, "phone": kept.phone, "email": kept.email})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kept.anonymous = given["who"] == "anonymous"
        kept.name, kept.phone, kept.email = ("", "", "") if kept.anonymous else (given["name"], given["phone"], given["email"])
        return _go_on(request, kept, "contact")
    return _page(request, kept, "contact", form)


def _check(request: HttpRequest, kept: draft.Draft) -> HttpResponse:
    fault, asked = None, ""
    if request.method == "POST":
        try:
            filed = acts.file(kept.filing(get_language() or "zh-hans"), people.actor(request))
        except MingtangError as found:
            fault = found.as_dict(get_language() or "zh-hans")
            asked = _ASKED.get(found.path.partition(".")[0].partition("[")[0], "")
        else:
            result = {
                "number": filed.number,
                "secret": filed.secret,
                "acts": list(filed.acts),
                "unit": filed.unit,
                "due": filed.due.isoformat() if filed.due else "",
            }
            draft.done(request.session, result)
            return HttpResponseRedirect(reverse("requests-filed"))
    where = {"step": 6, "steps": len(draft.STEPS), "back": reverse("requests-file-step", args=["contact"])}
    shown = {"draft": kept, "rows": _answers(kept), "fault": fault, "asked": asked, **where}
    return render(request, "requests/file/check.html", shown, status=400 if fault else 200)


def _answers(kept: draft.Draft) -> list[dict]:
    language = get_language() or "zh-hans"
    unknown = _("I do not know, the city finds it")
    place = " ".join(part for part in (people.unit(kept.street).name(language) if kept.street else "", kept.address) if part)
    if kept.latitude is not None:
        place = f"{place} ({kept.latitude:.5f}, {kept.longitude:.5f})".strip()
    reach = _("I stay unknown") if kept.anonymous else " · ".join(part for part in (kept.name, kept.phone, kept.email) if part)
    rows = (
        ("what", _("What is wrong"), kept.text),
        ("category", _("What it is about"), reads.category_name(kept.category, language) if kept.category else unknown),
        ("place", _("Where"), place or _("Not said")),
        ("photo", _("Photos"), str(len(kept.photos)) if kept.photos else _("None")),
        ("contact", _("Reaching me"), reach),
    )
    return [
        {"name": name, "value": value, "href": reverse("requests-file-step", args=[step]) + "?check=1"}
        for step, name, value in rows
    ]


def street_choices() -> list:
    """Street offices under their districts, in the reader's language."""
    language = get_language() or "zh-hans"
    return [
        (district.name(language), [(street.code, street.name(language)) for street in people.units("street", district.code)])
        for district in people.units("district")
    ]


def _page(request: HttpRequest, kept: draft.Draft, step: str, form: Any, **more: Any) -> HttpResponse:
    at = draft.STEPS.index(step)
    checking = "check" in request.GET
    back = "check" if checking else draft.STEPS[at - 1] if at else ""
    shown = {
        "form": form,
        "draft": kept,
        "step": at + 1,
        "steps": len(draft.STEPS),
        "checking": checking,
        "back": reverse("requests-file-step", args=[back]) if back else reverse("home"),
        **more,
    }
    return render(request, f"requests/file/{step}.html", shown, status=400 if form.errors else 200)


def _sent(request: HttpRequest, files: bool = False) -> tuple:
    """What binds a form: the answers sent, however empty, or nothing where the page is only asked for."""
    if request.method != "POST":
        return ()
    return (request.POST, request.FILES) if files else (request.POST,)


def _go_on(request: HttpRequest, kept: draft.Draft, step: str) -> HttpResponse:
    draft.keep(request.session, kept, step)
    if "check" in request.GET:
        return _to(kept.missing())
    return _to(draft.STEPS[draft.STEPS.index(step) + 1])


def _to(step: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("requests-file-step", args=[step]))


_PAGES: dict[str, Callable[[HttpRequest, draft.Draft], HttpResponse]] = {
    "what": _what,
    "category": _category,
    "place": _place,
    "photo": _photo,
    "contact": _contact,
    "check": _check,
}
