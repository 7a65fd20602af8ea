"""Text to sentences by rules: punctuation where there is some, lines and blank lines where there is none.

A sentence is a half-open range of offsets. Together the sentences hold every character that is not white space, in
order and without overlap, so nothing of a document can get lost on its way into passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nestdesk.core.dialogue import is_timed, is_turn

_BLOCK_BREAK = re.compile(r"\n[ \t]*\n\s*")
_BULLET = re.compile(r"\s*(?:[-*+•‣▪–>#|]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])(?:\s|$)|\s*(?:#|\||```)")
_STOP = re.compile(r"""(?<![.!?…])[.!?…]++["'”’»)\]*_]*+(?=\s)|[。！？｡]+[」』”’）]*\s*""")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘'«]+$")
_CLOSERS = "\"'”’»)]*_"

_SHORT_FORMS = (
    "mr mrs ms dr prof rev fr sr jr st mt gen col capt lt sgt sen rep gov hon pres messrs vs etc eg ie cf al ca approx "
    "dept div est inc ltd co corp bros fig figs eq eqs ch vol vols pp ed eds trans ver viz resp ref refs op loc "
    "jan feb mar apr jun jul aug sep sept oct nov dec tue thu fri bzw usw ggf"
)
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())
_BEFORE_NUMBER = frozenset(("no", "nos", "nr", "p", "pg", "par", "v"))
_FIRST_WORDS = "the it he she they we in this that but and however a an there its his her as on at for"
_STARTERS = frozenset(_FIRST_WORDS.split())
_JOINED_LINE = 0.6  # of the paragraph's longest line: shorter lines end a sentence even without punctuation
_JOINED_CHARS = 40


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the offsets of every sentence: trimmed, in order, covering all that is not white space."""
    return [stretch for start, end in blocks(text) for stretch in sentences_of_block(text, start, end)]


def blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the stretches between blank lines, trimmed."""
    start = 0
    for gap in _BLOCK_BREAK.finditer(text):
        yield from _trimmed(text, start, gap.start())
        start = gap.end()
    yield from _trimmed(text, start, len(text))


def lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the lines, trimmed: the sentences of code and tables."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield from _trimmed(text, start, end)
        start = end + 1


def sentences_of_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of one block; a line break is a space in wrapped prose and an end everywhere else."""
    rows = list(lines(text[start:end]))
    turns = [is_turn(text[start + first : start + last]) for first, last in rows]
    if 2 * sum(turns) > len(rows) and (len(rows) > 1 or is_timed(text[start:end])):
        for first, last in rows:
            turn = start + first, start + last
            yield from [turn] if is_turn(text[slice(*turn)]) else _by_punctuation(text, *turn)
        return
    longest = max((last - first for first, last in rows), default=0)
    first = start
    for (row_start, row_end), (next_start, next_end) in pairwise(rows):
        row, following = text[start + row_start : start + row_end], text[start + next_start : start + next_end]
        is_wrapped = len(row) >= max(_JOINED_CHARS, _JOINED_LINE * longest)
        if is_wrapped and not _BULLET.match(following) and not row.lstrip().startswith(("#", "|")):
            continue
        yield from _by_punctuation(text, first, start + row_end)
        first = start + next_start
    yield from _by_punctuation(text, first, end)


def _by_punctuation(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    first = start
    for stop in _STOP.finditer(text, start, end):
        if stop.end() < end and _ends_sentence(text, first, stop, end):
            yield from _trimmed(text, first, stop.end())
            first = stop.end()
    yield from _trimmed(text, first, end)


def _ends_sentence(text: str, first: int, stop: re.Match[str], end: int) -> bool:
    mark = stop.group().rstrip(_CLOSERS + " \t\n")
    rest = text[stop.end() : min(end, stop.end() + 40)].split(maxsplit=1)
    following = rest[0] if rest else ""
    if mark != ".":
        return not (len(mark) < len(stop.group()) and following[:1].islower())  # "Really?" she asked.
    found = _LAST_WORD.search(text, max(first, stop.start() - 40), stop.start())
    word = found.group() if found else ""
    if (
        found
        and found.start() <= first + 3
        and not text[first : found.start()].strip(" (")
        and (word.isdigit() or len(word) == 1)
    ):
        return False  # the number or letter of a list item: "2. Turn left"
    folded = word.lower()
    if folded in _ABBREVIATIONS or (folded in _BEFORE_NUMBER and following[:1].isdigit()):
        return False
    if (len(word) == 1 and word.isalpha()) or ("." in word and len(word) <= 8):  # initials, U.S., e.g.
        return following.lower() in _STARTERS and following[:1].isupper()
    if following[:1].islower():  # casual writing: a small letter begins a sentence, yet not after a short form
        return word.isalpha() and word.islower() and len(word) > 2
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
