"""Markdown to the HTML a QTextDocument understands: no raw HTML, no images but formulas, code coloured by Pygments.

Everything a model or document wrote passes nh3 last, so nothing but the allowed tags can reach the window. No Qt here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.special import TextLexer
from pygments.util import ClassNotFound

from nestdesk.gui.formula_syntax import Pictures, add_formulas, no_pictures
from nestdesk.gui.language import tr

_TAGS = {"p", "br", "strong", "em", "s", "code", "pre", "blockquote", "hr", "a", "span", "ul", "ol", "li"}
_TAGS |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "img"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "span": {"style"},
    "td": {"style", "bgcolor", "align", "width"},
    "th": {"style", "align"},
    "table": {"width", "cellpadding", "cellspacing", "border", "bgcolor", "class"},
    "code": {"style"},
    "pre": {"style"},
    "img": {"src", "width", "height", "style"},
}
_STYLES = {"color", "font-weight", "font-style", "background-color", "font-family", "text-align", "white-space"}
_STYLES |= {"vertical-align", "padding", "padding-left"}

OUTSIDE = ("http:", "https:", "mailto:")  # INVARIANT: no other link of a text is one: no file, no button of ours


@dataclass(frozen=True)
class Look:
    """The colours and the code font the HTML is written with."""

    is_dark: bool
    code_background: str
    muted: str
    accent: str
    mono: str


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, and the code blocks its copy:N links stand for."""

    html: str
    codes: tuple[str, ...] = field(default=())


def is_outside(address: str) -> bool:
    """Say whether a link in a text may be shown as one."""
    return address.lower().startswith(OUTSIDE)


class _Parser(MarkdownIt):
    own: Collection[str] = ()

    def validateLink(self, url: str) -> bool:
        """Leave every other link as the text it is."""
        return is_outside(url) or url in self.own


def split_open(text: str) -> tuple[str, str]:
    """Split a text that is still growing into its finished blocks and the last, unfinished one."""
    cut = 0
    is_in_code = False
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith(("```", "~~~")):
            is_in_code = not is_in_code
        offset += len(line)
        if not is_in_code and not line.strip() and line.endswith("\n"):
            cut = offset
    return text[:cut], text[cut:]


def render(text: str, look: Look, pictures: Pictures = no_pictures, own: Collection[str] = ()) -> Rendered:
    """Turn markdown into safe HTML.

    Args:
        pictures: those of formulas; one without is shown as its source.
        own: addresses that may be links beside those that lead outside, of texts that come with the program.
    """
    codes: list[str] = []
    parser = _Parser("commonmark", {"html": False})
    parser.enable(["table", "strikethrough"])
    parser.own = own

    def fence(self: RendererHTML, tokens: Sequence[Token], place: int, *_: Any) -> str:
        token = tokens[place]
        codes.append(token.content)
        return _code_box(token.content, token.info.strip().split(" ")[0], len(codes) - 1, look)

    def image(self: RendererHTML, tokens: Sequence[Token], place: int, *_: Any) -> str:
        told = escape(tokens[place].content) or tr("no description")
        return f"<em>[{tr('image: {told}', told=told)}]</em>"

    def source(code: str) -> str:
        style = f"font-family:'{look.mono}'; background-color:{look.code_background}"
        return f'<code style="{style}">&nbsp;{escape(code)}&nbsp;</code>'

    def inline(self: RendererHTML, tokens: Sequence[Token], place: int, *_: Any) -> str:
        return source(tokens[place].content)

    def quote(self: RendererHTML, *_: Any) -> str:
        bar = f'<td width="3" bgcolor="{look.muted}"></td>'
        cell = f'<td style="color:{look.muted}; padding-left:12px">'
        return f'<table width="100%" cellpadding="0" cellspacing="0" border="0"><tr>{bar}{cell}'

    def quote_end(self: RendererHTML, *_: Any) -> str:
        return "</td></tr></table>\n"

    add_formulas(parser, pictures, source)
    parser.add_render_rule("blockquote_open", quote)
    parser.add_render_rule("blockquote_close", quote_end)
    for name, rule in (("fence", fence), ("code_block", fence), ("image", image), ("code_inline", inline)):
        parser.add_render_rule(name, rule)
    html = parser.render(text).replace("<table>", '<table border="1" cellpadding="6" cellspacing="0">')
    return Rendered(_clean(html), tuple(codes))


def _code_box(code: str, language: str, number: int, look: Look) -> str:
    try:
        lexer = get_lexer_by_name(language) if language else TextLexer()
    except ClassNotFound:
        lexer = TextLexer()
    style = "github-dark" if look.is_dark else "friendly"
    colored = highlight(code, lexer, HtmlFormatter(noclasses=True, nowrap=True, style=style)).rstrip("\n")
    name = f'<span style="color:{look.muted}">{escape(language or "text")} · </span>'
    head = f'<p>{name}<a href="copy:{number}">{tr("Copy")}</a></p>'
    body = f"<pre style=\"font-family:'{look.mono}'; white-space:pre-wrap\">{colored}</pre>"  # else lines are cut off
    box = '<table width="100%" cellpadding="10" cellspacing="0" border="0">'
    return f'{box}<tr><td bgcolor="{look.code_background}">{head}{body}</td></tr></table>\n'


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "copy", "formula"},
        filter_style_properties=_STYLES,
        link_rel=None,
    )


def _allowed(tag: str, name: str, value: str) -> str | None:
    """Let no picture through but a formula's: INVARIANT: nothing in a text can name an address to load."""
    is_formula = value.startswith("formula:")
    return value if is_formula == ((tag, name) == ("img", "src")) else None
