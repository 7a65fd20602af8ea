"""Facts: the newest on a topic counts, history comes back when it is taken back, deleting leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.types import FactKind, Mode, PassageHit, Role, Why
from nestdesk.storage.columns import now
from nestdesk.storage.database import Database
from nestdesk.storage.facts import FactStore, NewFact
from nestdesk.storage.journal import Journal
from nestdesk.storage.mentions import FORGOTTEN
from nestdesk.storage.models import CollectionRow, ConversationRow

VECTORS = np.eye(384, dtype=np.float32)


@pytest.fixture
def store(database: Database) -> FactStore:
    return FactStore(database)


@pytest.fixture
def said(journal: Journal) -> int:
    conversation = journal.create_conversation("Pets")
    return journal.add_message(conversation.id, Role.USER, "My dog is called Bruno.").id


def new(text: str, **more: object) -> NewFact:
    return NewFact(text, FactKind.FACT, "dog name", 0.9, **more)  # type: ignore[arg-type]


def in_force(store: FactStore, **more: object) -> list[str]:
    return [fact.text for fact in store.in_force(now(), **more)[0]]  # type: ignore[arg-type]


def chain(store: FactStore, message_id: int | None = None) -> list[int]:
    """Store three facts, each in place of the one before."""
    ids: list[int] = []
    for name in ("Bruno", "Rex", "Fido"):
        fact = new(name, replaces=tuple(ids[-1:]))
        ids += [one.id for one in store.add([fact], VECTORS[:1], message_id)]
    return ids


def test_a_fact_comes_back_as_it_was_stored(store: FactStore, said: int) -> None:
    expires = now() + timedelta(days=1)
    stored = store.add([new("Bruno", expires_at=expires), new("Rex")], VECTORS[1:3], said)
    assert store.of_message(said) == stored == store.list()[::-1]
    assert (stored[0].expires_at, stored[0].message_id, stored[0].conversation_id) == (expires, said, 1)
    facts, vectors = store.in_force(now())
    assert [fact.text for fact in facts] == ["Rex", "Bruno"]
    assert np.array_equal(vectors, VECTORS[[2, 1]])


def test_what_is_replaced_over_or_switched_off_does_not_count_but_is_kept(store: FactStore) -> None:
    chain(store)
    (over,) = store.add([new("over", expires_at=now() - timedelta(seconds=1))], VECTORS[:1])
    (off,) = store.add([new("off")], VECTORS[:1])
    store.switch(off.id, False)
    assert in_force(store) == ["Fido"]
    assert {fact.text for fact in store.list()} == {"Bruno", "Rex", "Fido", "over", "off"}
    assert over.expires_at is not None
    store.switch(off.id, True)
    assert in_force(store) == ["off", "Fido"]


def test_taking_a_message_back_brings_back_what_it_had_replaced(store: FactStore, journal: Journal, said: int) -> None:
    (first,) = store.add([new("Bruno")], VECTORS[:1])
    store.add([new("Rex", replaces=(first.id,))], VECTORS[:1], said)
    assert in_force(store) == ["Rex"]
    store.take_back(said)
    assert in_force(store) == ["Bruno"]
    assert store.of_message(said) == ()
    assert [message.id for message in journal.learnable(1)] == [], "nothing of it is learned any more"
    assert len(journal.messages(1)) == 1


def test_a_fact_is_deleted_with_its_history_and_one_of_the_history_alone(store: FactStore) -> None:
    first, second, third = chain(store)
    store.delete(second)
    assert [fact.id for fact in store.list()] == [third], "the older one goes with it"
    assert in_force(store) == ["Fido"]
    store.delete(third)
    assert store.list() == ()
    with pytest.raises(StorageError, match=f"memory {first}"):
        store.delete(first)


@pytest.mark.parametrize("way", ["delete_conversation", "forget_said"])
def test_facts_go_with_what_was_said(store: FactStore, journal: Journal, said: int, way: str) -> None:
    (first,) = store.add([new("Bruno")], VECTORS[:1])
    (middle,) = store.add([new("Rex", replaces=(first.id,))], VECTORS[:1], said)
    (last,) = store.add([new("Fido", replaces=(middle.id,))], VECTORS[:1])
    getattr(journal, way)(1)
    assert {fact.text: fact.replaced_by_id for fact in store.list()} == {"Bruno": last.id, "Fido": None}


def test_deleting_reaches_reasons_and_the_answers_made_from_it(store: FactStore, journal: Journal, said: int) -> None:
    (fact,) = store.add([new("My dog is called Bruno.")], VECTORS[:1])
    (other,) = store.add([new("I live in Oslo.")], VECTORS[:1])
    hit = PassageHit(fact.id, 0, "What you said", fact.text, 0, 0, None, 1.0, kind="fact")
    passage = PassageHit(fact.id, 3, "A document", "Another text.", 0, 0, None, 1.0)
    journal.add_message(1, Role.ASSISTANT, "Bruno", None, Why(Mode.AUTO, (hit, passage)))
    journal.add_message(1, Role.ASSISTANT, "Woof!", None, Why(Mode.AUTO, memories=(fact.text, other.text)))
    journal.add_message(1, Role.ASSISTANT, "Text", None, Why(Mode.AUTO, (passage,)))
    store.delete(fact.id)
    copied, written, untouched = (message for message in journal.messages(1) if message.why)
    assert (copied.text, copied.why) == (FORGOTTEN, Why(Mode.AUTO, (passage,)))
    assert (written.text, written.why) == ("Woof!", Why(Mode.AUTO, memories=(other.text,)))
    assert (untouched.text, untouched.why) == ("Text", Why(Mode.AUTO, (passage,)))


def test_uses_are_counted(store: FactStore) -> None:
    one, two = store.add([new("a"), new("b")], VECTORS[:2])
    store.count_use([two.id])
    store.count_use([two.id])
    assert [store.get(fact.id).uses for fact in (one, two)] == [0, 2]
    assert store.get(two.id).used_at is not None
    assert store.get(one.id).used_at is None


def test_an_edited_fact_keeps_its_place_and_replaces_as_a_new_one_does(store: FactStore, said: int) -> None:
    (old,) = store.add([new("Bruno")], VECTORS[:1])
    (fact,) = store.add([NewFact("My cat is Tom.", FactKind.FACT, "cat name", 0.9)], VECTORS[:1], said)
    edited = store.edit(fact.id, new("Rex", replaces=(old.id,)), VECTORS[5])
    assert (edited.id, edited.text, edited.topic, edited.message_id) == (fact.id, "Rex", "dog name", said)
    assert in_force(store) == ["Rex"]
    assert np.array_equal(store.in_force(now())[1], VECTORS[5:6])


def test_a_fact_of_a_collection_counts_in_its_conversations_only(
    store: FactStore, database: Database, journal: Journal, said: int
) -> None:
    other = journal.create_conversation("Other")
    with database.session() as session:
        session.add(CollectionRow(id=7, name="Work", created_at=now()))
        session.flush()
        row = session.get(ConversationRow, 1)
        assert row is not None
        row.collection_id = 7
    (fact,) = store.add([new("Bruno")], VECTORS[:1], said)
    store.add([new("everywhere")], VECTORS[:1])
    assert fact.collection_id == 7
    assert in_force(store, conversation_id=1) == ["everywhere", "Bruno"]
    assert in_force(store, conversation_id=other.id) == in_force(store) == ["everywhere"]


def test_a_temporary_chat_and_an_unknown_message_leave_no_facts(store: FactStore, journal: Journal) -> None:
    temporary = journal.create_conversation("Secret", is_temporary=True)
    message = journal.add_message(temporary.id, Role.USER, "My dog is called Bruno.")
    for message_id in (message.id, 99):
        with pytest.raises(StorageError, match="temporary"):
            store.add([new("Bruno")], VECTORS[:1], message_id)
    with pytest.raises(StorageError, match="memory 5"):
        store.switch(5, True)
