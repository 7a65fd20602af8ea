"""Exact search finds what a full sort finds, whatever was added and dropped before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nestdesk.memory.vector_index import VectorIndex, VectorTable

SOURCES = 4
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, SOURCES - 1), st.integers(1, 6)), max_size=12)


def index(*passages: tuple[int, int, tuple[float, ...]]) -> VectorIndex:
    """Return an index of (passage id, source id, vector)."""
    made = VectorIndex(len(passages[0][2]))
    places = np.array([(id, source, 0) for id, source, _ in passages], np.int64)
    made.add(places, np.array([vector for *_, vector in passages], np.float32))
    return made


def test_cosines_are_of_the_passages_that_are_there() -> None:
    found = index((3, 1, (1, 0)), (7, 1, (0, 1))).cosines(np.array([0.6, 0.8], np.float32), [7, 3, 9, 1])
    assert found == pytest.approx({3: 0.6, 7: 0.8})
    assert VectorIndex(2).cosines(np.zeros(2, np.float32), [1]) == {}


@given(STEPS, st.integers(0, 30), st.sets(st.integers(0, SOURCES)) | st.none(), st.integers(0, 10_000))
def test_search_is_the_head_of_a_full_sort(
    steps: list[tuple[bool, int, int]], limit: int, within: set[int] | None, seed: int
) -> None:
    random = np.random.default_rng(seed)
    library, kept = VectorIndex(3), dict[int, tuple[int, int, NDArray[np.float32]]]()
    last = 0
    for adds, source, count in steps:
        if adds:
            vectors = random.integers(-2, 3, (count, 3)).astype(np.float32)  # few values: many ties
            places = np.array([(last + 2 * row + 1, source, row) for row in range(count)], np.int64)
            library.add(places, vectors)
            kept |= {int(id): (source, row, vectors[row]) for row, id in enumerate(places[:, 0])}
            last += 2 * count
        else:
            library.drop([source])
            kept = {id: one for id, one in kept.items() if one[0] != source}
    query = random.integers(-2, 3, 3).astype(np.float32)
    scores = {id: float(vector @ query) for id, (_, _, vector) in kept.items()}
    allowed = [(id, score) for id, score in scores.items() if within is None or kept[id][0] in within]
    assert library.search(query, limit, within) == sorted(allowed, key=lambda one: (-one[1], one[0]))[:limit]
    assert library.cosines(query, list(kept)) == scores
    assert len(library) == len(kept)
    assert [library.place(id) for id in kept] == [row for _, row, _ in kept.values()]


def test_a_passage_that_is_not_there_has_no_place() -> None:
    with pytest.raises(KeyError):
        index((3, 1, (1.0, 0.0))).place(2)
    with pytest.raises(KeyError):
        VectorIndex(2).place(2)


def test_what_does_not_fit_is_refused() -> None:
    table = VectorTable(4, labels=1)
    with pytest.raises(ValueError, match="do not fit"):
        table.add(np.zeros((2, 1), np.int64), np.zeros((3, 4), np.float32))
    with pytest.raises(ValueError, match="order of their ids"):
        index((3, 1, (1.0, 0.0)), (3, 1, (1.0, 0.0)))


def test_room_that_was_made_is_filled_without_copying() -> None:
    table = VectorTable(2, labels=1)
    table.reserve(10)
    before = table._vectors
    for _ in range(10):
        table.add(np.zeros((1, 1), np.int64), np.ones((1, 2), np.float32))
    assert table._vectors is before
    assert table.vectors.shape == (10, 2)
