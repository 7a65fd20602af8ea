"""Spreadsheets (.xlsx, .xls, .ods): each visible sheet under its name, each row a line, through python-calamine.

A sheet is a table, so its rows become "column: value; column: value" as those of CSV do. calamine holds a sheet as one
full rectangle from the first cell to the last, so how far the cells of an .xlsx lie apart, and how often those of an
.ods are repeated, is measured before.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Document
from nestdesk.memory.archives import opened, require_open
from nestdesk.memory.kinds import Kind, media_type
from nestdesk.memory.plain_text import clean
from nestdesk.memory.refusals import damaged, protected
from nestdesk.memory.text_format import table_lines

MAX_FILLED_CELLS = 1_000_000  # of a workbook; what follows is left out with a warning
MAX_AREA_CELLS = 25_000_000  # of a sheet, empty cells included: what fits into the reader worker's memory
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # there are no others; calamine ends its process over much larger ones
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,40})(\d{1,40})["']""")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']\s*(\d{1,40})""")
_STRINGS = re.compile(rb"""uniqueCount\s*=\s*["']\s*(\d{1,40})""")
_READ_BYTES = 1 << 20
_CELL_BYTES = 128  # more than the longest of these attributes


def read_sheet(path: Path) -> Document:
    """Read a spreadsheet.

    Raises:
        DocumentError: encrypted, damaged, a bomb, or with a sheet that is too wide and long.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    name = path.name
    if zipfile.is_zipfile(path):
        _check(path)
    budget = MAX_FILLED_CELLS
    sections: list[str] = []
    warnings: list[str] = []
    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
            if hidden := len(sheets) - len(seen):
                warnings.append(f"Hidden sheets were not read: {hidden}.")
            for title in seen:
                rows, filled, is_whole = _rows(book.get_sheet_by_name(title).iter_rows(), budget)
                budget -= filled
                if lines := list(table_lines(rows)):
                    sections.append(f"# {clean(title)}\n\n" + clean("\n".join(lines)))
                if not is_whole:
                    warnings.append(f"The table is very large: what follows in the sheet {title} was left out.")
                    break
    except PasswordError as error:
        raise protected(name) from error
    except CalamineError as error:
        raise damaged(name, Kind.SHEET) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how Rust says that it met what cannot be; no Exception
            raise
        raise damaged(name, Kind.SHEET) from error
    return Document("", "\n\n".join(sections), media_type(Kind.SHEET), warnings=tuple(warnings))


def _rows(rows: Iterable[Sequence[object]], budget: int) -> tuple[list[list[str]], int, bool]:
    """Return rows that are not empty, how many cells they fill, and whether the budget was enough for all."""
    found: list[list[str]] = []
    filled = 0
    for row in rows:
        cells = [_cell(value) for value in row]
        count = sum(map(bool, cells))
        if filled + count > budget:
            return found, filled, False
        if count:
            filled += count
            found.append(cells)
    return found, filled, True


def _cell(value: object) -> str:
    """Return a cell about as its program shows it: no trailing zeros, no fractions of a second."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}" if abs(value) < 1e15 else f"{value:g}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    return str(value)


def _check(path: Path) -> None:
    with opened(path, Kind.SHEET) as archive:
        require_open(archive, path.name)
        for member in archive.infolist():
            name = member.filename.lower()
            if name.endswith("sharedstrings.xml") and _has_more(archive, member, _STRINGS, member.file_size):
                raise damaged(path.name, Kind.SHEET)  # room would be made for all of them, and the process ended
            is_apart = name.startswith("xl/worksheets/") and _area(archive, member) > MAX_AREA_CELLS
            if is_apart or (name == "content.xml" and _has_more(archive, member, _REPEATED, MAX_ROW)):
                raise DocumentError(
                    f"{path.name} has a sheet whose cells lie too far apart to be read; delete what stands alone far "
                    "to the right or below, or save the sheet as CSV and add that."
                )


def _area(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Return the number of cells of the rectangle around all cells of a sheet of an .xlsx."""
    columns: set[bytes] = set()
    first, last = 1 << 30, 0
    for part in _parts(archive, member):
        for column, row in _CELL.findall(part):
            columns.add(column)
            first, last = min(first, int(row)), max(last, int(row))
    if not columns:
        return 0
    numbers = [_column(column) for column in columns]
    if last > MAX_ROW or max(numbers) > MAX_COLUMN:
        return MAX_ROW * MAX_COLUMN
    return (max(numbers) - min(numbers) + 1) * (last - first + 1)


def _has_more(archive: zipfile.ZipFile, member: zipfile.ZipInfo, told: re.Pattern[bytes], most: int) -> bool:
    """Say whether a member tells of more than can be."""
    return any(int(count) > most for part in _parts(archive, member) for count in told.findall(part))


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    tail = b""
    with archive.open(member) as file:
        while part := file.read(_READ_BYTES):
            yield tail + part
            tail = part[-_CELL_BYTES:]  # a reference may be cut in two; one that is seen twice does no harm


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
