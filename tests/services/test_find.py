"""Everything is found by a few words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Effort, Function, Level, Role
from nestdesk.services.find import EACH, Find, Found
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.sources import SourceStore


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    folder = DataFolder(tmp_path / "data")
    folder.create()
    database = Database.open(folder)
    yield database
    database.close()


@pytest.fixture
def find(database: Database, tmp_path: Path) -> Find:
    journal, sources = Journal(database), SourceStore(database)
    blobs = Blobs(DataFolder(tmp_path / "data").blobs)
    experts = ExpertStore(database, blobs)
    boats = journal.create_conversation("Boats")
    journal.add_message(boats.id, Role.USER, "The Petrel is wooden.")
    mills = journal.create_conversation("Mills")
    journal.add_message(
        mills.id, Role.USER, f"{'Nothing here. ' * 20}A boat lies at the mill. {'Nothing there. ' * 20}"
    )
    journal.add_message(mills.id, Role.ASSISTANT, "A boat? A boat!")
    journal.add_summary(boats.id, "I have a boat called Petrel.", None)
    source = sources.add("Boat register", "document", "/tmp/boats.txt", "ab", 9, Effort.NORMAL)
    birth = blobs.put_bytes(b"identity")
    experts.create(
        "Boat register/memory", Function.MEMORY, Level.FAST, "backbone", 512, source.id,
        birth_blob=birth, birth_config={"is_identity": True},
    )  # fmt: skip
    return Find(database, journal, sources, experts)


def test_all_kinds_are_found_each_chat_once(find: Find) -> None:
    found = find.find("BOAT")
    assert [(one.kind, one.title) for one in found] == [
        ("chat", "Boats"),
        ("chat", "Mills"),
        ("document", "Boat register"),
        ("memory", "I have a boat called Petrel."),
        ("expert", "Boat register/memory"),
    ]
    assert found[1].note == "A boat? A boat!"


def test_every_word_has_to_be_there_and_the_note_shows_where(find: Find) -> None:
    (mills,) = find.find("boat lies")
    assert mills.kind == "chat"
    assert mills.note.startswith("… ")
    assert "A boat lies at the mill." in mills.note
    assert mills.note.endswith(" …")
    assert find.find("boat submarine") == ()
    assert find.find("petrel wooden") == (Found("chat", 1, "Boats", "The Petrel is wooden.", 1),)


def test_without_words_it_is_what_was_used_last(find: Find, database: Database) -> None:
    journal = Journal(database)
    for number in range(EACH + 3):
        journal.create_conversation(f"Chat {number}")
    found = [one.title for one in find.find("  ") if one.kind == "chat"]
    assert found == [f"Chat {number}" for number in range(EACH + 2, 2, -1)]
