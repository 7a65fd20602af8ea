"""An archive is measured before it is expanded, with whatever lies inside it; its XML names no other files."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.memory import archives
from nestdesk.memory.archives import check_archive, opened, parse_xml
from tests.memory.files import read, read_limited, write, zipped

MEBIBYTE = 1024**2
# The member that makes an archive a document of its kind, by suffix.
MARKS = {
    ".docx": ("word/document.xml", b"<x/>"),
    ".pptx": ("ppt/presentation.xml", b"<x/>"),
    ".xlsx": ("xl/workbook.xml", b"<x/>"),
    ".epub": ("META-INF/container.xml", b"<x/>"),
    ".odt": ("mimetype", b"application/vnd.oasis.opendocument.text"),
    ".ods": ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
}


def nested(levels: int) -> bytes:
    """Return archives within archives; the innermost holds a text."""
    data = b"The end."
    for _ in range(levels):
        data = zipped({"inner": data})
    return data


@pytest.mark.parametrize("suffix", MARKS)
def test_a_bomb_of_every_kind_is_refused_within_the_real_limits(tmp_path: Path, suffix: str) -> None:
    mark, content = MARKS[suffix]
    path = tmp_path / f"bomb{suffix}"
    path.write_bytes(zipped({mark: content, "zeros": bytes(20 * MEBIBYTE)}))
    with pytest.raises(DocumentError, match="expand"):
        read(path)


def test_the_worker_hands_the_refusal_over(tmp_path: Path) -> None:
    path = tmp_path / "bomb.epub"
    path.write_bytes(zipped({"META-INF/container.xml": b"<x/>", "zeros": bytes(20 * MEBIBYTE)}))
    with pytest.raises(DocumentError, match="expand"):
        read_limited(path)


@pytest.mark.parametrize(("claimed_bytes", "is_refused"), [(501 * MEBIBYTE, True), (400 * MEBIBYTE, False)])
def test_what_the_archive_claims_decides_before_anything_is_expanded(
    tmp_path: Path, claimed_bytes: int, is_refused: bool
) -> None:
    # So much of a file that its ratio is none to speak of.
    data = bytearray(zipped({"a": b"text", "b": bytes(6 * MEBIBYTE)}, zipfile.ZIP_STORED))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = claimed_bytes.to_bytes(4, "little")
    expected = pytest.raises(DocumentError, match="expand") if is_refused else contextlib.nullcontext()
    with expected:
        check_archive(write(tmp_path, "a.docx", bytes(data)))


def test_the_sum_of_all_members_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({str(number): bytes(1000) for number in range(10)}, zipfile.ZIP_STORED)
    monkeypatch.setattr(archives, "MAX_EXPANDED_BYTES", 10_000)
    check_archive(write(tmp_path, "a.docx", data))
    monkeypatch.setattr(archives, "MAX_EXPANDED_BYTES", 9_999)
    with pytest.raises(DocumentError, match="expand"):
        check_archive(write(tmp_path, "a.docx", data))


def test_what_lies_in_an_inner_archive_counts(tmp_path: Path) -> None:
    inner = zipped({"zeros": bytes(20 * MEBIBYTE)})
    with pytest.raises(DocumentError, match="expand"):
        check_archive(write(tmp_path, "a.docx", zipped({"small": b"text", "inner": inner})))
    check_archive(write(tmp_path, "a.docx", zipped({"small": b"text", "inner": zipped({"zeros": bytes(MEBIBYTE)})})))


def test_archives_nest_three_deep_and_no_deeper(tmp_path: Path) -> None:
    check_archive(write(tmp_path, "a.docx", nested(3)))
    with pytest.raises(DocumentError, match="expand"):
        check_archive(write(tmp_path, "a.docx", nested(4)))


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_MEMBERS", 3)
    check_archive(write(tmp_path, "a.docx", zipped({str(number): b"" for number in range(3)})))
    with pytest.raises(DocumentError, match="expand"):
        check_archive(write(tmp_path, "a.docx", zipped({str(number): b"" for number in range(4)})))


def test_what_only_begins_like_an_archive_is_a_member_like_any_other(tmp_path: Path) -> None:
    check_archive(write(tmp_path, "a.docx", zipped({"inner": b"PK\x03\x04 and then nothing of the kind"})))


def test_limits_are_the_published_ones() -> None:
    assert archives.MAX_EXPANDED_BYTES == 500 * MEBIBYTE
    assert archives.MAX_RATIO == 100
    assert archives.MAX_NESTING == 3


def test_a_member_that_lies_about_its_size_is_damage(tmp_path: Path) -> None:
    data = bytearray(zipped({"a": b"word " * 1000}))
    directory = data.index(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    with (
        pytest.raises(DocumentError, match="damaged: it is an e-book"),
        opened(write(tmp_path, "a.epub", bytes(data)), "an e-book") as archive,
    ):
        archive.read("a")


@pytest.mark.parametrize("error", [KeyError("x"), SyntaxError("x"), EOFError("x")])
def test_what_the_reader_meets_is_told_as_damage(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(DocumentError, match="damaged"), opened(write(tmp_path, "a.odt", zipped({"a": b""})), "a text"):
        raise error


def test_bugs_are_not_told_as_damage(tmp_path: Path) -> None:
    with pytest.raises(TypeError), opened(write(tmp_path, "a.odt", zipped({"a": b""})), "a text"):
        raise TypeError("a bug")


def test_xml_names_no_files_and_multiplies_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary", encoding="utf-8")
    external = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><d>a&x;b</d>'
    assert "canary" not in "".join(parse_xml(external.encode()).itertext())
    entities = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE d [<!ENTITY x0 "ha">{entities}]><d>&x9;</d>'
    try:
        text = "".join(node for node in parse_xml(laughs.encode()).itertext())
    except SyntaxError:
        return
    assert len(text) < 100


def test_xml_drops_comments_and_says_when_it_is_broken() -> None:
    assert "".join(parse_xml("<d>ä<!-- c --><?pi x?>字</d>".encode()).itertext()) == "ä字"
    with pytest.raises(SyntaxError):
        parse_xml(b"<d><e></d>")
    with pytest.raises(SyntaxError):
        parse_xml(b"<d>" * 5_000 + b"</d>" * 5_000)
