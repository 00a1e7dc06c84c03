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
    places = [
        (tint % 4, street)
        for tint, district in enumerate(pack.data("places.yaml")["districts"])
        for street in district["streets"]
    ]
    project, height = _projection([corner for _tint, street in places for corner in street["border"]])
    shapes = []
    for tint, street in places:
        code, name = street["code"], street["zh" if language.startswith("zh") else "en"]
        ground = _ground(street["border"], project, name, tint, (shown or {}).get(code, ""))
        mark = mark_safe(' class="chosen" aria-current="true"') if code == chosen else ""
        shapes.append((link(code), code, mark, ground))
    links = format_html_join("", '<a href="{}" data-choose="{}"{}>{}</a>', shapes)
    box = f"0 0 {int(_WIDTH)} {int(height)}"
    return format_html('<svg class="chart map" viewBox="{}" role="group" aria-label="{}">{}</svg>', box, title, links)


def _ground(border: list, project: Callable, name: str, tint: int, words: str) -> SafeString:
    """One street: its shape, its short name and a line of words; the full name is what a reading program says."""
    points = [project(*corner) for corner in border]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = (round(sum(axis) / len(points), 1) for axis in zip(*points, strict=True))
    short = name.removesuffix("街道").removesuffix(" Street")
    second = format_html('<text class="ground-name faint" x="{}" y="{}">{}</text>', x, y + 18, words) if words else ""
    return format_html(
        '<title>{}</title><polygon class="ground ground-{}" points="{}"/><text class="ground-name" x="{}" y="{}">{}</text>{}',
        f"{name} {words}".strip(),
        tint,
        path,
        x,
        y,
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
