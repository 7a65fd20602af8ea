"""Questions reach the sources they are about, and unrelated ones reach none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from nestdesk.memory.routing import Routes, threshold

NONE = np.zeros((0, 2), np.float32)


def at(*cosines: float) -> NDArray[np.float32]:
    """Return unit vectors with the given cosines to (1, 0)."""
    return np.array([[c, np.sqrt(1 - c * c)] for c in cosines], np.float32).reshape(-1, 2)


OWN = at(1.0)
COSINES = st.lists(st.integers(-90, 99).map(lambda percent: percent / 100), min_size=1, max_size=12)


@given(COSINES, COSINES, st.floats(-0.8, 0.9))
def test_threshold_lies_between_what_can_be_separated(probes: list[float], generic: list[float], cut: float) -> None:
    inside, outside = [c for c in probes if c > cut + 0.01], [c for c in generic if c < cut - 0.01]
    found = threshold(OWN, at(*inside), at(*outside))
    if inside and outside:
        assert max(outside) < found < min(inside)


@given(COSINES, COSINES)
def test_threshold_is_as_good_as_any(probes: list[float], generic: list[float]) -> None:
    inside, outside = at(*probes) @ OWN.T, at(*generic) @ OWN.T

    def gain(cut: float) -> float:
        return float((inside >= cut).mean() - (outside >= cut).mean())

    found = gain(threshold(OWN, at(*probes), at(*generic)))
    best = max(gain(cut) for cut in (*inside.ravel().tolist(), *(outside.ravel() + 1e-6).tolist(), 2.0))
    assert found >= best - 1 / 8  # equal but for cosines that float32 cannot tell apart


def test_threshold_without_evidence_is_cautious() -> None:
    assert threshold(NONE, at(0.5), at(0.1)) > 0.99
    assert 0.4 < threshold(OWN, NONE, at(0.4)) < 1.0
    assert threshold(OWN, at(0.3), NONE) == pytest.approx(0.3)
    assert threshold(OWN, NONE, NONE) == 0.5


def test_the_best_sources_above_their_own_thresholds_are_found() -> None:
    routes = Routes(2)
    for source, vectors, threshold_ in (
        (1, at(0.9, 0.2), 0.8),
        (2, at(0.95), 0.99),
        (3, at(0.97), 0.5),
        (4, NONE, 0.0),
        (5, at(0.85), 0.5),
    ):
        routes.add(source, vectors, threshold_)
    question = at(1.0)[0]
    assert [source for source, _ in routes.find(question)] == [3, 1]
    assert dict(routes.find(question, limit=9)) == pytest.approx({3: 0.97, 1: 0.9, 5: 0.85})
    assert [source for source, _ in routes.find(question, 9, {1, 2, 5})] == [1, 5]
    assert routes.find(question, 9, ()) == routes.find(question, 0) == []
    assert routes.find(at(-0.9)[0]) == []
    assert Routes(2).find(question) == []


def test_a_source_that_was_dropped_is_not_found_and_may_come_back() -> None:
    routes, question = Routes(2), at(1.0)[0]
    for source in (1, 2, 3):
        routes.add(source, at(0.9, 0.5), 0.8)
    routes.drop({2, 4})
    assert [source for source, _ in routes.find(question, 9)] == [1, 3]
    routes.add(2, at(0.95), 0.8)
    assert [source for source, _ in routes.find(question, 9)] == [2, 1, 3]
