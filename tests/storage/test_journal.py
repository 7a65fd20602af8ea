"""Conversations, memories and settings are kept as they were said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import Mode, Role, Why
from nestdesk.storage.database import Database
from nestdesk.storage.journal import Journal
from nestdesk.storage.models import ConversationRow


def test_messages_come_back_in_order_after_a_restart(database: Database, folder: DataFolder) -> None:
    journal = Journal(database)
    chat = journal.create_conversation("Ticks")
    said = [
        journal.add_message(chat.id, Role.USER, "Hi \U0001f41e\0 there"),
        journal.add_message(chat.id, Role.ASSISTANT, "Hello", why=Why(Mode.AUTO, note="nothing used")),
    ]
    database.close()
    again = Database.open(folder)
    stored = Journal(again).messages(chat.id)
    assert list(stored) == said
    assert stored[1].parent_id == stored[0].id
    assert stored[0].created_at.utcoffset() == timedelta(0)
    again.close()


def test_a_branch_hangs_on_the_message_it_was_given(journal: Journal) -> None:
    chat = journal.create_conversation("tree")
    first = journal.add_message(chat.id, Role.USER, "one")
    journal.add_message(chat.id, Role.ASSISTANT, "two")
    assert journal.add_message(chat.id, Role.ASSISTANT, "two again", parent_id=first.id).parent_id == first.id
    other = journal.create_conversation("other")
    with pytest.raises(StorageError, match="not in this conversation"):
        journal.add_message(other.id, Role.USER, "stray", parent_id=first.id)


def test_a_chat_shows_one_branch_and_keeps_all(journal: Journal, database: Database) -> None:
    chat = journal.create_conversation("tree")
    asked = journal.add_message(chat.id, Role.USER, "I live in Oslo.")
    first = journal.add_message(chat.id, Role.ASSISTANT, "Good.")
    further = journal.add_message(chat.id, Role.USER, "I have a cat.")
    again = journal.add_message(chat.id, Role.ASSISTANT, "Nice.", parent_id=asked.id)
    assert journal.messages(chat.id) == journal.learnable(chat.id) == (asked, again)
    assert journal.tree(chat.id) == (asked, first, further, again)
    on = journal.add_message(chat.id, Role.USER, "And a dog.")
    assert (on.parent_id, journal.messages(chat.id)) == (again.id, (asked, again, on))
    journal.forget_said(chat.id)
    last = journal.add_message(chat.id, Role.USER, "And a fish.", parent_id=further.id)
    assert journal.messages(chat.id) == (asked, first, further, last)
    assert journal.learnable(chat.id) == (last,)


def test_a_chat_without_a_leaf_ends_at_its_newest_message(journal: Journal, database: Database) -> None:
    chat = journal.create_conversation("older than leaves")
    one, two = (journal.add_message(chat.id, Role.USER, text) for text in ("one", "two"))
    with database.session() as session:
        session.execute(update(ConversationRow).values(leaf_id=None))
    assert journal.messages(chat.id) == (one, two)
    assert journal.add_message(chat.id, Role.USER, "three").parent_id == two.id


def test_a_stopped_answer_keeps_what_was_said(journal: Journal) -> None:
    chat = journal.create_conversation("stop")
    begun = journal.add_message(chat.id, Role.ASSISTANT, "", is_complete=False)
    why = Why(Mode.CLOSED)
    stopped = journal.finish_message(begun.id, "Half an", why, is_complete=False)
    assert journal.messages(chat.id) == (stopped,)
    assert (stopped.text, stopped.why, stopped.is_complete) == ("Half an", why, False)


def test_the_conversation_written_to_last_is_first(journal: Journal) -> None:
    old, new = journal.create_conversation("old"), journal.create_conversation("new")
    assert [chat.id for chat in journal.conversations()] == [new.id, old.id]
    journal.add_message(old.id, Role.USER, "again")
    journal.rename_conversation(old.id, "older")
    first = journal.conversations()[0]
    assert (first.id, first.title, first.messages) == (old.id, "older", 1)


def test_a_lone_surrogate_does_not_break_anything(journal: Journal) -> None:
    chat = journal.create_conversation("bad \ud800 title")
    assert journal.add_message(chat.id, Role.USER, "a\udc80b").text == "a\ufffdb"


def test_deleting_a_conversation_takes_its_messages_and_memory(journal: Journal, database: Database) -> None:
    chat, other = journal.create_conversation("gone"), journal.create_conversation("stays")
    journal.add_message(chat.id, Role.USER, "one")
    journal.add_message(chat.id, Role.ASSISTANT, "two")
    journal.add_summary(chat.id, "They spoke of secrets.", None)
    why = Why(Mode.AUTO, memories=("They spoke of secrets.", "Other."))
    quoting = journal.add_message(other.id, Role.ASSISTANT, "As you said", why=why)
    journal.delete_conversation(chat.id)
    assert [left.id for left in journal.conversations()] == [other.id]
    assert journal.summaries() == ()
    (left,) = journal.messages(other.id)
    assert left.id == quoting.id
    assert left.why == Why(Mode.AUTO, memories=("Other.",))
    assert database.check() == []


def test_a_conversation_is_summarised_until_it_goes_on_and_a_deleted_memory_stays_deleted(journal: Journal) -> None:
    chat = journal.create_conversation("memory")
    assert journal.unsummarised() == ()  # nothing was said yet
    journal.add_message(chat.id, Role.USER, "I have a cat.")
    assert [it.id for it in journal.unsummarised()] == [chat.id]
    first = journal.add_summary(chat.id, "The user has a cat.", b"\0\0\0\0")
    assert journal.unsummarised() == ()
    assert journal.summary_vectors() == ((first, b"\0\0\0\0"),)
    journal.add_message(chat.id, Role.USER, "And a dog.")
    assert [it.id for it in journal.unsummarised()] == [chat.id]
    second = journal.add_summary(chat.id, "The user has a cat and a dog.", None)
    assert journal.summaries() == (second,)
    assert journal.summary_vectors() == ()
    journal.forget_said(chat.id)
    assert journal.summaries() == ()
    assert journal.unsummarised() == ()


def test_what_was_forgotten_is_shown_and_never_learned_again(journal: Journal, database: Database) -> None:
    chat, other = journal.create_conversation("secrets"), journal.create_conversation("other")
    journal.add_message(chat.id, Role.USER, "I have a secret.")
    assert journal.has_news(chat.id)
    summary = journal.add_summary(chat.id, "I have a secret.", None)
    assert not journal.has_news(chat.id)
    quoting = journal.add_message(other.id, Role.ASSISTANT, "As you said", why=Why(Mode.AUTO, memories=(summary.text,)))
    journal.add_message(chat.id, Role.USER, "And another one.")
    journal.forget_said(chat.id)
    assert journal.summaries() == journal.learnable(chat.id) == ()
    assert not journal.has_news(chat.id)
    assert [message.text for message in journal.messages(chat.id)] == ["I have a secret.", "And another one."]
    assert [one.why for one in journal.messages(other.id) if one.id == quoting.id] == [Why(Mode.AUTO)]
    last = journal.add_message(chat.id, Role.USER, "I have a cat.")
    assert journal.has_news(chat.id)
    assert [one.id for one in journal.unsummarised()] == [chat.id, other.id]
    assert journal.learnable(chat.id) == (last,)
    assert database.check() == []


def test_nothing_of_a_temporary_conversation_is_kept(journal: Journal, database: Database, folder: DataFolder) -> None:
    chat = journal.create_conversation("secret", is_temporary=True)
    journal.add_message(chat.id, Role.USER, "MyTemporarySecret")
    assert journal.unsummarised() == ()
    assert not journal.has_news(chat.id)
    assert journal.learnable(chat.id) == ()
    with pytest.raises(StorageError, match="temporary"):
        journal.add_summary(chat.id, "no", None)
    assert journal.discard_temporary() == 1
    assert journal.conversations() == ()
    database.compact()
    assert b"MyTemporarySecret" not in folder.database.read_bytes()


def test_unknown_ids_are_said_in_plain_words(journal: Journal) -> None:
    for call in (
        lambda: journal.messages(9),
        lambda: journal.tree(9),
        lambda: journal.add_message(9, Role.USER, "x"),
        lambda: journal.finish_message(9, "x", None, True),
        lambda: journal.rename_conversation(9, "x"),
        lambda: journal.delete_conversation(9),
        lambda: journal.conversation(9),
        lambda: journal.learnable(9),
        lambda: journal.forget_said(9),
        lambda: journal.has_news(9),
        lambda: journal.add_summary(9, "x", None),
    ):
        with pytest.raises(StorageError, match="There is no"):
            call()


def test_saved_settings_replace_all_earlier_ones(journal: Journal) -> None:
    journal.save_settings({"theme": "dark", "device": "cpu"})
    journal.save_settings({"theme": "light"})
    assert journal.settings() == {"theme": "light"}


def test_an_event_may_name_what_is_gone(journal: Journal, database: Database) -> None:
    event = journal.add_event("forget", "A source was forgotten.", source_id=77)
    assert event.source_id == 77
    assert database.check() == []
