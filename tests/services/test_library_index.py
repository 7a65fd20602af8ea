"""The index follows the database change by change, and searches the part of the library it is asked to."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from nestdesk.core.scope import EVERYTHING, Scope
from nestdesk.core.types import Effort, Passage
from nestdesk.services import library_index
from nestdesk.services.library_index import LibraryIndex
from nestdesk.storage.passages import PassageStore

ANY = float("inf")


class Watched(PassageStore):
    """Notes what is read."""

    def __init__(self, database):
        super().__init__(database)
        self.read = []
        self.routed = []

    def vectors(self, passage_ids):
        self.read += passage_ids
        return super().vectors(passage_ids)

    def routes(self, source_ids=None):
        self.routed.append(source_ids)
        return super().routes(source_ids)


@pytest.fixture
def store(desk):
    return Watched(desk.database)


@pytest.fixture
def index(desk, store):
    return LibraryIndex(desk.sources, store, desk.changes)


def vector(desk, text):
    return desk.engine.embed([text])[0]


def add(desk, *texts, collection_id=None):
    source = desk.sources.add("Notes", "document", "/n.txt", "ab" * 32, 1, Effort.QUICK, collection_id=collection_id)
    save(desk, source.id, *texts)
    return source.id


def save(desk, source_id, *texts):
    passages = tuple(Passage(text, 0, len(text)) for text in texts)
    desk.sources.save_content(source_id, "Notes", "", passages, desk.engine.embed(texts))
    desk.changes.publish("source", ids=frozenset({source_id}))


def found(desk, index, question, limit=5, scope=EVERYTHING):
    hits = index.search(question, vector(desk, question), limit, ANY, scope)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    return [hit.text for hit in hits]


def test_after_a_change_only_what_differs_is_read(desk, index, store):
    lantern, kelp = add(desk, "Seven lanterns hang here."), add(desk, "Kelp grows slowly.", "Salt water.")
    assert found(desk, index, "lanterns", 1) == ["Seven lanterns hang here."]
    assert len(store.read) == 3
    store.read.clear()

    desk.sources.set_state(lantern, desk.sources.get(lantern).state)
    desk.changes.publish("source", ids=frozenset({lantern}))
    desk.changes.publish("memory")
    assert len(index) == 3
    assert store.read == [], "another state of a source is no other text"

    save(desk, kelp, "Kelp grows quickly.")
    assert found(desk, index, "kelp", 1) == ["Kelp grows quickly."]
    assert (len(store.read), len(index)) == (1, 2)

    desk.sources.delete(kelp)
    desk.changes.publish("source")
    assert len(index) == 1
    assert len(store.read) == 1
    assert found(desk, index, "kelp grows") == ["Seven lanterns hang here."]


def test_whatever_happens_the_index_is_what_a_new_one_would_be(desk, index):
    chance = np.random.default_rng(0)
    sources = []
    for step in range(25):
        if sources and chance.random() < 0.3:
            gone = sources.pop(int(chance.integers(len(sources))))
            desk.sources.delete(gone)
            desk.changes.publish("source", ids=frozenset({gone}))
        elif sources and chance.random() < 0.4:
            save(desk, sources[0], f"Lantern number {step}.", "Another one.")
        else:
            sources.append(add(desk, f"Kelp number {step}.", f"Lantern number {step}."))
        fresh = LibraryIndex(desk.sources, PassageStore(desk.database), desk.changes)
        question = vector(desk, "lantern number")
        assert index.search("lantern number", question, 9, ANY) == fresh.search("lantern number", question, 9, ANY)
    assert len(index) == sum(source.passages for source in desk.sources.list()) > 0


def test_the_library_is_read_in_parts(desk, index, store, monkeypatch):
    monkeypatch.setattr(library_index, "READ_AT_ONCE", 2)
    add(desk, *(f"Lantern number {number}." for number in range(7)))
    assert len(index) == len(store.read) == 7
    assert found(desk, index, "Lantern number 6", 1) == ["Lantern number 6."]


def test_reading_that_broke_off_is_made_up_for(desk, index, store, monkeypatch):
    monkeypatch.setattr(library_index, "READ_AT_ONCE", 1)
    add(desk, "One lantern.", "Two lanterns.")
    read = Watched.vectors

    def broken(self, passage_ids):
        if self.read:
            raise OSError("the disk failed")
        return read(self, passage_ids)

    monkeypatch.setattr(Watched, "vectors", broken)
    with pytest.raises(OSError, match="disk"):
        len(index)
    monkeypatch.setattr(Watched, "vectors", read)
    assert len(index) == 2
    assert set(found(desk, index, "lantern")) == {"One lantern.", "Two lanterns."}


def test_a_small_part_of_a_large_library_is_found(desk, index):
    add(desk, *(f"The lantern number {number} hangs in the harbour." for number in range(120)))
    shelf = desk.collections.create("Shelf")
    own = add(desk, "Some lantern, somewhere else entirely.", "Bread.", collection_id=shelf.id)
    question = "Which lantern hangs in the harbour?"
    assert "Some lantern, somewhere else entirely." not in found(desk, index, question)
    for scope in (Scope(collection_ids=frozenset({shelf.id})), Scope(source_ids=frozenset({own}))):
        assert found(desk, index, question, scope=scope)[0] == "Some lantern, somewhere else entirely."
    assert found(desk, index, question, scope=Scope(source_ids=frozenset({999}))) == []


def test_routes_are_those_of_the_scope_and_follow_their_source(desk, index, store):
    one, other = add(desk, "One lantern."), add(desk, "Another lantern.")
    question = vector(desk, "lantern")
    for source in (one, other):
        desk.sources.save_route(source, question[None], 0.9)
    desk.changes.publish("source")
    assert index.route(question, 9) == (one, other)
    assert index.route(question, 9, Scope(source_ids=frozenset({other}))) == (other,)

    desk.sources.save_route(one, vector(desk, "kelp")[None], 0.9)
    desk.changes.publish("source", ids=frozenset({one}))
    assert index.route(question, 9) == (other,)
    assert store.routed[-1] == {one}
    desk.sources.delete(other)
    desk.changes.publish("source", "expert", "message", ids=frozenset({other}))
    assert index.route(question, 9) == ()


def test_pairs_of_words_and_the_best_sentence_decide_between_like_passages(desk, index):
    add(
        desk,
        "The master left. A harbour lies there.",
        "The harbour master left. It lies there.",
        *(f"Nobody came in the year {year}." for year in range(1900, 1910)),
    )
    assert found(desk, index, "Did the harbour master leave?", 1) == ["The harbour master left. It lies there."]


def test_a_passage_comes_with_its_neighbours(desk, index):
    add(desk, "Bread is baked.", "Seven lanterns hang.", "Kelp grows.")
    (hit,) = index.search("lanterns", vector(desk, "lanterns"), 1, ANY)
    assert [one.text for one in index.around(hit)] == ["Bread is baked.", "Seven lanterns hang.", "Kelp grows."]


def test_searches_and_changes_from_several_threads_do_not_break_each_other(desk, index):
    question = vector(desk, "lantern")
    kept = add(desk, "One lantern.")
    failures = []

    def search():
        try:
            for _ in range(30):
                index.search("lantern", question, 3, ANY)
                index.blocks("lantern", question, kept, 3, ANY)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for step in range(10):
        desk.sources.delete(add(desk, f"Lantern {step}."))
        desk.changes.publish("source")
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index) == 1
