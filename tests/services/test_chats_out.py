"""Chosen chats go out as one file; as JSON they come back whole, with all branches, and only once."""

from __future__ import annotations

import json

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.jobs import finish
from nestdesk.core.types import Role
from nestdesk.services.exchange import Exchange
from nestdesk.storage.chat_order import ChatOrderStore
from tests.memory.chat_files import branched
from tests.memory.files import write


def exchange_of(desk):
    return Exchange(desk.folder, desk.database, desk.blobs, desk.learn, desk.changes)


@pytest.fixture
def exchange(desk):
    return exchange_of(desk)


@pytest.fixture
def ids(desk, exchange, tmp_path):
    """A chat with two branches, an imported one, and a temporary one."""
    chat = desk.journal.create_conversation("Mine")
    asked = desk.journal.add_message(chat.id, Role.USER, "Where do I live?")
    desk.journal.add_message(chat.id, Role.ASSISTANT, "In Oslo.", parent_id=asked.id)
    desk.journal.add_message(chat.id, Role.ASSISTANT, "In Rome.", parent_id=asked.id, is_complete=False)
    taken = finish(exchange.take([write(tmp_path, "gpt.json", json.dumps([branched()]))]))
    secret = desk.journal.create_conversation("Secret", is_temporary=True)
    desk.journal.add_message(secret.id, Role.USER, "psst")
    return [chat.id, *taken.taken_ids, secret.id]


def told(desk):
    return [
        [(one.text, one.role, one.created_at, one.is_complete) for one in desk.journal.tree(chat.id)]
        for chat in desk.journal.conversations()
        if not chat.is_temporary
    ]


def test_chats_that_can_be_exported_are_listed_without_temporary_ones(exchange, ids):
    assert [(one.id, one.messages) for one in exchange.own_chats()] == [(ids[0], 3), (ids[1], 4)]
    assert exchange.own_chats()[0].chars == len("Where do I live?In Oslo.In Rome.")


def test_json_comes_back_whole_elsewhere_and_adds_nothing_here(desk, exchange, ids, make_desk, tmp_path):
    file = tmp_path / "out.json"
    assert finish(exchange.export_chats(ids, file, "json")) == file.stat().st_size
    assert "psst" not in file.read_text(encoding="utf-8")
    assert finish(exchange.take([file])).new_messages == 0
    other = make_desk(tmp_path / "other")
    into = exchange_of(other)
    assert finish(into.take([file])).new_conversations == 2
    assert sorted(told(other)) == sorted(told(desk))
    assert finish(into.take([file])).new_messages == 0
    other.database.close()


@pytest.mark.parametrize("is_whole", [False, True], ids=["chosen", "everything"])
def test_folder_pin_and_archive_come_along(desk, exchange, ids, make_desk, tmp_path, is_whole):
    order = ChatOrderStore(desk.database)
    order.named("Empty")
    order.move(ids[0], order.named("Work").id)
    order.pin(ids[0], True)
    order.archive(ids[1], True)
    file = tmp_path / ("out.zip" if is_whole else "out.json")
    finish(exchange.export(file) if is_whole else exchange.export_chats(ids, file, "json"))
    other = make_desk(tmp_path / "other")
    theirs = ChatOrderStore(other.database)
    known = theirs.named("Known")
    other.journal.create_conversation("Theirs")  # so that only the chats of the whole export are taken
    finish(exchange_of(other).take([file]))
    names = {one.id: one.name for one in theirs.folders()}
    put = {
        one.title: (names.get(one.folder_id), one.is_pinned, one.is_archived) for one in other.journal.conversations()
    }
    assert put == {"Theirs": (None, False, False), "Mine": ("Work", True, False), "Chat a": (None, False, True)}
    assert sorted(names.values()) == ["Known", "Work"]

    mine = next(one for one in other.journal.conversations() if one.title == "Mine")
    theirs.move(mine.id, known.id)
    theirs.pin(mine.id, False)
    finish(exchange_of(other).take([file]))
    kept = other.journal.conversation(mine.id)
    assert (kept.folder_id, kept.is_pinned) == (known.id, False), "where a person put it, it stays"
    other.database.close()


def test_markdown_is_the_branch_that_is_shown(exchange, ids, tmp_path):
    file = tmp_path / "out.md"
    finish(exchange.export_chats(ids[:2], file, "markdown"))
    text = file.read_text(encoding="utf-8")
    assert text.index("# Mine") < text.index("In Rome.") < text.index("\n---\n") < text.index("# Chat a")
    assert "In Oslo." not in text


def test_a_file_is_written_whole_or_not_at_all(exchange, ids, tmp_path):
    file = write(tmp_path, "there.json", "mine")
    with pytest.raises(StorageError, match="exists already"):
        finish(exchange.export_chats(ids, file, "json"))
    assert file.read_text(encoding="utf-8") == "mine"
    before = sorted(tmp_path.iterdir())
    job = exchange.export_chats(ids, tmp_path / "new.json", "json")
    next(job)
    job.close()
    with pytest.raises(StorageError, match="deleted"):
        finish(exchange.export_chats([*ids, 999], tmp_path / "new.json", "json"))
    assert sorted(tmp_path.iterdir()) == before
