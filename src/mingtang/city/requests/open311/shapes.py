"""From our values to those of Open311: services, definitions, requests, updates. Nothing personal: texts masked, places to about 100 metres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from mingtang.city.requests import categories
from mingtang.city.requests.models import Photo, Request, Update
from mingtang.platform.people import reads as people

DESCRIPTION_MOST = 4000  # of the schema
_PLACES = 3  # decimals of a degree: about 100 metres
# FixMyStreet's extended statuses, by our states.
STATUS = {"dispatching": "FOR_TRIAGE", "sent": "OPEN", "handling": "IN_PROGRESS", "returning": "INTERNAL_REFERRAL", "parked": "ACTION_SCHEDULED", "replied": "FIXED",
          "closed": "CLOSED"}


@dataclass(frozen=True, slots=True)
class Shaper:
    """What shaping needs: the tree of the pack, what the pack says of Open311, the language; made once an answer."""

    tree: categories.Tree
    rules: dict
    language: str

    @property
    def chinese(self) -> bool:
        """Whether names are wanted in Chinese."""
        return self.language.lower().startswith("zh")

    def attributes(self, code: str) -> list[dict]:
        """What the pack asks further for a category: its own questions, its group's, its area's."""
        leaf, asked = self.tree.leaves[code], self.rules.get("attributes") or {}
        return [entry for name in (leaf.code, leaf.group, leaf.area) for entry in asked.get(name, ())]

    def service(self, leaf: categories.Category) -> dict[str, Any]:
        """A category as a service."""
        return {
            "service_code": leaf.code, "service_name": leaf.name(self.language), "description": self.tree.name(leaf.area, self.language),
            "metadata": bool(self.attributes(leaf.code)), "type": "realtime", "keywords": ",".join(leaf.words),
            "group": self.tree.name(leaf.group, self.language),
        }

    def definition(self, code: str) -> dict[str, Any]:
        """The further questions of a category."""
        return {"service_code": code, "attributes": [self._attribute(entry, i) for i, entry in enumerate(self.attributes(code), 1)]}

    def _attribute(self, entry: dict, order: int) -> dict[str, Any]:
        found = {
            "variable": True, "code": entry["code"], "datatype": entry["datatype"], "required": bool(entry["required"]), "datatype_description": "",
            "order": order, "description": self._said(entry),
        }
        if entry.get("values"):
            found["values"] = [{"key": value["key"], "name": self._said(value)} for value in entry["values"]]
        return found

    def _said(self, entry: dict) -> str:
        return str(entry["zh" if self.chinese else "en"])

    def requests(self, rows: list[Request]) -> list[dict[str, Any]]:
        """Requests as everyone may see them."""
        pictures: dict[int, Photo] = {}
        for photo in Photo.objects.filter(request_id__in=[row.pk for row in rows], released=True).exclude(sha256="").order_by("-pk"):
            pictures[photo.request_id] = photo
        units = {unit.code: unit.name(self.language) for unit in people.units()}
        return [self._request(row, units, pictures.get(row.pk)) for row in rows]

    def _request(self, row: Request, units: dict[str, str], picture: Photo | None) -> dict[str, Any]:
        address = [units[code] for code in (row.street, row.district) if code in units]
        media = settings.PUBLIC_URL + reverse("requests-photo", args=[row.number, picture.sha256]) if picture else None
        return {
            "service_request_id": row.number, "status": "closed" if row.state == "closed" else "open", "status_notes": row.public_reply or None,
            "service_name": self.tree.name(row.category, self.language), "service_code": row.category,
            "description": row.public_text[:DESCRIPTION_MOST], "agency_responsible": units.get(row.unit) or None, "service_notice": None,
            "requested_datetime": local(row.filed_at), "updated_datetime": local(row.closed_at if row.state == "closed" else row.changed_at),
            "expected_datetime": local(row.feedback_due), "address": ", ".join(address) or None, "address_id": None, "zipcode": None,
            "lat": None if row.latitude is None else round(row.latitude, _PLACES), "long": None if row.longitude is None else round(row.longitude, _PLACES),
            "media_url": media,
        }


def update(row: Update) -> dict[str, Any]:
    """A public step as FixMyStreet's update."""
    return {
        "update_id": str(row.pk), "service_request_id": row.request.number, "status": STATUS[row.state], "updated_datetime": local(row.at),
        "description": row.text[:DESCRIPTION_MOST], "media_url": None, "external_status_code": row.external_status or row.verb,
    }


def local(at: datetime | None) -> str | None:
    """A time of the city with its zone, to the second."""
    return None if at is None else at.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds")
