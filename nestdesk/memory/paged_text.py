"""Pages of lines to running text: what PDF files and scans have in common.

They store lines, not paragraphs. Lines that fill the column are joined, words cut by a hyphen are made whole, and
running heads and page numbers are dropped.
"""

from __future__ import annotations

import re
from collections import Counter

from nestdesk.memory.plain_text import clean

_BULLET = re.compile(r"(?:[-*•‣▪–·]|\(?\w{1,3}[.)])\s")
_ENDS_SENTENCE = re.compile(r"[.!?:;。！？…][\"'”’)\]]*$")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_FULL_LINE = 0.7  # of the page's usual line length: such a line goes on in the next
_RUNNING_PAGES = 3  # a line at the edge of so many pages, and of half of them, is a running head


def lines(page: str) -> list[str]:
    """Return a page's lines, cleaned."""
    return [line.strip() for line in clean(page).split("\n")]


def without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Drop first and last lines that repeat over the pages but for their numbers, and bare page numbers."""
    edges = [{_masked(page[0]), _masked(page[-1])} for page in pages if any(page)]
    counts = Counter(line for edge in edges for line in edge)
    enough = max(_RUNNING_PAGES, len(edges) / 2)
    running = {line for line, count in counts.items() if count >= enough}
    kept = []
    for page in pages:
        lines = page[1:] if page and _masked(page[0]) in running else page
        kept.append(lines[:-1] if lines and _masked(lines[-1]) in running else lines)
    return kept


def _masked(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def reflowed(lines: list[str]) -> str:
    """Join lines that fill the column into paragraphs, and make whole the words that a line's end cut."""
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    full = _FULL_LINE * lengths[int(0.9 * (len(lengths) - 1))]
    text = previous = ""
    for line in lines:
        if not line:
            separator = "\n\n"
        elif not previous:
            separator = ""
        elif previous.endswith("-") and previous[-2:-1].isalpha() and line[0].islower():
            text, separator = text[:-1], ""
        elif len(previous) >= max(full, 30) and not _BULLET.match(line):
            separator = "" if _CJK.match(previous[-1]) and _CJK.match(line[0]) else " "
        else:
            separator = "\n\n" if _ENDS_SENTENCE.search(previous) else "\n"
        text += separator + line
        previous = line
    return clean(text)


def joined(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """Join pages into one text; a sentence that runs over a page break stays one sentence."""
    text = ""
    starts: list[int] = []
    for page in pages:
        if text and page:
            runs_on = not _ENDS_SENTENCE.search(text) and page[0].islower()
            text += " " if runs_on else "\n\n"
        starts.append(len(text))
        text += page
    return text, tuple(starts)
