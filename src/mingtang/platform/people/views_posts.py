"""Pages of the city's posts: units, their officials, who holds which role; appoint, grant, revoke, renew, dismiss.

Reading needs ``people.read`` (auditors too), changing ``people.appoint``; each change is an act of acts.py, sealed in the public log.
A change asks for a fresh sign-in, since it can open any desk of the city.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.kernel.access import access
from mingtang.kernel.errors import MingtangError
from mingtang.platform.people import acts, forms_posts, models, permissions, reads, sign_in

_VERBS = ("grant", "revoke", "reset", "dismiss")


@access("official:people.read")
@never_cache
@require_GET
def posts(request: HttpRequest) -> HttpResponse:
    """The units; with ``?unit=CODE`` its officials and their roles."""
    language = _language()
    asked = request.GET.get("unit", "")
    unit = reads.unit(asked[:40]) if asked else None
    shown: dict[str, Any] = {"unit": unit, "name": unit.name(language) if unit else "", "may": reads.may(request, "people.appoint")}
    if unit:
        shown |= {"caption": _("Officials of this unit"), "head": [{"text": _("Name")}, {"text": _("Code")}, {"text": _("Roles")}],
                  "rows": [_row(code, language) for code in reads.officials(unit.code)],
                  "below": [(one.code, one.name(language)) for one in reads.units(parent=unit.code)]}
        if unit.parent:
            shown["above"] = (unit.parent, reads.unit(unit.parent).name(language))
    else:
        shown["groups"] = [(title, [(one.code, one.name(language)) for one in reads.units(kind)]) for kind, title in _kinds()]
    return render(request, "people/posts.html", shown)


@access("official:people.read")
@never_cache
@require_GET
def post(request: HttpRequest, code: str) -> HttpResponse:
    """One official: the roles in force and, for whoever may appoint, what can be changed."""
    return _shown(request, code)


@access("official:people.appoint")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest) -> HttpResponse:
    """Appoint an official with a first role."""
    if not sign_in.is_recent(request):
        return _sign_in_again(request)
    form = forms_posts.Appoint(request.POST if request.method == "POST" else None, initial={"unit": request.GET.get("unit", "")[:40]})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        roles = (given["role"],) if given["role"] else ()
        try:
            acts.appoint(acts.Appointment(given["code"], given["name_zh"], given["name_en"], given["unit"], roles), reads.actor(request))
        except MingtangError as fault:
            _show(form, "code", fault)
        else:
            messages.success(request, _("Appointed. Give a one-time password on this page, so that the first sign-in is possible."))
            return HttpResponseRedirect(f"/posts/{given['code']}/")
    return render(request, "people/appoint.html", {"form": form}, status=422 if form.errors else 200)


@access("official:people.appoint")
@never_cache
@sensitive_variables("password")
@require_POST
def change(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Grant or take a role, give a one-time password, or end the service of ``code``."""
    if not sign_in.is_recent(request):
        return _sign_in_again(request)
    done: dict[str, Callable[..., str]] = {"grant": _grant, "revoke": _revoke, "reset": _reset, "dismiss": _dismiss}
    form = forms_posts.FORMS[verb](request.POST)
    if not form.is_valid():
        return _shown(request, code, {verb: form}, 422)
    try:
        told = done[verb](code, form.cleaned_data, reads.actor(request))
    except reads.NoSuchOfficial:
        raise
    except MingtangError as fault:
        _show(form, None, fault)
        return _shown(request, code, {verb: form}, fault.status)
    if verb == "reset":
        return _shown(request, code, password=told)
    messages.success(request, told)
    return HttpResponseRedirect(f"/posts/{code}/")


def _grant(code: str, given: dict[str, Any], actor: reads.Actor) -> str:
    acts.grant(code, given["role"], given["unit"], actor)
    return _("The role is given.")


def _revoke(code: str, given: dict[str, Any], actor: reads.Actor) -> str:
    role, _at, unit = given["held"].partition("@")
    acts.revoke(code, role, unit, actor, given["reason"])
    return _("The role is taken back.")


def _reset(code: str, given: dict[str, Any], actor: reads.Actor) -> str:
    return acts.reset(code, actor)[0]


def _dismiss(code: str, given: dict[str, Any], actor: reads.Actor) -> str:
    acts.dismiss(code, actor, given["reason"])
    return _("The service has ended: signed out, without roles.")


def _shown(request: HttpRequest, code: str, wrong: dict[str, Any] | None = None, status: int = 200, password: str = "") -> HttpResponse:
    """The page of one official; ``wrong`` are forms with their faults, by verb."""
    language = _language()
    official = reads.official(code[:40])
    active = models.Official.objects.filter(code=official.code, is_active=True).exists()
    grants = [(g.role, g.unit) for g in models.RoleGrant.objects.in_force().filter(official_id=official.code).order_by("unit", "role")]
    held = [(f"{role}@{unit}", _held(role, unit, language)) for role, unit in grants]
    rows = [
        {"name": _("Name"), "value": official.name(language)},
        {"name": _("Code"), "value": official.code},
        {"name": _("Unit"), "value": reads.unit(official.unit).name(language), "behind": "/posts/?" + urlencode({"unit": official.unit})},
        {"name": _("Roles"), "value": "\n".join(name for _key, name in held)},
        {"name": _("State"), "value": _("in service") if active else _("service ended")},
    ]
    forms = {verb: forms_posts.FORMS[verb](initial={"unit": official.unit}) for verb in _VERBS} | (wrong or {})
    if "held" in forms["revoke"].fields:
        forms["revoke"].fields["held"].choices = held
    faulty = next(iter((wrong or {}).values()), None)
    mine = request.user.code == official.code
    shown = {"rows": rows, "name": official.name(language), "code": official.code, "held": held, "forms": forms, "form": faulty,
             "password": password, "may": active and not mine and reads.may(request, "people.appoint"), "mine": mine}
    return render(request, "people/post.html", shown, status=status)


def _row(code: str, language: str) -> list[dict[str, str]]:
    found = reads.official(code)
    roles = ", ".join(permissions.ROLES[role].fill(language, {}) for role in sorted(found.roles))
    return [{"text": found.name(language), "href": f"/posts/{code}/"}, {"text": code}, {"text": roles or "–"}]


def _held(role: str, unit: str, language: str) -> str:
    return f"{permissions.ROLES[role].fill(language, {})} · {reads.unit(unit).name(language)}"


def _kinds() -> list[tuple[str, str]]:
    return [("city", _("City")), ("district", _("Districts")), ("street", _("Street offices")), ("agency", _("Agencies")), ("utility", _("Utilities"))]


def _show(form: Any, field: str | None, fault: MingtangError) -> None:
    """Stand the fault at its field, or above the form."""
    language = _language()
    form.add_error(field, f"{fault.message(language)} {fault.advice(language)}")


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Sign in again first: this can open a desk of the city."))
    return HttpResponseRedirect("/sign-in/?" + urlencode({"next": request.path if request.method == "GET" else "/posts/"}))


def _language() -> str:
    return get_language() or "zh-hans"
