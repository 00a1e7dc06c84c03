"""The resident's right to have personal data erased once a request has ended: what was written, where, by whom, and the photos.

What stays is what the city answers for: category, street, offices, times, limits, results, and the office's masked answer. The
acts stay in the log as commitments, so old receipts still verify; the vault's documents of this request are destroyed with their keys.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mingtang.city.requests import fulltext, photos, standing
from mingtang.city.requests.acts_confirm import RESIDENT
from mingtang.city.requests.acts_turn import take
from mingtang.city.requests.models import Contact, Photo, Request, Update
from mingtang.city.requests.steps import Step
from mingtang.platform.ledger import acts as ledger
from mingtang.platform.ledger.acts import Sealed

ERASED = "〔已应诉求人要求删除 · Erased as the resident wished〕"
_OF_THE_RESIDENT = ("file", "confirm", "reopen")


def forget(number: str, secret: str) -> Sealed:
    """Erase the resident's personal data of an ended request, for good. Raises NoSuchRequest, WrongSecret, NotNow while it is open."""

    def change(request: Request, at: datetime) -> Step:
        standing.of_the_resident(request, secret)
        ledger.erase(request.subject, reason="resident", actor=RESIDENT)
        body = _emptied(request)
        return Step(body, public="", rows=_still_sealed(request))

    return take(number, ("closed",), "forget", RESIDENT, change)


def _emptied(request: Request) -> dict[str, int | list[str]]:
    """Empty the rows; returns what was there, by name and count only."""
    fields = [name for name in ("text", "address", "comment", "attributes", "latitude") if getattr(request, name)]
    fulltext.remove([(request.pk, request.public_text)])
    request.text = request.public_text = ERASED
    fulltext.add([(request.pk, ERASED)])
    request.address = request.comment = request.external_id = ""
    request.reply = request.public_reply
    request.attributes, request.latitude, request.longitude, request.anonymous = {}, None, None, True
    contacts, _ = Contact.objects.filter(request=request).delete()
    names = list(Photo.objects.filter(request=request).exclude(sha256="").values_list("sha256", flat=True))
    pictures, _ = Photo.objects.filter(request=request).delete()
    Update.objects.filter(request=request, verb__in=_OF_THE_RESIDENT).update(text="", external_id="")
    transaction.on_commit(lambda: _remove_files(names))
    return {"fields": fields, "contacts": contacts, "photos": pictures}


def _remove_files(names: list[str]) -> None:
    """Files of photos that no other request shares."""
    shared = set(Photo.objects.filter(sha256__in=names).values_list("sha256", flat=True))
    for name in names:
        if name not in shared:
            photos.remove(name)


def _still_sealed(request: Request) -> tuple:
    """The offices' rows, which the erasure released from their acts: this act fixes them anew."""
    return (*request.proposals.all(), *request.joints.all(), *request.halts.all())
