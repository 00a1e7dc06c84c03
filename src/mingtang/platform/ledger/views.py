"""Pages of the ledger: the public log, a receipt, and the page on which anyone checks one.

A receipt page has two faces. Everybody sees what the log knows: kind, time, office, commitment, proof. The document is shown to whoever
holds the receipt's own link (``?key=``), which the person concerned is given and which stands in no public list.
"""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mingtang.kernel.access import access
from mingtang.platform.ledger import kinds, reads
from mingtang.platform.ledger.faults import NoVerifier

PAGE = 50
_CHECKER = Path(settings.PACKAGE).parents[1] / "verify" / "receipt.py"


@access("public")
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The public log: its newest head, its key, its acts from the newest on."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    acts = reads.recent(before, PAGE)
    named = [{"act": act, "name": kinds.name(act.kind, get_language() or "")} for act in acts]
    last = acts[-1].index if len(acts) == PAGE else None
    return render(request, "ledger/log.html", {
        "acts": named, "head": reads.head(), "key": reads.verifier_key(), "origin": settings.LEDGER_ORIGIN, "waiting": reads.pending(),
        "next": f"?before={last}" if last else "", "first": "/ledger/" if before is not None else "",
    })


@access("public")
@require_safe
@never_cache
def receipt(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """What is proven about one act, in plain words; with the receipt's own key also its document."""
    found = reads.receipt(act_id)
    opened = _opened(request, act_id)
    shown = json.dumps(found.document, ensure_ascii=False, indent=2) if opened and found.document is not None else ""
    response = render(request, "ledger/receipt.html", {
        "receipt": found, "act": found.act, "opened": opened, "document": shown, "key": request.GET.get("key", "") if opened else "",
        "log_key": reads.verifier_key(), "erased": found.document is None, "entry": found.commitment.hex(), "rows": _rows(found),
    })
    if opened:
        response["Referrer-Policy"] = "no-referrer"
    return response


@access("public")
@require_safe
@never_cache
def receipt_file(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The receipt as a file: with the receipt's key the whole of it, else the proof of the commitment alone."""
    found = reads.receipt(act_id)
    if _opened(request, act_id):
        data, name = found.as_file(), f"receipt-{act_id}.tlog-proof"
    else:
        data, name = found.as_public_file(), f"proof-{act_id}.tlog-proof"
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@access("public")
@require_safe
@never_cache
def receipt_cose(request: HttpRequest, act_id: UUID) -> HttpResponse:
    """The proof as a COSE receipt, without the document."""
    data, name = reads.receipt(act_id).as_cose(), f"receipt-{act_id}.cose"
    return HttpResponse(data, content_type="application/cose", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _opened(request: HttpRequest, act_id: UUID) -> bool:
    return hmac.compare_digest(request.GET.get("key", "").encode(), reads.receipt_key(act_id).encode())


def _moment(at: datetime) -> str:
    """A moment in the city's own time, with its distance from UTC: a receipt may be read far away."""
    return f"{date_format(localtime(at), 'Y-m-d H:i:s')} ({localtime(at):%Z})"


def _rows(found: reads.Receipt) -> list[dict[str, str]]:
    act = found.act
    rows = [
        {"name": _("Act"), "value": kinds.name(act.kind, get_language() or "")},
        {"name": _("About"), "value": act.subject},
        {"name": _("Office"), "value": act.unit},
        {"name": _("Legal time"), "value": _moment(act.at)},
        {"name": _("Sealed"), "value": _moment(act.sealed_at)},
        {"name": _("Rules that decided"), "value": act.contract},
        {"name": _("Entry in the log"), "value": found.commitment.hex()},
    ]
    if act.index is not None:
        rows.insert(-1, {"name": _("Place in the log"), "value": str(act.index)})
    return [row for row in rows if row["value"]]


@access("public")
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """The page that checks a receipt in the browser; without script it says how to check with Python."""
    return render(request, "ledger/check.html", {"key": reads.verifier_key(), "has_program": _CHECKER.is_file()})


@access("public")
@require_safe
def program(request: HttpRequest) -> FileResponse:
    """The verifier as one Python file. Raises NoVerifier where the installation came without it."""
    if not _CHECKER.is_file():
        raise NoVerifier()
    return FileResponse(_CHECKER.open("rb"), as_attachment=True, filename="receipt.py", content_type="text/x-python; charset=utf-8")
