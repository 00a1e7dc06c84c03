"""The three rates in public: formula, numerator, denominator, interval, with and without what is not counted; each figure opens its list.

The file under ``/rates/data/`` holds one pseudonymous row a request: from it anyone reckons every figure and the ranking again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from urllib.parse import urlencode

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mingtang.city.requests import charts, hotline, reads, words
from mingtang.kernel import CallerMistake, now
from mingtang.kernel.access import access
from mingtang.platform.people import reads as people

BY = {
    "district": gettext_lazy("Districts"),
    "street": gettext_lazy("Street offices"),
    "unit": gettext_lazy("Offices in charge"),
    "category": gettext_lazy("What it is about"),
    "month": gettext_lazy("Months"),
}
_FIGURES = {"response": ("responded", "due"), "resolution": ("solved", "answered"), "satisfaction": ("satisfied", "answered")}
_MONTHS_SHOWN = 24
_DRAWN = 30


@access("public")
def rates(request: HttpRequest) -> HttpResponse:
    """The rates along one dimension over some months."""
    by = request.GET.get("by", "district")
    by = by if by in BY else "district"
    rate = request.GET.get("rate", "resolution")
    rate = rate if rate in words.RATES else "resolution"
    since, until = _span(request)
    found = reads.rates(by, _months(since, until))
    span = {"since": since, "until": until}
    tabs = [
        {"text": text, "href": "?" + urlencode({**span, "by": name, "rate": rate}), "current": name == by}
        for name, text in BY.items()
    ]
    lines = [_shown(line, by, span) for line in found.lines]
    total = _shown(found.total, "", span) | {"name": _("The whole city")}
    shown = {
        "by": by,
        "by_words": BY[by],
        "rate": rate,
        "rates": words.RATES,
        "tabs": tabs,
        "label": _("Rates by"),
        "found": found,
        "lines": lines,
        "total": total,
        "since": since,
        "until": until,
        "months": months_shown(),
        "chart": _chart(found, by, rate),
        "file": reverse("rates-file") + "?" + urlencode(span),
        "caption": f"{words.RATES[rate]} · {BY[by]}",
    }
    return render(request, "requests/rates/rates.html", shown)


@access("public")
def data(request: HttpRequest) -> HttpResponse:
    """What the open file holds and how anyone reckons the rates again from it."""
    since, until = _span(request)
    rule = hotline.pack().data("rates.yaml")
    shown = {
        "columns": reads.csv_columns,
        "rule": rule,
        "since": since,
        "until": until,
        "file": reverse("rates-file"),
        "months": months_shown(),
    }
    return render(request, "requests/rates/data.html", shown)


@access("public")
def file(request: HttpRequest) -> StreamingHttpResponse:
    """The pseudonymous rows of the months asked for, as CSV, sent as they are read."""
    since, until = _span(request)
    text = _csv(reads.rates_rows(_months(since, until)))
    answer = StreamingHttpResponse(
        _async(text) if isinstance(request, ASGIRequest) else text, content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="rates-{since}-{until}.csv"'
    return answer


def _csv(rows: Iterator[tuple]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(reads.csv_columns)
    while part := list(islice(rows, 500)):
        writer.writerows(part)
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    if out.getvalue():
        yield out.getvalue()


async def _async(parts: Iterator[str]) -> AsyncIterator[str]:
    # A synchronous iterator under ASGI would be read into memory as a whole.
    while (part := await sync_to_async(next)(parts, None)) is not None:
        yield part


def _shown(line: reads.Rates, by: str, span: dict) -> dict:
    """A line with names and with the address behind each figure."""
    language = get_language() or "zh-hans"
    only = {"month": line.key} if by == "month" else {by: line.key, **span} if by else dict(span)
    base = reverse("requests-list") + "?" + urlencode({**only, "excluded": "0"})
    figures = [
        {
            "name": name,
            "without": line.without[name],
            "whole": line.with_excluded[name],
            "top": f"{base}&figure={top}",
            "bottom": f"{base}&figure={bottom}",
        }
        for name, (top, bottom) in _FIGURES.items()
    ]
    counts = [
        {"name": words.FIGURES[name], "value": line.counts[name], "href": f"{base}&figure={name}"}
        for name in ("filed", "unconfirmed", "overdue", "parked")
    ]
    excluded = {"value": line.excluded, "href": reverse("requests-list") + "?" + urlencode({**only, "excluded": "1"})}
    return {
        "name": _name(by, line.key, language),
        "figures": figures,
        "counts": counts,
        "excluded": excluded,
        "score": line.score,
        "rank": line.rank,
    }


def _name(by: str, key: str, language: str) -> str:
    if by == "month":
        return f"{key[:4]}-{key[4:]}"
    if by == "category":
        return reads.category_name(key, language)
    try:
        return people.unit(key).name(language) if key else "–"
    except CallerMistake:
        return key


def _chart(found: reads.Rates, by: str, rate: str) -> str:
    language = get_language() or "zh-hans"
    title = f"{words.RATES[rate]} · {BY[by]}"
    if by == "month":
        series = [
            charts.Series(str(label), tuple(line.without[name].value for line in found.lines))
            for name, label in words.RATES.items()
        ]
        return charts.lines([_name(by, line.key, language) for line in found.lines], series, str(BY[by]))
    drawn = [
        charts.Bar(_name(by, line.key, language), line.without[rate].value, line.without[rate].low, line.without[rate].high)
        for line in found.lines
        if line.without[rate].value is not None
    ]
    return charts.bars(sorted(drawn, key=lambda bar: -(bar.value or 0))[:_DRAWN], title)


def _span(request: HttpRequest) -> tuple[int, int]:
    """The months asked for: both ends sound, in order, at most 36 apart; by default the last twelve."""
    until = asked_month(request, "until") or month_now()
    since = asked_month(request, "since") or month_back(until, 11)
    since, until = min(since, until), max(since, until)
    return max(since, month_back(until, 35)), until


def asked_month(request: HttpRequest, name: str) -> int:
    """The month of a query (202603), 0 where none or no month was asked for."""
    given = request.GET.get(name, "")
    return int(given) if re.fullmatch(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])", given) else 0


def month_now() -> int:
    """The month that runs, in the city's time."""
    return hotline.month(now())


def months_shown() -> list[int]:
    """The months a page offers, the newest first."""
    return _months(month_back(month_now(), _MONTHS_SHOWN - 1), month_now())[::-1]


def month_back(until: int, by: int) -> int:
    """The month ``by`` months before ``until``."""
    at = until // 100 * 12 + until % 100 - 1 - by
    return at // 12 * 100 + at % 12 + 1


def _months(since: int, until: int) -> list[int]:
    found = []
    while since <= until:
        found.append(since)
        since = since + 89 if since % 100 == 12 else since + 1
    return found
