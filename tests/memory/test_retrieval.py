"""Fusion does not care about order, exact search finds what a full sort finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory.retrieval import VectorIndex, fuse

RANKINGS = st.lists(st.lists(st.integers(0, 15), max_size=10), max_size=5)


@given(RANKINGS, st.randoms(use_true_random=False))
def test_order_of_rankings_does_not_matter(rankings: list[list[int]], random: object) -> None:
    shuffled = list(rankings)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fuse(rankings) == fuse(shuffled)


@given(RANKINGS)
def test_every_id_once_best_first(rankings: list[list[int]]) -> None:
    fused = fuse(rankings)
    assert {item for item, _ in fused} == {item for ranking in rankings for item in ranking}
    assert fused == sorted(fused, key=lambda entry: (-entry[1], entry[0]))


@given(st.lists(st.integers(), unique=True, max_size=20), st.integers(1, 4))
def test_agreeing_rankings_keep_their_order(ranking: list[int], times: int) -> None:
    assert [item for item, _ in fuse([ranking] * times)] == ranking


def test_scores_are_the_published_formula() -> None:
    assert dict(fuse([[1, 2], [2]])) == pytest.approx({1: 1 / 61, 2: 1 / 62 + 1 / 61})


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
