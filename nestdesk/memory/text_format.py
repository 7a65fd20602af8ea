"""Formats that are text already: plain text, Markdown and source code as they stand, tables and JSON as sentences.

A table's row becomes "column: value; column: value" and JSON an indented outline, because that is what can be read,
quoted and learned from.
"""

from __future__ import annotations

import csv
import io
import json
import re

from nestdesk.core.types import Document
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean, decode

_HEADING = re.compile(r"^#{1,2}[ \t]+(.+?)[ \t#]*$", re.M)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.S)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M)
_NUMBER = re.compile(r"[-+]?[\d.,\s]+%?")


def read_text(data: bytes, kind: Kind) -> Document:
    """Read plain text or source code as it stands."""
    text, warnings = decode(data)
    return Document("", clean(text), media_type(kind), warnings=warnings)


def read_markdown(data: bytes) -> Document:
    """Read Markdown as it stands; the title is the front matter's or the first heading."""
    text, warnings = decode(data)
    text = clean(text)
    title = ""
    if front := _FRONT_MATTER.match(text):
        found = _FRONT_TITLE.search(front.group(1))
        title = found.group(1) if found else ""
        text = text[front.end() :].strip()
    if not title and (heading := _HEADING.search(text)):
        title = heading.group(1)
    return Document(title, text, media_type(Kind.MARKDOWN), warnings=warnings)


def read_csv(data: bytes) -> Document:
    """Read a table, one line a row, with the columns' names when the first row holds them."""
    text, warnings = decode(data)
    text = text.replace("\0", "")
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), dialect)]
    except csv.Error:
        warning = "The table is not well formed; it was read as plain text."
        return Document("", clean(text), media_type(Kind.TEXT), warnings=(*warnings, warning))
    return Document("", clean("\n".join(table_lines(rows))), media_type(Kind.CSV), warnings=warnings)


def table_lines(rows: list[list[str]]) -> list[str]:
    """Return a table's rows as lines, each cell with its column's name where the table has a row of names.

    Empty rows are skipped. Rows of one cell above a wider row are the table's caption, not its names.
    """
    rows = [row for row in rows if any(row)]
    caption = next((index for index, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
    head = _header(rows[caption]) if len(rows) > caption + 1 else []
    lines = [_row(row, head) for row in rows[caption + bool(head) :]]
    return [*(_row(row, []) for row in rows[:caption]), *lines]


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


def read_json(data: bytes, has_lines: bool) -> Document:
    """Read JSON as an indented outline.

    Args:
        data: the file.
        has_lines: whether every line is a JSON value of its own (.jsonl).
    """
    text, warnings = decode(data)
    lines: list[str] = []
    try:
        values = [json.loads(line) for line in text.splitlines() if line.strip()] if has_lines else json.loads(text)
        _outline(values, "", lines)
    except (ValueError, RecursionError):
        warning = "The JSON is not well formed; it was read as plain text."
        return Document("", clean(text), media_type(Kind.TEXT), warnings=(*warnings, warning))
    title = values.get("title", "") if isinstance(values, dict) else ""
    title = title if isinstance(title, str) else ""
    return Document(title, clean("\n".join(lines)), media_type(Kind.JSON), warnings=warnings)


def _outline(value: object, indent: str, lines: list[str]) -> None:
    if isinstance(value, dict):
        for key, child in value.items():
            if isinstance(child, dict | list):
                lines.append(f"{indent}{key}:")
                _outline(child, indent + "  ", lines)
            elif child is not None:
                lines.append(f"{indent}{key}: {_scalar(child)}")
    elif isinstance(value, list):
        for child in value:
            if isinstance(child, dict | list):
                _outline(child, indent, lines)
                lines.append("")
            elif child is not None:
                lines.append(f"{indent}- {_scalar(child)}")
    elif value is not None:
        lines.append(f"{indent}{_scalar(value)}")


def _scalar(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
