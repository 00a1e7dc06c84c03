"""The hotline's scene pack as this office uses it, and the names it shares with the process.

``TASKS`` are the element ids of ``process.bpmn`` at which a case waits; the handlers of its timers are registered in ``apps.py``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from mingtang.platform.scenes import reads as scenes

PACK = "hotline"
DISPATCH, HANDLE, REVIEW, PARKED, CONFIRM, REOPEN = "dispatch", "handle", "review_return", "parked", "confirm", "reopen"


def pack() -> Any:
    """The published pack of the hotline."""
    return scenes.pack(PACK)


def desk(of: Any) -> dict:
    """What the pack says of the desk: number prefix, grounds, least length of a reason."""
    return of.data("desk.yaml")


def month(at: datetime) -> int:
    """The month of ``at`` in the city's time, as 202603."""
    local = at.astimezone(_zone())
    return local.year * 100 + local.month


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
