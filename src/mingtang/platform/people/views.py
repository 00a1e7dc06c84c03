"""Pages of sign-in and account. Rules and checks stand in sign_in.py and passkeys.py."""

from __future__ import annotations

import pyotp
import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.kernel import now
from mingtang.kernel.access import access
from mingtang.kernel.errors import MingtangError
from mingtang.platform.people import acts_credentials, demo, forms, models, passkeys, permissions, reads, sign_in

_FIRST_PAGES = (("/desk/", "requests.desk"), ("/board/", "requests.board"), ("/scenes/", "scenes.author"), ("/posts/", "people.read"))


@access("public")
@never_cache
@sensitive_post_parameters("password", "digits")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Ask for code, password and six digits; on a demo city also offer the demo sign-ins."""
    form = forms.SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                official, is_complete = sign_in.proven(**form.cleaned_data)
            except MingtangError as fault:
                _show(form, None, fault)
                status = fault.status
            else:
                if is_complete:
                    sign_in.begin(request, official)
                    return HttpResponseRedirect(_target(request))
                sign_in.hold_pending(request, official)
                return HttpResponseRedirect("/sign-in/begin/?" + urlencode({"next": _asked(request)}))
    shown = {"form": form, "next": _asked(request), "demo_sign_ins": _demo_sign_ins(), "passkeys": passkeys.are_possible(request)}
    return render(request, "people/sign_in.html", shown, status=status)


@access("public")
@never_cache
@sensitive_post_parameters("password", "again", "digits")
@require_http_methods(["GET", "HEAD", "POST"])
def begin_page(request: HttpRequest) -> HttpResponse:
    """First sign-in: set a password of one's own and enrol the second factor, then sign in."""
    official, secret = sign_in.pending(request)
    form = (forms.BeginForm if official.must_change_password else forms.DigitsForm)(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                step = sign_in.step_of(secret, form.cleaned_data["digits"])
                if official.must_change_password:
                    acts_credentials.change_password(official.code, form.cleaned_data["password"], _self(official))
                acts_credentials.enrol_second_factor(official.code, secret, _self(official), step)
            except MingtangError as fault:
                _show(form, fault.path, fault)
            else:
                sign_in.begin(request, models.Official.objects.get(pk=official.pk))
                request.session.pop("pending", None)
                return HttpResponseRedirect(_target(request))
    return render(request, "people/begin.html", {"form": form, "next": _asked(request), **_picture(official, secret)}, status=status)


@access("public")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")


@access("public")
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to sign in with a passkey."""
    return JsonResponse(passkeys.sign_in_options(request))


@access("public")
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by the passkey's answer."""
    official = passkeys.verify_sign_in(request, request.body)
    sign_in.begin(request, official)
    return JsonResponse({"next": _target(request)})


@access("official")
@never_cache
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, my roles, my second factor and my passkeys."""
    language = get_language() or "zh-hans"
    official = request.user
    grants = models.RoleGrant.objects.in_force().filter(official_id=official.code)
    rows = [
        {"name": _("Code"), "value": official.code},
        {"name": _("Name"), "value": official.name_zh if language.startswith("zh") else official.name_en},
        {"name": _("Unit"), "value": reads.unit(official.unit).name(language)},
        {"name": _("Roles"), "value": "\n".join(f"{permissions.ROLES[g.role].fill(language, {})} · {reads.unit(g.unit).name(language)}" for g in grants)},
    ]
    keys = models.Passkey.objects.filter(official_id=official.code, removed_at=None).order_by("enrolled_at")
    shown = {"rows": rows, "keys": keys, "passkeys": passkeys.are_possible(request), "recent": sign_in.is_recent(request),
             "may_read_posts": reads.may(request, "people.read")}
    return render(request, "people/account.html", shown)


@access("official")
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password; the present one is asked for."""
    form = forms.ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not check_password(form.cleaned_data["present"], request.user.password):
            form.add_error("present", _("This is not your present password."))
        else:
            try:
                acts_credentials.change_password(request.user.code, form.cleaned_data["password"], reads.actor(request))
            except MingtangError as fault:
                _show(form, fault.path, fault)
            else:
                update_session_auth_hash(request, models.Official.objects.get(pk=request.user.pk))
                messages.success(request, _("The password is changed."))
                return HttpResponseRedirect("/account/")
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)


