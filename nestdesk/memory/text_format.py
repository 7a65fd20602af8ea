"""Formats that are text already: plain text, Markdown and source code as they stand, tables as sentences.

A table's row becomes "column: value; column: value", because that is what can be read, quoted and learned from.
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.parts import BORDERS, gathered, lines, stretches
from nestdesk.memory.plain_text import clean

_HEADING = re.compile(r"^#{1,2}[ \t]+(\S.*)$", re.M)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_FRONT_TITLE = re.compile(r"^title:(.+)$", re.M)
_NUMBER = re.compile(r"[-+]?[\d.,\s]+%?")
_SAMPLE_CHARACTERS = 20_000  # of a table, from which its delimiter is told


def read_text(stream: TextIO, kind: Kind) -> Iterator[Document]:
    """Read plain text or source code as it stands."""
    for text in stretches(stream):
        yield Document("", clean(text), media_type(kind))


def read_markdown(stream: TextIO) -> Iterator[Document]:
    """Read Markdown as it stands; the title is the front matter's or the first heading."""
    for number, stretch in enumerate(stretches(stream, ("\n# ", "\n## ", *BORDERS))):
        text, title = clean(stretch), ""
        if number == 0 and (front := _FRONT_MATTER.match(text)):
            found = _FRONT_TITLE.search(front.group(1))
            title = found.group(1).strip().strip("\"'") if found else ""
            text = text[front.end() :].strip()
        if not title and (heading := _HEADING.search(text)):
            title = heading.group(1).rstrip(" \t#")
        yield Document(title, text, media_type(Kind.MARKDOWN))


def read_csv(stream: TextIO) -> Iterator[Document]:
    """Read a table, one line a row, with the columns' names when the first row holds them.

    From a row on that is not well formed, the rest is read as plain text.
    """
    dialect = _dialect(stream)
    unread: list[str] = []  # the lines of a row that is not complete yet

    def noted() -> Iterator[str]:
        for line in lines(stream):
            unread.append(line)
            yield line.replace("\0", "")

    def rows() -> Iterator[list[str]]:
        with contextlib.suppress(csv.Error):
            for row in csv.reader(noted(), dialect):
                unread.clear()
                yield [cell.strip() for cell in row]

    for text in gathered(table_lines(rows()), "\n"):
        yield Document("", clean(text), media_type(Kind.CSV))
    if unread:
        warning = "The table is not well formed; from where it is not, it was read as plain text."
        yield Document("", clean("".join(unread)), media_type(Kind.TEXT), warnings=(warning,))
        yield from read_text(stream, Kind.TEXT)


def _dialect(stream: TextIO) -> type[csv.Dialect]:
    sample = stream.read(_SAMPLE_CHARACTERS).replace("\0", "")
    stream.seek(0)
    try:
        return csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        return csv.excel


def table_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield a table's rows as lines, each cell with its column's name where the table has a row of names.

    Empty rows are skipped. Rows of one cell above a wider row are the table's caption, not its names.
    """
    filled = (row for row in rows if any(row))
    for row in filled:
        if sum(map(bool, row)) > 1:
            break
        yield _row(row, [])
    else:
        return
    following = next(filled, None)
    head = _header(row) if following else []
    if not head:
        yield _row(row, [])
    if following:
        yield _row(following, head)
    for further in filled:
        yield _row(further, head)


def _header(row: list[str]) -> list[str]:
    """Return the names of the columns if the row holds them, else nothing."""
    width = max(index for index, cell in enumerate(row) if cell) + 1
    names = [cell.lower() for cell in row[:width]]
    is_header = width > 1 and all(names) and len(set(names)) == len(names) and not any(map(_NUMBER.fullmatch, names))
    return row[:width] if is_header else []


def _row(row: list[str], head: list[str]) -> str:
    names = [*head, *[""] * (len(row) - len(head))]
    cells = [f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False) if cell]
    return "; ".join(" ".join(cell.split()) for cell in cells)
