"""A guide (Markdown) as safe HTML: CommonMark with tables, no raw HTML, no pictures, links to the web or within only.

A first-level heading at the top is left out, since the page has the scene's title already. Tables can be scrolled by keyboard
on a small screen.
"""

from __future__ import annotations

from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
_markdown.add_render_rule(
    "table_open", lambda self, tokens, i, options, env: '<div class="scroll" tabindex="0"><table class="table">\n'
)
_markdown.add_render_rule("table_close", lambda self, tokens, i, options, env: "</table></div>\n")


def _fit_link(url: str) -> bool:
    return url.startswith(("https://", "http://", "/", "#", "mailto:", "tel:")) and not url.startswith("//")


_markdown.validateLink = _fit_link  # type: ignore[method-assign]


def render(text: str) -> str:
    """The HTML of ``text``."""
    tokens = _markdown.parse(text)
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
    return _markdown.renderer.render(tokens, _markdown.options, {})
