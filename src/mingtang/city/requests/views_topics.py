"""The topic of the month (每月一题): problems that come back, ranked by size, growth, share unsolved and number of streets.

Every figure opens the list behind it. Problems are the categories of the tree here; the order is by the four measures together, each as
its rank, so that no one of them drowns the others.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from mingtang.city.requests import reads, views_rates
from mingtang.city.requests.models import Request
from mingtang.kernel.access import access

_SHOWN = 15
_LEAST = 3  # fewer requests in a month are not a problem that comes back


@access("public")
def topics(request: HttpRequest) -> HttpResponse:
    """The problems of one month, by default the newest with requests."""
    month = views_rates.asked_month(request, "month") or views_rates.month_now()
    shown = {"month": month, "months": views_rates.months_shown(), "topics": _topics(month), "problems": _problems(month)}
    return render(request, "requests/topics.html", shown)


def _problems(month: int) -> list[dict]:
    """Problems found from the words of requests, each with its words, its measures and some of its requests."""
    language = get_language() or "zh-hans"
    return [
        {"problem": problem, "category": reads.category_name(problem.category, language), "examples": problem.numbers[:3]}
        for problem in reads.topics(month, _SHOWN)
    ]


def _topics(month: int) -> list[dict]:
    before = views_rates.month_back(month, 1)
    now_counts = {line.key: line.counts for line in reads.rates("category", [month]).lines}
    was = {line.key: line.counts["filed"] for line in reads.rates("category", [before]).lines}
    streets = dict(
        Request.objects.filter(month=month)
        .exclude(street="")
        .values_list("category")
        .annotate(n=Count("street", distinct=True))
        .order_by()
    )
    found = []
    for key, counts in now_counts.items():
        if counts["filed"] < _LEAST:
            continue
        unsolved = counts["answered"] - counts["solved"]
        base = reverse("requests-list") + "?" + urlencode({"category": key, "month": month})
        found.append(
            {
                "category": key,
                "name": reads.category_name(key, get_language() or "zh-hans"),
                "size": counts["filed"],
                "before": was.get(key, 0),
                "growth": counts["filed"] - was.get(key, 0),
                "answered": counts["answered"],
                "unsolved": unsolved,
                "share": unsolved / counts["answered"] if counts["answered"] else None,
                "streets": streets.get(key, 0),
                "href": base,
                "href_unsolved": f"{base}&figure=unsolved&excluded=0",
                "href_before": reverse("requests-list") + "?" + urlencode({"category": key, "month": before}),
            }
        )
    return _ranked(found)[:_SHOWN]


def _ranked(found: list[dict]) -> list[dict]:
    """Ordered by the sum of the ranks in the four measures, then by size, then by name."""
    points = {topic["category"]: 0 for topic in found}
    for measure in ("size", "growth", "share", "streets"):
        values = sorted({topic[measure] or 0 for topic in found}, reverse=True)
        for topic in found:
            points[topic["category"]] += values.index(topic[measure] or 0)
    return sorted(found, key=lambda topic: (points[topic["category"]], -topic["size"], topic["category"]))
