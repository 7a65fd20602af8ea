"""A made-up life tells what is asked, and never what is not to be known."""

from __future__ import annotations

import pytest

from nestdesk.bench.told import CHANGED, UNTOLD, life


@pytest.mark.parametrize("seed", range(20))
def test_what_is_asked_was_told_last_at_its_distance(seed: int) -> None:
    told = life(50, seed)
    assert len(told.conversations) == 50
    asked = [question for question in told.questions if question.answer]
    assert sum(bool(question.was) for question in asked) == CHANGED
    for question in asked:
        said = told.conversations[-question.distance]
        assert any(question.answer.lower() in text.lower() for text in said)
        assert question.answer not in question.text
        assert question.answer != question.was
        if question.was:
            before = told.conversations[: -question.distance]
            assert any(question.was.lower() in text.lower() for turns in before for text in turns)
    assert sum(not question.answer for question in told.questions) == UNTOLD


def test_distances_reach_from_the_last_conversation_to_the_first() -> None:
    far = {question.distance for seed in range(30) for question in life(50, seed).questions if question.answer}
    assert min(far) == 1
    assert max(far) == 50


def test_a_life_is_the_same_for_a_seed_and_another_for_another() -> None:
    assert life(10, 1) == life(10, 1) != life(10, 2)


def test_one_conversation_cannot_hold_a_change() -> None:
    with pytest.raises(ValueError, match="1 conversations"):
        life(1, 0)
