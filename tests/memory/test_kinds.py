"""What a file is called promises something; what it is decides, and what cannot be read is named in one sentence."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory.kinds import SUFFIXES, Kind, detect, media_type, named
from tests.memory.files import read, write, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 5, 5) + bytes(40)
BINARY = {suffix for suffix in SUFFIXES if named(suffix) in (Kind.DOCX, Kind.ODT, Kind.RTF, Kind.PPTX, Kind.EPUB)}
WORDS = "Only words, ß and 水車."


def stream(name: str) -> bytes:
    """Return a stream's name as the container of old Office programs spells it."""
    return name.encode("utf-16-le") + bytes(2)


def test_every_format_of_the_handbook_is_taken_from_folders() -> None:
    wanted = "txt md rst org html pdf docx odt rtf pptx xlsx xls ods epub eml mbox csv json py"
    assert {f".{suffix}" for suffix in wanted.split()} <= SUFFIXES


def test_every_kind_has_a_media_type_of_its_own() -> None:
    assert len({media_type(kind) for kind in Kind}) == len(Kind)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_empty_file_of_any_name_is_empty(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(DocumentError, match=r"^a\.\w+ is empty\.$"):
        read(write(tmp_path, f"a{suffix}", b""))


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_a_picture_of_any_name_is_a_picture(tmp_path: Path, suffix: str) -> None:
    assert detect(write(tmp_path, f"a{suffix}", PNG)) is Kind.IMAGE


@pytest.mark.parametrize(
    "head",
    [
        PNG,
        b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(40),
        b"II*\0" + bytes(40),
        b"MM\0*" + bytes(40),
        b"RIFF\x10\0\0\0WEBPVP8 " + bytes(40),
        b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(40),
    ],
)
def test_pictures_are_known_by_their_heads(tmp_path: Path, head: bytes) -> None:
    assert detect(write(tmp_path, "a", head)) is Kind.IMAGE


@pytest.mark.parametrize("data", [b"BM is a short name for a company.", b"II* is no number", b"MM and more"])
def test_text_that_begins_like_a_picture_is_text(tmp_path: Path, data: bytes) -> None:
    assert detect(write(tmp_path, "a.txt", data)) is Kind.TEXT


def test_pictures_are_not_taken_from_folders() -> None:
    assert named(".png") is named(".jpg") is Kind.IMAGE
    assert not {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp"} & SUFFIXES


@pytest.mark.parametrize("suffix", sorted(BINARY))
def test_text_under_the_name_of_another_kind_is_read_as_text(tmp_path: Path, suffix: str) -> None:
    document = read(write(tmp_path, f"a{suffix}", WORDS.encode()))
    assert document.text == WORDS
    assert any(f"named {suffix} but is plain text" in warning for warning in document.warnings)


@pytest.mark.parametrize("suffix", [".docx", ".pptx", ".xlsx", ".ods", ".odt", ".epub"])
def test_an_archive_of_other_things_is_one_under_any_name(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(DocumentError, match="is a zip archive; unpack it"):
        read(write(tmp_path, f"a{suffix}", zipped({"a.txt": b"text"})))


@pytest.mark.parametrize(
    ("member", "content", "kind"),
    [
        ("word/document.xml", b"", Kind.DOCX),
        ("ppt/presentation.xml", b"", Kind.PPTX),
        ("xl/workbook.xml", b"", Kind.SHEET),
        ("META-INF/container.xml", b"", Kind.EPUB),
        ("mimetype", b"application/epub+zip\r\n", Kind.EPUB),
        ("mimetype", b"application/vnd.oasis.opendocument.text", Kind.ODT),
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet-template", Kind.SHEET),
    ],
)
def test_what_is_in_an_archive_decides(tmp_path: Path, member: str, content: bytes, kind: Kind) -> None:
    assert detect(write(tmp_path, "a.pdf", zipped({member: content}))) is kind


@pytest.mark.parametrize(
    ("member", "words"),
    [("xl/workbook.bin", r"save it as \.xlsx"), ("content.xml", "save it as PDF")],
)
def test_archives_that_are_not_read_say_what_to_do(tmp_path: Path, member: str, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        detect(write(tmp_path, "a", zipped({member: b"<x/>"})))


@pytest.mark.parametrize("mimetype", [b"\xff\xfe", b"x" * 1_000_000])
def test_a_strange_declaration_is_none(tmp_path: Path, mimetype: bytes) -> None:
    with pytest.raises(DocumentError, match="zip archive"):
        detect(write(tmp_path, "a.epub", zipped({"mimetype": mimetype})))


@pytest.mark.parametrize(
    ("streams", "words"),
    [
        (("WordDocument",), r"old Word document \(\.doc\)"),
        (("WordDocument", "Workbook"), r"old Word document \(\.doc\)"),
        (("PowerPoint Document",), r"old presentation \(\.ppt\)"),
        (("__substg1.0_",), r"Outlook message \(\.msg\); save it as \.eml"),
        (("EncryptedPackage",), "password"),
        ((), "format of old Office programs"),
    ],
)
def test_files_of_old_office_programs_say_what_to_do(tmp_path: Path, streams: tuple[str, ...], words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        detect(write(tmp_path, "a.doc", OLE + b"".join(map(stream, streams))))


@pytest.mark.parametrize(
    ("streams", "suffix"),
    [(("Workbook",), ""), (("Book",), ".doc"), (("Workbook", "WordDocument"), ".xls"), ((), ".xls")],
)
def test_old_workbooks_are_known(tmp_path: Path, streams: tuple[str, ...], suffix: str) -> None:
    assert detect(write(tmp_path, f"a{suffix}", OLE + b"".join(map(stream, streams)))) is Kind.SHEET


@pytest.mark.parametrize(
    ("data", "suffix", "kind"),
    [
        (b"\n{\\rtf1 x}", ".doc", Kind.RTF),
        (b"From a@b Thu Jan  2 03:04:05 2020\nSubject: x\n\ny", ".txt", Kind.MAILBOX),
        (b"From a@b Thu Jan  2 03:04:05 2020\nSubject: x\n\ny", ".md", Kind.MARKDOWN),
        (b"From here on\nNote: the time is 03:04\n", ".txt", Kind.TEXT),
        (b"Subject: x\n\ny", ".eml", Kind.MAIL),
        (b"* x", ".org", Kind.ORG),
        (b"a;b", ".xls", Kind.CSV),
        (b"<html><table>", ".xls", Kind.HTML),
        (b"<html><p>", ".org", Kind.ORG),
    ],
)
def test_text_is_what_it_shows_or_is_called(tmp_path: Path, data: bytes, suffix: str, kind: Kind) -> None:
    assert detect(write(tmp_path, f"a{suffix}", data)) is kind
