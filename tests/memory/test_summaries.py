"""Summaries pick central sentences in order; a conversation's view keeps its budgets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.core.types import Role, Turn
from nestdesk.memory.summaries import conversation_view, extractive

TURNS = st.lists(st.builds(Turn, st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=60)), max_size=12)


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


@given(TURNS, st.integers(0, 300), st.integers(0, 200))
def test_view_is_a_verbatim_tail_within_its_budgets(turns: list[Turn], budget: int, summary: int) -> None:
    view = conversation_view(turns, budget, summary)
    assert sum(len(turn.text) for turn in view.recent) <= budget
    assert len(view.summary) <= summary
    assert view.recent[:-1] == tuple(turns[len(turns) - len(view.recent) : -1])
    assert len(view.recent) >= min(1, len(turns))
    if len(view.recent) > 1:
        assert view.recent[0].role is Role.USER


def test_short_conversation_is_unchanged() -> None:
    turns = (Turn(Role.USER, "Hello."), Turn(Role.ASSISTANT, "Hi."), Turn(Role.USER, "Who are you?"))
    view = conversation_view(turns)
    assert (view.recent, view.summary) == (turns, "")


def test_older_questions_are_summarised_newest_first() -> None:
    turns = [Turn(Role.USER, f"Question {n} is here. And more of it.") for n in range(9)]
    view = conversation_view(turns, budget_chars=40, summary_chars=60)
    assert view.recent == (turns[-1],)
    assert "7" in view.summary
    assert "0" not in view.summary


def test_one_long_turn_keeps_its_ends() -> None:
    view = conversation_view([Turn(Role.USER, "begin " + "x" * 500 + " end")], budget_chars=50)
    assert view.recent[0].text.startswith("begin")
    assert view.recent[0].text.endswith("end")
