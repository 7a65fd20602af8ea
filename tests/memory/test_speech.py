"""What a sentence does is told by the words it begins with."""

from __future__ import annotations

import pytest

from nestdesk.memory import speech


@pytest.mark.parametrize(
    "sentence",
    [
        "Who leads project Heron?",
        "who leads our project",
        "what is my name",
        "when is my birthday",
        "how old is our house",
        "so, can we go there",
        "Is my dog a beagle?!",
        "I live in Oslo, right?",
    ],
)
def test_questions_are_known_with_and_without_their_mark(sentence: str) -> None:
    assert speech.is_question(sentence)
    assert not speech.is_statement(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "When I was a child we lived in Oslo.",
        "What I like best is rhubarb pie.",
        "Where we live it rains a lot.",
        "May is my favourite month.",
        "Will is my brother.",
        "I'd like to visit Japan one day.",
        "I need to see a dentist on Monday.",
        "I can't eat gluten",
        "As you know, I live in Bergen.",
        "I love rhubarb pie.",
    ],
)
def test_statements_may_begin_like_questions_requests_and_small_talk(sentence: str) -> None:
    assert speech.is_statement(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Tell me about my dog",
        "please call me Max",
        "I live in Oslo, so be brief, please",
        "ok, now write a poem about our cat",
        "I want you to call me Max.",
        "I'd like you to write a poem about my cat",
        "I would like a recipe for our party",
        "I need a short summary of my notes",
        "I was wondering about my taxes",
        "I meant my other dog",
        "Let me know what I should do",
    ],
)
def test_requests_state_nothing(sentence: str) -> None:
    assert not speech.is_statement(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I am fine, thanks",
        "I'm doing well",
        "I see.",
        "I think so",
        "ok, I don't know",
        "I do not know what that is",
        "I like that a lot!",
        "I'm not sure about that",
        "Thank you for helping me",
        "Thanks, that helps me a lot!",
        "That works for us, thanks",
        "You told me that I live in Rome",
        "I think you are wrong",
    ],
)
def test_small_talk_and_talk_about_the_assistant_state_nothing(sentence: str) -> None:
    assert not speech.is_statement(sentence)


@pytest.mark.parametrize(
    ("sentence", "is_theirs"),
    [
        ("My dog barks.", True),
        ("the red car is mine", True),
        ("They visited us.", True),
        ("i sail", True),
        ("The US has 50 states.", False),
        ("The gold mine closed.", False),
        ("Fruit, i.e. apples.", False),
        ("Paris is nice.", False),
    ],
)
def test_the_first_person_is_known_by_its_words(sentence: str, is_theirs: bool) -> None:
    assert speech.is_about_the_speaker(sentence) is is_theirs


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Remember that the door code is 4821.", "the door code is 4821."),
        ("please remember my birthday is on 4 May", "my birthday is on 4 May"),
        ("Can you remember that Ines is a nurse?", "Ines is a nurse"),
        ("Note: the meeting is on Friday.", "the meeting is on Friday."),
        ("For the record, Heron is led by Anna.", "Heron is led by Anna."),
        ("Don't forget that we moved.", "we moved."),
        ("Remember when we met?", ""),
        ("Remember that time in Rome.", ""),
        ("Do you remember that I live in Oslo?", ""),
        ("Note the difference.", ""),
    ],
)
def test_what_is_to_be_remembered_is_told_without_its_introduction(sentence: str, told: str) -> None:
    assert speech.to_be_remembered(sentence).strip() == told


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("No, it is Anna.", "it is Anna."),
        ("no it's anna", "it's anna"),
        ("Nope. Anna.", "Anna."),
        ("Wrong! Anna.", "Anna."),
        ("Actually it is Anna.", "it is Anna."),
        ("That's not right, it is Anna.", "it is Anna."),
        ("That is wrong because Anna does.", "That is wrong because Anna does."),
        ("It isn't correct: Anna.", "Anna."),
        ("Not quite, it is Anna.", "it is Anna."),
        ("You're wrong, it is Anna.", "it is Anna."),
        ("No, that is not true.", ""),
        ("No one knows.", "No one knows."),
        ("No dogs are allowed.", "No dogs are allowed."),
        ("Wrong numbers call us.", "Wrong numbers call us."),
        ("Nothing is open.", "Nothing is open."),
    ],
)
def test_the_opening_of_a_correction_is_taken_off(sentence: str, rest: str) -> None:
    assert speech.without_opening(sentence) == rest
    assert speech.opens_correction(sentence) is (sentence != rest)


@pytest.mark.parametrize(
    ("sentence", "says"), [("thanks", False), ("it is not", False), ("green", True), ("1874", True)]
)
def test_a_correction_has_to_say_more_than_that_something_is_wrong(sentence: str, says: bool) -> None:
    assert speech.says_something(sentence) is says


@pytest.mark.parametrize(
    ("sentence", "enough"),
    [("I'm a vegetarian", True), ("I am Anna", True), ("I am 40", True), ("I am tall", False), ("I sail", False)],
)
def test_a_short_statement_needs_a_name_or_a_number(sentence: str, enough: bool) -> None:
    assert speech.is_enough(sentence) is enough
