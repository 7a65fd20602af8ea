"""A document to passages: runs of whole sentences of about the same size, with exact offsets.

A passage is what is shown, searched and studied. It ends where a paragraph ends when it can, a heading stays with what
it announces, and only a sentence that is longer than a whole passage is cut.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from nestdesk.core.types import Document, Passage
from nestdesk.memory.sentences import blocks, lines, sentences, sentences_of_block

__all__ = ["sentences", "split"]

# Media types whose lines are their sentences.
_BY_LINE = ("text/x-", "text/csv", "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml")
# What counts as a word: a sign of a script without spaces, or up to 24 characters without a space.
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|"
                   "[^\\s\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,24}")  # fmt: skip
_PAUSE = re.compile("[,;:，；：、)\\]}]$")
_CLOSED = re.compile("[.!?…。！？:;][\"'”’)\\]]*$")
_HEADING_WORDS = 14


@dataclass(frozen=True)
class _Unit:
    """A sentence, or a piece of one that is too long."""

    start: int
    end: int
    words: int
    ends_block: bool = False
    is_heading: bool = False


def split(document: Document, min_words: int = 100, max_words: int = 180) -> tuple[Passage, ...]:
    """Cut a document into passages.

    Args:
        document: its page_starts, if any, give every passage the page it begins on.
        min_words: a passage ends at the first paragraph end from here on; only gaps force a shorter one.
        max_words: no passage is longer.

    Returns:
        Passages in order. INVARIANT: text == document.text[start:end]; they do not overlap; every character that is
        not white space lies in exactly one.
    """
    if not 1 <= min_words <= max_words:
        raise ValueError(f"min_words {min_words} and max_words {max_words} leave no room for a passage")
    text = document.text
    ranges = _pack(_units(text, document.media_type, max_words), min_words, max_words)
    return tuple(
        Passage(text[start:end], start, end, bisect_right(document.page_starts, start) or None) for start, end in ranges
    )


def _units(text: str, media_type: str, max_words: int) -> Iterator[_Unit]:
    by_line = media_type.startswith(_BY_LINE)
    for start, end in blocks(text):
        if by_line:
            found = [(start + first, start + last) for first, last in lines(text[start:end])]
        else:
            found = list(sentences_of_block(text, start, end))
        for first, last in found:
            words = len(_WORD.findall(text, first, last))
            ends_block = last == end
            if words > max_words:
                yield from _cut(text, first, last, max_words, ends_block)
                continue
            is_short = words <= _HEADING_WORDS and len(found) == 1 and not by_line
            is_heading = text[first] == "#" or (is_short and not _CLOSED.search(text[first:last]))
            yield _Unit(first, last, words, ends_block, is_heading)


def _cut(text: str, start: int, end: int, max_words: int, ends_block: bool) -> Iterator[_Unit]:
    """Cut a sentence that is too long at a pause, else between words, else (no spaces at all) within a word."""
    words = [(match.start(), match.end()) for match in _WORD.finditer(text, start, end)]
    first = 0
    while len(words) - first > max_words:
        # The last piece is not left tiny: what remains for two pieces is halved.
        size = max_words if len(words) - first >= 2 * max_words else (len(words) - first + 1) // 2
        candidates = range(first + size, first + size // 2, -1)
        at_pause = (index for index in candidates if _PAUSE.search(text[words[index - 1][0] : words[index - 1][1]]))
        at_space = (index for index in candidates if words[index - 1][1] < words[index][0])
        index = next(at_pause, None) or next(at_space, None) or first + size
        yield _Unit(words[first][0], words[index - 1][1], index - first)
        first = index
    yield _Unit(words[first][0], end, len(words) - first, ends_block)


def _pack(units: Iterator[_Unit], min_words: int, max_words: int) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int, int]] = []  # start, end, words
    open_units: list[_Unit] = []
    words = 0

    def close(count: int) -> None:
        nonlocal words
        closed = open_units[:count]
        ranges.append((closed[0].start, closed[-1].end, sum(unit.words for unit in closed)))
        del open_units[:count]
        words = sum(unit.words for unit in open_units)

    for unit in units:
        if open_units and words + unit.words > max_words:
            headings = 0
            while headings < len(open_units) - 1 and open_units[-1 - headings].is_heading:
                headings += 1
            close(len(open_units) - headings)
            if open_units and words + unit.words > max_words:
                close(len(open_units))
        open_units.append(unit)
        words += unit.words
        if words >= min_words and unit.ends_block and not unit.is_heading:
            close(len(open_units))
    if open_units:
        close(len(open_units))
    # A short rest joins the passage before it when both fit into one.
    if len(ranges) > 1 and ranges[-1][2] < min_words and ranges[-2][2] + ranges[-1][2] <= max_words:
        ranges[-2:] = [(ranges[-2][0], ranges[-1][1], ranges[-2][2] + ranges[-1][2])]
    return [(start, end) for start, end, _ in ranges]
