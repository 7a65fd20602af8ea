"""What was only told is acknowledged in the person's words; what asks for anything else is left to an answer."""

from __future__ import annotations

import pytest

from nestdesk.memory.acknowledgement import acknowledgement, only_tells

DOG, HOME = "My dog is called Rex.", "I live in Porto."


@pytest.mark.parametrize(
    "text",
    [
        "My dog is called Rex and I live in Porto.",
        "Hi! My dog is called Rex. Please remember that I live in Porto, thanks.",
        "I live in Porto",
        "No, actually my dog is called Rex",
    ],
)
def test_a_message_of_facts_only_tells(text):
    assert only_tells(text, [DOG, HOME])


@pytest.mark.parametrize(
    "text",
    [
        "My dog is called Rex. What should he eat?",
        "I live in Porto. Help me to find a flat.",
        "My dog is called Rex and he bit the postman.",
        "Where do I live",
    ],
)
def test_whatever_else_is_said_wants_an_answer(text):
    assert not only_tells(text, [DOG, HOME])


def test_what_was_not_remembered_is_not_acknowledged():
    assert not only_tells("Thanks!", [])


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (DOG, "Noted: your dog is called Rex."),
        (HOME, "Noted: you live in Porto."),
        ("I am a nurse and I was born in the US.", "Noted: you are a nurse and you were born in the US."),
        ("I'm Ada and my sister paints for me at 10 am.", "Noted: you're Ada and your sister paints for you at 10 am."),
        ("Our favourite film is My Fair Lady.", "Noted: your favourite film is My Fair Lady."),
        ("Rex is my dog.", "Noted: Rex is your dog."),
        ("Always answer in German.", "Noted: “Always answer in German.”"),
        ("I like your answers short.", "Noted: “I like your answers short.”"),
    ],
)
def test_a_fact_is_turned_to_the_person(fact, told):
    assert acknowledgement([fact], is_new=True) == told


def test_several_facts_are_a_list_and_known_ones_are_said_to_be_known():
    assert acknowledgement([DOG, HOME], True) == "Noted:\n\n- Your dog is called Rex.\n- You live in Porto."
    assert acknowledgement([HOME], is_new=False) == "I remember that already: you live in Porto."