@access("official")
@never_cache
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Put another code app in place of the present one."""
    if not sign_in.is_recent(request):
        return _sign_in_again(request)
    secret = request.session.setdefault("new_secret", pyotp.random_base32())
    form = forms.DigitsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            step = sign_in.step_of(secret, form.cleaned_data["digits"])
        except MingtangError as fault:
            _show(form, fault.path, fault)
        else:
            acts_credentials.enrol_second_factor(request.user.code, secret, reads.actor(request), step)
            del request.session["new_secret"]
            messages.success(request, _("The new code app is in use."))
            return HttpResponseRedirect("/account/")
    return render(request, "people/second_factor.html", {"form": form, **_picture(request.user, secret)}, status=422 if form.errors else 200)


@access("official")
@require_POST
def new_passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to make a passkey for the signed-in official."""
    if not sign_in.is_recent(request):
        return JsonResponse({"next": _again(request)}, status=403)
    return JsonResponse(passkeys.registration_options(request, request.user))


@access("official")
@require_POST
def new_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    verified = passkeys.verify_registration(request, request.body)
    acts_credentials.enrol_passkey(request.user.code, verified, request.GET.get("label", ""), reads.actor(request))
    messages.success(request, _("The passkey is kept. From now on you can sign in with it."))
    return JsonResponse({"next": "/account/"})


@access("official")
@require_POST
def remove_passkey(request: HttpRequest, key: int) -> HttpResponse:
    """Forget a passkey of mine."""
    if not sign_in.is_recent(request):
        return _sign_in_again(request)
    acts_credentials.remove_passkey(request.user.code, key, reads.actor(request))
    messages.success(request, _("The passkey is removed."))
    return HttpResponseRedirect("/account/")


def _asked(request: HttpRequest) -> str:
    """The page of ours that was asked for, or ""."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=False) and target.startswith("/")
    return target if is_ours else ""


def _target(request: HttpRequest) -> str:
    """Where to go on after signing in: the page asked for, else the first that the roles open."""
    asked = _asked(request)
    if asked:
        return asked
    return next((page for page, permission in _FIRST_PAGES if reads.may(request, permission)), "/account/")


def _again(request: HttpRequest) -> str:
    return "/sign-in/?" + urlencode({"next": "/account/"})


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("Sign in again first: this changes how you sign in."))
    return HttpResponseRedirect(_again(request))


def _self(official: models.Official) -> reads.Actor:
    return reads.Actor("official", official.code, official.unit)


def _show(form, field: str | None, fault: MingtangError) -> None:
    """Stand the fault at its field, or above the form."""
    language = get_language() or "zh-hans"
    form.add_error(field if field in form.fields else None, f"{fault.message(language)} {fault.advice(language)}")


def _picture(official: models.Official, secret: str) -> dict:
    """The secret as a picture for a code app and as text."""
    address = pyotp.TOTP(secret, name=official.code, issuer="Mingtang").provisioning_uri()
    image = segno.make(address, error="m").svg_data_uri(scale=5, border=3)
    return {"picture": image, "secret": " ".join(secret[i:i + 4] for i in range(0, len(secret), 4)), "official": official}


def _demo_sign_ins() -> list[dict]:
    if not settings.DEMO:
        return []
    language = get_language() or "zh-hans"
    return [
        {"is": found, "unit": reads.unit(found.unit).name(language),
         "roles": ", ".join(permissions.ROLES[role].fill(language, {}) for role in found.roles)}
        for found in demo.sign_ins(int(now().timestamp()))
    ]

