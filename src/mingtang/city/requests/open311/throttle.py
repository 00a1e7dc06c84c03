"""How often a client without a key may ask: a bucket of tokens for each client, in the memory of the web process.

A client is the address of the connection, or what the outermost of our own proxies saw; IPv6 counts by /64. Not promised: several web processes
count each for itself. The limits are data of the pack (``open311.yaml``).
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

from mingtang.city.requests.open311.faults import TooOften

_REMEMBERED = 50_000


class Throttle:
    """Tokens left by client and kind; ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, remembered: int = _REMEMBERED) -> None:
        self._clock, self._remembered = clock, remembered
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, kind: str, client: str, per_minute: float) -> None:
        """Take one token; a minute's worth may be taken at once. Raises TooOften."""
        with self._lock:
            moment = self._clock()
            left, at = self._left.pop((kind, client), (per_minute, moment))
            left = min(per_minute, left + (moment - at) * per_minute / 60)
            self._left[kind, client] = (left - 1 if left >= 1 else left, moment)
            while len(self._left) > self._remembered:
                self._left.popitem(last=False)
        if left < 1:
            raise TooOften(seconds=math.ceil((1 - left) * 60 / per_minute))


def client(request: HttpRequest) -> str:
    """The client's address as far as it can be believed."""
    address = request.META.get("REMOTE_ADDR", "")
    proxies = settings.PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            address = hops[-proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
