"""The board of supervision: what is overdue, under order, set aside, not counted, called jointly, proposed. Each list has its own address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mingtang.city.requests import reads
from mingtang.kernel.access import access

# The lists of the board: its name, its title, the count that stands beside it.
LISTS = {
    "overdue": (gettext_lazy("Overdue"), "overdue"),
    "supervised": (gettext_lazy("Supervision orders"), "supervised"),
    "parked": (gettext_lazy("Set aside"), "parked"),
    "excluded": (gettext_lazy("Not counted"), "excluded"),
    "joint": (gettext_lazy("Called to the place"), "joint"),
    "proposals": (gettext_lazy("Waiting for a second official"), "proposals"),
}


@access("official:requests.board")
def board(request: HttpRequest, name: str = "overdue") -> HttpResponse:
    """One list of the board with the counts of all."""
    if name not in LISTS:
        raise Http404
    counts = reads.board_counts()
    tabs = [
        {"text": title, "href": reverse("board-list", args=[key]), "current": key == name, "count": counts.get(count, 0)}
        for key, (title, count) in LISTS.items()
    ]
    shown = {"tabs": tabs, "name": name, "title": LISTS[name][0], "counts": counts, "label": _("Lists of the board")}
    if name == "joint":
        shown["joints"] = reads.joints_awaited(size=100)
    elif name == "proposals":
        shown["proposals"] = reads.proposals_open(size=100)
    else:
        cursor = request.GET.get("cursor", "")
        page = reads.board(name, cursor=cursor)
        here = reverse("board-list", args=[name])
        shown |= {
            "page": page,
            "first": here if cursor else "",
            "next": f"{here}?{urlencode({'cursor': page.next})}" if page.next else "",
        }
    return render(request, "requests/board/board.html", shown)
