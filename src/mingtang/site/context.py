"""What every page's template knows of the city."""

from __future__ import annotations

from functools import partial

from django.conf import settings

from mingtang.platform.people import reads as people


def city(request) -> dict:
    """Names of the city, whether this is the demo, and whether the reader has a desk or the board (asked only where a page shows it)."""
    return {
        "demo": settings.DEMO, "public_url": settings.PUBLIC_URL,
        "has_desk": partial(people.may, request, "requests.desk"), "has_board": partial(people.may, request, "requests.board"),
    }
