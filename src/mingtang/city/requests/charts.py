"""Charts as SVG made on the server: bars with their interval, lines over months. The table with the same numbers always stands beside.

Example::

    charts.bars([Bar("Jianhu", 0.91, 0.88, 0.93)], "Answered in time by district")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_WIDTH = 760
_ROW = 34
_LEFT, _RIGHT = 190, 92
_KINDS = ("", "-two", "-three")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of 0 to 1 with its interval; ``value`` None is drawn as a dash."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One line over the months: values 0 to 1, None where there is none."""

    label: str
    values: tuple[float | None, ...]


def bars(rows: Sequence[Bar], title: str) -> SafeString:
    """Horizontal bars on a scale of 0 to 100 %, each with its interval as a whisker and its value in figures."""
    height = _ROW * len(rows) + 34
    span = _WIDTH - _LEFT - _RIGHT
    grid = format_html_join(
        "",
        '<line class="axis" x1="{0}" y1="4" x2="{0}" y2="{1}"/><text class="faint" x="{0}" y="{2}" text-anchor="middle">{3}</text>',
        ((_LEFT + span * tenth // 4, height - 26, height - 8, f"{25 * tenth} %") for tenth in range(5)),
    )
    drawn = format_html_join("", "{}", ((_bar(row, 6 + _ROW * i, span),) for i, row in enumerate(rows)))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>', _WIDTH, height, title, grid, drawn
    )


def _bar(row: Bar, y: int, span: int) -> SafeString:
    label = format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', _LEFT - 10, y + 19, row.label[:16])
    if row.value is None:
        return format_html('{}<text class="faint" x="{}" y="{}">–</text>', label, _LEFT + 6, y + 19)
    at = _LEFT + span * row.value
    whisker = mark_safe("")
    if row.low is not None and row.high is not None:
        low, high, middle = _LEFT + span * row.low, _LEFT + span * row.high, y + 14
        whisker = format_html(
            '<path class="range" d="M{0:} {2:}H{1:}M{0:} {3:}v10M{1:} {3:}v10"/>',
            round(low, 1),
            round(high, 1),
            middle,
            middle - 5,
        )
    return format_html(
        '{}<rect class="bar" x="{}" y="{}" width="{}" height="22"/>{}<text x="{}" y="{}" text-anchor="end" class="number">{}</text>',
        label,
        _LEFT,
        y + 3,
        round(at - _LEFT, 1),
        whisker,
        _WIDTH - 6,
        y + 19,
        f"{100 * row.value:.1f} %",
    )


def lines(months: Sequence[str], series: Sequence[Series], title: str) -> SafeString:
    """Lines over months on a scale of 0 to 100 %; each line also differs by its dashes, and its name stands in the key below."""
    width, height, left, bottom = _WIDTH, 320, 56, 60
    span, tall = width - left - 20, height - bottom - 16
    step = span / max(len(months) - 1, 1)
    grid = format_html_join(
        "",
        '<line class="axis" x1="{0}" y1="{1}" x2="{2}" y2="{1}"/><text class="faint" x="{3}" y="{4}" text-anchor="end">{5}</text>',
        ((left, 16 + tall * k / 4, width - 20, left - 8, 20 + tall * k / 4, f"{100 - 25 * k} %") for k in range(5)),
    )
    every = max(1, len(months) // 6)
    names = format_html_join(
        "",
        '<text class="faint" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((round(left + step * i, 1), height - bottom + 22, month) for i, month in enumerate(months) if i % every == 0),
    )
    drawn = format_html_join("", "{}", ((_line(one, _KINDS[k % 3], left, step, tall),) for k, one in enumerate(series)))
    key = format_html_join(
        "",
        '<line class="line{}" x1="{}" y1="{}" x2="{}" y2="{}"/><text x="{}" y="{}">{}</text>',
        (
            (
                _KINDS[k % 3],
                left + 230 * k,
                height - 14,
                left + 230 * k + 40,
                height - 14,
                left + 230 * k + 50,
                height - 9,
                one.label,
            )
            for k, one in enumerate(series)
        ),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        width,
        height,
        title,
        grid,
        names,
        drawn,
        key,
    )


def _line(one: Series, kind: str, left: int, step: float, tall: float) -> SafeString:
    points = [
        (round(left + step * i, 1), round(16 + tall * (1 - value), 1)) if value is not None else None
        for i, value in enumerate(one.values)
    ]
    path, pen = "", "M"
    for point in points:
        path += f"{pen}{point[0]} {point[1]}" if point else ""
        pen = "L" if point else "M"
    dots = format_html_join("", '<circle class="dot{}" cx="{}" cy="{}" r="4"/>', ((kind, *point) for point in points if point))
    return format_html('<path class="line{}" d="{}"/>{}', kind, path, dots)
