"""A resident's copy of everything the office holds about a request (the right of access), as JSON values.

Example: ``copy("MZ26-7KQ4M2XD", secret)["text"]`` is the text as it was written.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from mingtang.city.requests import reads
from mingtang.platform.ledger import reads as ledger


def copy(number: str, secret: str) -> dict[str, Any]:
    """What is held, for who has the secret link; raises NoSuchRequest, WrongSecret. Times are ISO 8601, acts name their receipts."""
    view = reads.by_secret(number, secret)
    held: dict[str, Any] = asdict(view.masked)
    for name in ("text", "reply", "address", "comment", "latitude", "longitude", "attributes", "anonymous", "source", "external_id"):
        held[name] = getattr(view, name)
    held["contact"] = asdict(view.reporter) if view.reporter else None
    held["photos"] = [picture.sha256 or picture.url for picture in view.pictures]
    held["steps"] = [asdict(update) for update in reads.updates(number)]
    held["acts"] = [{"id": act.id, "kind": act.kind, "at": act.at} for act in ledger.acts_of(view.masked.subject)]
    return json.loads(json.dumps(held, default=str))
