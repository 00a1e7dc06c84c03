"""The hotline's scene pack as this office uses it, and the names it shares with the process.

``TASKS`` are the element ids of ``process.bpmn`` at which a case waits; the handlers of its timers are registered in ``apps.py``.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from mingtang.platform.scenes import reads as scenes

PACK = "hotline"
DISPATCH, HANDLE, REVIEW, PARKED, CONFIRM, REOPEN = "dispatch", "handle", "review_return", "parked", "confirm", "reopen"


_HELD_SECONDS = 1.0
_held: tuple[float, Any] = (float("-inf"), None)


def pack() -> Any:
    """The published pack of the hotline. Held for a second, for one act asks for it several times; each act names the
    version it went by.
    """
    global _held
    moment = time.monotonic()
    if moment - _held[0] > _HELD_SECONDS:
        _held = (moment, scenes.pack(PACK))
    return _held[1]


def desk(of: Any) -> dict:
    """What the pack says of the desk: number prefix, grounds, least length of a reason."""
    return of.data("desk.yaml")


def month(at: datetime) -> int:
    """The month of ``at`` in the city's time, as 202603."""
    local = at.astimezone(_zone())
    return local.year * 100 + local.month


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
