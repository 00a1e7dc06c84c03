"""What every page's template knows of the city."""

from __future__ import annotations

from django.conf import settings


def city(request) -> dict:
    """Names of the city and whether this is the demo."""
    return {"demo": settings.DEMO, "public_url": settings.PUBLIC_URL}
