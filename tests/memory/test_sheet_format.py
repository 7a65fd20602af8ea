"""A spreadsheet is read as a person sees it: visible sheets by name, rows with their columns' names, plain values."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.errors import DocumentError
from nestdesk.memory import sheet_format
from nestdesk.memory.passages import split
from tests.memory.files import read, read_limited, write

# Made with xlwt 1.3.0: the sheet "Mühlen" with three columns and two rows, and a hidden sheet.
XLS = zlib.decompress(
    base64.b64decode(
        """
        eNrtWE1IVFEU/u7zzjiazoy/oIEMQlami6hAKp1+plzUiAXRD0GN+iJxGuNpC9tkmasoglZFG8GCFllt+qGC2oUERi0CIdBatgoKWui8zjnzxk
        abwIEyjPc97rn3nnu/Offdc+7PvDcTJVMjD6qnsQAtyEPSLoA3Q6coFaQrQVC7bXMxnfso2S6WFQp85EivB0+LX+ezD9nf0zBwX78kCXykdBSn
        0dabMENLiB0yhpjiMTQrTbFn4CYlP6pkXKUiO0WWibwnfZ+J3CaayyKbqe+UOoKJcFt9kxPHh4xaafOTVHgknEnRrEcFXnEcn7uqUn092G51x+
        LLrKFGF2EU5NJWM2FaXA/gFgqBw4TGaLQxEplCObl7FN/sEPA1va5fhFz90uoVSP99vj7/N3ofOXGh/pqhgUHYxxUH8zAFdUSnlnJ05mTcTLCm
        zsux4UWf2WmZ/TNolYXOibq2xU6ZlO2JnTnhAdots7tvBVSl3qk36xC26k16i96rm3UT1cnExvj4FWJ2xhIxa6CQzwTZQ4Lz9pBiWVlFJLsQkH
        KJrK8gvcLMnS9vox3t4WOiGZRzI3W6rOJXgY3zzCCyX1ry5mS9MNaJvCC/ulLK1SLLKfgpr2uvcAq7h6TPRWmtIzsbBO/CqzPKa6g8/Hnf45rh
        T+G1VB5rnT5bPvY+PIJaOu26iM/PEBpUg7pxnfEknM6Vsw99EFn1y57kM4LO2G3nCA1gllchoURkqsazo+ZqhjNXzFZZ2ErYPB/PyT6PrhS3D7
        DuUhmzmWdk4RnC0w7PEN7kXbbmF6stRikecifaP39iKTys5uRy9bDK6mEP36R4VpFtVl24cOHChQsXLv4FlNz8Urdrvpl5nNtdvvNdZ5ZS0v1M
        8t9iP3rp6ae/lLuQoNzCQE7xUwmPSv+WWiQn/b2QcZCsW+hBh4yjJ+f4pdu5ynyfRRODf24J5Wo/mcs4/7L9H7zCCwI=
        """
    )
)
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
CONTENT = f"""<office:document-content xmlns:office="{OASIS}office:1.0" xmlns:table="{OASIS}table:1.0"
 xmlns:text="{OASIS}text:1.0"><office:body><office:spreadsheet>{{}}</office:spreadsheet></office:body>
 </office:document-content>"""
CELL = '<table:table-cell office:value-type="string"{}><text:p>{}</text:p></table:table-cell>'


def make_xlsx(fill: Callable[[Any, Any], None]) -> bytes:
    """Return a workbook whose first sheet, "Mühlen", fill writes to."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(book, book.add_worksheet("Mühlen"))
    book.close()
    return buffer.getvalue()


