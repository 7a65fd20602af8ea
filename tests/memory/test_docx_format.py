"""Word documents are read in order, whole, and without what was deleted; bombs and locks are refused in words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory import archives
from tests.memory.files import read, write


def make_docx() -> bytes:
    """Return a Word document: a heading, a paragraph, a table, a list and a closing paragraph."""
    document = docx.Document()
    document.core_properties.title = "The mill"
    document.add_heading("The old mill", level=1)
    document.add_paragraph("It stands by the river.")
    table = document.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, (("Year", "Owner"), ("1815", "Ada")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for item in ("stones", "wheel"):
        document.add_paragraph(item, style="List Bullet")
    document.add_paragraph("It was sold later.")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_document_xml(data: bytes, old: bytes, new: bytes) -> bytes:
    """Return the Word document with a change in its main part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            content = source.read(member)
            target.writestr(member, content.replace(old, new) if member == "word/document.xml" else content)
    return buffer.getvalue()


def test_paragraphs_tables_and_lists_in_order(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.docx", make_docx()))
    assert document.title == "The mill"
    words = "The old mill It stands by the river. Year | Owner 1815 | Ada - stones - wheel It was sold later."
    assert " ".join(document.text.split()) == words
    assert "Year | Owner\n1815 | Ada" in document.text


def test_insertions_and_content_controls_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    changed = with_document_xml(
        make_docx(),
        b"<w:p><w:r><w:t>It stands by the river.</w:t></w:r></w:p>",
        b"<w:sdt><w:sdtContent><w:p><w:ins><w:r><w:t>It stood</w:t><w:tab/></w:r></w:ins><w:del><w:r>"
        b"<w:delText>gone</w:delText></w:r></w:del><w:r><w:t>here.</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    text = read(write(tmp_path, "a.docx", changed)).text
    assert "It stood\there." in text
    assert "gone" not in text


def test_text_boxes_nested_tables_and_notes_of_a_foreign_writer(tmp_path: Path) -> None:
    namespaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    inner = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>inner</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def relation(name: str, target: str) -> str:
        return (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{relations}/{name}" Target="{target}"/></Relationships>'
        )

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{office}.document.main+xml"/><Override '
            f'PartName="/word/footnotes.xml" ContentType="{office}.footnotes+xml"/></Types>',
        )
        archive.writestr("_rels/.rels", relation("officeDocument", "word/document.xml"))
        archive.writestr("word/_rels/document.xml.rels", relation("footnotes", "footnotes.xml"))
        archive.writestr(
            "word/document.xml",
            f"<w:document {namespaces}><w:body><w:p><w:r><w:t>Body.</w:t></w:r><w:r><mc:AlternateContent>"
            f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
            f"<w:tbl><w:tr><w:tc>{inner}</w:tc><w:tc><w:p><w:r><w:t>outer</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
            "</w:body></w:document>",
        )
        archive.writestr(
            "word/footnotes.xml",
            f"<w:footnotes {namespaces}><w:footnote><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>"
            "</w:footnotes>",
        )
    document = read(write(tmp_path, "a.docx", buffer.getvalue()))
    assert document.text == "Body.\n\nIn the box.\n\ninner | outer\n\nA note."
    assert document.title == "a"


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret", "canary")
    changed = with_document_xml(make_docx(), b"It stands by the river.", b"&x;")
    entity = b'<!DOCTYPE d [<!ENTITY x SYSTEM "' + secret.as_uri().encode() + b'">]><w:document '
    try:
        text = read(write(tmp_path, "a.docx", with_document_xml(changed, b"<w:document ", entity))).text
    except DocumentError:
        return
    assert "canary" not in text


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_cut_off_docx_is_damaged(tmp_path: Path, keep: float) -> None:
    data = make_docx()
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, "a.docx", data[: int(len(data) * keep)]))


def test_broken_main_part_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="damaged"):
        read(write(tmp_path, "a.docx", with_document_xml(make_docx(), b"</w:body>", b"")))


def test_old_encryption_container_is_named(tmp_path: Path) -> None:
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentError, match="password"):
        read(write(tmp_path, "a.docx", container))


def test_encrypted_members_are_named(tmp_path: Path) -> None:
    data = bytearray(make_docx())
    directory = data.index(b"PK\x01\x02")
    data[directory + 8] |= 1  # the flag of the first member in the central directory
    with pytest.raises(DocumentError, match="password"):
        read(write(tmp_path, "a.docx", bytes(data)))


@pytest.mark.parametrize("limit", ["ratio", "size"])
def test_bomb_is_refused_before_it_expands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(archives, "_RATIO_FROM_BYTES", 0 if limit == "ratio" else 1 << 40)
    monkeypatch.setattr(archives, "MAX_EXPANDED_BYTES", 1 << 40 if limit == "ratio" else 1 << 20)
    bomb = with_document_xml(make_docx(), b"It stands by the river.", bytes(2_000_000).replace(b"\0", b" "))
    bomb = with_document_xml(bomb, b" " * 1000, b" " * 1000 * (20 if limit == "ratio" else 1))
    with pytest.raises(DocumentError, match="expand"):
        read(write(tmp_path, "a.docx", bomb))


def test_docx_named_pdf_is_read_as_word(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.pdf", make_docx()))
    assert "by the river" in document.text
    assert any("is a Word document" in warning for warning in document.warnings)
