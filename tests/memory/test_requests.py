"""A message asks for a fact, for an account of something, or for anything else."""

from __future__ import annotations

import pytest

from nestdesk.core.types import Form
from nestdesk.memory import requests
from nestdesk.memory.requests import form

FACTS = (
    "Who signed the lease?",
    "who signed the lease",
    "In which year was the mill built?",
    "How many lanterns are there?",
    "Could you tell me who signed the lease?",
    "Was the mill built in 1904?",
    "So, what is the rent?",
    "What's the name of the harbour master?",
    "By whom was it written?",
    "The lease is old. When does it end?",
    "Wer hat den Vertrag unterschrieben?",
    "Name the founder of the village.",
    "And the rent?",
)
ACCOUNTS = (
    "Tell me about the lease.",
    "tell me more about Temüjin's childhood",
    "Please explain how the innate immune system works.",
    "Could you summarise the contract?",
    "Give me a short overview of the report",
    "What do you know about the Rhine?",
    "What does the contract say about pets?",
    "Why is friction a non-conservative force?",
    "How does the lock work?",
    "How is cheese made?",
    "Describe the lighthouse",
    "What is known about the founder?",
)
OTHERS = (
    "Please write a letter to the landlord.",
    "Translate this into German: the mill is old",
    "My daughter plays the bassoon.",
    "Thanks, that helps.",
    "Compose music about mountains",
    "Remember that the key is under the mat.",
    "",
    "   \n",
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (text, kind)
        for kind, texts in ((Form.FACT, FACTS), (Form.ACCOUNT, ACCOUNTS), (Form.OTHER, OTHERS))
        for text in texts
    ],
)
def test_form(text: str, wanted: Form) -> None:
    assert form(text) is wanted


def test_the_last_sentence_that_asks_decides() -> None:
    assert form("Tell me about the mill. Who owns it?") is Form.FACT
    assert form("Who owns the mill? Tell me about it. Thanks.") is Form.ACCOUNT


@pytest.mark.parametrize(
    "question",
    [
        "What is my dog's name?",
        "Where do I live?",
        "How old is my son?",
        "In which town did I grow up?",
        "Which instrument does my daughter play?",
        "Do you remember the name of my cat?",
        "What am I allergic to?",
        "Who am I?",
        "I forgot it. When is my birthday?",
        "When does my flight leave?",
    ],
)
def test_what_nobody_knows_who_was_not_told_is_known_as_such(question: str) -> None:
    assert requests.asks_of_the_speaker(question)


@pytest.mark.parametrize(
    "question",
    [
        "What should I cook for my dog?",
        "How do I fix my printer?",
        "What does my error message mean?",
        "Where does my code fail?",
        "What is my best option?",
        "What is the capital of Mongolia?",
        "Is my dog ill?",
        "Why is my printer slow?",
        "Who leads project Heron?",
        "My dog is called Bruno.",
        "",
    ],
)
def test_advice_and_knowledge_are_left_to_the_model(question: str) -> None:
    assert not requests.asks_of_the_speaker(question)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("What do you know about me?", True),
        ("Tell me about myself", True),
        ("So, what have you learned about me?", True),
        ("Tell me about Rome", False),
        ("What do you know about metals?", False),
    ],
)
def test_a_question_for_all_that_is_known_of_the_person(text: str, asks: bool) -> None:
    assert requests.asks_about_me(text) is asks
