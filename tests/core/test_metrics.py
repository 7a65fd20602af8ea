"""The SQuAD measures on cases with known results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core import metrics


@pytest.mark.parametrize(
    ("answer", "right", "f1", "exact"),
    [
        ("The Mongol Empire.", "mongol empire", 1.0, 1.0),
        ("the North Sea", "North Sea coast", 0.8, 0.0),
        ("1227", "1206", 0.0, 0.0),
        ("", "", 1.0, 1.0),
        ("", "Oslo", 0.0, 0.0),
    ],
)
def test_known_cases(answer: str, right: str, f1: float, exact: float) -> None:
    assert metrics.f1(answer, right) == pytest.approx(f1)
    assert metrics.exact(answer, right) == exact


@given(st.text(), st.text())
def test_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert 0.0 <= metrics.f1(one, other) == metrics.f1(other, one) <= 1.0


def test_the_best_of_several_right_answers_counts() -> None:
    assert metrics.best_f1("1,230 km", ["1,232 miles", "1,230 km"]) == 1.0
    assert metrics.best_exact("Oslo", ["Bergen"]) == 0.0


def test_contains_looks_for_whole_words() -> None:
    assert metrics.contains("It was Oslo, I think", ["Oslo"]) == 1.0
    assert metrics.contains("Osloite", ["Oslo"]) == 0.0


def test_backward_transfer_is_the_mean_change_of_earlier_tasks() -> None:
    retention = [[0.8, 0.0, 0.0], [0.7, 0.9, 0.0], [0.6, 1.0, 0.5]]
    assert metrics.backward_transfer(retention) == pytest.approx(((0.6 - 0.8) + (1.0 - 0.9)) / 2)
    assert metrics.backward_transfer([[0.8]]) == 0.0
    assert metrics.backward_transfer([]) == 0.0
