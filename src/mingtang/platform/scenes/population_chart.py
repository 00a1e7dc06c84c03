"""The chart of a run over a population, as SVG: by group, winners and losers between two versions, or what the contract costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from mingtang.platform.scenes.population import FEWER, Group

_WIDE, _ROW, _LEFT, _TOP = 760, 30, 190, 64
_MOST = 60


def chart(groups: Sequence[Group], title: str, tongue: str, *, compared: bool) -> str:
    """An SVG text: one row a group, everybody first; the figures stand beside the bars."""
    rows = list(groups[:_MOST])
    height = _TOP + _ROW * len(rows) + 40
    if compared:
        body, told = (
            _winners(rows, tongue),
            {"zh": "受益（右）与受损（左）的人数", "en": "People who win (right) and lose (left)"}[tongue],
        )
    else:
        body, told = _costs(rows, tongue), {"zh": "各组金额合计", "en": "What the contract gives, by group"}[tongue]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {height}" width="{_WIDE}" height="{height}" role="img" '
        f'aria-labelledby="chart-title chart-desc" font-family="system-ui, sans-serif" font-size="14">'
        f'<title id="chart-title">{escape(title)}</title><desc id="chart-desc">{escape(told)}</desc>'
        f'<rect width="{_WIDE}" height="{height}" fill="#fffdf8"/><text x="16" y="26" font-size="18" font-weight="600" fill="#1d1d1b">{escape(title)}</text>'
        f'<text x="16" y="48" fill="#55524c">{escape(told)}</text>{body}</svg>'
    )


def _label(group: Group, y: int, tongue: str) -> str:
    name = group.name or {"zh": "全部", "en": "everybody"}[tongue]
    if name == FEWER:
        name = {"zh": "（人数很少的组）", "en": "(small groups together)"}[tongue]
    return f'<text x="16" y="{y + 19}" fill="#1d1d1b">{escape(name if len(name) <= 24 else name[:23] + "…")}</text>'


def _bar(x: float, y: int, width: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y + 5}" width="{max(width, 0.5):.1f}" height="18" rx="2" fill="{colour}"/>'


def _winners(rows: Sequence[Group], tongue: str) -> str:
    """Shares of each group, so that small groups can be read."""
    middle, half = (_LEFT + _WIDE - 16) / 2, (_WIDE - 16 - _LEFT) / 2 - 90
    top = max([0.001, *(max(one.winners, one.losers) / max(1, one.people) for one in rows)])
    made = [f'<line x1="{middle}" y1="{_TOP}" x2="{middle}" y2="{_TOP + _ROW * len(rows)}" stroke="#1d1d1b"/>']
    for i, one in enumerate(rows):
        y, size = _TOP + _ROW * i, max(1, one.people)
        more, less = (count / size / top * half for count in (one.winners, one.losers))
        made += [
            _label(one, y, tongue),
            _bar(middle, y, more, "#2f7d5b"),
            _bar(middle - less, y, less, "#b5382a"),
            f'<text x="{middle + more + 6:.1f}" y="{y + 19}" fill="#1d1d1b">{one.winners:,} ({one.winners / size:.1%})</text>',
            f'<text x="{middle - less - 6:.1f}" y="{y + 19}" text-anchor="end" fill="#1d1d1b">{one.losers:,} ({one.losers / size:.1%})</text>',
        ]
    return "".join(made)


def _costs(rows: Sequence[Group], tongue: str) -> str:
    values = [one.cost if one.cost is not None else Decimal(one.receiving) for one in rows]
    top, wide = max([Decimal(1), *map(abs, values)]), _WIDE - _LEFT - 160
    made = []
    for i, (one, value) in enumerate(zip(rows, values, strict=True)):
        y, width = _TOP + _ROW * i, float(abs(value) / top) * wide
        made += [
            _label(one, y, tongue),
            _bar(_LEFT, y, width, "#2f7d5b" if value >= 0 else "#b5382a"),
            f'<text x="{_LEFT + width + 6:.1f}" y="{y + 19}" fill="#1d1d1b">{value:,}</text>',
        ]
    return "".join(made)
