"""Summaries pick central sentences in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.memory.summaries import extractive


@given(st.integers(0, 12), st.integers(0, 15), st.integers(0, 999))
def test_extractive_keeps_order_and_limit(count: int, limit: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    names = [str(n) for n in range(count)]
    chosen = extractive(names, vectors, limit)
    assert len(chosen) == min(count, limit)
    assert chosen == sorted(set(chosen), key=names.index)


def test_extractive_prefers_the_centre_and_avoids_repetition() -> None:
    vectors = np.array([[1, 0], [1, 0], [0.6, 0.8], [0, -1]], np.float32)
    assert extractive(["mill", "mill again", "river", "odd"], vectors, 1) == ["mill"]
    assert extractive(["mill", "mill again", "river", "odd"], vectors, 2) == ["mill", "river"]


def test_extractive_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        extractive(["a"], np.zeros((2, 3), np.float32), 1)
