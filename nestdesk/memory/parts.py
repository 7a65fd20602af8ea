"""The parts in which a document of any length is read, so that no more than one or two of them lie in memory.

Readers hand over pieces: whole documents, or stretches of a long one in order. Here they become parts, none longer
than what can be read, embedded and stored at once. What exceeds the longest text is left out, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TextIO

from nestdesk.core.types import Document

PART_CHARACTERS = 8_000_000  # about 1.3 million words; a document that is no longer is one part
MAX_CHARACTERS = 64_000_000  # more takes hours to embed, and crowds out the rest of a library of 100,000 passages
GAP = "\n\n"  # what lies between two parts, were they one text
BORDERS = ("\n\n", "\n", " ")  # where a text is cut, the best first


def parts(pieces: Iterable[Document]) -> Iterator[Document]:
    """Divide what a reader hands over.

    Returns:
        Documents that have text, under the title of the first. A page that began in an earlier part begins at 0. The
        last one carries the warnings of all.
    """
    warnings: dict[str, None] = {}

    def short() -> Iterator[Document]:
        for piece in pieces:
            warnings.update(dict.fromkeys(piece.warnings))
            yield from _cut(piece, PART_CHARACTERS)

    held: Document | None = None  # until it is known whether it is the last
    title, read = "", 0
    for part in short():
        if read >= MAX_CHARACTERS:
            told = f"The text is very long: only its first {read:,} characters were read."
            warnings[f"{told} Split the file to have the rest read as well."] = None
            break
        if held is not None:
            yield held
        title = title or part.title
        held = replace(part, title=title, warnings=())
        read += len(part.text)
    if held is not None:
        yield replace(held, warnings=tuple(warnings))


def _cut(document: Document, most: int) -> Iterator[Document]:
    text, starts = document.text, document.page_starts
    while text:
        end = border(text, most)
        pages = starts if end == len(text) else tuple(start for start in starts if start < end)
        yield replace(document, text=text[:end].rstrip(), page_starts=pages)
        rest = text[end:].lstrip()
        begin = len(text) - len(rest)
        text, starts = rest, tuple(max(0, start - begin) for start in starts)


def border(text: str, most: int, marks: Sequence[str] = BORDERS) -> int:
    """Return where to cut a text that is too long: at the last of the best marks in the second half of what fits."""
    if len(text) <= most:
        return len(text)
    found = (text.rfind(mark, most // 2, most) for mark in marks)
    return next((place for place in found if place > 0), most)


def stretches(stream: TextIO, marks: Sequence[str] = BORDERS) -> Iterator[str]:
    """Yield a text in stretches of up to a part's length, which hold every character of it once."""
    text = ""
    while len(text := text + stream.read(PART_CHARACTERS - len(text))) >= PART_CHARACTERS:
        end = border(text, PART_CHARACTERS - 1, marks)
        yield text[:end]
        text = text[end:]
    if text:
        yield text


def gathered(texts: Iterable[str], gap: str) -> Iterator[str]:
    """Join short texts into ones of up to a part's length; one that is longer by itself stays alone."""
    held: list[str] = []
    length = 0
    for text in texts:
        if held and length + len(text) > PART_CHARACTERS:
            yield gap.join(held)
            held, length = [], 0
        held.append(text)
        length += len(text) + len(gap)
    if held:
        yield gap.join(held)


def lines(stream: TextIO) -> Iterator[str]:
    """Yield the lines of a text; one that is longer than a part comes in pieces."""
    while line := stream.readline(PART_CHARACTERS):
        yield line
