"""The log as anyone reads it: C2SP tlog-tiles v0.1.0 under ``/ledger/``, cacheable like static files.

    /ledger/checkpoint                    the newest signed checkpoint, cosignatures and all
    /ledger/tile/<L>/<N>[.p/<W>]          256 (or W) hashes
    /ledger/tile/entries/<N>[.p/<W>]      256 (or W) entries
    /ledger/key                           the log's public key
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from mingtang.engines.tlog import parse_tile_path
from mingtang.kernel.access import access
from mingtang.platform.ledger import reads

# A tile never changes once its width is reached, and a partial tile of a given width never does either.
_FOREVER = "public, max-age=31536000, immutable"


def _answer(data: bytes | str, kind: str, caching: str) -> HttpResponse:
    return HttpResponse(data, content_type=kind, headers={"Cache-Control": caching, "Access-Control-Allow-Origin": "*"})


@access("public")
@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint."""
    return _answer(reads.checkpoint(), "text/plain; charset=utf-8", "no-cache")


@access("public")
@require_safe
def tile(request: HttpRequest, place: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries."""
    return _answer(reads.tile(*parse_tile_path(place)), "application/octet-stream", _FOREVER)


@access("public")
@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key of the log. Whoever checks receipts should have it from elsewhere too."""
    return _answer(reads.verifier_key() + "\n", "text/plain; charset=utf-8", "public, max-age=3600")
