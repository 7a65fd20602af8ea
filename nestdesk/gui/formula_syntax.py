"""Where formulas stand in markdown: between $ signs, or between the brackets of LaTeX. No Qt here.

Money is no formula: between single $ signs no space stands inside, and no digit outside. A formula whose end has not
arrived yet is shown as its source, in the very look that a formula has until it is drawn, so nothing jumps.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

INLINE, DISPLAY, BLOCK = "math_inline", "math_inline_double", "math_block"  # the names of the plugin's tokens

_BRACKETS = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]", re.DOTALL)
_MONEY = re.compile(r"\s*\d[\d.,]*\s+[^\W\d_]{2,}")  # "5 and x": words after an amount
_CODE = re.compile(r"(`+).+?(?<!`)\1(?!`)", re.DOTALL)
_OPENING = re.compile(r"\$\$|\\\[|\\\(")
_CLOSING = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}


@dataclass(frozen=True)
class Picture:
    """A formula that was drawn."""

    address: str  # formula:NUMBER
    width: int
    height: int
    is_centred: bool  # placed around the middle of the line, not upon its baseline


Pictures = Callable[[str, bool], Picture | None]  # of a formula's source, and whether it stands on its own line


def no_pictures(source: str, is_display: bool) -> Picture | None:
    """Draw nothing: formulas are shown as their source."""
    return None


def add_formulas(parser: MarkdownIt, pictures: Pictures, show_source: Callable[[str], str]) -> None:
    """Have a parser read formulas; show_source returns the HTML of one that has no picture."""
    dollarmath_plugin(
        parser,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        allow_blank_lines=False,
        double_inline=True,
    )
    parser.inline.ruler.before("escape", "brackets", _brackets)

    def show(self: RendererHTML, tokens: Sequence[Token], place: int, *_: Any) -> str:
        token = tokens[place]
        is_display = token.type != INLINE
        if token.markup == "$" and _MONEY.match(token.content):
            return escape(f"${token.content}$")
        picture = pictures(token.content.strip(), is_display)
        made = _image(picture) if picture else show_source(_marked(token))
        return f"<p>{made}</p>\n" if token.type == BLOCK else made

    for name in (INLINE, DISPLAY, BLOCK):
        parser.add_render_rule(name, show)


def with_source_of_open(text: str) -> str:
    """Return a growing text with the formula whose end is missing, if there is one, set as code."""
    blind = _CODE.sub(lambda found: " " * len(found[0]), text)
    place = 0
    while opening := _OPENING.search(blind, place):
        end = blind.find(_CLOSING[opening[0]], opening.end())
        if end < 0:
            source = " ".join(text[opening.start() :].split())
            marks = "`" * (max(map(len, re.findall("`+", source)), default=0) + 1)
            return f"{text[: opening.start()]}{marks} {source} {marks}"
        place = end + 2
    return text


def effort(source: str) -> int:
    """Return how much work it is to draw a formula, in units that double with every level of nesting."""
    depth = total = 0
    for mark in re.findall(r"\\[A-Za-z]+|\\.|\S", source):
        if mark in ("{", r"\left", r"\begin"):
            depth += 1
        elif mark in ("}", r"\right", r"\end"):
            depth = max(0, depth - 1)
        total += 2 ** min(depth, 30)
    return total


def _brackets(state: StateInline, silent: bool) -> bool:
    found = _BRACKETS.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push(INLINE if found["inline"] else DISPLAY, "math", 0)
        token.content = found["inline"] or found["display"]
        token.markup = found[0][:2]
    state.pos = found.end()
    return True


def _marked(token: Token) -> str:
    closing = _CLOSING.get(token.markup, token.markup)
    return f"{token.markup}{' '.join(token.content.split())}{closing}"


def _image(picture: Picture) -> str:
    place = "middle" if picture.is_centred else "baseline"
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="{picture.address}" {size} style="vertical-align:{place}">'
