"""A conversation is a tree: one branch is shown, and only what stands on it counts."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import FactKind, Role
from nestdesk.storage import branches
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.facts import FactStore, NewFact
from nestdesk.storage.journal import Journal

VECTORS = np.eye(1, 384, dtype=np.float32)


@pytest.fixture
def facts(database: Database) -> FactStore:
    return FactStore(database)


def tell(journal: Journal, facts: FactStore, chat: int, text: str, *replaces: int, beside: int | None = None) -> int:
    """Say something, or another version of what was said, and remember it."""
    said = journal.add_version(beside, text) if beside else journal.add_message(chat, Role.USER, text)
    facts.add([NewFact(text, FactKind.FACT, "home", 0.9, None, replaces)], VECTORS, said.id)
    return said.id


def current(facts: FactStore) -> list[str]:
    return [fact.text for fact in facts.in_force(now())[0]]


def test_a_tree_is_told_from_its_parents() -> None:
    tree = {1: None, 2: 1, 3: 2, 4: 1, 5: 4, 6: 2, 7: None}
    assert branches.shown(tree, 6) == (1, 2, 6)
    assert branches.shown(tree, None) == (7,)
    assert branches.shown({}, None) == ()
    assert branches.newest_below(tree, 2) == 6
    assert branches.newest_below(tree, 5) == 5
    assert branches.versions(tree, (1, 2, 6)) == {1: (1, 7), 2: (2, 4), 6: (3, 6)}
    assert branches.path({1: 2, 2: 1}, 1) == (2, 1), "a damaged tree ends all the same"


def test_versions_are_switched_and_the_choice_is_kept(database: Database, folder: DataFolder, journal: Journal) -> None:
    chat = journal.create_conversation("tree").id
    first = journal.add_message(chat, Role.USER, "one")
    answer = journal.add_message(chat, Role.ASSISTANT, "answer")
    second = journal.add_version(first.id, "another one")
    assert (second.parent_id, second.role) == (None, Role.USER)
    assert journal.branch(chat).messages == (second,)
    assert journal.branch(chat).versions == {second.id: (first.id, second.id)}
    assert journal.up_to(answer.id) == (first, answer)
    journal.show(first.id)
    database.close()
    again = Database.open(folder)
    assert Journal(again).messages(chat) == (first, answer)
    again.close()


def test_showing_what_is_shown_changes_nothing(journal: Journal) -> None:
    chat = journal.create_conversation("tree").id
    first = journal.add_message(chat, Role.USER, "one")
    journal.add_message(chat, Role.ASSISTANT, "a")
    left = journal.add_message(chat, Role.USER, "left")
    shown = journal.add_message(chat, Role.USER, "shown", parent_id=first.id)
    before = journal.messages(chat)
    journal.show(first.id)
    assert journal.messages(chat) == before == (first, shown)
    journal.show(left.id)
    assert journal.messages(chat)[-1] == left


def test_what_the_left_branch_told_is_summed_up_anew(journal: Journal) -> None:
    chat = journal.create_conversation("tree").id
    first = journal.add_message(chat, Role.USER, "I have a cat.")
    journal.add_summary(chat, "I have a cat.", None)
    second = journal.add_version(first.id, "I have a dog.")
    assert journal.summaries() == ()
    assert journal.has_news(chat)
    assert journal.learnable(chat) == (second,)
    journal.add_summary(chat, "I have a dog.", None)
    journal.show(first.id)
    assert journal.summaries() == ()
    assert journal.has_news(chat)
    journal.forget_said(chat)
    journal.show(second.id)
    assert not journal.has_news(chat), "what was forgotten is not summed up again"


def test_a_chat_that_is_only_looked_at_is_not_learned(journal: Journal) -> None:
    chat = journal.create_conversation("taken in").id
    first = journal.add_message(chat, Role.USER, "one")
    journal.add_version(first.id, "two")
    journal.add_summary(chat, "two", None)
    journal.forget_said(chat)
    journal.show(first.id)
    assert not journal.has_news(chat)


def test_a_fact_counts_while_its_message_is_shown(journal: Journal, facts: FactStore) -> None:
    chat = journal.create_conversation("tree").id
    oslo = tell(journal, facts, chat, "I live in Oslo.")
    bergen = tell(journal, facts, chat, "I live in Bergen.", beside=oslo)
    assert current(facts) == ["I live in Bergen."]
    assert [(fact.text, fact.is_left) for fact in facts.list()] == [
        ("I live in Bergen.", False),
        ("I live in Oslo.", True),
    ]
    journal.show(oslo)
    assert current(facts) == ["I live in Oslo."]
    journal.show(bergen)
    assert current(facts) == ["I live in Bergen."]


def test_what_a_hidden_fact_replaced_counts_again_meanwhile(journal: Journal, facts: FactStore) -> None:
    other, chat = journal.create_conversation("other").id, journal.create_conversation("tree").id
    tell(journal, facts, other, "I live in Rome.")
    rome = facts.list()[0].id
    bergen = tell(journal, facts, chat, "I moved to Bergen.", rome)
    assert current(facts) == ["I moved to Bergen."]
    plain = journal.add_version(bergen, "Hello.")
    assert current(facts) == ["I live in Rome."]
    paris = tell(journal, facts, chat, "I moved to Paris.", rome, beside=plain.id)
    assert current(facts) == ["I moved to Paris."]
    journal.show(bergen)
    assert current(facts) == ["I moved to Bergen."], "the one that replaced it on this branch is newer"
    journal.show(paris)
    assert current(facts) == ["I moved to Paris."]
    assert facts.in_force(now() + timedelta(days=400))[1].shape == (1, 384)


def test_a_chat_is_tied_to_a_collection_that_exists(journal: Journal, database: Database) -> None:
    collections = CollectionStore(database)
    work = collections.create("Work").id
    chat = journal.create_conversation("tied", collection_id=work)
    assert chat.collection_id == work
    journal.tie(chat.id, None)
    assert journal.conversation(chat.id).collection_id is None
    journal.tie(chat.id, work)
    for call in (lambda: journal.tie(chat.id, 99), lambda: journal.create_conversation("x", collection_id=99)):
        with pytest.raises(StorageError, match="no collection 99"):
            call()
    collections.delete(work)
    assert journal.conversation(chat.id).collection_id is None


def test_unknown_messages_are_said_in_plain_words(journal: Journal) -> None:
    for call in (lambda: journal.show(9), lambda: journal.up_to(9), lambda: journal.add_version(9, "x")):
        with pytest.raises(StorageError, match="There is no message"):
            call()


def test_a_stretch_of_a_branch_says_what_comes_before_and_after_it(journal: Journal) -> None:
    chat = journal.create_conversation("Long").id
    said = [journal.add_message(chat, Role.USER, str(place)) for place in range(10)]
    beside = journal.add_version(said[8].id, "another")
    journal.show(said[9].id)
    whole = journal.branch(chat)
    assert (whole.messages, whole.first, whole.later) == (tuple(said), 0, 0)
    end = journal.branch(chat, -3)
    assert (end.messages, end.first, end.later) == (tuple(said[-3:]), 7, 0)
    assert end.versions == {said[8].id: (said[8].id, beside.id)}
    middle = journal.branch(chat, 2, 5)
    assert (middle.messages, middle.first, middle.later, middle.versions) == (tuple(said[2:5]), 2, 5, {})
    assert journal.branch(chat, -99, 4).messages == tuple(said[:4])
    assert [journal.place(one.id) for one in said] == list(range(10))
    assert journal.place(beside.id) == 8
