"""A document's outline: its parts under their headings, or stretches of even length where it has none.

The outline is the coarse view of a long document, between its one summary and its many passages. Headings are told by
their form: Markdown's marks, a number in front, or a short line of its own without an end mark.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nestdesk.core.types import Document, Passage, Section
from nestdesk.memory.sentences import blocks
from nestdesk.memory.sentences import sentences as split_sentences
from nestdesk.memory.summaries import extractive

LEAST_WORDS = 60  # of a part: a shorter one belongs to the part before it
MOST_WORDS = 1_500  # a longer one is divided
SUMMARY_SENTENCES = 2  # of a section
_HEADING_WORDS = 12
_MARKED = re.compile(r"(#{1,6})\s+(\S.*)$")
_NUMBERED = re.compile(r"(?:(?:chapter|part|section|article)\s+)?(\d{1,3}(?:\.\d{1,3}){0,4})[.):]?\s+(\S.*)$", re.I)
_NO_HEADING = re.compile(r"[.!?…:;,。！？][\"'”’)\]]*$|[|=<>{}\t]|^[-*+•–]\s|^\W*$|\.{4}")
_STOP = re.compile(r"[.!?。！？]\s+|\n")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Part:
    """A part of a document: text[start:end] begins with its heading, if it has one."""

    title: str  # empty: a stretch without a heading
    depth: int  # 1: of the whole document
    start: int
    end: int


def outline(document: Document) -> tuple[Part, ...]:
    """Divide a document into parts.

    Returns:
        The parts in order. INVARIANT: they do not overlap, and every character that is not white space lies in exactly
        one. A part ends where the next heading of any depth begins; none is longer than MOST_WORDS and the sentence or
        line that exceeds them.
    """
    text = document.text
    found = [Part("", 1, 0, 0), *_headings(text)]
    ends = [part.start for part in found[1:]] + [len(text)]
    whole = [replace(part, end=end) for part, end in zip(found, ends, strict=True) if text[part.start : end].strip()]
    return tuple(piece for part in _joined(text, whole) for piece in _divided(text, part))


def _headings(text: str) -> Iterator[Part]:
    found = [(start, end, _heading(text[start:end])) for start, end in blocks(text)]
    for (start, _, heading), (_, _, following) in pairwise(found):
        title, depth, is_sure = heading
        if title and (is_sure or not following[0]):  # many short lines in a row are a list, a poem or a table
            yield Part(title, depth, start, start)


def _heading(block: str) -> tuple[str, int, bool]:
    """Return a heading's words, its depth, and whether its form leaves no doubt; no words: it is none."""
    line, _, rest = block.partition("\n")
    if marked := _MARKED.match(line):
        words = marked.group(2)
        return words.rstrip("# \t") or words, len(marked.group(1)), True
    if rest or _NO_HEADING.search(line) or len(line.split()) > _HEADING_WORDS:
        return "", 0, False
    if numbered := _NUMBERED.match(line):
        return line, numbered.group(1).count(".") + 1, False
    return (line, 1, False) if line[:1].isupper() or not line[:1].isascii() else ("", 0, False)


def _joined(text: str, parts: list[Part]) -> Iterator[Part]:
    """Let a part that says next to nothing go on in the next one if it stands above it, else in the one before."""
    open_part: Part | None = None
    words = 0  # of the open part: counted once, however many parts it swallows
    for part in parts:
        own = _words(text, part)
        if open_part is None:
            open_part, words = part, own
        elif words < LEAST_WORDS:
            open_part, words = replace(part, start=open_part.start), words + own
        elif own < LEAST_WORDS and part.depth >= open_part.depth:
            open_part, words = replace(open_part, end=part.end), words + own
        else:
            yield open_part
            open_part, words = part, own
    if open_part is not None:
        yield open_part


def _divided(text: str, part: Part) -> Iterator[Part]:
    pieces = -(-_words(text, part) // MOST_WORDS)
    if pieces <= 1:
        yield part
        return
    most = -(-_words(text, part) // pieces)
    start, words = part.start, 0
    for first, last in _lines(text, part):
        count = len(_WORD.findall(text, first, last))
        if words and words + count > most:
            yield replace(part, start=start, end=first)
            start, words = first, 0
        words += count
    yield replace(part, start=start)


def _lines(text: str, part: Part) -> Iterator[tuple[int, int]]:
    """Yield where a part may be cut: at its paragraphs, and in one that is a part's length itself at its sentences."""
    for first, last in blocks(text[part.start : part.end]):
        start, end = part.start + first, part.start + last
        if len(_WORD.findall(text, start, end)) <= MOST_WORDS // 4:
            yield start, end
        else:
            yield from _sentences(text, start, end)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end:
            yield first, stop.end()
            first = stop.end()
    yield first, end


def _words(text: str, part: Part) -> int:
    return len(_WORD.findall(text, part.start, part.end))


def sections(parts: Sequence[Part], passages: Sequence[Passage], vectors: NDArray[np.float32]) -> tuple[Section, ...]:
    """Sum up the parts of a document, each by the most central of its passages' first sentences.

    Args:
        parts: what outline returns.
        passages: of the same document, in order.
        vectors: [n, d] the passages' unit vectors.

    Returns:
        A section for each part in which a passage begins.
    """
    starts = [passage.start for passage in passages]
    found = []
    for part in parts:
        own = slice(bisect_left(starts, part.start), bisect_left(starts, part.end))
        first = [opening(passage.text, part.title) for passage in passages[own]]
        if first:
            summary = " ".join(extractive(first, vectors[own], SUMMARY_SENTENCES))
            found.append(Section(part.title, part.depth, part.start, part.end, summary))
    return tuple(found)


def opening(text: str, title: str = "") -> str:
    """Return the first sentence of a text that is no heading: neither marked as one, nor the title."""
    said = [" ".join(text[start:end].split()) for start, end in split_sentences(text)]
    told = [
        sentence
        for sentence in said
        if not _MARKED.match(sentence) and _bare(sentence) != _bare(title) and len(sentence.split()) > 2
    ]
    return next(iter(told or said), "")


def _bare(text: str) -> str:
    return text.strip("#* ").casefold()
