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


@pytest.mark.parametrize("question", ["How tall is the mixer?", "How far is it to the mill?", "how deep is it"])
def test_a_measure_has_a_unit(question):
    assert wanted.lack(question, "600") == wanted.BARE
    for told in ("44 cm", "11 km", "1.84 m", "one mile"):
        assert wanted.lack(question, told) == 0.0
    assert wanted.lack("How old is the mixer?", "600") == wanted.lack("How many mixers?", "600") == 0.0


@pytest.mark.parametrize("date", ["5 March", "March 5, 1874", "the 5th of March", "1874"])
def test_how_long_is_not_told_by_a_date(date):
    assert wanted.lack("How long did she wait?", date.removeprefix("the ")) == wanted.LACK
    assert wanted.lack("When did she wait?", date) == 0.0


def test_how_long_is_told_by_what_lasts():
    for told in ("five weeks", "three days", "from March to May", "2 years"):
        assert wanted.lack("How long did she wait?", told) == 0.0


def test_when_is_told_by_a_time():
    assert wanted.lack("When was it set up?", "access") == wanted.LACK
    for told in ("1874", "9", "half 2", "18:30", "Thursday", "44 BC", "2 pm"):
        assert wanted.lack("When does it arrive?", told) == 0.0
    for told in ("134", "12,000", "16.4"):
        assert wanted.lack("When does it arrive?", told) == wanted.LACK
    assert wanted.lack("What arrives when it rains?", "134") == 0.0


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("At what temperature does it shut down?", ("71 degrees", "71 °C", "-4C", "71"), ("30 seconds", "5 km")),
        ("What is the boiling point of water?", ("100 °C", "212 F"), ("80 cm", "35 minutes")),
        ("How much does express cost?", ("11.50", "11.50 euros", "20 pounds"), ("2 days", "3 kg")),
        ("How heavy is the parcel?", ("3 kg", "20 pounds"), ("12 euros", "4 m")),
        ("How tall is the mast?", ("12 m", "forty feet"), ("12 years", "12 kg")),
        ("How long did it take?", ("3 h", "12 days"), ("40 km", "12 euros")),
    ],
)
def test_a_measure_of_another_kind_is_wrong(question, right, wrong):
    assert [wanted.lack(question, one) for one in wrong] == [wanted.LACK] * len(wrong)
    assert wanted.LACK not in {wanted.lack(question, one) for one in right if one[0].isdigit() or one[0] == "-"}


def test_what_is_counted_is_what_was_asked():
    asked = "How many sensors can one unit have?"
    assert wanted.lack(asked, "6 units") == wanted.LACK
    for told in ("24", "24 sensors", "24 sensors per hub", "six units"):
        assert wanted.lack(asked, told) == 0.0
    assert wanted.lack("How many people live in the two towns?", "600 people") == 0.0
