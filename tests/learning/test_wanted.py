"""What a question's words tell of its answer: no echo of itself, and a number where one is asked for."""

from __future__ import annotations

import pytest

from nestdesk.learning import wanted


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who directs the Ashgill depot?", "The Ashgill depot"),
        ("Which river is the longest?", "rivers"),
        ("What kind of problems are studied?", "problems"),
    ],
)
def test_an_answer_of_the_questions_own_words_is_an_echo(question, answer):
    assert wanted.echoes(question, answer)


def test_what_adds_a_word_or_chooses_is_no_echo():
    assert not wanted.echoes("What kind of problems are studied?", "decision problems")
    assert not wanted.echoes("Is an instance abstract or concrete?", "concrete")
    assert not wanted.echoes("Who directs the mill?", "")
    assert not wanted.echoes("Is it so?", "yes")


@pytest.mark.parametrize(
    "question",
    [
        "How many people work at the mill?",
        "Which code opens the mill?",
        "What is the yearly cost of the mill?",
        "In what year was it set up?",
        "When was it set up?",
    ],
)
def test_where_a_number_is_asked_for_one_that_tells_none_lacks_something(question):
    assert wanted.lack(question, "access") == wanted.LACK
    for told in ("61760", "twelve", "two years after the war", "last summer"):
        assert wanted.lack(question, told) == 0.0


@pytest.mark.parametrize("question", ["Who directs the mill?", "What is the mill called?", "Which mill burnt down?"])
def test_where_no_number_is_asked_for_nothing_is_lacking(question):
    assert wanted.lack(question, "access") == 0.0


def test_who_and_what_are_not_answered_by_yes_or_no():
    for said in ("yes", "No", "no."):
        assert wanted.lack("Who leads the project?", said) == wanted.LACK
        assert wanted.lack("Is it known who leads the project?", said) == 0.0
        assert wanted.lack("Does the mill have a director?", said) == 0.0
    assert wanted.lack("Who leads the project?", "Noa") == 0.0
