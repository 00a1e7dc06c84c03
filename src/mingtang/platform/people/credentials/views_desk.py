"""The desk of an issuing agency: find what was issued by its number, suspend it, lift that, or take it back, with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingtang.kernel import MingtangError
from mingtang.kernel.access import access
from mingtang.platform.people import reads as people
from mingtang.platform.people.credentials import acts, reads
from mingtang.platform.people.credentials.faults import RequestUnreadable
from mingtang.platform.people.credentials.views_show import status_word

_VERBS = {"suspend": acts.suspend, "restore": acts.restore, "revoke": acts.revoke}


@access("official:credentials.revoke")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """One form to find, one to act."""
    official, language = people.actor(request), get_language() or "zh-hans"
    given: dict = {"number": request.GET.get("number", "")[:24].strip().upper()}
    if request.method == "POST":
        given["number"], given["reason"] = request.POST.get("number", "")[:24], request.POST.get("reason", "")[:400]
        verb = _VERBS.get(request.POST.get("verb", ""))
        if verb is None:
            raise RequestUnreadable(rule="verb")
        try:
            verb(given["number"], given["reason"], official)
        except MingtangError as fault:
            given["fault"] = fault.as_dict(language)
        else:
            messages.success(request, _("Done and sealed. It counts from now on."))
            return HttpResponseRedirect(reverse("credentials:desk") + "?" + urlencode({"number": given["number"]}))
    found = reads.issued(given["number"]) if given["number"] else None
    if found:
        given["held"] = {"is": found, "title": found.titles.fill(language, {}), "status": status_word(found.status, language)}
    given["missing"] = bool(given["number"]) and found is None
    return render(request, "credentials/desk.html", given, status=409 if "fault" in given else 200)
