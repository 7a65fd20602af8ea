"""OpenDocument texts (.odt): headings, paragraphs, lists and tables in reading order, notes at the end.

Comments and what tracked changes deleted are left out, as in Word documents.

Reference: OpenDocument 1.3, part 3 (schema).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nestdesk.core.types import Document
from nestdesk.memory.archives import opened, parse_xml, require_open
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_OASIS}text:1.0}}"
_TABLE = f"{{{_OASIS}table:1.0}}"
_OFFICE = f"{{{_OASIS}office:1.0}}"
_TEXT_BOX = f"{{{_OASIS}drawing:1.0}}text-box"
_PARAGRAPHS = (_TEXT + "p", _TEXT + "h")
_SIGNS = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_UNSEEN = (
    _TEXT + "tracked-changes",  # where deleted text is kept
    _TEXT + "note-citation",
    _TEXT + "ruby-text",
    _OFFICE + "annotation",
    f"{{{_OASIS}svg-compatible:1.0}}title",
    f"{{{_OASIS}svg-compatible:1.0}}desc",
)
_SPACE = re.compile(r"\s+")
_MAX_SPACES = 100


def read_odt(path: Path) -> Document:
    """Read an OpenDocument text.

    Raises:
        DocumentError: encrypted, damaged or a bomb.
    """
    with opened(path, Kind.ODT) as archive:
        require_open(archive, path.name)
        body = parse_xml(archive.read("content.xml")).find(f"{_OFFICE}body/{_OFFICE}text")
        titles = list(parse_xml(archive.read("meta.xml")).iter("{*}title")) if "meta.xml" in archive.namelist() else []
    notes: list[str] = []
    blocks = list(_blocks(body, notes)) if body is not None else []
    title = "".join(titles[0].itertext()) if titles else ""
    return Document(title, clean("\n\n".join((*blocks, *notes))), media_type(Kind.ODT))


def _blocks(element: Any, notes: list[str]) -> Iterator[str]:
    """Yield the blocks of text below an element in order, and put aside the notes they refer to."""
    for child in element:
        if child.tag in _PARAGRAPHS:
            yield from _paragraph(child, notes)
        elif child.tag == _TEXT + "list":
            yield "\n".join(_items(child, "", notes))
        elif child.tag == _TABLE + "table":
            yield "\n".join(_rows(child, notes))
        elif child.tag not in _UNSEEN:  # a section, an index, a text box
            yield from _blocks(child, notes)


def _paragraph(element: Any, notes: list[str]) -> Iterator[str]:
    pieces: list[str] = []
    boxes: list[str] = []
    _collect(element, pieces, boxes, notes)
    yield from (text for text in ("".join(pieces).strip(), *boxes) if text)


def _collect(element: Any, pieces: list[str], boxes: list[str], notes: list[str]) -> None:
    pieces.append(_SPACE.sub(" ", element.text or ""))  # only elements of their own stand for tabs and further spaces
    for child in element:
        if child.tag in _SIGNS:
            pieces.append(_SIGNS[child.tag])
        elif child.tag == _TEXT + "s":
            count = child.get(_TEXT + "c", "1")
            pieces.append(" " * min(_MAX_SPACES, int(count) if count.isdecimal() else 1))
        elif child.tag == _TEXT + "note":
            notes.extend(_blocks(child, notes))
        elif child.tag == _TEXT_BOX:
            boxes.extend(_blocks(child, notes))
        elif child.tag in _PARAGRAPHS:  # in a drawing
            boxes.extend(_paragraph(child, notes))
        elif child.tag not in _UNSEEN:
            _collect(child, pieces, boxes, notes)
        pieces.append(_SPACE.sub(" ", child.tail or ""))


def _items(element: Any, indent: str, notes: list[str]) -> Iterator[str]:
    """Yield the lines of a list, those of a list inside it further in."""
    for item in element:
        own = [child for child in item if child.tag in _PARAGRAPHS]
        if texts := [text for child in own for text in _paragraph(child, notes)]:
            yield f"{indent}- {' '.join(' '.join(texts).split())}"
        for child in item:
            if child.tag == _TEXT + "list":
                yield from _items(child, indent + "  ", notes)


def _rows(table: Any, notes: list[str]) -> Iterator[str]:
    """Yield a table's rows, cells with a bar between; nested tables are read within their cell."""
    for row in table.iter(_TABLE + "table-row"):
        if next(row.iterancestors(_TABLE + "table"), None) is not table:
            continue
        cells = [" ".join(" ".join(_blocks(cell, notes)).split()) for cell in row.iterchildren(_TABLE + "table-cell")]
        if any(cells):
            yield " | ".join(cells).strip()
