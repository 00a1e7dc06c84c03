"""What comes in with a request of Open311: dates, lists, pages, places, questions answered, pictures. Refuses with the parameter's name.

A form in GB18030 is taken as well as one in UTF-8; any other bytes are refused rather than stored broken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, QueryDict

from mingtang.city.requests import photos
from mingtang.city.requests.filing import Attachment, Place
from mingtang.city.requests.open311.faults import Malformed, Missing
from mingtang.city.requests.open311.queries import PAGE_MOST, SPAN, Window
from mingtang.kernel import now

_BROKEN = "\ufffd"
_LEAST, _MOST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_PICTURES_MOST = 6


def form(request: HttpRequest) -> Mapping[str, Any]:
    """The fields of a posted form, read in the encoding it is written in. Raises Malformed."""
    if request.content_type == "application/x-www-form-urlencoded":
        # Django takes UTF-8 alone here; old systems write GB18030, whose bytes are seldom good UTF-8.
        readings = (QueryDict(request.body, encoding=encoding) for encoding in ("utf-8", "gb18030"))
    else:
        readings = iter((request.POST,))
    for fields in readings:
        if not _is_broken(fields):
            return fields
    raise Malformed(path="body", name="body", reason="UTF-8 or GB18030")


def _is_broken(fields: Any) -> bool:
    return any(_BROKEN in name or any(_BROKEN in value for value in values) for name, values in fields.lists())


def date(fields: Mapping[str, Any], name: str) -> datetime | None:
    """A W3C date-time; without a zone it is the city's. Raises Malformed."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        # A "+" of a zone that was not escaped arrives as a space.
        at = datetime.fromisoformat(re.sub(r" (\d\d:?\d\d)$", r"+\1", text[:40]))
        at = (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(path=name, name=name, reason="2026-03-02T09:00:00+08:00") from None
    if not _LEAST <= at <= _MOST:
        raise Malformed(path=name, name=name, reason="1970..2200")
    return at


def window(fields: Mapping[str, Any], start: str = "start_date", end: str = "end_date") -> Window:
    """The stretch of time and the page asked for. Raises Malformed."""
    begin, until = date(fields, start), date(fields, end)
    moment = now()
    if begin is None:
        begin = max(_LEAST, (until or moment) - SPAN)
    elif until is None:
        until = min(_MOST, begin + SPAN)
    return Window(begin, until or moment, whole(fields, "page", 1), whole(fields, "page_size", PAGE_MOST))


def whole(fields: Mapping[str, Any], name: str, default: int) -> int:
    """A whole number. Raises Malformed."""
    text = fields.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Malformed(path=name, name=name, reason="1, 2, 3 ...")
    return int(text)


def listed(fields: Mapping[str, Any], name: str, most: int = 1000) -> list[str]:
    """A list written with commas. Raises Malformed where it is too long."""
    found = [part.strip() for part in fields.get(name, "").split(",") if part.strip()]
    if len(found) > most or any(len(part) > 120 or "\x00" in part for part in found):
        raise Malformed(path=name, name=name, reason=f"<= {most}")
    return found


def statuses(fields: Mapping[str, Any]) -> list[str]:
    """ "open" and "closed", any case. Raises Malformed."""
    found = [part.lower() for part in listed(fields, "status", 10)]
    if not set(found) <= {"open", "closed"}:
        raise Malformed(path="status", name="status", reason="open, closed")
    return found


def place(fields: Mapping[str, Any]) -> Place | None:
    """The point, where one is given. Raises Malformed, Missing where half of it is."""
    texts = {name: fields.get(name, "").strip() for name in ("lat", "long")}
    if not any(texts.values()):
        return None
    values = {}
    for (name, text), most in zip(texts.items(), (90, 180), strict=True):
        if not text:
            raise Missing(path=name, name=name)
        try:
            values[name] = float(text[:40])
        except ValueError:
            values[name] = math.nan
        if not abs(values[name]) <= most:
            raise Malformed(path=name, name=name, reason=f"-{most}..{most}")
    return Place(values["lat"], values["long"])


def attributes(fields: Any, asked: list[dict]) -> dict[str, Any]:
    """Answers to the further questions of a category, as ``attribute[CODE]``; what was not asked is kept as text. Raises Missing, Malformed."""
    found: dict[str, Any] = {}
    for name, values in fields.lists():
        said = re.fullmatch(r"attribute\[([A-Za-z0-9_.-]{1,60})\](?:\[\])?", name)
        if said and any(values):
            found.setdefault(said[1], []).extend(value[:2000] for value in values[:40])
    known = {entry["code"]: entry for entry in asked}
    for code, entry in known.items():
        name = f"attribute[{code}]"
        if code not in found:
            if entry["required"]:
                raise Missing(path=name, name=name)
            continue
        for value in found[code]:
            _check(entry, name, value)
    return {code: values if known.get(code, {}).get("datatype") == "multivaluelist" or len(values) > 1 else values[0] for code, values in found.items()}


def _check(entry: dict, name: str, value: str) -> None:
    kind = entry["datatype"]
    if kind == "number":
        try:
            fits = math.isfinite(float(value))
        except ValueError:
            fits = False
        if not fits:
            raise Malformed(path=name, name=name, reason="number")
    elif kind == "datetime":
        date({name: value}, name)
    elif kind.endswith("valuelist"):
        keys = [str(choice["key"]) for choice in entry["values"]]
        if value not in keys:
            raise Malformed(path=name, name=name, reason=", ".join(keys))


def media(fields: Any, request: HttpRequest) -> tuple[Attachment, ...]:
    """Pictures sent along are checked and kept; those named by ``media_url`` are kept as addresses and never fetched. Raises Malformed, PhotoRefused."""
    found = []
    for name in ("media_url", "media_url[]"):
        for text in fields.getlist(name):
            if text.strip():
                found.append(_address(text.strip()))
    for name in request.FILES:
        for upload in request.FILES.getlist(name):
            if len(found) < _PICTURES_MOST:
                found.append(photos.store(upload.read(photos.BYTES_MOST + 1)))
    if len(found) > _PICTURES_MOST:
        raise Malformed(path="media_url", name="media_url", reason=f"<= {_PICTURES_MOST}")
    return tuple(found)


def _address(text: str) -> Attachment:
    try:
        parts = urlsplit(text)
        fits = len(text) <= 500 and parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text
    except ValueError:
        fits = False
    if not fits:
        raise Malformed(path="media_url", name="media_url", reason="http://..., https://...")
    return Attachment(url=text, media_type="link")
