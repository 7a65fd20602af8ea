"""Facts answer the questions that are about them, and no others however near."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from nestdesk.core.types import Fact, FactKind
from nestdesk.memory import topics
from nestdesk.memory.remembered import may_answer, told

TEXTS = (
    "My dog is called Bruno.",
    "I work at Kestrel Labs.",
    "My daughter Wilhelmina sings in Rotterdam.",
    "I have a horse named Star.",
    "I'm allergic to nuts.",
    "Who leads project Heron? It is Anna Lindqvist.",
)


def facts(*texts: str) -> list[Fact]:
    abouts = [topics.stated(text) for text in texts]
    return [
        Fact(place, text, FactKind.FACT, about.topic if about else "", 1.0, datetime.now(UTC))
        for place, (text, about) in enumerate(zip(texts, abouts, strict=True))
    ]


def answers(question: str, *texts: str, similar: float = 0.4) -> list[str]:
    known = facts(*(texts or TEXTS))
    return [known[place].text for place, _ in told(question, known, dict.fromkeys(range(len(known)), similar))]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What is my dog's name?", 0),
        ("Where do I work?", 1),
        ("Where does my daughter Wilhelmina sing?", 2),
        ("What is my horse called?", 3),
        ("What am I allergic to?", 4),
        ("Who leads project Heron?", 5),
    ],
)
def test_a_fact_is_found_by_its_topic_or_its_words(question: str, place: int) -> None:
    assert answers(question) == [TEXTS[place]]


@pytest.mark.parametrize(
    "question",
    [
        "What is my cat's name?",
        "How old is my dog?",
        "Where does my dog live?",
        "What is my phone number?",
        "Who leads project Osprey in Oslo?",
        "Where does my son sing?",
        "What is the capital of Mongolia?",
    ],
)
@pytest.mark.parametrize("similar", [0.4, 0.9])
def test_what_was_never_told_is_answered_by_nothing_however_near(question: str, similar: float) -> None:
    assert answers(question, similar=similar) == []


def test_far_words_alone_are_not_enough() -> None:
    assert answers("Where does my daughter sing?", similar=-0.5) == []


def test_of_two_facts_on_one_topic_the_first_counts() -> None:
    assert answers("Where do I live?", "I live in Tartu.", "I live in Oslo.") == ["I live in Tartu."]


def test_the_nearest_comes_first() -> None:
    known = facts("My son Tom sings in Rome.", "My son sings.")
    ranked = told("Where does my son sing?", known, {0: 0.5, 1: 0.9})
    assert [place for place, _ in ranked] == [1, 0]


def test_no_facts_answer_nothing() -> None:
    assert told("Where do I live?", [], {}) == []


@pytest.mark.parametrize(
    ("text", "may"), [("My dog Rex is ill", True), ("My dog is ill", False), ("My cat Rex is ill", False), ("", False)]
)
def test_a_text_may_answer_if_it_speaks_of_the_thing_and_holds_what_is_asked_for(text: str, may: bool) -> None:
    assert may_answer("What is my dog's name?", text) is may
