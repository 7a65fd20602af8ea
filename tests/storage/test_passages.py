"""The search reads the passages' words, places, vectors and routes, and only those that a scope lets through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nestdesk.core.scope import Scope
from nestdesk.core.types import Effort, Passage, Source
from nestdesk.storage import full_text
from nestdesk.storage.collections import CollectionStore
from nestdesk.storage.columns import Vectors
from nestdesk.storage.database import Database
from nestdesk.storage.passages import PassageStore
from nestdesk.storage.sources import SourceStore


def _add(sources: SourceStore, *texts: str, path: str = "/tmp/notes.txt", collection_id: int | None = None) -> Source:
    source = sources.add("Notes", "document", path, "ab" * 32, 10, Effort.DEEP, collection_id=collection_id)
    kept = tuple(Passage(text, 0, len(text), page=1) for text in texts)
    sources.save_content(source.id, "Notes", "", kept, _vectors(len(texts)))
    return source


def _vectors(rows: int) -> Vectors:
    return np.random.default_rng(rows).normal(size=(rows, 384)).astype(np.float32)


def _texts(sources: SourceStore, found: tuple[tuple[int, float], ...]) -> list[str]:
    return [hit.text for hit in sources.hits([id for id, _ in found])]


def test_places_vectors_and_routes_are_those_of_the_sources(sources: SourceStore, passages: PassageStore) -> None:
    assert passages.states() == {}
    assert passages.places([1]).shape == (0, 3)
    assert passages.vectors([1])[1].shape == (0, 384)
    first, second = _add(sources, "One.", "Two."), _add(sources, "Three.")
    places = passages.places([second.id, first.id])
    assert places[:, 1:].tolist() == [[first.id, 0], [first.id, 1], [second.id, 0]]
    ids = places[:, 0].tolist()
    assert [hit.text for hit in sources.hits(ids)] == ["One.", "Two.", "Three."]
    there, vectors = passages.vectors([*ids[::-1], 99])
    assert there.tolist() == ids
    assert np.array_equal(vectors, np.vstack([_vectors(2), _vectors(1)]))
    assert passages.states() == {first.id: (2, ids[1]), second.id: (1, ids[2])}
    sources.save_route(first.id, _vectors(5), 0.25)
    sources.save_route(first.id, _vectors(3), 0.5)
    sources.save_route(second.id, _vectors(0), 0.9)
    (one, three, half), (two, none, _) = passages.routes()
    assert (one, half, two) == (first.id, 0.5, second.id)
    assert np.array_equal(three, _vectors(3))
    assert none.shape == (0, 384)
    assert [route[0] for route in passages.routes([second.id, 99])] == [second.id]


def test_a_source_that_is_read_anew_has_another_state(sources: SourceStore, passages: PassageStore) -> None:
    source = _add(sources, "One.")
    before = passages.states()
    sources.save_content(source.id, "Notes", "", (Passage("Uno.", 0, 4),), _vectors(1))
    assert passages.states().keys() == before.keys()
    assert passages.states() != before


def test_words_are_found_in_all_their_forms_and_the_rarer_one_ranks_first(
    sources: SourceStore, passages: PassageStore
) -> None:
    _add(sources, "The opossum eats many ticks.", "The deer walks.", "The fox sleeps.", "A café in the town.")
    found = passages.search(["opossums", "eating", "the", "ticks"], 10)
    assert _texts(sources, found)[0] == "The opossum eats many ticks."
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert _texts(sources, passages.search(["cafe"], 1)) == ["A café in the town."]
    assert len(passages.search(["the"], 2)) == 2
    assert passages.search(["the"], 0) == passages.search([], 5) == ()


def test_words_of_one_term_stand_in_a_row(sources: SourceStore, passages: PassageStore) -> None:
    _add(sources, "The harbour has a master.", "The harbour master sleeps.")
    assert _texts(sources, passages.search(["harbour master"], 5)) == ["The harbour master sleeps."]
    assert len(passages.search(["harbour master", "harbour"], 5)) == 2


def test_a_word_that_too_many_passages_hold_is_not_ranked_beside_rarer_ones(
    sources: SourceStore, passages: PassageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_text, "COMMON", 3)
    _add(sources, "Harbour one.", "Harbour two.", "Harbour three.")
    assert _texts(sources, passages.search(["harbour", "two"], 5)) == ["Harbour two."]
    assert len(passages.search(["harbour"], 5)) == 3, "alone it counts"


def test_only_sources_within_are_searched_however_many_others_match_better(
    sources: SourceStore, passages: PassageStore
) -> None:
    _add(sources, *["Lantern lantern."] * 20)
    small = _add(sources, "Of all things that hang here the smallest is a lantern.", "Nothing.")
    found = passages.search(["lantern"], 3, {small.id})
    assert _texts(sources, found) == ["Of all things that hang here the smallest is a lantern."]
    assert passages.search(["lantern"], 3, ()) == ()


HOSTILE = (
    "\"", "'", '"unclosed', "a AND", "NOT", "OR OR", "NEAR(a b, 3)", "text:a", "a*", "^a", "-a", "(a", "{a b}:", "+",
    "a\0b", "_", "__", "\ud800", "ÀÉ ß ﬁ", "日本語 の", "'; DROP TABLE passage; --", "", " \n\t", "a" * 100_000,
    "a " * 5000,
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_a_safe_term(sources: SourceStore, passages: PassageStore, query: str) -> None:
    _add(sources, "and or not near text a b")
    passages.search([query, *query.split(" ")[:99]], 5)
    passages.mentions(query)
    assert len(passages.search(["and"], 5)) == 1


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text(st.characters(exclude_categories=()), max_size=40), other=st.text(max_size=40))
def test_a_search_for_a_stored_word_finds_it_beside_anything(database: Database, query: str, other: str) -> None:
    sources, passages = SourceStore(database), PassageStore(database)
    if not sources.list():
        _add(sources, "Zanzibar lies in the sea.")
    passages.search([query], 3)
    assert passages.search(["zanzibar", other], 3)


def test_a_scope_lets_through_what_meets_all_of_its_conditions(
    sources: SourceStore, passages: PassageStore, database: Database
) -> None:
    shelf = CollectionStore(database).create("Shelf")
    report = _add(sources, "One.", path="/tmp/Report.PDF", collection_id=shelf.id)
    notes = _add(sources, "Two.", collection_id=shelf.id)
    other = _add(sources, "Three.")
    sources.describe(report.id, "application/pdf", "en", ())
    now = datetime.now(UTC)
    assert passages.sources_in(Scope()) is None
    for scope, expected in (
        (Scope(collection_ids=frozenset({shelf.id})), {report.id, notes.id}),
        (Scope(source_ids=frozenset({other.id, 99})), {other.id}),
        (Scope(media_types=frozenset({"application/pdf"})), {report.id}),
        (Scope(suffixes=frozenset({".pdf"})), {report.id}),
        (Scope(suffixes=frozenset({".txt"}), collection_ids=frozenset({shelf.id})), {notes.id}),
        (Scope(added_from=now - timedelta(hours=1)), {report.id, notes.id, other.id}),
        (Scope(added_before=now - timedelta(hours=1)), set()),
        (Scope(added_from=report.added_at, added_before=report.added_at), set()),
    ):
        assert passages.sources_in(scope) == expected, scope


def test_a_passage_comes_with_its_neighbours(sources: SourceStore, passages: PassageStore) -> None:
    source = _add(sources, "One.", "Two.", "Three.", "Four.")
    _add(sources, "Other.")
    ids = passages.places([source.id])[:, 0].tolist()
    assert [hit.text for hit in passages.around(ids[1])] == ["One.", "Two.", "Three."]
    assert [hit.text for hit in passages.around(ids[0])] == ["One.", "Two."]
    assert [hit.text for hit in passages.around(ids[3])] == ["Three.", "Four."]
    assert passages.around(999) == ()


def test_passages_that_mention_a_phrase_are_counted_by_source(sources: SourceStore, passages: PassageStore) -> None:
    first = _add(sources, "The harbour master.", "Harbour masters sleep.", "A harbour.")
    _add(sources, "Nothing of it.")
    assert passages.mentions("Harbour Master") == {first.id: 2}
    assert passages.mentions("?!") == {}
