"""A file of any format that was cut off, changed, renamed or made to do harm is read, or refused in words."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest

from nestdesk.core.errors import DocumentError
from nestdesk.core.types import Passage
from nestdesk.memory import readers
from nestdesk.memory.passages import split
from nestdesk.memory.reader_worker import read_limited
from tests.memory.files import read, write, zipped
from tests.memory.test_epub_format import make_epub
from tests.memory.test_odt_format import make_odt
from tests.memory.test_pptx_format import make_pptx
from tests.memory.test_readers import make_pdf
from tests.memory.test_sheet_format import make_ods, make_xlsx

WORDS = "The old mill stands by the river."
MAIL = f"From: a@b\nSubject: Mill\nDate: Thu, 2 Jan 2020 03:04:05 +0000\n\n{WORDS}\n"


def make_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph(WORDS)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def fill(_: Any, sheet: Any) -> None:
    sheet.write(0, 0, WORDS)


MAKERS: dict[str, Callable[[], bytes]] = {  # a small sound file of every format
    ".txt": lambda: WORDS.encode(),
    ".md": lambda: f"# Mill\n\n{WORDS}".encode(),
    ".rst": lambda: f"Mill\n====\n\n{WORDS}".encode(),
    ".org": lambda: f"* Mill\n{WORDS}".encode(),
    ".html": lambda: f"<html><body><p>{WORDS}</p></body></html>".encode(),
    ".csv": lambda: f"id,note\n1,{WORDS}\n2,{WORDS}\n".encode(),
    ".json": lambda: f'{{"note": "{WORDS}"}}'.encode(),
    ".jsonl": lambda: f'{{"note": "{WORDS}"}}\n[1, 2]\n'.encode(),
    ".py": lambda: f"def mill():\n    return {WORDS!r}\n".encode(),
    ".xml": lambda: f"<mill>{WORDS}</mill>".encode(),
    ".rtf": lambda: rf"{{\rtf1\ansi {WORDS}}}".encode(),
    ".eml": lambda: MAIL.encode(),
    ".mbox": lambda: f"From a@b Thu Jan  2 03:04:05 2020\n{MAIL}\n".encode() * 2,
    ".pdf": lambda: make_pdf([[WORDS], [WORDS]]),
    ".docx": make_docx,
    ".pptx": make_pptx,
    ".xlsx": lambda: make_xlsx(fill),
    ".ods": lambda: make_ods([[WORDS]]),
    ".odt": make_odt,
    ".epub": make_epub,
}
ARCHIVES = (".docx", ".pptx", ".xlsx", ".ods", ".odt", ".epub")


@cache
def sound(suffix: str) -> bytes:
    return MAKERS[suffix]()


def outcome(path: Path) -> str:
    """Return what was read, or why not; anything but a document with text or a DocumentError fails the test."""
    reason = ""
    try:
        text = read(path).text
    except DocumentError as error:
        reason = text = str(error)
    assert text.strip()
    assert not reason or (reason.startswith(path.name) and reason.endswith(".") and str(path.parent) not in reason)
    return text


@pytest.mark.parametrize("suffix", sorted(MAKERS))
def test_a_sound_file_is_read_with_its_places(tmp_path: Path, suffix: str) -> None:
    document = read(write(tmp_path, f"a{suffix}", sound(suffix)))
    passages = split(document)
    assert passages
    assert all(isinstance(one, Passage) and document.text[one.start : one.end] == one.text for one in passages)
    assert list(document.page_starts) == sorted(document.page_starts)
    assert bool(document.page_starts) == (suffix in (".pdf", ".pptx"))
    assert document.warnings == () or suffix == ".pptx"


@pytest.mark.parametrize("suffix", sorted(MAKERS))
def test_a_file_that_was_cut_off_anywhere_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    data = sound(suffix)
    for share in (1, 10, 30, 50, 70, 90, 99):
        outcome(write(tmp_path, f"a{suffix}", data[: max(1, len(data) * share // 100)]))
    if suffix in ARCHIVES:
        assert "damaged" in outcome(write(tmp_path, f"a{suffix}", data[: len(data) // 2]))


@pytest.mark.parametrize("suffix", sorted(MAKERS))
def test_a_file_with_changed_bytes_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    chance = random.Random(suffix)
    for changes in (1, 1, 4, 16, 64):
        data = bytearray(sound(suffix))
        for _ in range(changes):
            data[chance.randrange(len(data))] = chance.randrange(256)
        outcome(write(tmp_path, f"a{suffix}", bytes(data)))


@pytest.mark.parametrize("suffix", sorted(MAKERS))
def test_a_file_under_any_other_name_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    for other in sorted(MAKERS):
        found = outcome(write(tmp_path, f"a{other}", sound(suffix)))
        if suffix in (*ARCHIVES, ".pdf"):
            assert found == read(write(tmp_path, f"b{suffix}", sound(suffix))).text, "its content decides"


@pytest.mark.parametrize("suffix", ARCHIVES)
def test_members_of_an_archive_that_are_cut_off_or_strange(tmp_path: Path, suffix: str) -> None:
    with zipfile.ZipFile(io.BytesIO(sound(suffix))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name, content in members.items():
        for changed in (b"", content[: len(content) // 2], b"\0\xff" * 50, b"<a>" * 20_000):
            outcome(write(tmp_path, f"a{suffix}", zipped(members | {name: changed})))
        without = {other: members[other] for other in members if other != name}
        outcome(write(tmp_path, f"a{suffix}", zipped(without)))


@pytest.mark.parametrize("suffix", ARCHIVES)
def test_a_locked_archive_is_called_protected(tmp_path: Path, suffix: str) -> None:
    data = bytearray(sound(suffix))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1  # of each member: it is encrypted
    assert "protected by a password" in outcome(write(tmp_path, f"a{suffix}", bytes(data)))


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".pptx"])
def test_an_office_file_with_a_password_is_called_protected(tmp_path: Path, suffix: str) -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
    assert outcome(write(tmp_path, f"a{suffix}", locked)) == (
        f"a{suffix} is protected by a password; save a copy without one and add that."
    )


def test_a_table_of_a_million_columns(tmp_path: Path) -> None:
    head = ",".join(f"c{number}" for number in range(1_000_000))
    text = "".join(part.text for part in read_limited(write(tmp_path, "a.csv", f"{head}\n{'7,' * 999_999}7\n")))
    assert text.startswith("c0: 7; c1: 7;")
    assert text.endswith("c999999: 7")


def test_a_table_that_repeats_a_huge_name_stops_at_the_longest_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nestdesk.memory.parts.PART_CHARACTERS", 100_000)
    monkeypatch.setattr("nestdesk.memory.parts.MAX_CHARACTERS", 300_000)
    path = write(tmp_path, "a.csv", f"{'name' * 5_000},b\n" + "x,y\n" * 100_000)  # two billion characters
    *_, last = found = list(readers.read(path))
    assert sum(len(part.text) for part in found) < 500_000
    assert any("very long" in warning for warning in last.warnings)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
@pytest.mark.parametrize("depth", [900, 200_000])
def test_deep_json_is_an_outline_or_plain_text(tmp_path: Path, opening: str, depth: int) -> None:
    levels = depth // sum(map(opening.count, "[{"))
    closing = "".join({"[": "]", "{": "}"}.get(sign, "") for sign in reversed(opening))
    path = write(tmp_path, "a.json", opening * levels + "7" + closing * levels)
    *_, last = found = list(read_limited(path))
    assert sum(len(part.text) for part in found) < 3 * path.stat().st_size + 50 * levels
    assert bool(last.warnings) == (depth > 1_000)


def test_a_bad_line_leaves_the_others_of_its_file_alone(tmp_path: Path) -> None:
    document = read(write(tmp_path, "a.jsonl", '{"a": 1}\n{"a": \n\n{"b": "two"}\n{"c'))
    assert document.text == 'a: 1\n\n{"a":\n\nb: two\n\n{"c'
    assert document.warnings == ("Lines that are no JSON were read as plain text: 2.",)
