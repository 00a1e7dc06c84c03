"""Being shown something: the protocol's two addresses, the pages of whoever asks, and the wallet page."""

from __future__ import annotations

from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingtang.kernel import CallerMistake
from mingtang.kernel.access import access
from mingtang.kernel.errors import Sentence
from mingtang.platform.people import reads as people
from mingtang.platform.people.credentials import acts_show, addresses, declared, reads
from mingtang.platform.people.credentials.views_issue import protocol

_SESSION = "credentials.asked"


@access("link")
@require_GET
@protocol
def request_object(request: HttpRequest, ident: UUID) -> HttpResponse:
    """The signed request that a wallet fetches."""
    agency = people.unit(declared.purpose(reads.showing(ident).purpose).agency)
    return HttpResponse(
        reads.request_object(ident, Sentence(agency.name_zh, agency.name_en)), content_type="application/oauth-authz-req+jwt"
    )


@csrf_exempt
@access("link")
@require_POST
@protocol
def answer(request: HttpRequest, ident: UUID) -> HttpResponse:
    """What a wallet posts; answers with where the person goes on."""
    if request.POST.get("error"):  # the person declined in the wallet
        return JsonResponse({"redirect_uri": request.build_absolute_uri(reverse("credentials:showing", args=[ident]))})
    back = acts_show.accept(ident, request.POST.get("state", "")[:100], request.POST.get("vp_token", ""))
    where = addresses.request(ident).removesuffix("request")
    return JsonResponse({"redirect_uri": f"{where}?response_code={back}"})


@access("public")
@require_GET
def purposes(request: HttpRequest) -> HttpResponse:
    """Every purpose for which something may be asked, and what of it."""
    language = get_language() or "zh-hans"
    return render(request, "credentials/purposes.html", {"purposes": [_told(one, language) for one in reads.purposes()]})


@access("public")
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin: a request of this purpose, kept by this browser."""
    asked = acts_show.ask(code, people.actor(request))
    held = dict(list(request.session.get(_SESSION, {}).items())[-9:])
    request.session[_SESSION] = held | {str(asked.id): {"key": asked.key, "link": asked.link, "web": asked.web}}
    return HttpResponseRedirect(reverse("credentials:showing", args=[asked.id]))


@access("link")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def showing(request: HttpRequest, ident: UUID) -> HttpResponse:
    """How a request stands; to the browser that began it also what was shown, once."""
    language = get_language() or "zh-hans"
    standing = reads.showing(ident)
    mine = request.session.get(_SESSION, {}).get(str(ident))
    purpose = _told(declared.purpose(standing.purpose), language)
    given = {"standing": standing, "mine": mine, "purpose": purpose, "code": request.GET.get("response_code", "")[:100]}
    if standing.fault and not standing.answered:
        given["fault"] = standing.fault["zh" if language.startswith("zh") else "en"]
    if mine and not standing.answered and not standing.over:
        given["qr"] = mark_safe(segno.make(mine["link"], error="m").svg_inline(scale=4, dark="#1d2329", light="#fff"))  # noqa: S308 - made here
    if request.method == "POST":
        if not mine:
            raise acts_show.NotYourShowing()
        code = request.POST.get("code", "")[:100]
        values = acts_show.read_answer(ident, mine["key"], people.actor(request), code or None)
        titles = _titles(language)
        given["values"] = [(titles.get(name, name), value) for name, value in values.items()]
    return render(request, "credentials/showing.html", given)


def _told(purpose: declared.Purpose, language: str) -> dict:
    kinds = {one.code: one for one in reads.kinds()}
    try:
        agency = people.unit(purpose.agency).name(language)
    except CallerMistake:
        agency = purpose.agency
    wanted = [
        {
            "title": kinds[one.kind].titles.fill(language, {}),
            "claims": [kinds[one.kind].paths()[path].fill(language, {}) for path in one.claims],
        }
        for one in purpose.wanted
    ]
    words = {
        name: text.fill(language, {}) for name, text in (("title", purpose.titles), ("text", purpose.text), ("law", purpose.law))
    }
    return {"code": purpose.code, "agency": agency, "wanted": wanted, **words}


def _titles(language: str) -> dict[str, str]:
    return {".".join(path): title.fill(language, {}) for one in reads.kinds() for path, title in one.paths().items()}


@access("public")
@require_GET
def wallet(request: HttpRequest) -> HttpResponse:
    """The wallet: what it does happens in the browser; without script the page says what to do instead."""
    return render(request, "credentials/wallet.html", {})


_OUTCOMES = {0: Sentence("有效", "valid"), 1: Sentence("已收回", "taken back"), 2: Sentence("已停用", "suspended")}


def status_word(status: int, language: str) -> str:
    """A status in words."""
    return _OUTCOMES[status].fill(language, {})
