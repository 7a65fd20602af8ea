"""Sources are queued, stored whole, found again by words and vectors, and forgotten without a trace."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from nestdesk.core.errors import StorageError
from nestdesk.core.paths import DataFolder
from nestdesk.core.types import (
    Effort,
    ExpertGate,
    Function,
    Level,
    Mode,
    Passage,
    Role,
    Scores,
    Source,
    SourceState,
    StudyItem,
    Why,
)
from nestdesk.storage.blobs import Blobs
from nestdesk.storage.columns import Vectors
from nestdesk.storage.database import Database
from nestdesk.storage.experts import ExpertStore
from nestdesk.storage.journal import Journal
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sources import SourceStore

ITEM = StudyItem("question", "Answer briefly.", "What eats ticks?", "Opossums", passage=0, is_probe=True)
SCORES = Scores(0.5, 0.25, probes=4, answered=2, answers=("a", "b"))


def _add(sources: SourceStore, *texts: str, title: str = "Notes") -> Source:
    source = sources.add(title, "document", "/tmp/notes.txt", "ab" * 32, 10, Effort.DEEP)
    passages = tuple(Passage(text, 0, len(text), page=1) for text in texts)
    sources.save_content(source.id, title, "About ticks.", passages, _vectors(len(texts)))
    return source


def _vectors(rows: int) -> Vectors:
    return np.random.default_rng(rows).normal(size=(rows, 384)).astype(np.float32)


def test_a_source_is_stored_with_everything_taken_from_it(sources: SourceStore) -> None:
    source = _add(sources, "Opossums eat ticks.", "Deer carry them.")
    assert source.state is SourceState.QUEUED
    stored = sources.save_result(source.id, SourceState.LEARNED, (ITEM,), SCORES, replace(SCORES, f1=1.0), 12.5)
    assert stored == replace(
        source,
        state=SourceState.LEARNED,
        passages=2,
        items=1,
        before=SCORES,
        after=replace(SCORES, f1=1.0),
        seconds=12.5,
        summary="About ticks.",
    )
    assert sources.get(source.id) == stored
    assert sources.list() == (stored,)
    assert sources.by_sha("ab" * 32) == stored
    assert sources.by_sha("cd" * 32) is None
    assert sources.items(source.id) == (ITEM,)
    assert [hit.text for hit in sources.passages(source.id)] == ["Opossums eat ticks.", "Deer carry them."]
    assert {hit.source_title for hit in sources.passages(source.id)} == {"Notes"}


def test_reading_again_replaces_what_was_read_before(sources: SourceStore, database: Database) -> None:
    source = _add(sources, "Old words.", "More.")
    sources.save_content(source.id, "New", "", (Passage("Fresh words.", 0, 12),), _vectors(1))
    assert PassageStore(database).search(["old", "more"], 9) == ()
    assert [hit.text for hit in sources.passages(source.id)] == ["Fresh words."]
    assert len(PassageStore(database).places([source.id])) == 1
    assert database.check() == []


def test_the_queue_survives_a_restart_in_any_unfinished_state(
    sources: SourceStore, database: Database, folder: DataFolder
) -> None:
    made = {state: sources.add(state, "document", "", state, 1, Effort.QUICK) for state in SourceState}
    for state, source in made.items():
        sources.set_state(source.id, state, error="because" if state is SourceState.FAILED else "")
    database.close()
    again = Database.open(folder)
    queued = [source.state for source in SourceStore(again).queued()]
    assert queued == [SourceState.QUEUED, SourceState.READING, SourceState.LEARNING]
    assert SourceStore(again).get(made[SourceState.FAILED].id).error == "because"
    again.close()


def test_a_passage_with_a_lone_surrogate_is_stored_at_its_offsets(sources: SourceStore) -> None:
    source = _add(sources, "bad \udfff byte")
    (hit,) = sources.passages(source.id)
    assert hit.text == "bad \ufffd byte"
    assert len(hit.text) == hit.end - hit.start


def test_a_file_name_that_is_no_text_still_leads_to_the_file(sources: SourceStore) -> None:
    path = b"/tmp/caf\xe9.txt".decode(errors="surrogateescape")
    assert sources.add("Café", "document", path, "", 1, Effort.QUICK).path == path


def test_a_source_of_a_conversation_goes_by_its_title_and_outlives_it(
    sources: SourceStore, journal: Journal, database: Database
) -> None:
    chat, other = journal.create_conversation("Petrel"), journal.create_conversation("other")
    source = sources.add(chat.title, "conversation", "", "ab", 9, Effort.QUICK, chat.id)
    assert sources.of_conversation(chat.id) == source
    assert sources.of_conversation(other.id) is None
    sources.save_content(source.id, source.title, "", (Passage("I sail.", 0, 7),), _vectors(1))
    journal.rename_conversation(chat.id, "My boat")
    (hit,) = sources.passages(source.id)
    assert (hit.source_title, hit.kind) == ("My boat", "conversation")
    sources.renew(source.id, "cd", 12)
    assert (sources.get(source.id).sha256, sources.get(source.id).size_bytes) == ("cd", 12)
    with pytest.raises(IntegrityError):
        sources.add("again", "conversation", "", "ef", 9, Effort.QUICK, chat.id)
    journal.delete_conversation(chat.id)
    assert sources.get(source.id).conversation_id is None
    assert database.check() == []


def test_unknown_sources_are_said_in_plain_words(sources: SourceStore) -> None:
    for call in (
        lambda: sources.get(9),
        lambda: sources.set_state(9, SourceState.FAILED),
        lambda: sources.renew(9, "", 0),
        lambda: sources.save_content(9, "", "", (), _vectors(0)),
        lambda: sources.save_route(9, _vectors(1), 0.5),
        lambda: sources.delete(9),
    ):
        with pytest.raises(StorageError, match="no source 9"):
            call()


def test_a_full_disk_keeps_the_old_content_whole(sources: SourceStore, database: Database) -> None:
    source = _add(sources, "Old words.")
    with database.session() as session:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = tuple(Passage(f"new {number} " * 200, 0, 1) for number in range(50))
    with pytest.raises(StorageError, match="disk is full"):
        sources.save_content(source.id, "New", "", many, _vectors(50))
    assert [hit.text for hit in sources.passages(source.id)] == ["Old words."]
    assert len(PassageStore(database).search(["old"], 5)) == 1
    assert PassageStore(database).search(["new"], 5) == ()
    assert database.check() == []


def _everything_about(
    canary: str, sources: SourceStore, journal: Journal, experts: ExpertStore, blobs: Blobs
) -> tuple[Source, int]:
    """Put the canary wherever a source can leave words; return the source and a conversation that used it."""
    source = _add(sources, f"The code is {canary}.", f"Again {canary}.", title=f"About {canary}")
    scores = replace(SCORES, answers=(canary,))
    sources.save_result(source.id, SourceState.LEARNED, (replace(ITEM, answer=canary),), scores, scores, 1.0)
    sources.save_route(source.id, _vectors(2), 0.5)
    expert = experts.create(
        f"About {canary}/memory",
        Function.MEMORY,
        Level.FAST,
        "backbone",
        512,
        source.id,
        birth_blob=blobs.put_bytes(b"birth"),
        birth_config={},
    )
    blob = blobs.put_bytes(canary.encode())
    head = experts.record(expert.id, blob, 1, [source.id], scores, scores, {"note": canary}, True, "Better.")
    gate = ExpertGate(expert.id, expert.name, expert.function, expert.level, head.id, 1.0)
    chat = journal.create_conversation("chat")
    journal.add_message(chat.id, Role.USER, "What is the code?")
    why = Why(Mode.AUTO, passages=sources.passages(source.id), experts=(gate,), note="kept")
    journal.add_message(chat.id, Role.ASSISTANT, "I will not say.", why=why)
    journal.add_event("learned", f"Learned {canary}", source_id=source.id)
    return source, chat.id


def test_forgetting_leaves_no_word_in_any_file(
    sources: SourceStore, journal: Journal, experts: ExpertStore, blobs: Blobs, database: Database, folder: DataFolder
) -> None:
    canary = "Xylophantasm"
    kept = _add(sources, "Other words stay.")
    source, chat = _everything_about(canary, sources, journal, experts, blobs)
    stored = [path for path in folder.root.rglob("*") if path.is_file()]
    assert any(canary.encode() in path.read_bytes() for path in stored)

    assert experts.touched_by(source.id) == ()
    orphans = experts.delete_of_source(source.id)
    sources.delete(source.id)
    assert blobs.collect(experts.referenced_blobs()) > 0
    database.compact()

    assert len(orphans) == 2
    for path in folder.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert canary.lower().encode() not in content, path
            assert b"xylophantas" not in content, path  # the index keeps stems and prefixes
    assert (folder.root / "nestdesk.db-wal").stat().st_size == 0
    assert journal.messages(chat)[1].why == Why(Mode.AUTO, note="kept")
    assert sources.list() == (sources.get(kept.id),)
    assert PassageStore(database).routes() == ()
    assert len(PassageStore(database).search(["words"], 5)) == 1
    assert experts.list() == ()
    assert database.check() == []
    assert experts.verify() == []


def test_the_id_of_a_forgotten_source_is_never_given_again(sources: SourceStore) -> None:
    source = _add(sources, "Text.")
    passage = sources.passages(source.id)[0].passage_id
    sources.delete(source.id)
    again = _add(sources, "Text.")
    assert again.id > source.id
    assert sources.passages(again.id)[0].passage_id > passage
    assert sources.hits([passage]) == ()


def test_items_follow_their_passages_and_go_with_them(sources: SourceStore) -> None:
    source = _add(sources, "Opossums eat ticks.", "Deer carry them.", "Foxes sleep.")
    items = tuple(replace(ITEM, passage=place, answer=str(place)) for place in (2, 0, 1))
    sources.save_result(source.id, SourceState.LEARNED, items, SCORES, SCORES, 1.0)

    def save(*texts: str) -> Source:
        passages = tuple(Passage(text, 0, len(text)) for text in texts)
        sources.save_content(source.id, "Notes", "", passages, _vectors(len(texts)))
        return sources.get(source.id)

    appended = save("Opossums eat ticks.", "Deer carry them.", "Foxes sleep.", "Owls do not.")
    assert sources.items(source.id) == items
    assert (appended.before, appended.after) == (SCORES, SCORES)
    moved = save("New.", "Foxes sleep.", "Opossums eat ticks.")
    assert [(item.answer, item.passage) for item in sources.items(source.id)] == [("2", 1), ("0", 2)]
    assert (moved.before, moved.after) == (None, None), "scores of other items mean nothing"


def test_a_source_is_found_by_its_path_and_described(sources: SourceStore) -> None:
    source = _add(sources, "Opossums eat ticks.", "Deer carry them.")
    sources.relocate(source.id, "/tmp/moved\udce9.txt")
    sources.describe(source.id, "text/plain", "en", ("One page has no text.", "Another is damaged."))
    found = sources.by_path("/tmp/moved\udce9.txt")
    assert found == sources.get(source.id)
    assert sources.by_path("/tmp/notes.txt") is None
    assert (found.media_type, found.language) == ("text/plain", "en")
    assert found.notes == ("One page has no text.", "Another is damaged.")
    assert sources.texts(source.id, [1]) == {1: "Deer carry them."}
    assert sources.texts(source.id) == {0: "Opossums eat ticks.", 1: "Deer carry them."}


def test_passages_are_read_from_a_place_on_and_found_again(sources: SourceStore) -> None:
    other = _add(sources, "one")
    source = sources.add("Long", "document", "/tmp/long.txt", "cd" * 32, 10, Effort.QUICK)
    passages = tuple(Passage(f"number {n}", 100 * n, 100 * n + 90) for n in range(30))
    sources.save_content(source.id, "Long", "", passages, _vectors(30))

    assert [hit.text for hit in sources.passages(source.id, 10, 3)] == ["number 10", "number 11", "number 12"]
    assert [hit.text for hit in sources.passages(source.id, 29, 5)] == ["number 29"]
    assert len(sources.passages(source.id)) == 30
    (hit,) = sources.passages(source.id, 17, 1)
    assert sources.place_of(hit.passage_id) == 17
    assert [sources.place_at(source.id, at) for at in (0, 89, 95, 1700, 5000)] == [0, 0, 1, 17, 29]
    assert sources.place_at(other.id, 7) == 0
    sources.delete(source.id)
    assert sources.place_of(hit.passage_id) is None
