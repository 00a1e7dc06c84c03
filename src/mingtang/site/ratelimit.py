"""Rate limits: a bucket of tokens for each client and class of route, in the memory of the web process.

| class | routes | at once | then each second |
|---|---|---|---|
| sign-in | POST to /sign-in/... | 10 | 1 / 3 |
| write | any other POST, PUT, PATCH, DELETE | 120 | 10 |
| read | everything else | 600 | 60 |

Not counted: /static/, /healthz, /metrics, and /open311/, which counts by itself (agencies' keys are free there).

The client is the address of the connection. Behind reverse proxies set MINGTANG_PROXIES to their number: then the address that the
outermost of them saw counts (from the right of X-Forwarded-For; what a client writes there himself is left of it and not believed).
IPv6 clients count by their /64. At most 50,000 clients are remembered; the ones longest away are forgotten first.

Not promised: several web processes count each for itself.
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from mingtang.kernel import CallerMistake, Sentence

_UNCOUNTED = ("/static/", "/healthz", "/metrics", "/open311/")
_REMEMBERED = 50_000


class TooMany(CallerMistake):
    """The client sends more than the limit."""

    code = "site.too_many"
    status = 429
    text = Sentence("请求过于频繁，请在 {seconds} 秒后再试。", "Too many requests. Try again in {seconds} seconds.")
    next_step = Sentence("稍等片刻再试；已提交的内容没有丢失。", "Wait a moment; what was accepted before is not lost.")


@dataclass(frozen=True, slots=True)
class Limit:
    """``burst`` at once, then ``rate`` a second."""

    burst: float
    rate: float


LIMITS = {"sign-in": Limit(10, 1 / 3), "write": Limit(120, 10), "read": Limit(600, 60)}


class Buckets:
    """Tokens left by key; ``take`` says how long to wait, 0 where a token was there. ``clock`` gives seconds."""

    def __init__(self, clock=time.monotonic, remembered: int = _REMEMBERED) -> None:
        self._clock, self._remembered = clock, remembered
        self._lock = threading.Lock()
        self._left: OrderedDict[tuple, tuple[float, float]] = OrderedDict()

    def take(self, key: tuple, limit: Limit) -> float:
        """Take a token of ``key``; returns 0.0, or the seconds until there is one."""
        with self._lock:
            moment = self._clock()
            left, at = self._left.pop(key, (limit.burst, moment))
            left = min(limit.burst, left + (moment - at) * limit.rate)
            wait = 0.0 if left >= 1 else (1 - left) / limit.rate
            self._left[key] = (left - 1 if not wait else left, moment)
            while len(self._left) > self._remembered:
                self._left.popitem(last=False)
            return wait


def client(request: HttpRequest) -> str:
    """The client's address as far as it can be believed; an IPv6 address as its /64."""
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


def kind(request: HttpRequest) -> str:
    """The class of the request's route; "" where it is not counted."""
    if request.path.startswith(_UNCOUNTED):
        return ""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return "read"
    return "sign-in" if request.path.startswith("/sign-in/") else "write"


_buckets = Buckets()


class RateLimits:
    """Answers 429 with Retry-After to a client over the limit."""

    def __init__(self, get_response) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.RATE_LIMITS and (found := kind(request)):
            wait = _buckets.take((found, client(request)), LIMITS[found])
            if wait:
                from mingtang.site.middleware import answer_error

                seconds = math.ceil(wait)
                response = answer_error(request, TooMany(seconds=seconds))
                response["Retry-After"] = str(seconds)
                return response
        return self._get_response(request)
