"""What a filing is: the values that come in, and their check, before anything is decided or written.

Every channel - the pages, Open311, an import, the telephone desk - makes a ``Filing``; ``checked`` refuses what cannot be taken
and
says where the fault is.

Example::

    filing = Filing(text="中山路23号门口路灯不亮", place=Place(29.871, 121.552), reporter=Reporter(phone="..."))
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mingtang.city.requests.faults import FieldRefused, TextRefused
from mingtang.kernel import canonical_json

TEXT_LEAST, TEXT_MOST = 2, 5000
_SHORT = {"address": 300, "channel": 20, "source": 60, "external_id": 120, "language": 10, "category": 60}
_REPORTER = {"name": 120, "phone": 40, "email": 200, "account": 120}
_ATTRIBUTES_MOST = 8192  # bytes of canonical JSON
_MEDIA_MOST = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where: degrees WGS 84, or the district and street by their unit codes where the person named them; all may be missing."""

    latitude: float | None = None
    longitude: float | None = None
    district: str = ""
    street: str = ""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who filed, as far as they said; kept apart from the request."""

    name: str = ""
    phone: str = ""
    email: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture already stored under its content's hash, or one held elsewhere under ``url``."""

    sha256: str = ""
    media_type: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """How an outside source settled a request before it came here: when it was answered, in what words, and when it was
    closed, if it was.
    """

    replied_at: datetime
    text: str = ""
    closed_at: datetime | None = None


@dataclass(slots=True)
class Filing:
    """One request as it comes in. ``filed_at`` is its legal time where that is past (an import); ``source`` with
    ``external_id`` is unique.
    """

    text: str
    category: str = ""
    place: Place | None = None
    address: str = ""
    channel: str = "web"
    reporter: Reporter | None = None
    language: str = "zh-hans"
    media: tuple[Attachment, ...] = ()
    attributes: dict = field(default_factory=dict)
    external_id: str = ""
    source: str = ""
    filed_at: datetime | None = None
    settled: Settled | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """What the filer gets. ``secret`` is shown once and opens the private page; it is empty where the request was ``known``
    already.
    """

    number: str
    secret: str
    category: str
    unit: str
    acts: tuple[str, ...]
    due: datetime | None
    known: bool = False


def checked(filing: Filing, now: datetime) -> Filing:
    """The filing with its texts tidied; raises TextRefused or FieldRefused, with the path of the field."""
    text = tidy(filing.text, "text")
    if not TEXT_LEAST <= len(text) <= TEXT_MOST:
        raise TextRefused(path="text", least=TEXT_LEAST, most=TEXT_MOST, given=len(text))
    short = {name: tidy(getattr(filing, name), name, most) for name, most in _SHORT.items()}
    if filing.reporter is not None:
        reporter = Reporter(**{name: tidy(getattr(filing.reporter, name), name, most) for name, most in _REPORTER.items()})
    else:
        reporter = None
    _check_place(filing.place)
    if not isinstance(filing.attributes, dict) or len(canonical_json(filing.attributes)) > _ATTRIBUTES_MOST:
        raise FieldRefused(path="attributes", field="attributes", reason=f"> {_ATTRIBUTES_MOST} bytes")
    if len(filing.media) > _MEDIA_MOST:
        raise FieldRefused(path="media", field="media", reason=f"> {_MEDIA_MOST}")
    if filing.filed_at is not None and (
        filing.filed_at.tzinfo is None or not _FIRST <= filing.filed_at <= now + timedelta(minutes=5)
    ):
        raise FieldRefused(path="filed_at", field="filed_at", reason="a time with its zone, 1970 to now")
    return replace(filing, text=text, reporter=reporter, settled=_settled(filing, now), **short)


def _settled(filing: Filing, now: datetime) -> Settled | None:
    settled = filing.settled
    if settled is None:
        return None
    times = [filing.filed_at or now, settled.replied_at, settled.closed_at or settled.replied_at]
    if any(at.tzinfo is None for at in times) or times != sorted(times) or times[-1] > now + timedelta(minutes=5):
        raise FieldRefused(path="settled", field="settled", reason="filed <= replied <= closed <= now")
    return replace(settled, text=tidy(settled.text, "settled.text", 4 * TEXT_MOST)[:TEXT_MOST])


_FIRST = datetime(1970, 1, 2, tzinfo=UTC)


def tidy(value: object, name: str, most: int | None = None) -> str:
    """``value`` as NFC text without control characters and outer space; raises FieldRefused where it is no text or longer
    than ``most``.
    """
    if not isinstance(value, str):
        raise FieldRefused(path=name, field=name, reason="text")
    if len(value) > 4 * TEXT_MOST:
        raise FieldRefused(path=name, field=name, reason=f"> {most or TEXT_MOST}")
    text = unicodedata.normalize("NFC", value)
    if not text.isprintable():
        text = "".join(
            c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn", "Co")
        )
    text = text.strip()
    if most is not None and len(text) > most:
        raise FieldRefused(path=name, field=name, reason=f"> {most}")
    return text


def _check_place(place: Place | None) -> None:
    if place is None or (place.latitude is None and place.longitude is None):
        return
    for name, value, bound in (("lat", place.latitude, 90), ("long", place.longitude, 180)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value) or abs(value) > bound:
            raise FieldRefused(path=name, field=name, reason=f"-{bound}..{bound}")
