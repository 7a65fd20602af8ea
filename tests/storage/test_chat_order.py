"""Folders, pins and the archive: a chat is where it was put, and a deleted folder takes no chat with it."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.storage.chat_order import ChatOrderStore
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal


@pytest.fixture
def order(database: Database) -> ChatOrderStore:
    return ChatOrderStore(database)


def test_folders_are_named_once_and_listed_by_name(order: ChatOrderStore) -> None:
    work, home = order.named("work"), order.named("  At  home ")
    assert order.folders() == (home, work)
    assert home.name == "At home"
    assert order.named("work") == work, "it is there already"
    with pytest.raises(StorageError, match="needs a name"):
        order.named(" \n")
    order.rename(work.id, "work")
    with pytest.raises(StorageError, match="already"):
        order.rename(work.id, "At home")
    order.rename(work.id, "Office")
    assert [one.name for one in order.folders()] == ["At home", "Office"]


def test_a_chat_is_where_it_was_put(order: ChatOrderStore, journal: Journal) -> None:
    chat, other = journal.create_conversation("Chat"), journal.create_conversation("Other")
    work = order.named("work")
    order.move(chat.id, work.id)
    order.pin(chat.id, True)
    order.archive(chat.id, True)
    put = journal.conversation(chat.id)
    assert (put.folder_id, put.is_pinned, put.is_archived) == (work.id, True, True)
    assert put.updated_at == chat.updated_at, "putting it away says nothing in it"
    assert journal.conversation(other.id) == other
    order.move(chat.id, None)
    order.pin(chat.id, False)
    order.archive(chat.id, False)
    assert journal.conversation(chat.id) == chat


def test_a_deleted_folder_leaves_its_chats(order: ChatOrderStore, journal: Journal) -> None:
    chat = journal.create_conversation("Chat")
    work, home = order.named("work"), order.named("home")
    order.move(chat.id, work.id)
    order.delete(work.id)
    assert order.folders() == (home,)
    assert journal.conversation(chat.id) == chat


def test_what_is_not_there_is_an_expected_error(order: ChatOrderStore, journal: Journal) -> None:
    chat = journal.create_conversation("Chat")
    for act in (
        lambda: order.rename(9, "x"),
        lambda: order.delete(9),
        lambda: order.move(chat.id, 9),
        lambda: order.move(99, None),
        lambda: order.pin(99, True),
        lambda: order.archive(99, True),
    ):
        with pytest.raises(StorageError):
            act()
