"""The map of Mingzhou as SVG made here: streets as shapes that are links, no tiles and nothing from elsewhere.

Example::

    citymap.svg(pack, "en", link=lambda code: f"?street={code}", chosen="MZ-D1-S2", title="Choose a street")
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_WIDTH = 720.0
_EDGE = 8.0


def svg(
    pack: Any, language: str, link: Callable[[str], str], title: str, chosen: str = "", shown: Mapping[str, str] | None = None
) -> SafeString:
    """The streets of ``pack`` with their names, each a link; ``shown`` gives words after the name, such as a count."""
    data = pack.data("places.yaml")
    streets = [street for district in data["districts"] for street in district["streets"]]
    project, height = _projection([corner for street in streets for corner in street["border"]])
    shapes = format_html_join(
        "",
        "{}",
        (
            (_street(street, language, project, link, street["code"] == chosen, (shown or {}).get(street["code"], "")),)
            for street in streets
        ),
    )
    return format_html(
        '<svg class="chart map" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        int(_WIDTH),
        int(height),
        title,
        shapes,
    )


def _street(
    street: dict, language: str, project: Callable, link: Callable[[str], str], is_chosen: bool, words: str
) -> SafeString:
    points = [project(*corner) for corner in street["border"]]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x = sum(x for x, _ in points) / len(points)
    y = sum(y for _, y in points) / len(points)
    full = street["zh"] if language.startswith("zh") else street["en"]
    short = full.removesuffix("街道").removesuffix(" Street").removesuffix(" Subdistrict")
    second = (
        format_html('<text class="ground-name faint" x="{}" y="{}">{}</text>', round(x, 1), round(y + 18, 1), words)
        if words
        else mark_safe("")
    )
    return format_html(
        '<a href="{}" data-choose="{}" aria-label="{}"{}><polygon class="ground" points="{}"/><text class="ground-name" x="{}" y="{}">{}</text>{}</a>',
        link(street["code"]),
        street["code"],
        f"{full} {words}".strip(),
        mark_safe(' class="chosen" aria-current="true"') if is_chosen else mark_safe(""),
        path,
        round(x, 1),
        round(y, 1),
        short,
        second,
    )


def _projection(corners: list) -> tuple[Callable[[float, float], tuple[float, float]], float]:
    """Longitude and latitude to the picture (equirectangular, true at the city's middle), and the picture's height."""
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    south, north = min(y for _, y in corners), max(y for _, y in corners)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 2 * _EDGE) / ((east - west) * narrow)

    def project(longitude: float, latitude: float) -> tuple[float, float]:
        return _EDGE + (longitude - west) * narrow * scale, _EDGE + (north - latitude) * scale

    return project, (north - south) * scale + 2 * _EDGE
