"""What statements and questions are about, by rules: what contradicts each other has one topic."""

from __future__ import annotations

import pytest

from nestdesk.core.types import FactKind
from nestdesk.memory import topics

PAIRS = [
    ("name", "My name is Max.", "What's my name?"),
    ("name", "call me Max", "Who am I?"),
    ("dog name", "My dog is called Bruno.", "What is my dog's name?"),
    ("dog name", "We've got a dog named Bruno", "Can you tell me what my dog is called?"),
    ("dog name", "The name of our new puppy is Bruno.", "What is the name of my dog?"),
    ("favourite colour", "My favorite color is blue", "Which colour do I like best?"),
    ("favourite dish", "Ramen is my favourite dish.", "What is my favourite dish?"),
    ("employer", "I started a new job at Kestrel Labs.", "Who do I work for?"),
    ("employer", "I'm working for the city", "Where do I work?"),
    ("job", "I'm a nurse at the hospital.", "What do I do for a living?"),
    ("home", "We moved to Bergen in May.", "Which city do I live in?"),
    ("home", "I live in Oslo", "Where do I live?"),
    ("birthday", "I was born on 3 May", "When is my birthday?"),
    ("birthplace", "I was born in Graz.", "Where was I born?"),
    ("childhood", "I grew up near Leeds.", "In which town did I grow up?"),
    ("age", "I am 34 years old.", "How old am I?"),
    ("son age", "My son Tom is six.", "How old is my son?"),
    ("brother home", "My brother lives in Graz", "Where does my brother live?"),
    ("sister job", "My sister is a welder.", "What does my sister do for a living?"),
    ("mother birthday", "My mum's birthday is on 9 May.", "When is my mother's birthday?"),
    ("car", "I drive a Volvo now", "What car do I drive?"),
    ("locker number", "My locker number at the gym is 88.", "What is my locker number?"),
    ("flight time", "My flight to Rome leaves on Monday at 9", "When does my flight leave?"),
    ("dentist appointment time", "I have a dentist appointment on Friday.", "When is my dentist appointment?"),
]


@pytest.mark.parametrize(("topic", "statement", "question"), PAIRS)
def test_a_statement_and_the_question_for_it_have_one_topic(topic: str, statement: str, question: str) -> None:
    about = topics.stated(statement)
    assert about is not None
    assert (about.topic, topics.asked(question)) == (topic, topic)


@pytest.mark.parametrize(("topic", "statement", "question"), PAIRS)
def test_a_question_states_nothing_and_a_statement_asks_nothing(topic: str, statement: str, question: str) -> None:
    assert topics.asked(statement) == ""
    assert topics.stated(question) is None


@pytest.mark.parametrize(
    "statement",
    [
        "I have a question",
        "I have chicken and rice",
        "My printer is broken",
        "My code throws an error.",
        "I like that a lot",
        "I am tired",
        "I tried it twice",
        "My boss says that it is late",
        "Call me back later",
        "It is raining",
        "",
    ],
)
def test_what_does_not_last_is_about_nothing(statement: str) -> None:
    assert topics.stated(statement) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("My dog is called Bruno.", "My cat is called Bruno."),
        ("My son is six.", "My daughter is six."),
        ("I like tea.", "I like chess."),
        ("I'm allergic to nuts.", "I'm allergic to kiwi."),
        ("My sister lives in Graz.", "My sister is a nurse."),
    ],
)
def test_what_can_be_true_at_once_has_different_topics(one: str, other: str) -> None:
    first, second = topics.stated(one), topics.stated(other)
    assert first is not None
    assert second is not None
    assert first.topic != second.topic


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("I love sailing", FactKind.PREFERENCE),
        ("I can't stand loud music", FactKind.PREFERENCE),
        ("We're flying to Rome on Friday", FactKind.EVENT),
        ("I have asthma", FactKind.FACT),
        ("I swim every morning", FactKind.FACT),
        ("My dentist is Dr Amara Nwosu.", FactKind.FACT),
    ],
)
def test_facts_preferences_and_events_are_told_apart(statement: str, kind: FactKind) -> None:
    about = topics.stated(statement)
    assert about is not None
    assert about.kind is kind


@pytest.mark.parametrize(
    ("statement", "over", "ended", "kept"),
    [
        ("I no longer have a dog.", "have dog", ["have dog", "dog name", "dog age"], ["cat name", "home"]),
        ("Our cat Tom died last week", "have cat", ["cat name"], ["dog name"]),
        ("I don't work at Siemens anymore", "employer", ["employer"], ["job"]),
        ("I no longer live in Oslo", "home", ["home"], ["brother home"]),
        ("I sold my car", "have car", ["car", "have car"], ["home"]),
        ("I no longer like coffee", "taste coffee", ["taste coffee"], ["taste tea"]),
        ("I am no longer vegan", "diet", ["diet"], ["home"]),
    ],
)
def test_what_is_over_ends_all_that_hung_on_it(statement: str, over: str, ended: list[str], kept: list[str]) -> None:
    assert topics.ended(statement) == over
    assert all(topics.ends(over, topic) for topic in ended)
    assert not any(topics.ends(over, topic) for topic in kept)


@pytest.mark.parametrize("statement", ["I have a dog", "I live in Oslo", "I don't eat meat", "I like coffee"])
def test_what_goes_on_is_not_over(statement: str) -> None:
    assert topics.ended(statement) == ""


@pytest.mark.parametrize(
    ("before", "text", "resolved"),
    [
        ("What is my dog's name?", "And how old is it?", "And how old is my dog?"),
        ("We have a cat.", "Her name is Ina.", "my cat's name is Ina."),
        ("I live in Oslo.", "It is cold.", "It is cold."),
    ],
)
def test_a_pronoun_stands_for_who_was_spoken_of(before: str, text: str, resolved: str) -> None:
    assert topics.resolved(before, text) == resolved


def test_one_of_several_allergies_answers_the_question_for_them() -> None:
    assert topics.answers("allergy nut", topics.asked("What am I allergic to?"))
    assert not topics.answers("son allergy nut", topics.asked("What am I allergic to?"))
    assert not topics.answers("dog name", "dog")
