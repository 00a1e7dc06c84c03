"""What a resident has answered so far, kept in the session until the request is filed or a day has passed.

The session lies on the server under a random key in a cookie that no script can read. Nothing of it is a request yet: leaving is enough
to withdraw. Filing empties it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from mingtang.city.requests.filing import Attachment, Filing, Place, Reporter
from mingtang.kernel import now

_KEY, _DONE = "requests.draft", "requests.done"
_KEPT = timedelta(hours=24)
_DONE_KEPT = timedelta(hours=1)
STEPS = ("what", "category", "place", "photo", "contact", "check")


@dataclass(slots=True)
class Draft:
    """The answers so far; ``seen`` names the questions that were answered or passed over."""

    text: str = ""
    category: str = ""
    address: str = ""
    street: str = ""
    latitude: float | None = None
    longitude: float | None = None
    photos: list[dict] = field(default_factory=list)
    anonymous: bool = True
    name: str = ""
    phone: str = ""
    email: str = ""
    seen: list[str] = field(default_factory=list)
    at: str = ""

    def missing(self) -> str:
        """The first question that was not answered yet, "check" if none is missing."""
        return next((step for step in STEPS[:-1] if step not in self.seen), "check")

    def filing(self, language: str) -> Filing:
        """The request as the office takes it."""
        place = Place(self.latitude, self.longitude, street=self.street) if self.street or self.latitude is not None else None
        reporter = None if self.anonymous else Reporter(name=self.name, phone=self.phone, email=self.email)
        media = tuple(Attachment(**photo) for photo in self.photos)
        return Filing(
            text=self.text,
            category=self.category,
            place=place,
            address=self.address,
            reporter=reporter,
            language=language,
            media=media,
        )


def load(session: Any) -> Draft:
    """The draft of this session; an empty one where there is none or it is older than a day."""
    kept = session.get(_KEY)
    if not isinstance(kept, dict) or _age(kept.get("at")) > _KEPT:
        return Draft()
    known = {f.name for f in fields(Draft)}
    return Draft(**{name: value for name, value in kept.items() if name in known})


def keep(session: Any, draft: Draft, step: str) -> None:
    """Keep ``draft`` with ``step`` answered."""
    if step not in draft.seen:
        draft.seen.append(step)
    draft.at = now().isoformat()
    session[_KEY] = asdict(draft)


def done(session: Any, result: dict) -> None:
    """The request is filed: forget the answers, keep what the last page shows."""
    session.pop(_KEY, None)
    session[_DONE] = {**result, "at": now().isoformat()}


def last(session: Any) -> dict | None:
    """What the last page shows, within an hour of filing."""
    kept = session.get(_DONE)
    if not kept or _age(kept.get("at")) > _DONE_KEPT:
        session.pop(_DONE, None)
        return None
    return kept


def _age(stamp: Any) -> timedelta:
    try:
        return now() - datetime.fromisoformat(stamp).astimezone(UTC)
    except (TypeError, ValueError):
        return timedelta.max
