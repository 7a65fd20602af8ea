"""Web pages: the visible text of the main part, one block a paragraph.

A page's own landmarks (main, article) are believed when they hold a good part of the text; otherwise the whole body is
taken without its navigation. Text a person cannot see is never read, so it cannot be learned either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean, decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_UNSEEN = (
    "script, style, noscript, template, svg, math annotation, iframe, object, canvas, select, button, input, textarea, "
    "[hidden], [aria-hidden='true'], [style*='display:none'], [style*='display: none'], [style*='visibility:hidden'], "
    "[style*='visibility: hidden'], .mw-editsection"
)
_AROUND = "nav, footer, aside, [role='navigation'], [role='banner'], [role='contentinfo'], [role='search']"
_MAIN = "main, article, [role='main']"
_MAIN_SHARE = 0.4  # of the body's text that a landmark must hold to be the document
_PARAGRAPH_TAGS = (
    "address article blockquote body dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main nav "
    "ol p pre section table ul"
)
_PARAGRAPHS = frozenset(_PARAGRAPH_TAGS.split())
_LINES = frozenset(("li", "tr", "caption", "option"))
_SPACE = re.compile(r"\s+")
_MOST_DEPTH = 10_000  # of elements that stay open until they are closed: the parser takes the square of their number
_NESTING = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figure|footer|header|main|menu|"
    r"nav|ol|pre|section|summary|ul)\b",
    re.I,
)


def read_html(data: bytes) -> Document:
    """Read a web page's visible main text; the title is its <title> or first heading."""
    markup, warnings = decode(data)
    title, text = visible_text(markup)
    return Document(title, text, media_type(Kind.HTML), warnings=warnings)


def visible_text(markup: str, is_site: bool = True) -> tuple[str, str]:
    """Return the title and the visible text of HTML.

    Args:
        markup: the HTML.
        is_site: whether the document is a page of a site, with navigation and the like around its main part; a
            message or a book's chapter is the document as a whole.
    """
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(markup[: _too_deep(markup)])
    title = next((found for tag in ("title", "h1") if (found := _text_of(page.css_first(tag)))), "")
    body = page.body
    if body is None:
        return title, ""
    for node in body.css(_UNSEEN):
        node.decompose()
    for node in body.css(_AROUND) if is_site else ():
        node.decompose()
    whole = clean(_render(body))
    if not is_site:
        return title, whole
    parts = [clean(_render(node)) for node in body.css(_MAIN)[:50]]
    main = max(parts, key=len, default="")
    return title, main if len(main) >= _MAIN_SHARE * len(whole) else whole


def _too_deep(markup: str) -> int | None:
    """Return where elements are nested deeper than in any page that is meant to be read; None: nowhere."""
    depth = 0
    for tag in _NESTING.finditer(markup):
        depth = max(0, depth - 1) if tag.group(1) else depth + 1
        if depth > _MOST_DEPTH:
            return tag.start()
    return None


def _text_of(node: LexborNode | None) -> str:
    return _SPACE.sub(" ", node.text()).strip() if node is not None else ""


def _render(root: LexborNode) -> str:
    """Return the text below a node. Iterative, because a hostile page nests deeper than Python's stack."""
    pieces: list[str] = []
    stack: list[LexborNode | str] = [root]
    at_line_start = True
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            piece = item
        elif item.is_text_node:
            piece = _SPACE.sub(" ", item.text_content or "")
            piece = piece.lstrip() if at_line_start else piece
        elif item.tag == "pre":
            piece = f"\n\n{item.text()}\n\n"
        elif item.tag == "br":
            piece = "\n"
        elif item.is_element_node:
            before, after = _around(item.tag or "")
            stack.append(after)
            stack.extend(reversed(list(item.iter(include_text=True))))
            piece = before
        else:
            continue
        if piece:
            pieces.append(piece)
            at_line_start = piece.endswith(("\n", "\n- "))
    lines = "".join(pieces).split("\n")
    return "\n".join(line.rstrip(" |") if line.endswith("| ") else line for line in lines)


def _around(tag: str) -> tuple[str, str]:
    if tag in _PARAGRAPHS:
        return "\n\n", "\n\n"
    if tag in _LINES:
        return ("\n- " if tag == "li" else "\n"), "\n"
    return ("", " | ") if tag in ("td", "th") else ("", "")
