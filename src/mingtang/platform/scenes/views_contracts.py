"""Pages of contracts: an author has a DMN file or a pack checked; anyone fetches the proofs of a published version.

A file that is checked is held in memory while it is checked, never kept. It may be 1 MB; the reader's own bounds hold within.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mingtang.kernel.access import access
from mingtang.platform.scenes import contract_report, reads, shown_contract

_LARGEST = 1_000_000


@access("official")
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The check page: a file sent, or with ``?pack=`` a scene; the report stands beneath the form."""
    language = get_language() or "zh-hans"
    packs = [
        {"name": entry.pack.name, "title": entry.pack.titles.say(language)} for entry in reads.catalogue() if entry.pack.contracts
    ]
    context: dict = {"packs": packs, "asked": request.GET.get("pack", "")[:60]}
    status = 200
    if request.method == "POST":
        sent = request.FILES.get("model")
        if sent is None or not sent.size:
            context["fault"], status = _("Choose a DMN file"), 422
        elif sent.size > _LARGEST:
            context["fault"], status = _("The file is larger than 1 MB; use the command mingtang contract check"), 422
        else:
            name = "".join(letter for letter in str(sent.name)[-80:] if letter.isprintable()) or "file.dmn"
            context["report"] = shown_contract.report(contract_report.of_file(name, sent.read()), language)
    elif context["asked"]:
        context["report"] = shown_contract.report(contract_report.of_pack(reads.pack(context["asked"])), language)
    return render(request, "scenes/check_contract.html", context, status=status)


@access("public")
@require_GET
def proofs(request: HttpRequest, name: str) -> JsonResponse:
    """The verdicts on the properties of the version in force, with the hashes they are about."""
    pack = reads.pack(name)
    told = {
        "scene": pack.name,
        "version": pack.version,
        "hash": pack.hash,
        "contracts": {contract: pack.contract(contract).hash for contract in pack.contracts},
        "proofs": reads.proofs(pack),
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
