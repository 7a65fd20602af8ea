"""Word documents (.docx): paragraphs, lists, tables and notes in reading order, through python-docx.

python-docx opens the package; the text is taken from the XML tree itself, because its own paragraph text leaves out
what lies in content controls, tracked insertions and text boxes. Deleted text of tracked changes is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.archives import BROKEN, check_archive
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean
from nestdesk.memory.refusals import damaged

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # a second copy of what was read
_NOTES = ("/footnotes", "/endnotes")


def read_docx(path: Path) -> Document:
    """Read a Word document.

    Raises:
        DocumentError: encrypted, damaged or a bomb.
    """
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.oxml.parser import parse_xml  # expands no entities

    check_archive(path)
    try:
        document = docx.Document(str(path))
        blocks = list(_blocks(document.element.body))
        notes = [relation.target_part for relation in document.part.rels.values() if relation.reltype.endswith(_NOTES)]
        for part in notes:
            blocks.extend(_blocks(parse_xml(part.blob)))
        title = document.core_properties.title
    except (PackageNotFoundError, *BROKEN) as error:
        raise damaged(path.name, Kind.DOCX) from error
    except ValueError as error:  # python-docx: the main part is of another type (a template, a macro document)
        raise DocumentError(f"{path.name} is not a plain Word document; save it as .docx and add that.") from error
    title = "" if title in ("Word Document", "Document") else title  # what programs fill in by themselves
    return Document(title, clean("\n\n".join(blocks)), media_type(Kind.DOCX))


def _blocks(element: Any) -> Iterator[str]:
    """Yield the paragraphs and tables below an element in order; consecutive list items are one block."""
    items: list[str] = []
    for child in _block_children(element):
        text = _table(child) if child.tag == _W + "tbl" else _paragraph(child)
        if not text:
            continue
        if _is_list_item(child):
            items.append(f"- {text}")
            continue
        if items:
            yield "\n".join(items)
            items = []
        yield text
    if items:
        yield "\n".join(items)


def _is_list_item(element: Any) -> bool:
    style = element.find(f"{_W}pPr/{_W}pStyle")
    by_style = style is not None and style.get(_W + "val", "").startswith(("ListBullet", "ListNumber"))
    return by_style or element.find(f"{_W}pPr/{_W}numPr") is not None


def _block_children(element: Any) -> Iterator[Any]:
    """Yield paragraphs and tables, looking through content controls, tracked changes and single notes."""
    for child in element:
        if child.tag in (_W + "p", _W + "tbl"):
            yield child
        elif child.tag in (
            _W + "sdt",
            _W + "sdtContent",
            _W + "ins",
            _W + "customXml",
            _W + "footnote",
            _W + "endnote",
        ):
            yield from _block_children(child)


def _paragraph(element: Any) -> str:
    pieces: list[str] = []
    boxes: list[str] = []
    _collect(element, pieces, boxes)
    return "\n\n".join(text for text in ("".join(pieces).strip(), *boxes) if text)


def _collect(element: Any, pieces: list[str], boxes: list[str]) -> None:
    for child in element:
        if child.tag in (_W + "t", _W + "noBreakHyphen"):
            pieces.append((child.text or "") if child.tag == _W + "t" else "-")
        elif child.tag in (_W + "tab", _W + "br", _W + "cr"):
            pieces.append("\t" if child.tag == _W + "tab" else "\n")
        elif child.tag == _W + "txbxContent":  # a text box stands in a run, yet is a text of its own
            boxes.extend(_blocks(child))
        elif child.tag not in (_W + "del", _W + "moveFrom", _W + "pPr", _W + "rPr", _FALLBACK):
            _collect(child, pieces, boxes)


def _table(element: Any) -> str:
    """Return a table, one line a row, cells with a bar between; nested tables are read within their cell."""
    lines = []
    for row in element.iter(_W + "tr"):
        if next(row.iterancestors(_W + "tbl"), None) is not element:
            continue
        cells = [cell for cell in row.iter(_W + "tc") if next(cell.iterancestors(_W + "tr"), None) is row]
        texts = [" ".join(" ".join(_blocks(cell)).split()) for cell in cells]
        if any(texts):
            lines.append(" | ".join(texts).strip())
    return "\n".join(lines)
