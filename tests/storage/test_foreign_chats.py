"""Chats of other programs come in once: what is there is recognised, what went on is added, branches stay branches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nestdesk.core.chats import ForeignChat, ForeignMessage
from nestdesk.core.types import Role
from nestdesk.storage.database import Database
from nestdesk.storage.foreign_chats import ForeignChats, Taken
from nestdesk.storage.journal import Journal

BEGUN = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)


def message(key: str, parent: str | None, text: str, role: Role = Role.USER) -> ForeignMessage:
    return ForeignMessage(key, parent, role, text, BEGUN + timedelta(minutes=len(text)))


def chat(*messages: ForeignMessage, leaf: str, origin: str = "chatgpt:1") -> ForeignChat:
    return ForeignChat(origin, "Oslo", BEGUN, messages, leaf)


ASKED = message("q", None, "I live in Oslo.")
FIRST = message("a", "q", "Good for you.", Role.ASSISTANT)
SECOND = message("b", "q", "Good for you.", Role.ASSISTANT)  # generated again, in the same words
BRANCHED = chat(ASKED, FIRST, SECOND, leaf="b")


@pytest.fixture
def foreign(database: Database) -> ForeignChats:
    return ForeignChats(database)


def texts(journal: Journal, id: int | None) -> list[str]:
    assert id is not None
    return [one.text for one in journal.messages(id)]


def test_a_chat_comes_in_with_its_branches_and_times(foreign: ForeignChats, journal: Journal) -> None:
    assert foreign.compare(BRANCHED) == Taken(None, True, 3)
    assert journal.conversations() == ()
    taken = foreign.take(BRANCHED)
    assert taken == Taken(taken.conversation_id, True, 3)
    (stored,) = journal.conversations()
    assert (stored.id, stored.title, stored.created_at) == (taken.conversation_id, "Oslo", BEGUN)
    assert stored.updated_at == ASKED.created_at  # the latest of its messages
    tree = journal.tree(stored.id)
    assert [one.parent_id for one in tree] == [None, tree[0].id, tree[0].id]
    assert journal.messages(stored.id) == (tree[0], tree[2])
    assert [one.created_at for one in tree] == [one.created_at for one in BRANCHED.messages]


def test_taking_it_again_adds_nothing(foreign: ForeignChats, journal: Journal) -> None:
    id = foreign.take(BRANCHED).conversation_id
    before = journal.tree(id or 0), journal.conversations()
    assert foreign.compare(BRANCHED) == foreign.take(BRANCHED) == Taken(id, False, 0)
    renamed = replace(BRANCHED, messages=tuple(replace(one, key=f"new {one.key}") for one in (ASKED,)), leaf="new q")
    assert foreign.take(renamed) == Taken(id, False, 0)
    assert (journal.tree(id or 0), journal.conversations()) == before


def test_what_cannot_be_stored_as_it_is_is_recognised_too(foreign: ForeignChats) -> None:
    odd = chat(message("q", None, "lone \ud800 surrogate"), leaf="q")
    assert foreign.take(odd).messages == 1
    assert foreign.take(odd).messages == 0


def test_a_chat_that_went_on_gets_its_new_messages_only(foreign: ForeignChats, journal: Journal) -> None:
    id = foreign.take(BRANCHED).conversation_id or 0
    journal.rename_conversation(id, "Mine")
    on = chat(ASKED, FIRST, SECOND, message("c", "a", "I have a very old cat."), leaf="c")
    assert foreign.compare(on) == foreign.take(on) == Taken(id, False, 1)
    assert texts(journal, id) == ["I live in Oslo.", "Good for you.", "I have a very old cat."]
    assert journal.messages(id)[1].id < journal.tree(id)[2].id  # it hangs on the first of the two answers
    assert journal.conversation(id).title == "Mine"
    assert not journal.has_news(id)


def test_what_was_said_here_stays_shown_and_stays_news(foreign: ForeignChats, journal: Journal) -> None:
    id = foreign.take(BRANCHED).conversation_id or 0
    journal.add_message(id, Role.USER, "Here I say more.")
    on = chat(ASKED, FIRST, SECOND, message("c", "b", "There I said more."), leaf="c")
    assert foreign.take(on).messages == 1
    assert texts(journal, id)[-1] == "Here I say more."
    assert len(journal.tree(id)) == 5
    assert journal.has_news(id)
    assert [one.text for one in journal.learnable(id)][-1] == "Here I say more."


def test_nothing_is_summarised_by_itself_and_all_can_be_learned(foreign: ForeignChats, journal: Journal) -> None:
    id = foreign.take(BRANCHED).conversation_id or 0
    assert not journal.has_news(id)
    assert journal.unsummarised() == ()
    assert [one.text for one in journal.learnable(id)] == ["I live in Oslo.", "Good for you."]


def test_a_chat_that_was_begun_here_is_recognised(foreign: ForeignChats, journal: Journal) -> None:
    own, other = journal.create_conversation("own"), journal.create_conversation("secret", is_temporary=True)
    journal.add_message(own.id, Role.USER, ASKED.text)
    back = replace(chat(ASKED, leaf="q", origin=f"nestdesk:{own.created_at.isoformat()}"), created_at=own.created_at)
    assert foreign.take(back) == Taken(own.id, False, 0)
    assert foreign.take(replace(back, origin="claude:9")).is_new  # the same moment, another program
    assert foreign.take(replace(back, created_at=other.created_at, origin="nestdesk:x")).is_new


def test_the_database_stays_sound(foreign: ForeignChats, journal: Journal, database: Database) -> None:
    id = foreign.take(BRANCHED).conversation_id or 0
    assert database.check() == []
    journal.delete_conversation(id)
    assert foreign.take(BRANCHED).is_new
    assert database.check() == []
