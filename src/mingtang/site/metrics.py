"""``/metrics``: figures for Prometheus (text format 0.0.4), without personal data.

Counters are of the web process that answers; with several processes each has its own (label ``process``). Figures of the database
(ledger, timers, outbox) are the same from each. Where MINGTANG_METRICS_KEY is set, ``Authorization: Bearer KEY`` must stand in the request.
"""

from __future__ import annotations

import hmac
import os
import resource
import threading
import time
from collections import defaultdict
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from mingtang.kernel import CallerMistake, Sentence, now
from mingtang.kernel.access import access
from mingtang.platform.cases import reads as cases
from mingtang.site import health
from mingtang.site.config import setting

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class MetricsClosed(CallerMistake):
    """The key is missing or wrong."""

    code = "site.metrics_closed"
    status = 403
    text = Sentence("指标需要密钥。", "The figures need a key.")
    next_step = Sentence("请在请求头 Authorization 中带上 MINGTANG_METRICS_KEY。", "Send MINGTANG_METRICS_KEY in the header Authorization: Bearer.")


class Tally:
    """Requests and their durations by route, method and class of status."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str, str], int] = defaultdict(int)
        self._spread: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._seconds: dict[str, float] = defaultdict(float)

    def note(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        place = next((i for i, bound in enumerate(_BOUNDS) if seconds <= bound), len(_BOUNDS))
        with self._lock:
            self._counts[route, method if method in _METHODS else "other", f"{status // 100}xx"] += 1
            self._spread[route][place] += 1
            self._seconds[route] += seconds

    def lines(self) -> Iterator[str]:
        """The tally in Prometheus' text format."""
        with self._lock:
            counts, spread, seconds = dict(self._counts), {k: list(v) for k, v in self._spread.items()}, dict(self._seconds)
        yield "# TYPE mingtang_http_requests_total counter"
        for (route, method, status), count in sorted(counts.items()):
            yield f'mingtang_http_requests_total{_labels(route=route, method=method, status=status)} {count}'
        yield "# TYPE mingtang_http_request_seconds histogram"
        for route, places in sorted(spread.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, "+Inf"), places, strict=True):
                total += count
                yield f"mingtang_http_request_seconds_bucket{_labels(route=route, le=bound)} {total}"
            yield f"mingtang_http_request_seconds_sum{_labels(route=route)} {seconds[route]:.6f}"
            yield f"mingtang_http_request_seconds_count{_labels(route=route)} {total}"


_tally = Tally()


class Measured:
    """Counts every answer and how long it took."""

    def __init__(self, get_response) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self._get_response(request)
        match = request.resolver_match
        # The route's pattern, never the path: paths hold numbers of requests and secrets of links.
        _tally.note(match.route if match else "(none)", request.method, response.status_code, time.perf_counter() - begun)
        return response


@access("public")
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures; raises MetricsClosed where a key is set and not sent."""
    key = setting("MINGTANG_METRICS_KEY")
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if key and not hmac.compare_digest(sent.encode(), key.encode()):
        raise MetricsClosed()
    text = "\n".join([*_process(), *_city(), *_tally.lines()]) + "\n"
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _process() -> Iterator[str]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    yield from _one("process_cpu_seconds_total", "counter", used.ru_utime + used.ru_stime)
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            yield from _one("process_resident_memory_bytes", "gauge", int(file.read().split()[1]) * resource.getpagesize())
    except OSError:  # not Linux: the peak, in kilobytes there too
        yield from _one("process_resident_memory_bytes", "gauge", used.ru_maxrss * 1024)


def _city() -> Iterator[str]:
    state = health.report(now())
    yield "# TYPE mingtang_up gauge"
    for part in ("web", "worker", "ledger"):
        yield f'mingtang_up{{part="{part}"}} {int(state[part]["up"])}'
    yield from _one("mingtang_workers", "gauge", state["worker"].get("workers", 0))
    if "size" in state["ledger"]:
        yield from _one("mingtang_ledger_entries", "gauge", state["ledger"]["size"])
        yield from _one("mingtang_ledger_waiting", "gauge", state["ledger"]["waiting"])
    if state["worker"]["up"]:
        for name, count in cases.counts().items():
            yield from _one(f"mingtang_cases_{name}", "gauge", count)


def _one(name: str, kind: str, value: float) -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    yield f'{name}{_labels()} {value:g}' if isinstance(value, float) else f"{name}{_labels()} {value}"


def _labels(**labels: object) -> str:
    shown = {"process": os.getpid(), **labels}
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in shown.items()) + "}"


def _escaped(value: object) -> str:
    return str(value).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
