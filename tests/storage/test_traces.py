"""A word is found wherever it is: in any file, coding or archive, and in values that no stretch of the file holds."""

from __future__ import annotations

import gzip
import zipfile

import pytest

from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Role
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.traces import places

WORD = "qwertzuiopasdf"


@pytest.mark.parametrize(
    "data",
    [
        WORD.encode(),
        WORD.capitalize().encode("utf-16-le"),
        WORD.encode("utf-16-be"),
        gzip.compress(WORD.encode(), mtime=0),
    ],
)
def test_a_word_is_found_in_every_coding(folder: DataFolder, data: bytes) -> None:
    folder.create()
    (folder.logs / "engine.log").write_bytes(b"before " + data + b" after" if data[:2] != b"\x1f\x8b" else data)
    assert [name.removesuffix(" unpacked") for name in places(folder, [WORD])] == ["logs/engine.log"]
    assert places(folder, ["yxcvbnmlkjhgfd"]) == {}


def test_a_word_is_found_in_an_archive_and_not_sought_in_the_models(folder: DataFolder) -> None:
    folder.create()
    with zipfile.ZipFile(folder.root / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tables/fact.jsonl", f"{WORD} " * 50)
    (folder.models / "model.bin").write_bytes(WORD.encode())
    assert list(places(folder, [WORD])) == ["export.zip/tables/fact.jsonl"]


def test_a_word_that_pages_divide_is_found_in_its_table(database: Database, folder: DataFolder) -> None:
    journal = Journal(database)
    chat = journal.create_conversation("long")
    for shift in range(20):
        journal.add_message(chat.id, Role.USER, "." * (5000 + shift * 211) + WORD)
    assert places(folder, [WORD])["nestdesk.db: message"] == 20 * (len(WORD) - 4)
