"""Org outlines (.org): plain text whose headings become "# Heading", as Markdown has them.

What Org's own export leaves out is left out: property drawers, keyword lines, comments and the marks of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.parts import BORDERS, stretches
from nestdesk.memory.plain_text import clean

_HEADING = re.compile(r"(\*+)[ \t]+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)[ \t]+)?(?:\[#[A-Z0-9]\][ \t]*)?(.*)")
_TAGS = re.compile(r"(?<![ \t])[ \t]++:[\w@#%:]+:[ \t]*$")
_TITLE = re.compile(r"#\+title:[ \t]*(.*)", re.I)
_BLOCK_BEGIN = re.compile(r"[ \t]*#\+begin_(\w+)", re.I)
_BLOCK_END = re.compile(r"[ \t]*#\+end_(\w+)", re.I)
_UNSEEN = re.compile(r"[ \t]*#(?:\+\w+:|[ \t]|$)|[ \t]*(?:CLOSED|DEADLINE|SCHEDULED|CLOCK):[ \t]")
_DRAWER = re.compile(r"[ \t]*:[\w-]+:[ \t]*$")
_DRAWER_END = re.compile(r"[ \t]*:END:[ \t]*$", re.I)
_LINK = re.compile(r"\[\[([^\[\]\n]+)\](?:\[([^\[\]\n]+)\])?\]")


def read_org(stream: TextIO) -> Iterator[Document]:
    """Read an Org outline; the title is the one it declares or its first heading."""
    for text in stretches(stream, ("\n* ", "\n** ", *BORDERS)):
        lines = clean(text).split("\n")
        title = next((found.group(1) for line in lines if (found := _TITLE.match(line))), "")
        shown = _shown(lines)
        if not title:
            title = next((line.lstrip("# ") for line in shown if line.startswith("#")), "")
        yield Document(title, clean("\n".join(shown)), media_type(Kind.ORG))


def _shown(lines: list[str]) -> list[str]:
    """Return the lines that are seen. A drawer or comment that never ends is shown: then it is none."""
    shown: list[str] = []
    block = ""
    block_start = drawer_start = -1
    for line in lines:
        if block:
            found = _BLOCK_END.match(line)
            if not found or found.group(1).lower() != block:
                shown.append(line)  # as it stands
                continue
            if block == "comment":
                del shown[block_start:]
            block = ""
        elif found := _BLOCK_BEGIN.match(line):
            block, block_start = found.group(1).lower(), len(shown)
        elif _DRAWER_END.match(line):
            if drawer_start >= 0:
                del shown[drawer_start:]
            drawer_start = -1
        elif _DRAWER.match(line):
            drawer_start = len(shown)
        elif found := _HEADING.match(line):
            drawer_start = -1
            words = _linked(_TAGS.sub("", found.group(2)))
            shown += ["", f"{'#' * min(6, len(found.group(1)))} {words}", ""] if words.strip() else []
        elif not _UNSEEN.match(line):
            shown.append(_linked(line))
    return shown


def _linked(line: str) -> str:
    """Return a line in which a link is what it is called, or where it leads when it has no name."""
    return _LINK.sub(lambda found: found.group(2) or found.group(1), line)