def zip_ods(table: str, manifest: str = "") -> bytes:
    """Return an OpenDocument spreadsheet whose only sheet, "Mühlen", holds these rows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{OASIS}manifest:1.0">{manifest}</manifest:manifest>',
        )
        archive.writestr("content.xml", CONTENT.format(f'<table:table table:name="Mühlen">{table}</table:table>'))
    return buffer.getvalue()


def make_ods(rows: list[list[str]], manifest: str = "") -> bytes:
    """Return an OpenDocument spreadsheet of texts, with the empty rows that programs append."""
    lines = ("".join(CELL.format("", text) for text in row) for row in rows)
    table = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    return zip_ods(table + rest, manifest)


def test_each_sheet_is_a_section_and_each_row_a_line(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Größe"])
        sheet.write_row(1, 0, ["Ärger", "groß"])
        sheet.write_row(4, 0, ["Жук", "水車"])  # after rows that are empty
        book.add_worksheet("Leer")
        second = book.add_worksheet("Zweites")
        second.write_row(2, 3, ["x", "y"])  # tables begin anywhere
        second.write_row(3, 3, ["1", "2"])

    document = read(write(tmp_path, "Buch.xlsx", make_xlsx(fill)))
    assert document.title == "Buch"
    assert document.text == ("# Mühlen\n\nName: Ärger; Größe: groß\nName: Жук; Größe: 水車\n\n# Zweites\n\nx: 1; y: 2")
    assert document.warnings == ()


def test_values_are_as_the_program_shows_them(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(0, 0, ["whole", "part", "sum", "day", "moment", "is", "formula", "empty"])
        sheet.write_row(1, 0, [1815, 3.5, 0.1 + 0.2])
        sheet.write_datetime(1, 3, dt.datetime(2020, 1, 2), day)
        sheet.write_datetime(1, 4, dt.datetime(2020, 1, 2, 3, 4), moment)
        sheet.write_boolean(1, 5, True)
        sheet.write_formula(1, 6, "=1+1", None, 2)

    assert read(write(tmp_path, "a.xlsx", make_xlsx(fill))).text == (
        "# Mühlen\n\n"
        "whole: 1815; part: 3.5; sum: 0.3; day: 2020-01-02; moment: 2020-01-02 03:04:00; is: yes; formula: 2"
    )


def test_a_caption_above_the_table_is_not_its_names(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, "All mills of 1815")
        sheet.write_row(2, 0, ["Name", "Owner"])
        sheet.write_row(3, 0, ["Upper", "Ada"])

    assert read(write(tmp_path, "a.xlsx", make_xlsx(fill))).text == (
        "# Mühlen\n\nAll mills of 1815\nName: Upper; Owner: Ada"
    )


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Seen.")
        hidden = book.add_worksheet("h")
        hidden.write(0, 0, "canary")
        hidden.hide()

    document = read(write(tmp_path, "a.xlsx", make_xlsx(fill)))
    assert document.text == "# Mühlen\n\nSeen."
    assert any("Hidden sheets were not read: 1" in warning for warning in document.warnings)


def test_old_workbook(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.xls", XLS))
    assert document.text == (
        "# Mühlen\n\nName: Жук мельник; Kauf: 1915-01-02; Preis: 12.5\nName: 水車; Kauf: 2020-03-04; Preis: 3"
    )
    assert any("Hidden" in warning for warning in document.warnings)


def test_opendocument(tmp_path: Path) -> None:
    data = make_ods([["Name", "Größe"], ["", ""], ["Ärger", "水車"]])
    assert read(write(tmp_path, "a.ods", data)).text == "# Mühlen\n\nName: Ärger; Größe: 水車"


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods", ".docx", ""])
def test_the_content_decides_and_not_the_name(tmp_path: Path, suffix: str) -> None:
    document = read(write(tmp_path, f"a{suffix}", XLS))
    assert "Жук" in document.text
    assert any("is a spreadsheet" in warning for warning in document.warnings) == (suffix == ".docx")


def test_table_of_commas_named_xls_is_a_table(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.xls", b"name,born\nAda,1815\n"))
    assert (document.text, document.media_type) == ("name: Ada; born: 1815", "text/csv")
    assert document.warnings


def test_the_worker_gives_what_read_gives(tmp_path: Path) -> None:
    path = write(tmp_path, "a.xls", XLS)
    assert read_limited(path) == read(path)


def test_passages_are_whole_rows_under_their_sheet(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["Name", "Note"])
        for row in range(1, 40):
            sheet.write_row(row, 0, [f"Mill {row}", "stands by the river and turns. Its wheel is old"])

    document = read(write(tmp_path, "a.xlsx", make_xlsx(fill)))
    passages = split(document, min_words=30, max_words=60)
    assert passages[0].text.startswith("# Mühlen\n\nName: Mill 1;")
    assert all(passage.text.endswith("old") for passage in passages)
    assert all(passage.text == document.text[passage.start : passage.end] for passage in passages)


def test_a_very_large_workbook_is_read_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(book: Any, sheet: Any) -> None:
        second = book.add_worksheet("Zweites")
        for row in range(10):
            sheet.write_row(row, 0, [f"a{row}", f"b{row}"])
            second.write(row, 0, f"c{row}")

    path = write(tmp_path, "a.xlsx", make_xlsx(fill))
    assert sheet_format.MAX_FILLED_CELLS == 1_000_000
    monkeypatch.setattr(sheet_format, "MAX_FILLED_CELLS", 23)
    document = read(path)
    assert "b9" in document.text
    assert "c2" in document.text
    assert "c3" not in document.text
    assert any("sheet Zweites was left out" in warning for warning in document.warnings)


def test_cells_far_apart_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write(0, 0, "near")
        sheet.write(1_048_575, 16_383, "far")

    with pytest.raises(DocumentError, match="too far apart"):  # else the reading process would be aborted
        read_limited(write(tmp_path, "a.xlsx", make_xlsx(fill)))


@pytest.mark.parametrize(("letters", "number"), [(b"A", 1), (b"Z", 26), (b"AA", 27), (b"XFD", 16_384)])
def test_columns_count_as_they_should(letters: bytes, number: int) -> None:
    assert sheet_format._column(letters) == number


def test_repeated_cells_of_a_bomb_end_in_words(tmp_path: Path) -> None:
    cell = CELL.format(' table:number-columns-repeated="16384"', "v")
    data = zip_ods(f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>')
    with pytest.raises(DocumentError, match=r"damaged|crashed"):
        read_limited(write(tmp_path, "a.ods", data))


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9, 0.99])
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_cut_off_is_damaged(tmp_path: Path, suffix: str, keep: float) -> None:
    xlsx = make_xlsx(lambda _, sheet: sheet.write(0, 0, "x"))
    whole = {".xlsx": xlsx, ".xls": XLS, ".ods": make_ods([["x"]])}[suffix]
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, f"a{suffix}", whole[: int(len(whole) * keep)]))


def test_passwords_are_named(tmp_path: Path) -> None:
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    with pytest.raises(DocumentError, match="password"):
        read(write(tmp_path, "a.ods", make_ods([["x"]], manifest=entry)))
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentError, match="password"):
        read(write(tmp_path, "a.xlsx", container))


def test_an_empty_workbook_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no text"):
        read(write(tmp_path, "a.xlsx", make_xlsx(lambda *_: None)))


@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=10))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_changed_bytes_are_read_or_refused_in_words(tmp_path: Path, changes: list[tuple[float, int]]) -> None:
    data = bytearray(XLS)
    for place, byte in changes:
        data[int(place * len(data))] = byte
    with contextlib.suppress(DocumentError):
        assert read(write(tmp_path, "a.xls", bytes(data))).text.strip()
