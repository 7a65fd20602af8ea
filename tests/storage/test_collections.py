"""Collections are named once, count their sources and leave them behind; watched folders do not overlap."""

from __future__ import annotations

import pytest

from nestdesk.core.errors import StorageError
from nestdesk.core.types import Effort, Function, Level
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.facts import FactStore
from nestdesk.storage.folders import FolderStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.models import ConversationRow, FactRow
from nestdesk.storage.sources import SourceStore


@pytest.fixture
def collections(database: Database) -> CollectionStore:
    return CollectionStore(database)


@pytest.fixture
def folders(database: Database) -> FolderStore:
    return FolderStore(database)


def _add(sources: SourceStore, collection_id: int | None) -> int:
    return sources.add("Notes", "document", "/a/b", "ab" * 32, 1, Effort.NORMAL, collection_id=collection_id).id


def test_collections_count_their_sources_and_are_listed_by_name(
    collections: CollectionStore, sources: SourceStore
) -> None:
    south, north = collections.create("south"), collections.create("north")
    _add(sources, south.id)
    _add(sources, south.id)
    sources.move(_add(sources, None), north.id)
    assert [(one.name, one.sources) for one in collections.list()] == [("north", 1), ("south", 2)]


def test_a_name_of_digits_is_a_name_before_it_is_a_number(collections: CollectionStore) -> None:
    first, second = collections.create("2"), collections.create("other")
    assert collections.get("2") == first
    assert collections.get(2) == second
    with pytest.raises(StorageError):
        collections.get("3")


def test_a_collection_keeps_its_own_name(collections: CollectionStore) -> None:
    made = collections.create("north")
    collections.create("south")
    assert collections.rename(made.id, "north") == made
    with pytest.raises(StorageError, match="already"):
        collections.rename(made.id, "south")


def test_deleting_a_collection_leaves_its_sources_and_folders(
    collections: CollectionStore, sources: SourceStore, folders: FolderStore
) -> None:
    made = collections.create("north")
    source = _add(sources, made.id)
    folder = folders.add("/a", made.id)
    gone = collections.delete(made.id)
    assert (gone.collection.name, gone.source_ids, gone.folder_ids) == ("north", (source,), (folder.id,))
    assert sources.get(source).collection_id is None
    assert folders.get(folder.id).collection_id is None
    with pytest.raises(StorageError):
        collections.delete(made.id)


def test_a_deleted_collection_is_restored_with_its_number_and_what_belongs_to_no_other(
    database: Database, collections: CollectionStore, folders: FolderStore
) -> None:
    facts, journal = FactStore(database), Journal(database)
    made, other = collections.create("north"), collections.create("other")
    kept, given = folders.add("/a", made.id), folders.add("/b", made.id)
    chat = journal.create_conversation("Chat", False)
    with database.session() as session:
        session.get_one(ConversationRow, chat.id).collection_id = made.id
        fact = FactRow(
            text="I sail.", kind="fact", topic="", confidence=1.0, collection_id=made.id, created_at=made.created_at
        )
        session.add(fact)
        session.flush()
        fact_id = fact.id
    gone = collections.delete(made.id)
    assert (gone.conversation_ids, gone.fact_ids) == ((chat.id,), (fact_id,))
    off = facts.get(fact_id)
    assert (off.collection_id, off.is_on) == (None, False), "it counts nowhere, and is not lost"
    folders.assign(given.id, other.id)

    assert collections.restore(gone) == made
    assert [folders.get(one.id).collection_id for one in (kept, given)] == [made.id, other.id]
    on = facts.get(fact_id)
    assert (on.collection_id, on.is_on) == (made.id, True)
    with database.session() as session:
        assert session.get_one(ConversationRow, chat.id).collection_id == made.id
    with pytest.raises(StorageError, match="already"):
        collections.restore(gone)


def test_the_experts_of_a_collection_are_found_given_away_and_deleted(
    collections: CollectionStore, experts: ExpertStore, blobs: Blobs
) -> None:
    made = collections.create("north")
    blob = blobs.put_bytes(b"identity")
    for name, collection_id in (("everything/memory", None), ("north/memory", made.id)):
        experts.create(
            name, Function.MEMORY, Level.MID, "f", 1, collection_id=collection_id, birth_blob=blob, birth_config={}
        )
    (own,) = experts.of_collection(made.id)
    assert (own.name, own.collection_id) == ("north/memory", made.id)
    assert experts.give(own.id, made.id, "north/memory").name == "north/memory", "its own name is not taken"
    given = experts.give(own.id, None, "everything/memory")
    assert (given.name, given.collection_id) == ("everything/memory (2)", None)
    assert experts.delete(own.id) == set(), "another expert was born from the same weights"
    assert [one.name for one in experts.list()] == ["everything/memory"]


def test_a_folder_in_a_watched_one_or_around_it_is_refused(folders: FolderStore) -> None:
    made = folders.add("/home/ada/papers")
    for path in ("/home/ada/papers", "/home/ada/papers/deep", "/home/ada", "/"):
        with pytest.raises(StorageError, match="watched already"):
            folders.add(path)
    other = folders.add("/home/ada/papers-too")
    assert folders.list() == (made, other)
    assert folders.holding("/home/ada/papers/x.txt") == made
    assert folders.holding("/home/ada/papers.txt") is None
    folders.note_check(made.id)
    assert folders.get(made.id).checked_at is not None
    folders.remove(made.id)
    assert folders.list() == (other,)
