"""The mixture ranks by meaning and words, exact search finds what a full sort finds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory.retrieval import WORDS_WEIGHT, VectorIndex, WordIndex, leading, mixed, neighbours

COSINES = st.dictionaries(st.integers(0, 15), st.floats(-1, 1), max_size=10)
SCORES = st.dictionaries(st.integers(0, 15), st.floats(0, 30), max_size=10)


@given(COSINES, SCORES)
def test_every_candidate_once_best_first(similar: dict[int, float], worded: dict[int, float]) -> None:
    ranked = mixed(similar, worded)
    assert {item for item, _ in ranked} == set(similar)
    assert ranked == sorted(ranked, key=lambda entry: (-entry[1], entry[0]))


@given(COSINES)
def test_without_common_words_meaning_decides(similar: dict[int, float]) -> None:
    assert dict(mixed(similar, {})) == similar


def test_words_lift_a_passage_by_their_weight() -> None:
    assert mixed({1: 0.5, 2: 0.4}, {2: 5.0, 3: 9.0}) == [(2, pytest.approx(0.4 + 5 * WORDS_WEIGHT)), (1, 0.5)]


@given(COSINES, st.integers(1, 5), st.floats(0, 1))
def test_what_leads_is_near_the_best(similar: dict[int, float], limit: int, margin: float) -> None:
    ranked = mixed(similar, {})
    lead = leading(ranked, limit, margin)
    assert lead == ranked[: len(lead)]
    assert len(lead) <= limit
    assert all(score >= ranked[0][1] - margin for _, score in lead)
    assert bool(lead) == bool(ranked)


def test_a_word_counts_even_where_half_of_the_passages_hold_it() -> None:
    scores = WordIndex(["The village was founded in 1683.", "The village sells honey."]).scores(
        "Who founded the village?"
    )
    assert scores[0] > scores[1] > 0.0


def test_word_scores_are_the_published_formula() -> None:
    first, second = WordIndex(["salt salt kelp", "kelp"]).scores("Salt?")
    assert first == pytest.approx(math.log(1 + 1.5 / 1.5) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 2)))
    assert second == 0.0


@given(st.lists(st.text(max_size=30), max_size=5), st.text(max_size=30))
def test_every_passage_gets_a_score(texts: list[str], question: str) -> None:
    scores = WordIndex(texts).scores(question)
    assert len(scores) == len(texts)
    assert all(score >= 0.0 for score in scores)


def test_neighbours_are_the_nearest_others() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    assert neighbours(vectors, 1) == ((1,), (0,), (1,))
    assert neighbours(vectors, 9) == ((1, 2), (0, 2), (1, 0))
    assert neighbours(vectors[:1], 3) == ((),)


def test_cosines_are_of_the_rows_that_are_there() -> None:
    index = VectorIndex([7, 3], np.array([[1, 0], [0, 1]], np.float32))
    assert index.cosines(np.array([0.6, 0.8], np.float32), [3, 7, 9]) == pytest.approx({3: 0.8, 7: 0.6})


@given(st.integers(0, 40), st.integers(0, 50), st.integers(0, 10_000))
def test_search_is_the_head_of_a_full_sort(rows: int, limit: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = random.integers(-2, 3, (rows, 3)).astype(np.float32)  # few values: many ties
    ids = random.permutation(rows)
    query = random.integers(-2, 3, 3).astype(np.float32)
    scores = vectors @ query
    expected = sorted(zip(ids.tolist(), scores.tolist(), strict=True), key=lambda entry: (-entry[1], entry[0]))
    assert VectorIndex(ids, vectors).search(query, limit) == expected[:limit]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        VectorIndex([1, 2], np.zeros((3, 4), np.float32))
    assert len(VectorIndex([1], np.zeros((1, 4), np.float32))) == 1
