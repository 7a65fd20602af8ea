"""What a source is learned from: a file as it was added, a conversation as far as it went."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from nestdesk.core.errors import DocumentError, StorageError
from nestdesk.core.types import Document, Effort, Role
from nestdesk.services import material
from nestdesk.services.material import CONVERSATION, Materials, hash_file

DAUGHTER = "My daughter Wilhelmina plays the bassoon in Rotterdam."
BOAT = "My boat Petrel lies in the northern harbour."


@pytest.fixture
def materials(desk):
    def read(path: Path) -> Generator[Document, None, None]:
        yield Document("A title", path.read_text(encoding="utf-8"), "text/plain")

    return Materials(desk.database, desk.sources, desk.journal, read)


@pytest.fixture
def chat(desk):
    return desk.journal.create_conversation("Music")


def say(desk, chat, text, answer="I see."):
    desk.journal.add_message(chat.id, Role.USER, text)
    desk.journal.add_message(chat.id, Role.ASSISTANT, answer)


def add(desk, said, chat):
    return desk.sources.add("Music", CONVERSATION, "", said.sha256, said.size_bytes, Effort.QUICK, chat.id)


def store(desk, source, said):
    vectors = desk.engine.embed([passage.text for passage in said.passages])
    desk.sources.save_content(source.id, said.title, "", said.passages, vectors)


def test_a_document_is_read_if_it_is_what_was_added(desk, materials, document):
    file = document("notes.txt", "Opossums eat ticks.")
    source = desk.sources.add("notes", material.DOCUMENT, str(file), hash_file(file), 19, Effort.QUICK)
    (read,) = materials.of(source)
    assert (read.title, read.sha256, read.size_bytes) == ("A title", source.sha256, 19)
    assert [passage.text for passage in read.passages] == ["Opossums eat ticks."]
    file.write_text("Something else.", encoding="utf-8")
    with pytest.raises(DocumentError, match="was changed"):
        list(materials.of(source))
    file.unlink()
    with pytest.raises(DocumentError, match="cannot be opened"):
        list(materials.of(source))


def test_a_conversation_is_read_as_the_persons_statements(desk, materials, chat):
    say(desk, chat, f"Hello! {DAUGHTER} Can you play it?", "I play the bassoon, too. My teacher is Bob.")
    say(desk, chat, BOAT)
    said = materials.said(chat.id)
    assert said.title == "Music"
    assert [passage.text for passage in said.passages] == [DAUGHTER, BOAT]
    text = f"{DAUGHTER}\n\n{BOAT}"
    assert all(text[passage.start : passage.end] == passage.text for passage in said.passages)
    assert said.size_bytes == len(DAUGHTER) + len(BOAT)


def test_a_conversation_that_goes_on_is_told_from_what_it_was(desk, materials, chat):
    say(desk, chat, DAUGHTER)
    before = materials.said(chat.id)
    say(desk, chat, "Thanks! What else?")
    assert materials.said(chat.id) == before
    say(desk, chat, BOAT)
    assert materials.said(chat.id).sha256 != before.sha256
    other = desk.journal.create_conversation("other")
    say(desk, other, DAUGHTER)
    assert materials.said(other.id).sha256 != before.sha256


def test_what_was_read_stays_in_front_even_if_the_rules_change(desk, materials, chat, monkeypatch):
    say(desk, chat, DAUGHTER)
    say(desk, chat, BOAT)
    before = materials.said(chat.id)
    store(desk, add(desk, before, chat), before)
    monkeypatch.setattr(material, "statements", lambda messages: ("I am new here.", BOAT))  # a later version's
    after = materials.said(chat.id)
    assert after.passages[:2] == before.passages
    assert [passage.text for passage in after.passages[2:]] == ["I am new here."]
    assert after.passages[2].start > after.passages[1].end


def test_reading_a_conversation_notes_what_was_read(desk, materials, chat):
    say(desk, chat, DAUGHTER)
    source = add(desk, materials.said(chat.id), chat)
    say(desk, chat, BOAT)
    (read,) = materials.of(source)
    assert len(read.passages) == 2
    assert desk.sources.get(source.id).sha256 == read.sha256 != source.sha256


def test_there_is_nothing_to_learn_of_a_temporary_a_forgotten_or_a_deleted_chat(desk, materials, chat):
    temporary = desk.journal.create_conversation("secret", is_temporary=True)
    say(desk, temporary, DAUGHTER)
    assert materials.said(temporary.id).passages == ()
    say(desk, chat, DAUGHTER)
    source = add(desk, materials.said(chat.id), chat)
    desk.journal.forget_said(chat.id)
    with pytest.raises(DocumentError, match="Nothing was stated"):
        list(materials.of(source))
    desk.journal.delete_conversation(chat.id)
    with pytest.raises(DocumentError, match="was deleted"):
        list(materials.of(desk.sources.get(source.id)))
    with pytest.raises(StorageError):
        materials.said(chat.id)


def test_language_type_and_remarks_come_along(desk, document):
    remark = "2 of 9 pages have no text (pictures or scans)."

    def read(path: Path) -> Generator[Document, None, None]:
        yield Document("", path.read_text(encoding="utf-8"), "application/pdf", warnings=(remark,))

    materials = Materials(desk.database, desk.sources, desk.journal, read)
    for text in ("Der Hafen wurde vor dem Krieg gebaut, und die meisten Schiffe brachten Kohle mit sich.", "  "):
        file = document("scan.pdf", text)
        source = desk.sources.add("scan", material.DOCUMENT, str(file), hash_file(file), 1, Effort.QUICK)
        if text.strip():
            (found,) = materials.of(source)
            assert (found.language, found.media_type, found.notes) == ("de", "application/pdf", (remark,))
        else:
            with pytest.raises(DocumentError, match=r"has no text to learn from\. 2 of 9 pages"):
                list(materials.of(source))
