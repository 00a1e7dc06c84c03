"""A guide (Markdown) as safe HTML: CommonMark with tables, no raw HTML, no pictures from elsewhere, links to the web or within only.

Headings go down one step, since the page has its own first heading.
"""

from __future__ import annotations

from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")


def _fit_link(url: str) -> bool:
    return url.startswith(("https://", "http://", "/", "#", "mailto:", "tel:")) and not url.startswith("//")


_markdown.validateLink = _fit_link  # type: ignore[method-assign]


def render(text: str) -> str:
    """The HTML of ``text``."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return _markdown.renderer.render(tokens, _markdown.options, {})
