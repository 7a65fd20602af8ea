"""Texts with hidden facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nestdesk.bench.needles import DEPTHS, LEAST_CHARS, haystack, several

PASSAGES = [f"The river has {number} bends. Barges pass them in the morning. Nobody counts." for number in range(40)]


@given(count=st.integers(5, 50), room=st.integers(0, 20_000), seed=st.integers(0, 9))
def test_every_needle_lies_once_at_its_depth_in_a_text_of_the_wanted_length(count: int, room: int, seed: int) -> None:
    length = count * LEAST_CHARS + room
    hay = haystack(PASSAGES, length, count, seed)
    assert length <= len(hay.text) <= length + 100 * count + 100
    assert len({needle.question for needle in hay.needles}) == count
    for needle in hay.needles:
        assert hay.text.count(needle.sentence) == 1
        assert needle.answer in needle.sentence
        assert needle.answer not in needle.question
        assert abs(hay.text.index(needle.sentence) / len(hay.text) - needle.depth) < 0.15
    assert {needle.depth for needle in hay.needles} == set(DEPTHS)


def test_a_text_is_the_same_for_a_seed_and_another_for_another() -> None:
    assert haystack(PASSAGES, 9_000, 5, 1) == haystack(PASSAGES, 9_000, 5, 1) != haystack(PASSAGES, 9_000, 5, 2)


def test_what_distracts_never_tells_what_a_needle_tells() -> None:
    hay = haystack(PASSAGES, 30_000, 30, 0)
    for needle in hay.needles:
        told = needle.sentence.removesuffix(".").replace(needle.answer, "|").split("|")[0]
        values = [line.split(".")[0] for line in hay.text.split(told)[1:]]
        assert len(values) == 1, "the same attribute of the same thing is told once"


def test_several_needles_of_one_question_lie_at_different_depths() -> None:
    hay = haystack(PASSAGES, 30_000, 30, 0)
    depth = {needle.answer: needle.depth for needle in hay.needles}
    asked = list(several(hay.needles, 3, 8, 0))
    assert len(asked) == 8
    for question, answers in asked:
        assert question.count("?") == 1
        assert len({depth[answer] for answer in answers}) == 3


def test_too_many_needles_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        haystack(PASSAGES, 10_000, 500, 0)
    with pytest.raises(ValueError, match="do not fit"):
        haystack([], 10_000, 5, 0)
